#pragma once
// A ruler of frames: numbers, in and out, cached frames, keys and the play head. Used by every panel along which time
// runs.
#include "app/panels/viewer/ruler_scale.h"
#include "app/shell/ui.h"
#include "app/viewer/picture_feed.h"
#include <optional>
#include <span>

namespace tessera {

/// What the ruler shows.
struct TimeRuler {
    int first = 1, last = 100; ///< of the project
    int in = 1, out = 100;     ///< what is played
    int frame = 1;
    std::span<const FrameRange> cached; ///< runs of frames that are ready to be shown
    std::span<const double> keys;       ///< of the nodes that are selected
};

/// What the user did to it.
struct TimeRulerEdit {
    std::optional<int> frame, in, out;
    bool active = false; ///< something is being dragged
};

/// Height of the ruler in the design's pixels.
inline constexpr float time_ruler_height = 32;

/// Draws it into `low`..`high` of the window. The play head follows a press and a drag anywhere but on the brackets of
/// in and out, which are dragged themselves.
TimeRulerEdit time_ruler(const Ui& ui, const char* id, ImVec2 low, ImVec2 high, const TimeRuler& ruler);

} // namespace tessera
