#include "app/panels/curves/key_edits.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

/// Handles shorter than this share of a segment cannot be grabbed and make slopes without bound.
constexpr double least_handle = 0.01;
constexpr double third = 1.0 / 3;

std::vector<CurveKey> keys_of(const Curve& curve)
{
    return {curve.keys().begin(), curve.keys().end()};
}

/// Width of the segment on one side of a key; 0 where there is none.
double width_beside(const Curve& curve, size_t key, bool in)
{
    const auto keys = curve.keys();
    if (in) return key > 0 ? keys[key].time - keys[key - 1].time : 0;
    return key + 1 < keys.size() ? keys[key + 1].time - keys[key].time : 0;
}

/// Makes a Bezier key of one that had another rule, with the tangents that it had.
void free_tangents(const Curve& curve, size_t index, CurveKey& key)
{
    if (key.interpolation == Interpolation::Bezier) return;
    const KeySlopes slopes = slopes_at(curve, index);
    key.interpolation = Interpolation::Bezier;
    key.in_slope = slopes.in, key.out_slope = slopes.out;
    key.in_length = key.out_length = third;
    // Rounding apart: a key whose two sides are one line stays one line.
    const double size = std::max({1e-9, std::abs(slopes.in), std::abs(slopes.out)});
    key.broken = std::abs(slopes.in - slopes.out) > 1e-4 * size;
}

} // namespace

double KeyTransform::time(double t) const
{
    const double moved = time_pivot + (t - time_pivot) * std::max(time_factor, least_time_factor) + time_by;
    return whole_frames && (time_by != 0 || time_factor != 1) ? std::round(moved) : moved;
}

EditedKeys with_keys(const Curve& curve, std::vector<CurveKey> added)
{
    std::stable_sort(added.begin(), added.end(), [](const CurveKey& a, const CurveKey& b) { return a.time < b.time; });
    EditedKeys result;
    result.keys.reserve(curve.keys().size() + added.size());
    const auto old = curve.keys();
    size_t i = 0;
    for (size_t j = 0; j < added.size(); ++j) {
        if (j + 1 < added.size() && added[j + 1].time == added[j].time) continue; // the later one stays
        while (i < old.size() && old[i].time < added[j].time) result.keys.push_back(old[i++]);
        while (i < old.size() && old[i].time == added[j].time) ++i;
        result.keys.push_back(added[j]);
        result.selected.insert(added[j].time);
    }
    result.keys.insert(result.keys.end(), old.begin() + long(i), old.end());
    return result;
}

EditedKeys transformed(const Curve& curve, const KeyTimes& selected, const KeyTransform& transform)
{
    const double time_factor = std::max(transform.time_factor, least_time_factor);
    std::vector<CurveKey> rest, moved;
    for (CurveKey k : curve.keys()) {
        if (!selected.contains(k.time)) {
            rest.push_back(k);
            continue;
        }
        k.time = transform.time(k.time), k.value = transform.value(k.value);
        const double slope = transform.value_factor / time_factor;
        k.in_slope *= slope, k.out_slope *= slope;
        moved.push_back(k);
    }
    auto others = Curve::make(std::move(rest), curve.before(), curve.after());
    assert(others); // a part of a curve is a curve
    return with_keys(*others, std::move(moved));
}

EditedKeys with_each(const Curve& curve, const KeyTimes& selected, const std::function<void(CurveKey&)>& change)
{
    EditedKeys result{keys_of(curve), {}};
    for (CurveKey& k : result.keys) {
        if (!selected.contains(k.time)) continue;
        const double time = k.time;
        change(k);
        k.time = time;
        result.selected.insert(time);
    }
    return result;
}

EditedKeys without(const Curve& curve, const KeyTimes& selected)
{
    EditedKeys result{keys_of(curve), {}};
    std::erase_if(result.keys, [&](const CurveKey& k) { return selected.contains(k.time); });
    return result;
}

CurveKey key_on(const Curve& curve, double time)
{
    CurveKey key;
    key.time = time, key.value = curve.at(time);
    const auto keys = curve.keys();
    if (keys.empty()) return key;
    const auto above =
        std::upper_bound(keys.begin(), keys.end(), time, [](double t, const CurveKey& k) { return t < k.time; });
    key.interpolation = above == keys.begin() ? keys.front().interpolation : std::prev(above)->interpolation;
    key.in_slope = key.out_slope = curve.slope_at(time);
    return key;
}

KeySlopes slopes_at(const Curve& curve, size_t index)
{
    const auto keys = curve.keys();
    const CurveKey& key = keys[index];
    KeySlopes slopes;
    const double before = width_beside(curve, index, true), after = width_beside(curve, index, false);
    if (key.interpolation == Interpolation::Bezier) {
        slopes = {key.in_slope, key.out_slope};
    } else {
        // A sample just beside the key: the curve tells slopes to the right of a time. As near as doubles can tell.
        const double beside = std::max(before * 1e-10, std::abs(key.time) * 1e-14);
        if (before > 0) slopes.in = curve.slope_at(key.time - beside);
        if (std::abs(slopes.in) < 1e-8) slopes.in = 0;
        if (after > 0) slopes.out = curve.slope_at(key.time);
        if (before <= 0) slopes.in = slopes.out;
        if (after <= 0) slopes.out = slopes.in;
    }
    return slopes;
}

EditedKeys with_interpolation(const Curve& curve, const KeyTimes& selected, Interpolation interpolation)
{
    if (interpolation == Interpolation::Bezier) return with_free_tangents(curve, selected);
    return with_each(curve, selected, [&](CurveKey& k) {
        k.interpolation = interpolation;
        k.broken = false;
        k.in_length = k.out_length = third;
    });
}

namespace {

EditedKeys with_bezier(const Curve& curve, const KeyTimes& selected, const std::function<void(CurveKey&)>& change)
{
    EditedKeys result{keys_of(curve), {}};
    for (size_t i = 0; i < result.keys.size(); ++i) {
        CurveKey& k = result.keys[i];
        if (!selected.contains(k.time)) continue;
        free_tangents(curve, i, k);
        change(k);
        result.selected.insert(k.time);
    }
    return result;
}

} // namespace

EditedKeys with_free_tangents(const Curve& curve, const KeyTimes& selected)
{
    return with_bezier(curve, selected, [](CurveKey&) {});
}

EditedKeys with_horizontal_tangents(const Curve& curve, const KeyTimes& selected)
{
    return with_bezier(curve, selected, [](CurveKey& k) { k.in_slope = k.out_slope = 0, k.broken = false; });
}

EditedKeys with_broken_tangents(const Curve& curve, const KeyTimes& selected)
{
    const bool join = std::all_of(curve.keys().begin(), curve.keys().end(), [&](const CurveKey& k) {
        return !selected.contains(k.time) || (k.interpolation == Interpolation::Bezier && k.broken);
    });
    return with_bezier(curve, selected, [&](CurveKey& k) {
        if (join) k.in_slope = k.out_slope = (k.in_slope + k.out_slope) / 2;
        k.broken = !join;
    });
}

EditedKeys with_slope(const Curve& curve, const KeyTimes& selected, bool in, double slope)
{
    return with_bezier(curve, selected, [&](CurveKey& k) {
        (in && k.broken ? k.in_slope : k.out_slope) = slope;
        if (!k.broken) k.in_slope = k.out_slope = slope;
    });
}

Handle handle_of(const Curve& curve, size_t index, bool in)
{
    const CurveKey& key = curve.keys()[index];
    const double width = width_beside(curve, index, in);
    if (width <= 0) return {};
    const KeySlopes slopes = slopes_at(curve, index);
    const bool own = key.interpolation == Interpolation::Bezier;
    const double length = (own ? (in ? key.in_length : key.out_length) : third) * width;
    if (in) return {key.time - length, key.value - slopes.in * length, true};
    return {key.time + length, key.value + slopes.out * length, true};
}

CurveKey with_handle(const Curve& curve, size_t index, bool in, double time, double value, bool broken)
{
    CurveKey key = curve.keys()[index];
    const double width = width_beside(curve, index, in);
    if (width <= 0) return key;
    free_tangents(curve, index, key);
    const double away = std::clamp(in ? key.time - time : time - key.time, least_handle * width, width);
    const double slope = (in ? key.value - value : value - key.value) / away;
    (in ? key.in_length : key.out_length) = away / width;
    (in ? key.in_slope : key.out_slope) = slope;
    key.broken = key.broken || broken;
    if (!key.broken) key.in_slope = key.out_slope = slope;
    return key;
}

void KeyBounds::add(const CurveKey& key)
{
    first = count ? std::min(first, key.time) : key.time;
    last = count ? std::max(last, key.time) : key.time;
    low = count ? std::min(low, key.value) : key.value;
    high = count ? std::max(high, key.value) : key.value;
    ++count;
}

KeyBounds bounds_of(const Curve& curve, const KeyTimes& selected)
{
    KeyBounds bounds;
    for (const CurveKey& k : curve.keys())
        if (selected.contains(k.time)) bounds.add(k);
    return bounds;
}

} // namespace tessera
