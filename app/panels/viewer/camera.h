#pragma once
// How the picture lies in the panel: full-resolution pixels (origin bottom-left, y up) to the window's pixels (y down).
// The centre is kept in image coordinates, so that resizing the panel keeps what was in the middle in the middle.
#include "core/base/geometry.h"

namespace tessera {

struct ViewCamera {
    Vec2 centre{960, 540}; ///< image point in the middle of the view
    double zoom = 1;       ///< window pixels per image pixel in y; in x times the pixel aspect
};

/// The panel's part that shows the picture, in the window's pixels.
struct ViewArea {
    Vec2 low, high;
    Vec2 size() const { return high - low; }
    Vec2 middle() const { return (low + high) * 0.5; }
    bool contains(Vec2 p) const { return p.x >= low.x && p.y >= low.y && p.x < high.x && p.y < high.y; }
};

inline constexpr double least_zoom = 1.0 / 256, most_zoom = 256;

/// `aspect`: width of a pixel over its height, as it is shown (1 when it is not corrected for).
Vec2 to_window(const ViewCamera& camera, const ViewArea& area, double aspect, Vec2 image);
Vec2 to_image(const ViewCamera& camera, const ViewArea& area, double aspect, Vec2 window);
/// Zooms by `factor`, limited, keeping the image point under `window` where it is.
ViewCamera zoomed_at(const ViewCamera& camera, const ViewArea& area, double aspect, Vec2 window, double factor);
/// The next zoom up or down of 1/8, 1/4, 1/2, 1, 2, 4, ...: what + and - go through.
double next_zoom(double zoom, bool in);
/// Shows all of `picture` with a margin (window pixels); `height_only` lets its sides run out of the view.
ViewCamera fitted(const Rect& picture, const ViewArea& area, double aspect, double margin, bool height_only = false);
/// The image pixels that can be seen, clipped to `window`.
Rect visible(const ViewCamera& camera, const ViewArea& area, double aspect, const Rect& window);

} // namespace tessera
