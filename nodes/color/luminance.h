#pragma once
// The luminances that colour operators offer.
#include "core/base/geometry.h"
#include <vector>

namespace tessera {

enum class Luminance { Rec709, Rec2020, Aces, AcesCg, Ccir601, Average, Max };

/// Names of the choices, in the order of the enum.
inline const std::vector<const char*> luminance_choices{"rec709",  "rec2020", "aces", "acescg",
                                                        "ccir601", "average", "max"};

/// Text for the help of a parameter with these choices.
inline constexpr const char* luminance_help =
    "What counts as lightness: weights of red, green and blue by Rec.709 (0.2126, 0.7152, 0.0722), Rec.2020 (0.2627, "
    "0.6780, 0.0593), ACES AP0 (0.3440, 0.7282, -0.0721), ACEScg AP1 (0.2722, 0.6741, 0.0537) or CCIR 601 (0.2989, "
    "0.5866, 0.1145), their average, or the largest of the three.";

/// Weights of red, green and blue; all zero for Max, which kernels take as "the largest".
inline Vec3 luminance_weights(Luminance l)
{
    switch (l) {
    case Luminance::Rec709: return {0.2126, 0.7152, 0.0722};
    case Luminance::Rec2020: return {0.2627, 0.6780, 0.0593};
    case Luminance::Aces: return {0.3440, 0.7282, -0.0721};
    case Luminance::AcesCg: return {0.2722, 0.6741, 0.0537};
    case Luminance::Ccir601: return {0.2989, 0.5866, 0.1145};
    case Luminance::Average: return {1.0 / 3, 1.0 / 3, 1.0 / 3};
    case Luminance::Max: return {0, 0, 0};
    }
    return {};
}

} // namespace tessera
