#include "nodes/transform/resample_geometry.h"
#include <cassert>

namespace tessera {

namespace {

constexpr double coefficient_noise = 1e-9; ///< of products and inverses of matrices
constexpr double position_noise = 1e-7;    ///< pixels
constexpr double least_stretch = 1e-6;     ///< above 1: rounding of rotations is no stretch

double cleaned(double v, double noise)
{
    const double whole = std::round(v);
    return std::abs(v - whole) < noise ? whole : v;
}

/// Pixel centres map to pixel centres.
bool moves_whole_pixels(const Mat3& m)
{
    if (!m.affine()) return false;
    for (const size_t row : {size_t(0), size_t(3)}) {
        const double a = m.m[row], b = m.m[row + 1];
        if (!((std::abs(a) == 1 && b == 0) || (a == 0 && std::abs(b) == 1))) return false;
        const double centre = (a + b) / 2 + m.m[row + 2] - 0.5;
        if (centre != std::floor(centre)) return false;
    }
    return m.m[0] * m.m[4] - m.m[1] * m.m[3] != 0;
}

/// f of a symmetric matrix, given f of its eigenvalues.
template <class F> Sym2 function_of(const Sym2& a, F f)
{
    const double mean = (a.xx + a.yy) / 2, half = (a.xx - a.yy) / 2, spread = std::sqrt(half * half + a.xy * a.xy);
    const double large = f(mean + spread), small = f(std::max(0.0, mean - spread));
    const double slope = spread > 0 ? (large - small) / (2 * spread) : 0, rest = (large + small) / 2 - slope * mean;
    return {rest + slope * a.xx, slope * a.xy, rest + slope * a.yy};
}

/// (B, C) of the cubic filters.
Vec2 cubic_parameters(ResampleFilter filter)
{
    switch (filter) {
    case ResampleFilter::Keys: return {0, 0.5};
    case ResampleFilter::Simon: return {0, 0.75};
    case ResampleFilter::Rifman: return {0, 1};
    case ResampleFilter::Mitchell: return {1.0 / 3, 1.0 / 3};
    case ResampleFilter::Parzen: return {1, 0};
    case ResampleFilter::Notch: return {1.5, -0.25};
    default: return {0, 0};
    }
}

} // namespace

SampleMap sample_map(const Mat3& matrix, double scale)
{
    SampleMap s;
    Mat3 m = scaling(scale, scale) * inverted(matrix) * scaling(1 / scale, 1 / scale);
    const double w = m.affine() ? m.m[8] : 1; // a perspective one keeps its sign, which says what is behind the viewer
    s.singular = w == 0 || determinant(m) == 0;
    for (double& v : m.m) {
        v /= w;
        if (!std::isfinite(v)) s.singular = true;
    }
    s.inverse = m;
    s.stretched = true;
    if (s.singular || !m.affine()) return s;
    for (const size_t i : {0, 1, 3, 4}) s.inverse.m[i] = cleaned(m.m[i], coefficient_noise);
    for (const size_t i : {2, 5}) s.inverse.m[i] = cleaned(m.m[i] * 2, position_noise) / 2; // also by half pixels
    s.whole = moves_whole_pixels(s.inverse);
    const Sym2 stretch = footprint(s.inverse, {}).stretch;
    s.stretched = stretch.xx + stretch.yy > 2 + least_stretch;
    return s;
}

Footprint footprint(const Mat3& inverse, Vec2 p)
{
    const auto& m = inverse.m;
    const double w = m[6] * p.x + m[7] * p.y + m[8];
    const Vec2 q = transformed(inverse, p);
    const double a = (m[0] - q.x * m[6]) / w, b = (m[1] - q.x * m[7]) / w;
    const double c = (m[3] - q.y * m[6]) / w, d = (m[4] - q.y * m[7]) / w;
    const Sym2 square{a * a + b * b, a * c + b * d, c * c + d * d};
    return {function_of(square, [](double v) { return std::sqrt(std::max(1.0, v)); }),
            function_of(square, [](double v) { return 1 / std::sqrt(std::max(1.0, v)); })};
}

double filter_reach(ResampleFilter filter, double shrink)
{
    switch (filter) {
    case ResampleFilter::Impulse: return 0.5;
    case ResampleFilter::Box: return 0.5 + 0.5 * shrink;
    default: return filter_taps(filter) / 2;
    }
}

Vec2 filter_extent(ResampleFilter filter, const SampleMap& map, const Rect& out)
{
    if (filter == ResampleFilter::Impulse) return {0.5, 0.5};
    const Vec2 corners[] = {{double(out.x0), double(out.y0)},
                            {double(out.x1), double(out.y0)},
                            {double(out.x0), double(out.y1)},
                            {double(out.x1), double(out.y1)}};
    Vec2 extent;
    for (const Vec2 corner : corners) {
        const Footprint f = footprint(map.inverse, corner);
        const double rx = filter_reach(filter, std::hypot(f.shrink.xx, f.shrink.xy));
        const double ry = filter_reach(filter, std::hypot(f.shrink.xy, f.shrink.yy));
        extent.x = std::max(extent.x, std::abs(f.stretch.xx) * rx + std::abs(f.stretch.xy) * ry);
        extent.y = std::max(extent.y, std::abs(f.stretch.xy) * rx + std::abs(f.stretch.yy) * ry);
        if (map.inverse.affine()) break;
    }
    return extent;
}

CubicFilter cubic_filter(ResampleFilter filter)
{
    const auto [b, c] = cubic_parameters(filter);
    return {{(6 - 2 * b) / 6, (-18 + 12 * b + 6 * c) / 6, (12 - 9 * b - 6 * c) / 6},
            {(8 * b + 24 * c) / 6, (-12 * b - 48 * c) / 6, (6 * b + 30 * c) / 6, (-b - 6 * c) / 6}};
}

bool is_sinc(ResampleFilter filter)
{
    return filter == ResampleFilter::Lanczos4 || filter == ResampleFilter::Lanczos6 || filter == ResampleFilter::Sinc4;
}

int window_lobes(ResampleFilter filter)
{
    return filter == ResampleFilter::Lanczos4 ? 2 : filter == ResampleFilter::Lanczos6 ? 3 : 0;
}

int filter_taps(ResampleFilter filter)
{
    switch (filter) {
    case ResampleFilter::Impulse: return 1;
    case ResampleFilter::Cubic:
    case ResampleFilter::Box: return 2;
    case ResampleFilter::Lanczos6: return 6;
    default: return 4;
    }
}

bool interpolates(ResampleFilter filter)
{
    return filter != ResampleFilter::Mitchell && filter != ResampleFilter::Parzen && filter != ResampleFilter::Notch;
}

} // namespace tessera
