#pragma once
// A lookup curve: small in a row, large in a popup where its keys are moved, added and removed.
#include "app/shell/ui.h"
#include "core/base/curve.h"
#include <optional>

namespace tessera {

/// The rectangle of a curve that is shown: at least 0 to 1 both ways, more where keys lie outside.
struct CurveRange {
    double x0 = 0, y0 = 0, x1 = 1, y1 = 1;
};
CurveRange range_of(const Curve& curve);
/// Key `i` at another place, kept between its neighbours; the curve as it was where there is no such key.
Curve with_key_moved(const Curve& curve, size_t i, double time, double value);
/// A key more, taking over the interpolation there; the key that is at that time already moves instead.
Curve with_key_added(const Curve& curve, double time, double value);
Curve with_key_removed(const Curve& curve, size_t i);
/// A straight line from (0, 0) to (1, 1): what a lookup curve without keys is taken for.
Curve straight_curve();

struct CurveFieldEdit {
    Curve curve;
    bool finished = false;
};
/// Draws the curve over `size`. With `edits`: drag a key (Shift finer), double-click to add one, right-click for its
/// interpolation or to remove it.
std::optional<CurveFieldEdit> curve_field(const Ui& ui, const char* id, const Curve& curve, ImVec2 size, bool edits);

} // namespace tessera
