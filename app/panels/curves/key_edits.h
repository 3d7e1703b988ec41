#pragma once
// What can be done to keys of one curve: pure functions from a curve and the times of the keys that are selected to the
// keys as they are to be. The curve editor and the dope sheet share them; curves and keys are told apart by time alone,
// since no curve has two keys at one time.
#include "core/base/curve.h"
#include <functional>
#include <set>

namespace tessera {

using KeyTimes = std::set<double>;

/// A curve after an edit, and which of its keys are selected then.
struct EditedKeys {
    std::vector<CurveKey> keys;
    KeyTimes selected;
    bool operator==(const EditedKeys&) const = default;
};

/// Moves and scales about a pivot, in time and in value. Time is not turned round: its factor is above 0.
struct KeyTransform {
    double time_by = 0, value_by = 0;
    double time_factor = 1, value_factor = 1;
    double time_pivot = 0, value_pivot = 0;
    bool whole_frames = false; ///< times that are moved end on whole frames
    double time(double t) const;
    double value(double v) const { return value_pivot + (v - value_pivot) * value_factor + value_by; }
};
/// The smallest factor of time.
inline constexpr double least_time_factor = 1e-3;

/// Selected keys transformed; one that arrives at the time of a key that is not selected takes its place, and of two
/// selected ones that meet the later stays.
EditedKeys transformed(const Curve& curve, const KeyTimes& selected, const KeyTransform& transform);
/// Changes each selected key in place; its time must stay.
EditedKeys with_each(const Curve& curve, const KeyTimes& selected, const std::function<void(CurveKey&)>& change);
EditedKeys without(const Curve& curve, const KeyTimes& selected);
/// Puts keys in, in place of those at their times; they are what is selected then.
EditedKeys with_keys(const Curve& curve, std::vector<CurveKey> added);
/// A key at `time` that leaves the curve as it is, as far as its rule allows; the rule is that of its surroundings.
CurveKey key_on(const Curve& curve, double time);

/// Slopes with which the curve reaches and leaves a key, whatever its rule.
struct KeySlopes {
    double in = 0, out = 0;
};
KeySlopes slopes_at(const Curve& curve, size_t key);

EditedKeys with_interpolation(const Curve& curve, const KeyTimes& selected, Interpolation interpolation);
/// Bezier keys with horizontal tangents.
EditedKeys with_horizontal_tangents(const Curve& curve, const KeyTimes& selected);
/// Bezier keys whose tangents are apart; when all of them are so already, joined again at their mean.
EditedKeys with_broken_tangents(const Curve& curve, const KeyTimes& selected);
/// Bezier keys with the tangents that they have.
EditedKeys with_free_tangents(const Curve& curve, const KeyTimes& selected);
/// Sets a slope of Bezier keys, of others after freeing their tangents. Only broken keys have an in slope of their own.
EditedKeys with_slope(const Curve& curve, const KeyTimes& selected, bool in, double slope);

/// Where the end of a key's tangent is, in time and value.
struct Handle {
    double time = 0, value = 0;
    bool exists = false; ///< the outer sides of the first and the last key have none
};
Handle handle_of(const Curve& curve, size_t key, bool in);
/// The key with that handle at a place: its slope and its share of the segment follow, kept on its side of the key. The
/// key becomes a Bezier key; `broken` parts its tangents, otherwise the other one turns with it.
CurveKey with_handle(const Curve& curve, size_t key, bool in, double time, double value, bool broken);

/// Extent of selected keys over several curves.
struct KeyBounds {
    double first = 0, last = 0, low = 0, high = 0;
    int count = 0;
    void add(const CurveKey& key);
    bool empty() const { return count == 0; }
};
KeyBounds bounds_of(const Curve& curve, const KeyTimes& selected);

} // namespace tessera
