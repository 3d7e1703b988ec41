#include "app/panels/curves/curve_lines.h"
#include <algorithm>
#include <cmath>
#include <limits>

namespace tessera {

namespace {

bool straight(Interpolation rule)
{
    return rule == Interpolation::Constant || rule == Interpolation::Linear;
}

/// Part of the line from time a to time b, with one point every `step` pixels.
void add_samples(std::vector<ScreenPoint>& line, const Curve& curve, const Axis& time, const Axis& value,
                 const ValueView& view, double a, double b, float step)
{
    const double pixels = (b - a) / time.per_pixel();
    const int parts = std::clamp(int(std::ceil(pixels / double(step))), 1, 20000);
    for (int i = 0; i <= parts; ++i) {
        const double t = a + (b - a) * i / parts;
        line.push_back({time.to_screen(t), value.to_screen(view.to_view(curve.at(t)))});
    }
}

} // namespace

ValueView normalised_view(const Curve& curve)
{
    if (curve.empty()) return {};
    const ValueRange range = value_range(curve, curve.keys().front().time, curve.keys().back().time);
    if (range.high - range.low < 1e-12) return {range.low - 0.5, 1};
    return {range.low, 1 / (range.high - range.low)};
}

std::vector<ScreenPoint> curve_line(const Curve& curve, const Axis& time, const Axis& value, const ValueView& view,
                                    float step)
{
    std::vector<ScreenPoint> line;
    const auto keys = curve.keys();
    if (keys.empty()) return line;
    const auto put = [&](double t, double v) { line.push_back({time.to_screen(t), value.to_screen(view.to_view(v))}); };
    const double left = time.low, right = time.high;
    const double first = keys.front().time, last = keys.back().time;
    if (left < first) {
        if (curve.before() == Extrapolation::Constant || curve.before() == Extrapolation::Linear)
            put(left, curve.at(left)), put(std::min(first, right), curve.at(std::min(first, right)));
        else
            add_samples(line, curve, time, value, view, left, std::min(first, right), step);
    }
    const auto before = [](const CurveKey& k, double t) { return k.time < t; };
    const size_t begin = size_t(std::lower_bound(keys.begin(), keys.end(), left, before) - keys.begin());
    const size_t end = size_t(std::lower_bound(keys.begin(), keys.end(), right, before) - keys.begin());
    const double width = std::abs(double(time.pixels));
    if (double(end - begin) > 2 * width) {
        add_samples(line, curve, time, value, view, std::max(left, first), std::min(right, last), 1);
    } else {
        for (size_t i = begin > 0 ? begin - 1 : 0; i < std::min(end, keys.size() - 1); ++i) {
            const CurveKey &a = keys[i], &b = keys[i + 1];
            if (a.interpolation == Interpolation::Constant)
                put(a.time, a.value), put(b.time, a.value);
            else if (straight(a.interpolation))
                put(a.time, a.value), put(b.time, b.value);
            else
                add_samples(line, curve, time, value, view, std::max(a.time, left), std::min(b.time, right), step);
        }
    }
    if (last < right) {
        put(std::max(last, left), curve.at(std::max(last, left)));
        if (curve.after() == Extrapolation::Constant || curve.after() == Extrapolation::Linear)
            put(right, curve.at(right));
        else
            add_samples(line, curve, time, value, view, std::max(last, left), right, step);
    }
    // Two points at one place have no direction, which makes thick lines flare.
    const auto same = [](ScreenPoint a, ScreenPoint b) {
        return std::abs(a.x - b.x) < 0.05f && std::abs(a.y - b.y) < 0.05f;
    };
    line.erase(std::unique(line.begin(), line.end(), same), line.end());
    return line;
}

float distance_to_line(const std::vector<ScreenPoint>& line, ScreenPoint at)
{
    float best = std::numeric_limits<float>::infinity();
    for (size_t i = 0; i + 1 < line.size(); ++i) {
        const ScreenPoint a = line[i], b = line[i + 1];
        const float dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
        const float t = length > 0 ? std::clamp(((at.x - a.x) * dx + (at.y - a.y) * dy) / length, 0.0f, 1.0f) : 0;
        best = std::min(best, std::hypot(at.x - a.x - t * dx, at.y - a.y - t * dy));
    }
    return best;
}

void ValueRange::add(double v)
{
    if (!std::isfinite(v)) return;
    low = any ? std::min(low, v) : v, high = any ? std::max(high, v) : v;
    any = true;
}

ValueRange value_range(const Curve& curve, double first, double last)
{
    ValueRange range;
    for (const CurveKey& k : curve.keys())
        if (k.time >= first && k.time <= last) range.add(k.value);
    if (curve.empty()) return range;
    constexpr int samples = 256;
    for (int i = 0; i <= samples; ++i) range.add(curve.at(first + (last - first) * i / samples));
    return range;
}

} // namespace tessera
