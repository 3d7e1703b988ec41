#include "app/panels/curves/curve_operations.h"
#include "core/base/value.h"
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace tessera {

namespace {

constexpr int most_repetitions = 1000;

/// Indices of the first and the last selected key; false where fewer than two are.
bool find_run(const Curve& curve, const KeyTimes& selected, size_t& first, size_t& last)
{
    const auto keys = curve.keys();
    bool any = false;
    for (size_t i = 0; i < keys.size(); ++i) {
        if (!selected.contains(keys[i].time)) continue;
        if (!any) first = i;
        last = i, any = true;
    }
    return any && last > first;
}

EditedKeys unchanged(const Curve& curve, const KeyTimes& selected)
{
    return {{curve.keys().begin(), curve.keys().end()}, selected};
}

std::string number(double v)
{
    const std::string text = shortest_text(v);
    return v < 0 ? "(" + text + ")" : text;
}

/// The key taken out that is nearest to segment `i`, when there is one.
std::optional<size_t> nearest_removed(const std::vector<bool>& keep, size_t i)
{
    for (size_t away = 0; away < keep.size(); ++away) {
        if (i >= away && !keep[i - away]) return i - away;
        if (i + 1 + away < keep.size() && !keep[i + 1 + away]) return i + 1 + away;
    }
    return std::nullopt;
}

/// One key for each gap of the thinned curve that is off by more than the tolerance. The segments beside the run are
/// looked at too, because the tangents of its ends hang on the keys inside.
std::vector<size_t> keys_to_bring_back(const Curve& whole, const Curve& thin, const std::vector<bool>& keep,
                                       size_t first, size_t last, double tolerance)
{
    const auto keys = whole.keys();
    const auto error_at = [&](double t) { return std::abs(thin.at(t) - whole.at(t)); };
    const size_t end = std::min(keys.size() - 1, last + 1);
    std::vector<size_t> back;
    for (size_t gap = first > 0 ? first - 1 : 0; gap < end;) {
        size_t next = gap + 1;
        while (!keep[next]) ++next;
        double worst = tolerance;
        std::optional<size_t> found;
        for (size_t i = gap; i < next; ++i) {
            double here = keep[i] ? 0 : error_at(keys[i].time);
            constexpr double most_samples = 10000;
            const double start = std::ceil(keys[i].time);
            const double frames = std::min(most_samples, std::floor(keys[i + 1].time) - start);
            for (double f = 0; f <= frames; ++f) here = std::max(here, error_at(start + f));
            if (here > worst) worst = here, found = keep[i] ? nearest_removed(keep, i) : i;
        }
        if (found) back.push_back(*found);
        gap = next;
    }
    return back;
}

/// The key with the tangents that the curve really has on both sides of it, whichever key's rule makes them.
CurveKey with_real_tangents(const Curve& curve, size_t i)
{
    CurveKey key = curve.keys()[i];
    const bool bezier = key.interpolation == Interpolation::Bezier;
    // What a rule that ignores the next key's tangent reaches it with.
    const Interpolation left = i > 0 ? curve.keys()[i - 1].interpolation : Interpolation::Bezier;
    const bool own_in =
        bezier && left != Interpolation::Linear && left != Interpolation::Cubic && left != Interpolation::Constant;
    if (!own_in && i > 0) {
        const double width = key.time - curve.keys()[i - 1].time;
        key.in_slope = curve.slope_at(key.time - std::max(width * 1e-10, std::abs(key.time) * 1e-14));
        key.in_length = 1.0 / 3;
    }
    if (!bezier) key.out_slope = slopes_at(curve, i).out, key.out_length = 1.0 / 3;
    if (key.interpolation != Interpolation::Constant) key.interpolation = Interpolation::Bezier;
    key.broken = true;
    return key;
}

} // namespace

EditedKeys reversed(const Curve& curve, const KeyTimes& selected)
{
    size_t first = 0, last = 0;
    if (!find_run(curve, selected, first, last)) return unchanged(curve, selected);
    // A Bezier key speaks for the segment on its left too, which no other rule does: where there is one, all keys get
    // tangents of their own, which turn round without changing shape.
    const auto old = curve.keys();
    EditedKeys result{{old.begin(), old.end()}, {}};
    const auto is_bezier = [](const CurveKey& k) { return k.interpolation == Interpolation::Bezier; };
    if (std::any_of(old.begin() + long(first), old.begin() + long(last) + 1, is_bezier))
        for (size_t i = first; i <= last; ++i) result.keys[i] = with_real_tangents(curve, i);
    const std::vector<CurveKey> keys = result.keys;
    const double sum = keys[first].time + keys[last].time;
    for (size_t i = first; i <= last; ++i) {
        CurveKey k = keys[first + last - i];
        k.time = sum - k.time;
        // A segment's rule is kept by the key that starts it, which was the one that ended it.
        k.interpolation = i < last ? keys[first + last - i - 1].interpolation : keys[last].interpolation;
        std::swap(k.in_slope, k.out_slope);
        k.in_slope = -k.in_slope, k.out_slope = -k.out_slope;
        std::swap(k.in_length, k.out_length);
        result.keys[i] = k;
        result.selected.insert(k.time);
    }
    return result;
}

EditedKeys repeated(const Curve& curve, const KeyTimes& selected, int times, bool offset)
{
    size_t first = 0, last = 0;
    if (!find_run(curve, selected, first, last) || times < 1) return unchanged(curve, selected);
    const auto keys = curve.keys();
    const double period = keys[last].time - keys[first].time, rise = keys[last].value - keys[first].value;
    std::vector<CurveKey> added;
    for (int n = 0; n <= std::min(times, most_repetitions); ++n)
        for (size_t i = first; i <= last; ++i) {
            CurveKey k = keys[i];
            if (n > 0 && i == first && offset) continue; // the end of the repetition before is its beginning
            k.time += period * n;
            if (offset) k.value += rise * n;
            added.push_back(k);
        }
    // Where two repetitions meet the curve jumps, unless it ends as it began: the key that begins one stays.
    const double end = keys[last].time + period * std::min(times, most_repetitions);
    std::vector<CurveKey> rest;
    for (const CurveKey& k : keys)
        if (k.time < keys[first].time || k.time > end) rest.push_back(k);
    auto others = Curve::make(std::move(rest), curve.before(), curve.after());
    assert(others);
    return with_keys(*others, std::move(added));
}

EditedKeys smoothed(const Curve& curve, const KeyTimes& selected, int passes)
{
    size_t first = 0, last = 0;
    EditedKeys result = unchanged(curve, selected);
    if (!find_run(curve, selected, first, last)) return result;
    std::vector<double> values(result.keys.size());
    for (int pass = 0; pass < passes; ++pass) {
        for (size_t i = first; i <= last; ++i) values[i] = result.keys[i].value;
        for (size_t i = first + 1; i < last; ++i)
            if (selected.contains(result.keys[i].time)) {
                // Neighbours count by how near they are, so that a line stays a line.
                const double before = result.keys[i].time - result.keys[i - 1].time,
                             after = result.keys[i + 1].time - result.keys[i].time;
                const double between = (values[i - 1] * after + values[i + 1] * before) / (before + after);
                result.keys[i].value = (values[i] + between) / 2;
            }
    }
    return result;
}

EditedKeys filtered(const Curve& curve, const KeyTimes& selected, double tolerance)
{
    size_t first = 0, last = 0;
    if (!find_run(curve, selected, first, last)) return unchanged(curve, selected);
    const auto keys = curve.keys();
    // Keys that are not selected always stay. The others come back where the curve without them is furthest off, at
    // once in every gap that is off, until none is; each round makes the curve anew, and rounds are about log2(keys).
    std::vector<bool> keep(keys.size(), true);
    for (size_t i = first + 1; i < last; ++i) keep[i] = !selected.contains(keys[i].time);
    for (;;) {
        std::vector<CurveKey> kept;
        for (size_t i = 0; i < keys.size(); ++i)
            if (keep[i]) kept.push_back(keys[i]);
        auto made = Curve::make(std::move(kept), curve.before(), curve.after());
        assert(made);
        const auto back = keys_to_bring_back(curve, *made, keep, first, last, tolerance);
        for (const size_t i : back) keep[i] = true;
        if (!back.empty()) continue;
        EditedKeys result{{made->keys().begin(), made->keys().end()}, {}};
        for (const CurveKey& k : result.keys)
            if (selected.contains(k.time)) result.selected.insert(k.time);
        return result;
    }
}

std::string wave_expression(const WaveSettings& s)
{
    const std::string rise = s.offset == 0 ? "" : number(s.offset) + " + ";
    switch (s.wave) {
    case Wave::Sine:
        return rise + number(s.amplitude) + " * sin(2 * pi * (frame - " + number(s.first) + ") / " + number(s.period) +
               ")";
    case Wave::Noise: return rise + number(s.amplitude) + " * noise(frame / " + number(s.period) + ")";
    case Wave::Ramp:
        return "mix(" + number(s.from) + ", " + number(s.to) + ", (frame - " + number(s.first) + ") / " +
               number(std::max(1e-9, s.last - s.first)) + ")";
    case Wave::Custom: break;
    }
    return {};
}

} // namespace tessera
