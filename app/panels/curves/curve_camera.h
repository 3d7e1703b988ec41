#pragma once
// How time and value map to the screen in the curve editor and the dope sheet, and the steps at which their axes are
// marked.
#include <string>
#include <vector>

namespace tessera {

/// One axis: screen = low_pixel + (v - low) / (high - low) * pixels. Values rise to the right and upwards; for the
/// vertical axis `pixels` is negative and `origin` its lower end.
struct Axis {
    double low = 0, high = 1; ///< what is shown
    float origin = 0, pixels = 100;
    float to_screen(double v) const;
    double from_screen(float p) const { return low + double((p - origin) / pixels) * (high - low); }
    /// Units that one pixel stands for.
    double per_pixel() const;
};

/// The range after zooming about `at` by `factor` (above 1: closer), kept between `least` and `most` units.
void zoom(Axis& axis, double at, double factor, double least, double most);
void pan(Axis& axis, float by_pixels);
/// Shows low..high with a margin, a share of the range at each side; a range without extent gets `least` units.
void fit(Axis& axis, double low, double high, double margin, double least);

struct Tick {
    double value = 0;
    bool strong = false; ///< carries a number
};
/// Marks at steps of 1, 2 or 5 times a power of ten with numbers at least `gap` pixels apart and finer marks between
/// them. `whole`: no step below 1 (frames).
std::vector<Tick> ticks(const Axis& axis, float gap, bool whole);
/// The step between the numbers.
double tick_step(const Axis& axis, float gap, bool whole);
/// A number as precise as steps of this size need.
std::string tick_text(double value, double step);

} // namespace tessera
