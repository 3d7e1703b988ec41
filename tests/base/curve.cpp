// Curves against formulas written down independently: de Casteljau with dense sampling for Bezier segments, a full
// linear system for natural splines, Hermite basis functions for the rest.
#include "core/base/curve.h"
#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <random>

using namespace tessera;

namespace {

CurveKey key(double time, double value, Interpolation rule = Interpolation::Smooth)
{
    CurveKey k;
    k.time = time, k.value = value, k.interpolation = rule;
    return k;
}

Curve curve(std::vector<CurveKey> keys, Extrapolation before = Extrapolation::Constant,
            Extrapolation after = Extrapolation::Constant)
{
    auto c = Curve::make(std::move(keys), before, after);
    REQUIRE(c);
    return *c;
}

double hermite(double p0, double m0, double p1, double m1, double h, double s)
{
    const double s2 = s * s, s3 = s2 * s;
    return (2 * s3 - 3 * s2 + 1) * p0 + (s3 - 2 * s2 + s) * h * m0 + (-2 * s3 + 3 * s2) * p1 + (s3 - s2) * h * m1;
}

struct Point {
    double x, y;
};
Point mid(Point a, Point b, double u)
{
    return {a.x + (b.x - a.x) * u, a.y + (b.y - a.y) * u};
}
Point de_casteljau(Point a, Point b, Point c, Point d, double u)
{
    const Point ab = mid(a, b, u), bc = mid(b, c, u), cd = mid(c, d, u);
    return mid(mid(ab, bc, u), mid(bc, cd, u), u);
}
/// y of the 2-D Bezier at x by dense sampling and linear interpolation between the samples.
double sampled(Point a, Point b, Point c, Point d, double x)
{
    constexpr int n = 200000;
    Point before = a;
    for (int i = 1; i <= n; ++i) {
        const Point p = de_casteljau(a, b, c, d, double(i) / n);
        if (p.x >= x) return p.x == before.x ? p.y : before.y + (p.y - before.y) * (x - before.x) / (p.x - before.x);
        before = p;
    }
    return d.y;
}

/// Solves A x = b by Gaussian elimination with pivoting.
std::vector<double> solve(std::vector<std::vector<double>> a, std::vector<double> b)
{
    const size_t n = b.size();
    for (size_t c = 0; c < n; ++c) {
        size_t best = c;
        for (size_t r = c; r < n; ++r)
            if (std::abs(a[r][c]) > std::abs(a[best][c])) best = r;
        std::swap(a[c], a[best]), std::swap(b[c], b[best]);
        for (size_t r = c + 1; r < n; ++r) {
            const double f = a[r][c] / a[c][c];
            for (size_t k = c; k < n; ++k) a[r][k] -= f * a[c][k];
            b[r] -= f * b[c];
        }
    }
    std::vector<double> x(n);
    for (size_t r = n; r-- > 0;) {
        x[r] = b[r];
        for (size_t k = r + 1; k < n; ++k) x[r] -= a[r][k] * x[k];
        x[r] /= a[r][r];
    }
    return x;
}

/// Natural spline as 4(n-1) unknown polynomial coefficients: values, continuity of two derivatives, zero bend at the
/// ends.
double natural_spline(const std::vector<Point>& p, double x)
{
    const size_t segments = p.size() - 1, n = 4 * segments;
    std::vector<std::vector<double>> a;
    std::vector<double> b;
    const auto row = [&](size_t segment, std::vector<double> factors, double value) {
        a.emplace_back(n, 0.0);
        for (size_t i = 0; i < factors.size(); ++i) a.back()[4 * segment + i] = factors[i];
        b.push_back(value);
    };
    for (size_t i = 0; i < segments; ++i) {
        const double h = p[i + 1].x - p[i].x;
        row(i, {1, 0, 0, 0}, p[i].y);
        row(i, {1, h, h * h, h * h * h}, p[i + 1].y);
        if (i + 1 == segments) continue;
        row(i, {0, 1, 2 * h, 3 * h * h, 0, -1, 0, 0}, 0);
        row(i, {0, 0, 2, 6 * h, 0, 0, -2, 0}, 0);
    }
    row(0, {0, 0, 2, 0}, 0);
    const double last = p[segments].x - p[segments - 1].x;
    row(segments - 1, {0, 0, 2, 6 * last}, 0);
    const auto c = solve(a, b);
    size_t i = 0;
    while (i + 1 < segments && x >= p[i + 1].x) ++i;
    const double d = x - p[i].x;
    return c[4 * i] + d * (c[4 * i + 1] + d * (c[4 * i + 2] + d * c[4 * i + 3]));
}

} // namespace

TEST_CASE("curves refuse keys that make no sense")
{
    const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    CHECK(Curve::make({}));
    CHECK_FALSE(Curve::make({key(1, 0), key(1, 1)}));
    CHECK_FALSE(Curve::make({key(2, 0), key(1, 1)}));
    CHECK_FALSE(Curve::make({key(nan, 0)}));
    CHECK_FALSE(Curve::make({key(0, inf)}));
    CurveKey k = key(0, 0, Interpolation::Bezier);
    k.out_length = 1.5;
    const auto bad = Curve::make({k});
    REQUIRE_FALSE(bad);
    CHECK(bad.error().text().find("handle length outside 0 to 1") != std::string::npos);
    const auto twice = Curve::make({key(1, 0), key(1, 1)});
    REQUIRE_FALSE(twice);
    CHECK(twice.error().message.find("key 2") == 0);
}

TEST_CASE("a curve without keys is 0, with one key constant")
{
    CHECK(Curve().at(5) == 0);
    CHECK(Curve().slope_at(5) == 0);
    for (int rule = 0; rule < 6; ++rule)
        for (int extrapolation = 0; extrapolation < 5; ++extrapolation) {
            const Curve c =
                curve({key(3, 7, Interpolation(rule))}, Extrapolation(extrapolation), Extrapolation(extrapolation));
            for (double t : {-10.0, 3.0, 10.0}) CHECK(c.at(t) == 7);
        }
}

TEST_CASE("constant and linear segments")
{
    const Curve c = curve({key(0, 1, Interpolation::Constant), key(10, 3, Interpolation::Linear), key(20, 8)});
    CHECK(c.at(0) == 1);
    CHECK(c.at(9.999) == 1);
    CHECK(c.at(10) == 3);
    CHECK(c.at(15) == doctest::Approx(5.5));
    CHECK(c.slope_at(15) == doctest::Approx(0.5));
    CHECK(c.slope_at(5) == 0);
    CHECK(c.at(20) == 8);
    CHECK(c.at(25) == 8);
}

TEST_CASE("every curve passes through its keys")
{
    std::mt19937 random(7);
    std::uniform_real_distribution<double> step(0.1, 5), value(-10, 10);
    for (int round = 0; round < 200; ++round) {
        std::vector<CurveKey> keys;
        double time = -20;
        for (int i = 0; i < 8; ++i) {
            time += step(random);
            CurveKey k = key(time, value(random), Interpolation(random() % 6));
            k.out_slope = value(random), k.in_slope = value(random), k.broken = random() % 2;
            keys.push_back(k);
        }
        const Curve c = curve(keys);
        for (const CurveKey& k : keys) CHECK(c.at(k.time) == doctest::Approx(k.value).epsilon(1e-9));
    }
}

TEST_CASE("smooth: Hermite with limited tangents, monotone between keys, flat at extremes")
{
    const Curve c = curve({key(0, 0), key(1, 1), key(3, 1.5), key(4, 1.2), key(6, 4)}, Extrapolation::Linear,
                          Extrapolation::Linear);
    // Tangents by hand: chord at the ends, neighbours' chord limited to three times either chord, 0 where the sign
    // turns.
    const double m0 = 1, m1 = std::min(1.5 / 3, 3 * 0.25), m2 = 0, m3 = 0, m4 = 1.4;
    for (double s = 0; s <= 1; s += 0.05) {
        CHECK(c.at(s) == doctest::Approx(hermite(0, m0, 1, m1, 1, s)));
        CHECK(c.at(1 + 2 * s) == doctest::Approx(hermite(1, m1, 1.5, m2, 2, s)));
        CHECK(c.at(3 + s) == doctest::Approx(hermite(1.5, m2, 1.2, m3, 1, s)));
        CHECK(c.at(4 + 2 * s) == doctest::Approx(hermite(1.2, m3, 4, m4, 2, s)));
    }
    std::mt19937 random(3);
    std::uniform_real_distribution<double> step(0.05, 4), value(-5, 5);
    for (int round = 0; round < 100; ++round) {
        std::vector<CurveKey> keys;
        double time = 0;
        for (int i = 0; i < 6; ++i) keys.push_back(key(time += step(random), value(random)));
        const Curve smooth = curve(keys);
        for (size_t i = 0; i + 1 < keys.size(); ++i) {
            const double low = std::min(keys[i].value, keys[i + 1].value),
                         high = std::max(keys[i].value, keys[i + 1].value);
            for (double s = 0; s <= 1; s += 0.01) {
                const double v = smooth.at(keys[i].time + s * (keys[i + 1].time - keys[i].time));
                CHECK(v >= low - 1e-9);
                CHECK(v <= high + 1e-9);
            }
        }
    }
}

TEST_CASE("two smooth keys ease in and out where the curve is constant beyond them")
{
    const Curve c = curve({key(0, 0), key(10, 1)});
    for (double s = 0; s <= 1; s += 0.1) CHECK(c.at(10 * s) == doctest::Approx(s * s * (3 - 2 * s)));
    const Curve line = curve({key(0, 0), key(10, 1)}, Extrapolation::Linear, Extrapolation::Linear);
    CHECK(line.at(2.5) == doctest::Approx(0.25));
    CHECK(line.at(25) == doctest::Approx(2.5));
    CHECK(line.at(-10) == doctest::Approx(-1));
}

TEST_CASE("Catmull-Rom tangents are the chords of the neighbours")
{
    const auto rule = Interpolation::CatmullRom;
    const Curve c = curve({key(0, 0, rule), key(2, 3, rule), key(3, -1, rule), key(7, 2, rule)});
    const double m0 = 1.5, m1 = -1.0 / 3, m2 = -1.0 / 5, m3 = 3.0 / 4;
    for (double s = 0; s <= 1; s += 0.05) {
        CHECK(c.at(2 * s) == doctest::Approx(hermite(0, m0, 3, m1, 2, s)));
        CHECK(c.at(2 + s) == doctest::Approx(hermite(3, m1, -1, m2, 1, s)));
        CHECK(c.at(3 + 4 * s) == doctest::Approx(hermite(-1, m2, 2, m3, 4, s)));
    }
}

TEST_CASE("cubic keys make a natural spline")
{
    std::mt19937 random(11);
    std::uniform_real_distribution<double> step(0.2, 6), value(-10, 10);
    for (size_t count : {2u, 3u, 4u, 9u}) {
        std::vector<CurveKey> keys;
        std::vector<Point> points;
        double time = -3;
        for (size_t i = 0; i < count; ++i) {
            time += step(random);
            keys.push_back(key(time, value(random), Interpolation::Cubic));
            points.push_back({time, keys.back().value});
        }
        const Curve c = curve(keys);
        for (double s = 0; s <= 1; s += 0.01) {
            const double t = points.front().x + s * (points.back().x - points.front().x);
            CHECK(c.at(t) == doctest::Approx(natural_spline(points, t)).epsilon(1e-9));
        }
    }
}

TEST_CASE("a run of cubic keys ends where another rule begins")
{
    const auto cubic = Interpolation::Cubic;
    const Curve c = curve({key(0, 0, Interpolation::Linear), key(1, 5, cubic), key(2, 1, cubic), key(4, 2, cubic),
                           key(5, 9, Interpolation::Linear), key(6, 0)});
    const std::vector<Point> run{{1, 5}, {2, 1}, {4, 2}, {5, 9}};
    for (double t = 1; t < 5; t += 0.05) CHECK(c.at(t) == doctest::Approx(natural_spline(run, t)));
    CHECK(c.at(0.5) == doctest::Approx(2.5));
    CHECK(c.at(5.5) == doctest::Approx(4.5));
}

TEST_CASE("Bezier segments with handles of any length match de Casteljau")
{
    const double lengths[][2] = {{1.0 / 3, 1.0 / 3}, {0.1, 0.9},   {0.9, 0.9}, {0.0, 0.5},
                                 {0.5, 0.0},         {0.02, 0.02}, {0.7, 0.2}};
    for (const auto& [out, in] : lengths) {
        CurveKey a = key(2, 1, Interpolation::Bezier), b = key(10, -3, Interpolation::Bezier);
        a.out_slope = 2.5, a.out_length = out;
        b.broken = true, b.in_slope = -0.75, b.in_length = in, b.out_slope = 9;
        const Curve c = curve({a, b});
        const double h = 8;
        const Point p0{2, 1}, p1{2 + out * h, 1 + 2.5 * out * h}, p2{10 - in * h, -3 + 0.75 * in * h}, p3{10, -3};
        for (double t = 2.25; t < 10; t += 0.75) {
            CHECK(c.at(t) == doctest::Approx(sampled(p0, p1, p2, p3, t)).epsilon(1e-6));
            const double numeric = (c.at(t + 1e-6) - c.at(t - 1e-6)) / 2e-6;
            CHECK(c.slope_at(t) == doctest::Approx(numeric).epsilon(1e-4));
        }
    }
}

TEST_CASE("a Bezier with both handles at full length is vertical in its middle and still found")
{
    CurveKey a = key(0, 0, Interpolation::Bezier), b = key(1, 1, Interpolation::Bezier);
    a.out_length = 1, b.in_length = 1;
    const Curve c = curve({a, b});
    CHECK(c.at(0.5) == doctest::Approx(0.5).epsilon(1e-4));
    double before = 0;
    for (double t = 0; t <= 1; t += 1.0 / 512) {
        const double v = c.at(t);
        CHECK(v >= before - 1e-12);
        before = v;
    }
    CHECK(std::isfinite(c.slope_at(0.5)));
}

TEST_CASE("a Bezier key that is not broken has one line for both sides")
{
    CurveKey k = key(5, 1, Interpolation::Bezier);
    k.out_slope = 2, k.in_slope = -7;
    CHECK(curve({k}).keys()[0].in_slope == 2);
    k.broken = true;
    CHECK(curve({k}).keys()[0].in_slope == -7);
}

TEST_CASE("slopes are the derivatives of values")
{
    std::mt19937 random(5);
    std::uniform_real_distribution<double> value(-4, 4);
    for (Interpolation rule :
         {Interpolation::Linear, Interpolation::Smooth, Interpolation::Cubic, Interpolation::CatmullRom}) {
        std::vector<CurveKey> keys;
        for (int i = 0; i < 6; ++i) keys.push_back(key(2 * i, value(random), rule));
        for (Extrapolation beyond :
             {Extrapolation::Linear, Extrapolation::Loop, Extrapolation::LoopOffset, Extrapolation::Bounce}) {
            const Curve c = curve(keys, beyond, beyond);
            for (double t = -14.317; t < 30; t += 0.61) {
                const double numeric = (c.at(t + 1e-6) - c.at(t - 1e-6)) / 2e-6;
                CHECK(c.slope_at(t) == doctest::Approx(numeric).epsilon(1e-4));
            }
        }
    }
}

TEST_CASE("extrapolation repeats, shifts and mirrors")
{
    std::vector<CurveKey> keys{key(10, 1, Interpolation::Linear), key(14, 5, Interpolation::Linear), key(20, 2)};
    const auto inside = [&](double t) { return t <= 14 ? 1 + (t - 10) : 5 - (t - 14) * 0.5; };
    const Curve loop = curve(keys, Extrapolation::Loop, Extrapolation::Loop);
    const Curve offset = curve(keys, Extrapolation::LoopOffset, Extrapolation::LoopOffset);
    const Curve bounce = curve(keys, Extrapolation::Bounce, Extrapolation::Bounce);
    const Curve line = curve(keys, Extrapolation::Linear, Extrapolation::Linear);
    for (double t = 10.25; t < 20; t += 0.5)
        for (int turn = -3; turn <= 3; ++turn) {
            CHECK(loop.at(t + 10 * turn) == doctest::Approx(inside(t)));
            CHECK(offset.at(t + 10 * turn) == doctest::Approx(inside(t) + turn));
            const bool mirrored = turn % 2 != 0;
            CHECK(bounce.at(t + 10 * turn) == doctest::Approx(inside(mirrored ? 30 - t : t)));
        }
    CHECK(line.at(5) == doctest::Approx(-4));
    CHECK(line.at(24) == doctest::Approx(0));
    CHECK(std::isfinite(loop.at(1e300)));
    CHECK(std::isfinite(bounce.at(-1e300)));
    CHECK(std::isnan(loop.at(std::numeric_limits<double>::quiet_NaN())));
}

TEST_CASE("names of interpolations and extrapolations read back")
{
    for (int i = 0; i < 6; ++i) CHECK(interpolation_named(name_of(Interpolation(i))) == Interpolation(i));
    for (int i = 0; i < 5; ++i) CHECK(extrapolation_named(name_of(Extrapolation(i))) == Extrapolation(i));
    CHECK_FALSE(interpolation_named("wavy"));
    CHECK_FALSE(extrapolation_named(""));
}
