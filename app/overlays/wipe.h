#pragma once
// The line between A and B: where it lies, what of it can be grabbed, and what of a rectangle is on B's side of it.
#include "core/base/geometry.h"
#include <span>
#include <vector>

namespace tessera {

struct Wipe {
    Vec2 centre{960, 540}; ///< image pixels
    double angle = 0;      ///< degrees counter-clockwise of the way to B; 0: a vertical line, B on the right
    double opacity = 1;    ///< of B over A, 0 to 1
    bool operator==(const Wipe&) const = default;
};

enum class WipePart { None, Centre, Angle, Opacity };

/// Lengths of the handles, in the window's pixels at scale 1.
inline constexpr double wipe_arm = 96, wipe_track = 56;

/// The handles around the centre, in the window's pixels (y down). `scale`: of the interface.
struct WipeHandles {
    Vec2 centre, angle, opacity;
    Vec2 along;  ///< unit vector of the line, towards the angle's handle
    Vec2 across; ///< unit vector to B's side
};
WipeHandles wipe_handles(const Wipe& wipe, Vec2 centre, double scale);
/// What a point of the window grabs within `reach`.
WipePart wipe_part_at(const WipeHandles& handles, Vec2 point, double reach);
/// The wipe after its handle was dragged to `point`; `image` is that point in image pixels. `snap`: angles of 15
/// degrees, opacities of tenths.
Wipe wipe_dragged(Wipe wipe, WipePart part, const WipeHandles& handles, Vec2 point, Vec2 image, double scale,
                  bool snap);
/// A convex polygon cut by the line through `centre`, keeping what lies towards `side`.
std::vector<Vec2> cut(std::span<const Vec2> polygon, Vec2 centre, Vec2 side);

} // namespace tessera
