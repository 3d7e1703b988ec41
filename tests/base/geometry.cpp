#include "core/base/geometry.h"
#include <doctest/doctest.h>
#include <random>

using namespace tessera;

TEST_CASE("rectangles: empty ones hold nothing and add nothing")
{
    const Rect a{0, 0, 10, 5}, empty{3, 3, 3, 9};
    CHECK(empty.empty());
    CHECK(empty.pixels() == 0);
    CHECK(a.pixels() == 50);
    CHECK(a.contains(empty));
    CHECK(a.contains(9, 4));
    CHECK_FALSE(a.contains(10, 4));
    CHECK(united(a, empty) == a);
    CHECK(united(empty, empty) == Rect{});
    CHECK(intersected(a, {5, 2, 20, 20}) == Rect{5, 2, 10, 5});
    CHECK(intersected(a, {10, 0, 20, 5}) == Rect{});
    CHECK(a.grown(1, 2) == Rect{-1, -2, 11, 7});
    CHECK(empty.grown(5, 5) == Rect{});
    CHECK(Rect{0, 0, 100000, 100000}.pixels() == 10'000'000'000);
}

TEST_CASE("levels round outwards, also below zero")
{
    CHECK(at_level({-3, -4, 5, 8}, 1) == Rect{-2, -2, 3, 4});
    CHECK(at_level({-1, 0, 1, 1}, 3) == Rect{-1, 0, 1, 1});
    for (int v = -40; v < 40; ++v)
        for (int level = 0; level < 5; ++level) {
            const Rect r = at_level({v, v, v + 7, v + 7}, level);
            const double scale = std::ldexp(1.0, -level);
            CHECK(r.x0 == int(std::floor(v * scale)));
            CHECK(r.x1 == int(std::ceil((v + 7) * scale)));
        }
}

TEST_CASE("rounding out stays within bounds and refuses what is not a rectangle")
{
    CHECK(rounded_out(0.5, -0.5, 1.5, 0.5) == Rect{0, -1, 2, 1});
    CHECK(rounded_out(1, 1, 1, 2) == Rect{});
    CHECK(rounded_out(std::nan(""), 0, 1, 1) == Rect{});
    const Rect huge = rounded_out(-1e30, -1e30, 1e30, 1e30);
    CHECK(huge.x0 == -(1 << 28));
    CHECK(huge.x1 == 1 << 28);
}

TEST_CASE("matrices: products, inverses and images of rectangles")
{
    std::mt19937 random(2);
    std::uniform_real_distribution<double> value(-3, 3);
    for (int i = 0; i < 100; ++i) {
        const Mat3 m = translation(value(random), value(random)) * rotation(60 * value(random)) *
                       scaling(1 + std::abs(value(random)), 2);
        const Vec2 p{value(random), value(random)};
        const Vec2 back = transformed(inverted(m), transformed(m, p));
        CHECK(back.x == doctest::Approx(p.x));
        CHECK(back.y == doctest::Approx(p.y));
        CHECK(determinant(m * m) == doctest::Approx(determinant(m) * determinant(m)));
    }
    CHECK(transformed(rotation(90), {1, 0}).y == doctest::Approx(1));
    CHECK(inverted(scaling(0, 1)).m[8] == 0);
    const Rect turned = bounds_of(rotation(180), {0, 0, 10, 4});
    CHECK(turned.contains(Rect{-10, -4, 0, 0}));
    CHECK(Rect{-11, -5, 1, 1}.contains(turned));
    CHECK(bounds_of(translation(0.5, 0), {0, 0, 2, 2}) == Rect{0, 0, 3, 2});
    CHECK(bounds_of(scaling(2, 3), {}) == Rect{});
    const Mat3 horizon{{1, 0, 0, 0, 1, 0, 0.1, 0, -0.5}};
    CHECK(bounds_of(horizon, {0, 0, 10, 10}).width() == 1 << 29);
    CHECK_FALSE(horizon.affine());
    CHECK(rotation(30).affine());
}
