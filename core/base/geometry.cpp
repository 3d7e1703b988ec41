#include "core/base/geometry.h"
#include <limits>
#include <numbers>

namespace tessera {

namespace {
constexpr int coordinate_limit = 1 << 28;

int floor_shift(int v, int level) { return v >> level; }
int ceil_shift(int v, int level) { return -((-v) >> level); }
int clamped(double v) { return int(std::clamp(v, -double(coordinate_limit), double(coordinate_limit))); }
} // namespace

Rect at_level(const Rect& full, int level)
{
    if (full.empty()) return {};
    return {floor_shift(full.x0, level), floor_shift(full.y0, level), ceil_shift(full.x1, level),
            ceil_shift(full.y1, level)};
}

Rect rounded_out(double x0, double y0, double x1, double y1)
{
    if (!(x0 < x1) || !(y0 < y1)) return {};
    return {clamped(std::floor(x0)), clamped(std::floor(y0)), clamped(std::ceil(x1)), clamped(std::ceil(y1))};
}

Mat3 operator*(const Mat3& a, const Mat3& b)
{
    Mat3 r;
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j)
            r.m[size_t(i * 3 + j)] = a.m[size_t(i * 3)] * b.m[size_t(j)] + a.m[size_t(i * 3 + 1)] * b.m[size_t(3 + j)] +
                                     a.m[size_t(i * 3 + 2)] * b.m[size_t(6 + j)];
    return r;
}

Vec2 transformed(const Mat3& t, Vec2 p)
{
    const auto& m = t.m;
    const double w = m[6] * p.x + m[7] * p.y + m[8];
    if (w == 0) return {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
    return {(m[0] * p.x + m[1] * p.y + m[2]) / w, (m[3] * p.x + m[4] * p.y + m[5]) / w};
}

double determinant(const Mat3& t)
{
    const auto& m = t.m;
    return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) +
           m[2] * (m[3] * m[7] - m[4] * m[6]);
}

Mat3 inverted(const Mat3& t)
{
    const double d = determinant(t);
    if (d == 0 || !std::isfinite(d)) return {{0, 0, 0, 0, 0, 0, 0, 0, 0}};
    const auto& m = t.m;
    const double s = 1 / d;
    return {{(m[4] * m[8] - m[5] * m[7]) * s, (m[2] * m[7] - m[1] * m[8]) * s, (m[1] * m[5] - m[2] * m[4]) * s,
             (m[5] * m[6] - m[3] * m[8]) * s, (m[0] * m[8] - m[2] * m[6]) * s, (m[2] * m[3] - m[0] * m[5]) * s,
             (m[3] * m[7] - m[4] * m[6]) * s, (m[1] * m[6] - m[0] * m[7]) * s, (m[0] * m[4] - m[1] * m[3]) * s}};
}

Mat3 translation(double x, double y) { return {{1, 0, x, 0, 1, y, 0, 0, 1}}; }
Mat3 scaling(double x, double y) { return {{x, 0, 0, 0, y, 0, 0, 0, 1}}; }

Mat3 rotation(double degrees)
{
    const double a = degrees * std::numbers::pi / 180, c = std::cos(a), s = std::sin(a);
    return {{c, -s, 0, s, c, 0, 0, 0, 1}};
}

Rect bounds_of(const Mat3& t, const Rect& r)
{
    if (r.empty()) return {};
    const Vec2 corners[] = {{double(r.x0), double(r.y0)},
                            {double(r.x1), double(r.y0)},
                            {double(r.x0), double(r.y1)},
                            {double(r.x1), double(r.y1)}};
    double x0 = 1e300, y0 = 1e300, x1 = -1e300, y1 = -1e300;
    for (const Vec2 c : corners) {
        if (t.m[6] * c.x + t.m[7] * c.y + t.m[8] <= 0)
            return {-coordinate_limit, -coordinate_limit, coordinate_limit, coordinate_limit};
        const Vec2 q = transformed(t, c);
        x0 = std::min(x0, q.x), y0 = std::min(y0, q.y), x1 = std::max(x1, q.x), y1 = std::max(y1, q.y);
    }
    return rounded_out(x0, y0, x1, y1);
}

} // namespace tessera
