#pragma once
// Keyframed curves: one number as a function of time (or, for a lookup curve, of any other number).
#include "core/base/result.h"
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace tessera {

/// How a curve goes from a key to the next one.
enum class Interpolation {
    Constant,   ///< holds the key's value
    Linear,     ///< a straight line
    Smooth,     ///< cubic; tangent from the neighbours, flat where the key is an extreme (no overshoot) and at an end
                ///< beyond which the curve is constant
    Cubic,      ///< cubic with continuous second derivative through runs of such keys (natural spline)
    CatmullRom, ///< cubic; tangent parallel to the chord of the neighbours
    Bezier,     ///< the key's own tangents; both sides one line unless `broken`
};

/// What a curve is before its first and after its last key.
enum class Extrapolation { Constant, Linear, Loop, LoopOffset, Bounce };

struct CurveKey {
    double time = 0, value = 0;
    Interpolation interpolation = Interpolation::Smooth; ///< of the segment that starts here
    double in_slope = 0, out_slope = 0;                  ///< Bezier: value per unit of time
    double in_length = 1.0 / 3, out_length = 1.0 / 3; ///< Bezier: horizontal handle, as a share of the segment, 0 to 1
    bool broken = false;                              ///< Bezier: in and out slopes differ on purpose
    bool operator==(const CurveKey&) const = default;
};

/// Keys are sorted by time, no two at the same time, all numbers finite, handle lengths within 0 to 1: `make` refuses
/// anything else. Where a Bezier key is not `broken`, its in slope becomes its out slope.
/// A segment takes its rule from the key that starts it; at its end it meets a Bezier key with that key's in handle, a
/// Smooth or Catmull-Rom key with that key's tangent, and any other key with its own rule (Smooth for a Bezier
/// segment).
class Curve {
public:
    Curve() = default;
    static Result<Curve> make(std::vector<CurveKey> keys, Extrapolation before = Extrapolation::Constant,
                              Extrapolation after = Extrapolation::Constant);

    std::span<const CurveKey> keys() const { return keys_; }
    Extrapolation before() const { return before_; }
    Extrapolation after() const { return after_; }
    bool empty() const { return keys_.empty(); }

    /// The value at `time`; 0 for a curve without keys.
    double at(double time) const;
    /// Slope (value per unit of time) at `time`, of the segment to the right of it.
    double slope_at(double time) const;

    bool operator==(const Curve& other) const
    {
        return keys_ == other.keys_ && before_ == other.before_ && after_ == other.after_;
    }

private:
    /// Slopes at both ends of a segment; made of the keys by `make`, so that `at` has only to look them up.
    struct Slopes {
        double start = 0, end = 0;
    };
    struct Sample {
        double value = 0, slope = 0;
    };
    void find_slopes();
    double tangent(size_t key, Interpolation rule) const;
    double end_tangent(size_t segment) const;
    void fit_natural_spline(size_t first, size_t last);
    double chord(size_t segment) const;
    double end_slope(bool at_start) const;
    Sample inside(double time, bool want_slope) const;
    Sample outside(double time, bool want_slope) const;

    std::vector<CurveKey> keys_;
    std::vector<Slopes> slopes_; ///< one a segment
    Extrapolation before_ = Extrapolation::Constant, after_ = Extrapolation::Constant;
};

std::string_view name_of(Interpolation i); ///< "constant", "linear", "smooth", "cubic", "catmull-rom", "bezier"
std::string_view name_of(Extrapolation e); ///< "constant", "linear", "loop", "loop-offset", "bounce"
std::optional<Interpolation> interpolation_named(std::string_view name); ///< the inverse of name_of
std::optional<Extrapolation> extrapolation_named(std::string_view name); ///< the inverse of name_of

} // namespace tessera
