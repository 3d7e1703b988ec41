#pragma once
// Guides over the picture: what is drawn, as rectangles and lines in image pixels.
#include "core/base/geometry.h"
#include <string>
#include <vector>

namespace tessera {

struct Guides {
    bool format = true;       ///< its outline with its size
    bool data_window = true;  ///< dashed, with coordinates, where it differs from the format
    bool action_safe = false; ///< 93 % of the format
    bool title_safe = false;  ///< 90 %
    bool centre = false;      ///< a cross
    bool thirds = false;
    double mask = 0; ///< ratio of width to height that stays clear; 0: no mask
    bool operator==(const Guides&) const = default;
};

inline constexpr double action_safe_share = 0.93, title_safe_share = 0.9;

/// A ratio that pictures are masked to.
struct AspectMask {
    const char* name;
    double ratio;
};
/// 1.85, 2.39, 4:3, 16:9, 1:1, 9:16.
const std::vector<AspectMask>& aspect_masks();

/// A rectangle with fractions of pixels.
struct Box2 {
    Vec2 low, high;
};
/// `share` of the format about its middle.
Box2 safe_area(const Rect& format, double share);
/// The largest rectangle of this ratio in the format, about its middle. `aspect`: width of a pixel over its height.
Box2 masked(const Rect& format, double aspect, double ratio);
/// "1920×1080", with the pixel aspect when it is not 1: "720×576 · 1.09".
std::string format_label(const Rect& format, double aspect);

} // namespace tessera
