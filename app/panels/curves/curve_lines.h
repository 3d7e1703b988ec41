#pragma once
// Curves as lines on the screen: how many points a segment needs, and how near the pointer is to one.
#include "app/panels/curves/curve_camera.h"
#include "core/base/curve.h"
#include <functional>

namespace tessera {

struct ScreenPoint {
    float x = 0, y = 0;
};

/// A channel's values as the view shows them: (value - offset) * factor. Not 0 .. 1 but the values themselves unless
/// the view is normalised.
struct ValueView {
    double offset = 0, factor = 1;
    double to_view(double v) const { return (v - offset) * factor; }
    double from_view(double v) const { return v / factor + offset; }
};
/// Maps a curve's extent between its first and last key (with what it overshoots) to 0 .. 1; constants lie at 0.5.
ValueView normalised_view(const Curve& curve);

/// The curve from one side of the time axis to the other. Straight parts are two points; others one every `step`
/// pixels; where keys are denser than pixels, every pixel is looked at once.
std::vector<ScreenPoint> curve_line(const Curve& curve, const Axis& time, const Axis& value, const ValueView& view,
                                    float step);

/// Distance of a point from a line, in pixels.
float distance_to_line(const std::vector<ScreenPoint>& line, ScreenPoint at);

/// Extent of the curve's values between two times.
struct ValueRange {
    double low = 0, high = 0;
    bool any = false;
    void add(double v);
};
ValueRange value_range(const Curve& curve, double first, double last);

} // namespace tessera
