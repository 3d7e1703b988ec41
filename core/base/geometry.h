#pragma once
// Coordinates: origin bottom-left, x right, y up, in full-resolution pixels unless a function says otherwise; pixel
// (i, j) covers [i, i+1) x [j, j+1) and its centre is (i+0.5, j+0.5). Rectangles are integer and half-open.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace tessera {

struct Vec2 {
    double x = 0, y = 0;
    bool operator==(const Vec2&) const = default;
};
struct Vec3 {
    double x = 0, y = 0, z = 0;
    bool operator==(const Vec3&) const = default;
};
struct Vec4 {
    double x = 0, y = 0, z = 0, w = 0;
    bool operator==(const Vec4&) const = default;
};

inline Vec2 operator+(Vec2 a, Vec2 b) { return {a.x + b.x, a.y + b.y}; }
inline Vec2 operator-(Vec2 a, Vec2 b) { return {a.x - b.x, a.y - b.y}; }
inline Vec2 operator*(Vec2 a, double s) { return {a.x * s, a.y * s}; }

/// Scene-linear colour; alpha is a value of its own, not multiplied in.
struct Color {
    double r = 0, g = 0, b = 0, a = 0;
    constexpr Color() = default;
    constexpr explicit Color(double v) : r(v), g(v), b(v), a(v) {}
    constexpr Color(double r_, double g_, double b_, double a_) : r(r_), g(g_), b(b_), a(a_) {}
    bool operator==(const Color&) const = default;
};
inline Color operator+(Color x, Color y) { return {x.r + y.r, x.g + y.g, x.b + y.b, x.a + y.a}; }
inline Color operator-(Color x, Color y) { return {x.r - y.r, x.g - y.g, x.b - y.b, x.a - y.a}; }
inline Color operator*(Color x, Color y) { return {x.r * y.r, x.g * y.g, x.b * y.b, x.a * y.a}; }
inline Color operator/(Color x, Color y) { return {x.r / y.r, x.g / y.g, x.b / y.b, x.a / y.a}; }

/// Half-open integer rectangle [x0, x1) x [y0, y1). Any rectangle with no pixels counts as empty.
struct Rect {
    int x0 = 0, y0 = 0, x1 = 0, y1 = 0;

    bool operator==(const Rect&) const = default;
    bool empty() const { return x1 <= x0 || y1 <= y0; }
    int width() const { return std::max(0, x1 - x0); }
    int height() const { return std::max(0, y1 - y0); }
    int64_t pixels() const { return int64_t(width()) * height(); }
    bool contains(int x, int y) const { return x >= x0 && x < x1 && y >= y0 && y < y1; }
    /// Every pixel of `r` lies in this rectangle; true for an empty `r`.
    bool contains(const Rect& r) const
    {
        return r.empty() || (r.x0 >= x0 && r.y0 >= y0 && r.x1 <= x1 && r.y1 <= y1);
    }
    Rect grown(int dx, int dy) const { return empty() ? Rect{} : Rect{x0 - dx, y0 - dy, x1 + dx, y1 + dy}; }
    Rect moved(int dx, int dy) const { return {x0 + dx, y0 + dy, x1 + dx, y1 + dy}; }
};

inline Rect intersected(const Rect& a, const Rect& b)
{
    const Rect r{std::max(a.x0, b.x0), std::max(a.y0, b.y0), std::min(a.x1, b.x1), std::min(a.y1, b.y1)};
    return r.empty() ? Rect{} : r;
}
/// Smallest rectangle that holds both; an empty one adds nothing.
inline Rect united(const Rect& a, const Rect& b)
{
    if (a.empty()) return b.empty() ? Rect{} : b;
    if (b.empty()) return a;
    return {std::min(a.x0, b.x0), std::min(a.y0, b.y0), std::max(a.x1, b.x1), std::max(a.y1, b.y1)};
}
/// The rectangle at a level: scaled by 2^-level and rounded outwards.
Rect at_level(const Rect& full, int level);
/// Rounded outwards to integers, limited to +-2^28 so that sums of coordinates stay in range.
Rect rounded_out(double x0, double y0, double x1, double y1);

/// 3x3 matrix, row-major; maps column vectors (x, y, 1). Identity by default.
struct Mat3 {
    std::array<double, 9> m{1, 0, 0, 0, 1, 0, 0, 0, 1};
    bool operator==(const Mat3&) const = default;
    bool affine() const { return m[6] == 0 && m[7] == 0; }
};
Mat3 operator*(const Mat3& a, const Mat3& b);
/// The point mapped, after the perspective divide; (inf, inf) where w is zero.
Vec2 transformed(const Mat3& m, Vec2 p);
/// The inverse; all zeros when the determinant is zero or not finite.
Mat3 inverted(const Mat3& m);
double determinant(const Mat3& m);
Mat3 translation(double x, double y);
Mat3 scaling(double x, double y);
/// Counter-clockwise by `degrees`.
Mat3 rotation(double degrees);
/// The smallest rectangle that holds the image of `r` under `m`; a very large one when part of it maps to infinity.
Rect bounds_of(const Mat3& m, const Rect& r);

/// 4x4 matrix parameter, row-major. Identity by default.
struct Mat4 {
    std::array<double, 16> m{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
    bool operator==(const Mat4&) const = default;
};

} // namespace tessera
