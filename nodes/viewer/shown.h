#pragma once
// What the two operators behind a viewer's node have in common.
#include "core/op/description.h"

namespace tessera {

/// In the order of ShownChannels (app/viewer/picture.h).
inline const std::vector<const char*> shown_channels{"colour", "red", "green", "blue", "alpha", "luminance"};

/// Weights of luminance of the project's working space: AP1's for ACEScg, else Rec.709's.
inline Vec3 luma_weights(const OpContext& c)
{
    if (c.working_space == "ACEScg") return {0.2722287168, 0.6740817658, 0.0536895174};
    return {0.2126, 0.7152, 0.0722};
}

} // namespace tessera
