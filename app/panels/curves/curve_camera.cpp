#include "app/panels/curves/curve_camera.h"
#include <algorithm>
#include <charconv>
#include <cmath>

namespace tessera {

namespace {
constexpr double far_away = 1e12; ///< beyond it places cannot be told apart any more
}

float Axis::to_screen(double v) const
{
    // Kept where floats still tell pixels apart, so that steep curves are clipped and not broken.
    constexpr double limit = 1e6;
    return float(std::clamp(double(origin) + (v - low) / (high - low) * double(pixels), -limit, limit));
}

double Axis::per_pixel() const
{
    return (high - low) / std::max(1.0, double(std::abs(pixels)));
}

void zoom(Axis& axis, double at, double factor, double least, double most)
{
    const double before = axis.high - axis.low;
    const double after = std::clamp(before / factor, least, most);
    const double share = (at - axis.low) / before;
    axis.low = std::clamp(at - share * after, -far_away, far_away);
    axis.high = axis.low + after;
}

void pan(Axis& axis, float by_pixels)
{
    const double by = double(by_pixels / axis.pixels) * (axis.high - axis.low);
    if (std::abs(axis.low - by) > far_away) return;
    axis.low -= by, axis.high -= by;
}

void fit(Axis& axis, double low, double high, double margin, double least)
{
    if (high - low < least) {
        const double middle = (low + high) / 2;
        low = middle - least / 2, high = middle + least / 2;
    }
    const double room = (high - low) * margin;
    axis.low = std::clamp(low - room, -far_away, far_away);
    axis.high = std::max(axis.low + least, std::min(high + room, far_away));
}

double tick_step(const Axis& axis, float gap, bool whole)
{
    const double wanted = std::max(axis.per_pixel() * double(gap), 1e-12);
    const double power = std::pow(10.0, std::floor(std::log10(wanted)));
    double step = power * 10;
    for (const double part : {1.0, 2.0, 5.0})
        if (part * power >= wanted * (1 - 1e-9)) {
            step = part * power;
            break;
        }
    return whole ? std::max(1.0, step) : step;
}

std::vector<Tick> ticks(const Axis& axis, float gap, bool whole)
{
    const double step = tick_step(axis, gap, whole);
    // Five finer marks to a step, unless frames are coarser than that.
    double fine = step / 5;
    if (whole) fine = step < 5 ? 1 : std::max(1.0, std::round(step / 5));
    const int parts = std::max(1, int(std::round(step / fine)));
    std::vector<Tick> marks;
    const double first = std::ceil(axis.low / fine), last = std::floor(axis.high / fine);
    if (last - first > 2000) return marks;
    for (double i = first; i <= last; ++i) marks.push_back({i * fine, std::fmod(i, parts) == 0});
    return marks;
}

std::string tick_text(double value, double step)
{
    const int digits = std::clamp(int(std::ceil(-std::log10(step) - 1e-9)), 0, 9);
    if (std::abs(value) < step * 1e-6) value = 0;
    char buffer[64];
    const bool long_number = std::abs(value) >= 1e7;
    const auto end = long_number
                         ? std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific, 3).ptr
                         : std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, digits).ptr;
    return {buffer, end};
}

} // namespace tessera
