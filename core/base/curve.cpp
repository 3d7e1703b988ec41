// Curves are cubic Bezier segments in (time, value). All rules but Constant and Linear come down to a slope at each end
// of a segment and the horizontal length of its two handles; with both lengths a third of the segment the parameter of
// the Bezier equals time and the segment is a cubic Hermite, otherwise the parameter is found by Newton's method inside
// a bracket that always shrinks. Slopes are found once, when the curve is made, because a natural spline couples all
// keys of a run. (Storing polynomial coefficients instead would save a few multiplications and lose the handles.)
#include "core/base/curve.h"
#include <algorithm>
#include <array>
#include <cmath>

namespace tessera {

namespace {

constexpr double third = 1.0 / 3;
constexpr std::array<std::string_view, 6> interpolation_names{"constant", "linear",      "smooth",
                                                              "cubic",    "catmull-rom", "bezier"};
constexpr std::array<std::string_view, 5> extrapolation_names{"constant", "linear", "loop", "loop-offset", "bounce"};

Error bad_key(size_t i, const std::string& what)
{
    return {ErrorKind::InvalidArgument, "key " + std::to_string(i + 1) + " of a curve " + what,
            "give every key a time of its own and finite numbers"};
}

Status check(const std::vector<CurveKey>& keys)
{
    for (size_t i = 0; i < keys.size(); ++i) {
        const CurveKey& k = keys[i];
        for (double v : {k.time, k.value, k.in_slope, k.out_slope, k.in_length, k.out_length})
            if (!std::isfinite(v)) return bad_key(i, "has a number that is not finite");
        for (double v : {k.in_length, k.out_length})
            if (v < 0 || v > 1) return bad_key(i, "has a handle length outside 0 to 1");
        if (i > 0 && k.time == keys[i - 1].time) return bad_key(i, "is at the same time as the one before it");
        if (i > 0 && k.time < keys[i - 1].time) return bad_key(i, "comes before the one in front of it");
    }
    return {};
}

/// Cubic Bezier with the control values a, b, c, d at parameter u.
double bezier(double a, double b, double c, double d, double u)
{
    const double v = 1 - u;
    return v * v * v * a + 3 * v * v * u * b + 3 * v * u * u * c + u * u * u * d;
}

double bezier_derivative(double a, double b, double c, double d, double u)
{
    const double v = 1 - u;
    return 3 * (v * v * (b - a) + 2 * v * u * (c - b) + u * u * (d - c));
}

/// The parameter at which the Bezier 0, p, q, 1 (p and q within 0 to 1, so it never turns back) reaches `share`.
double parameter_at(double p, double q, double share)
{
    double low = 0, high = 1, u = share;
    for (int i = 0; i < 80; ++i) {
        const double f = bezier(0, p, q, 1, u) - share;
        if (f == 0 || high - low < 1e-16) break;
        (f > 0 ? high : low) = u;
        const double slope = bezier_derivative(0, p, q, 1, u);
        const double next = slope > 0 ? u - f / slope : -1;
        const double step = next > low && next < high ? next : (low + high) / 2;
        if (step == u) break;
        u = step;
    }
    return u;
}

} // namespace

Result<Curve> Curve::make(std::vector<CurveKey> keys, Extrapolation before, Extrapolation after)
{
    TESSERA_CHECK(check(keys));
    for (CurveKey& k : keys)
        if (!k.broken) k.in_slope = k.out_slope;
    Curve c;
    c.keys_ = std::move(keys);
    c.before_ = before, c.after_ = after;
    c.find_slopes();
    return c;
}

double Curve::chord(size_t segment) const
{
    const CurveKey &a = keys_[segment], &b = keys_[segment + 1];
    return (b.value - a.value) / (b.time - a.time);
}

/// Slope at a key by a rule that looks at its neighbours.
double Curve::tangent(size_t key, Interpolation rule) const
{
    const size_t last = keys_.size() - 1;
    const bool smooth = rule != Interpolation::CatmullRom;
    if (key == 0) return smooth && before_ == Extrapolation::Constant ? 0 : chord(0);
    if (key == last) return smooth && after_ == Extrapolation::Constant ? 0 : chord(last - 1);
    const CurveKey &a = keys_[key - 1], &b = keys_[key + 1];
    const double slope = (b.value - a.value) / (b.time - a.time);
    if (!smooth) return slope;
    const double left = chord(key - 1), right = chord(key);
    if (left * right <= 0) return 0;
    // Fritsch and Carlson 1980: a slope of at most three times each chord keeps a cubic monotone.
    const double limit = 3 * std::min(std::abs(left), std::abs(right));
    return std::clamp(slope, -limit, limit);
}

double Curve::end_tangent(size_t segment) const
{
    const size_t key = segment + 1;
    const Interpolation own = keys_[key].interpolation, rule = keys_[segment].interpolation;
    if (own == Interpolation::Bezier) return keys_[key].in_slope;
    const bool speaks = own == Interpolation::Smooth || own == Interpolation::CatmullRom;
    return tangent(key, speaks && key + 1 < keys_.size() ? own : rule);
}

/// Second derivatives of the natural cubic spline through keys first to last (zero at both ends) by Thomas' algorithm,
/// then the slopes that they imply.
void Curve::fit_natural_spline(size_t first, size_t last)
{
    const size_t n = last - first + 1;
    std::vector<double> bend(n), ratio(n);
    const auto width = [&](size_t i) { return keys_[first + i + 1].time - keys_[first + i].time; };
    for (size_t i = 1; i + 1 < n; ++i) {
        const double left = width(i - 1), right = width(i);
        const double pivot = 2 * (left + right) - left * ratio[i - 1];
        ratio[i] = right / pivot;
        bend[i] = (6 * (chord(first + i) - chord(first + i - 1)) - left * bend[i - 1]) / pivot;
    }
    bend[n - 1] = 0;
    for (size_t i = n - 1; i-- > 1;) bend[i] -= ratio[i] * bend[i + 1];
    for (size_t i = 0; i + 1 < n; ++i) {
        const double d = chord(first + i), h = width(i);
        slopes_[first + i] = {d - h * (2 * bend[i] + bend[i + 1]) / 6, d + h * (bend[i] + 2 * bend[i + 1]) / 6};
    }
}

void Curve::find_slopes()
{
    slopes_.assign(keys_.empty() ? 0 : keys_.size() - 1, {});
    for (size_t i = 0; i < slopes_.size(); ++i) {
        const Interpolation rule = keys_[i].interpolation;
        if (rule == Interpolation::Constant) continue;
        if (rule == Interpolation::Linear)
            slopes_[i] = {chord(i), chord(i)};
        else if (rule == Interpolation::Bezier)
            slopes_[i] = {keys_[i].out_slope, end_tangent(i)};
        else if (rule != Interpolation::Cubic)
            slopes_[i] = {tangent(i, rule), end_tangent(i)};
        else if (i == 0 || keys_[i - 1].interpolation != Interpolation::Cubic) {
            size_t last = i;
            while (last < slopes_.size() && keys_[last].interpolation == Interpolation::Cubic) ++last;
            fit_natural_spline(i, last);
        }
    }
}

Curve::Sample Curve::inside(double time, bool want_slope) const
{
    const auto above =
        std::upper_bound(keys_.begin(), keys_.end(), time, [](double t, const CurveKey& k) { return t < k.time; });
    const size_t i = size_t(above - keys_.begin()) - 1;
    const CurveKey& a = keys_[i];
    if (i + 1 == keys_.size()) return {a.value, want_slope ? end_slope(false) : 0};
    if (a.interpolation == Interpolation::Constant) return {a.value, 0};
    const CurveKey& b = keys_[i + 1];
    const double width = b.time - a.time, share = (time - a.time) / width;
    if (a.interpolation == Interpolation::Linear) return {a.value + (b.value - a.value) * share, slopes_[i].start};

    const bool cubic = a.interpolation == Interpolation::Cubic;
    const double out = a.interpolation == Interpolation::Bezier ? a.out_length : third;
    const double in = !cubic && b.interpolation == Interpolation::Bezier ? b.in_length : third;
    const double p = a.value + slopes_[i].start * out * width, q = b.value - slopes_[i].end * in * width;
    const bool plain = out == third && in == third;
    const double u = plain ? share : parameter_at(out, 1 - in, share);
    Sample s{bezier(a.value, p, q, b.value, u), 0};
    if (!want_slope) return s;
    if (plain) return s.slope = bezier_derivative(a.value, p, q, b.value, u) / width, s;
    // Where the curve is vertical in its parameter (a handle of length 0, or both of length 1) a short secant stands
    // in.
    constexpr double vertical = 1e-6, step = 1e-5;
    const double along = bezier_derivative(0, out, 1 - in, 1, u);
    if (along > vertical) return s.slope = bezier_derivative(a.value, p, q, b.value, u) / (along * width), s;
    const double u0 = std::max(0.0, u - step), u1 = std::min(1.0, u + step);
    const double rise = bezier(a.value, p, q, b.value, u1) - bezier(a.value, p, q, b.value, u0);
    s.slope = rise / ((bezier(0, out, 1 - in, 1, u1) - bezier(0, out, 1 - in, 1, u0)) * width);
    return s;
}

/// Slope with which the curve goes on beyond its first or last key.
double Curve::end_slope(bool at_start) const
{
    const CurveKey& k = at_start ? keys_.front() : keys_.back();
    const Extrapolation rule = at_start ? before_ : after_;
    if (rule == Extrapolation::Constant) return 0;
    if (k.interpolation == Interpolation::Bezier) return at_start ? k.in_slope : k.out_slope;
    if (slopes_.empty()) return 0;
    return at_start ? slopes_.front().start : slopes_.back().end;
}

Curve::Sample Curve::outside(double time, bool want_slope) const
{
    const bool left = time < keys_.front().time;
    const CurveKey& edge = left ? keys_.front() : keys_.back();
    const Extrapolation rule = left ? before_ : after_;
    const double first = keys_.front().time, period = keys_.back().time - first;
    if (rule == Extrapolation::Linear) {
        const double slope = end_slope(left);
        return {slope == 0 ? edge.value : edge.value + slope * (time - edge.time), slope};
    }
    if (rule == Extrapolation::Constant || period <= 0 || !std::isfinite(time)) return {edge.value, 0};

    const double turns = std::floor((time - first) / period);
    const double into = std::clamp(time - first - turns * period, 0.0, period);
    const bool backwards = rule == Extrapolation::Bounce && std::fmod(turns, 2) != 0;
    Sample s = inside(first + (backwards ? period - into : into), want_slope);
    if (backwards) s.slope = -s.slope;
    if (rule == Extrapolation::LoopOffset) s.value += turns * (keys_.back().value - keys_.front().value);
    return s;
}

double Curve::at(double time) const
{
    if (keys_.empty()) return 0;
    if (std::isnan(time)) return time;
    const bool within = time >= keys_.front().time && time <= keys_.back().time;
    return within ? inside(time, false).value : outside(time, false).value;
}

double Curve::slope_at(double time) const
{
    if (keys_.empty()) return 0;
    if (std::isnan(time)) return time;
    const bool within = time >= keys_.front().time && time < keys_.back().time;
    return within ? inside(time, true).slope : outside(time, true).slope;
}

std::string_view name_of(Interpolation i)
{
    return interpolation_names[size_t(i)];
}
std::string_view name_of(Extrapolation e)
{
    return extrapolation_names[size_t(e)];
}

std::optional<Interpolation> interpolation_named(std::string_view name)
{
    const auto it = std::find(interpolation_names.begin(), interpolation_names.end(), name);
    if (it == interpolation_names.end()) return std::nullopt;
    return Interpolation(it - interpolation_names.begin());
}

std::optional<Extrapolation> extrapolation_named(std::string_view name)
{
    const auto it = std::find(extrapolation_names.begin(), extrapolation_names.end(), name);
    if (it == extrapolation_names.end()) return std::nullopt;
    return Extrapolation(it - extrapolation_names.begin());
}

} // namespace tessera
