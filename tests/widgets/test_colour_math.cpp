#include "app/widgets/colour_math.h"
#include <cmath>
#include <doctest/doctest.h>

using namespace tessera;

namespace {

void same(const Color& a, const Color& b)
{
    CHECK(a.r == doctest::Approx(b.r));
    CHECK(a.g == doctest::Approx(b.g));
    CHECK(a.b == doctest::Approx(b.b));
}

} // namespace

TEST_CASE("hue, saturation and value go there and back, above 1 too")
{
    CHECK(hue_of({1, 0, 0, 1}).h == 0);
    CHECK(hue_of({0, 1, 0, 1}).h == doctest::Approx(1.0 / 3));
    CHECK(hue_of({0, 0, 1, 1}).h == doctest::Approx(2.0 / 3));
    CHECK(hue_of({0.5, 0.5, 0.5, 1}).s == 0);
    for (const Color c : {Color{0.2, 0.6, 0.4, 1}, Color{12, 3, 7, 1}, Color{0, 0, 0, 1}, Color{1, 1, 0, 1}, Color{0.3, 0.1, 0.9, 1}})
        same(rgb_of(hue_of(c)), c);
    same(rgb_of({1.25, 1, 1}), rgb_of({0.25, 1, 1})); // hue goes round
}

TEST_CASE("the sRGB curve and hexadecimal text")
{
    CHECK(srgb_from_linear(0.18) == doctest::Approx(0.4613561));
    for (const double v : {0.0, 0.001, 0.18, 1.0, 4.0, -0.2}) CHECK(linear_from_srgb(srgb_from_linear(v)) == doctest::Approx(v));
    CHECK(hex_of({1, 0, 0, 1}) == "#FF0000");
    CHECK(hex_of({7, -1, std::nan(""), 1}).substr(0, 5) == "#FF00");
    REQUIRE(color_of_hex("#fff"));
    same(*color_of_hex("#fff"), {1, 1, 1, 1});
    CHECK(hex_of(*color_of_hex("3A7f01")) == "#3A7F01");
    for (const char* bad : {"", "#", "#12", "#12345", "#gggggg", "red", "#1234567"}) CHECK_FALSE(color_of_hex(bad));
}

TEST_CASE("temperature, magenta and intensity in stops")
{
    const auto grey = tint_of({1, 1, 1, 1});
    REQUIRE(grey);
    CHECK(grey->temperature == 0);
    CHECK(grey->intensity == 0);
    CHECK(tint_of({2, 2, 2, 1})->intensity == doctest::Approx(1));
    CHECK(tint_of({2, 1, 0.5, 1})->temperature == doctest::Approx(2));
    same(color_of(*tint_of({0.3, 0.7, 2.5, 1}), 1), {0.3, 0.7, 2.5, 1});
    CHECK(color_of({0, 0, 0}, 0.25).a == 0.25);
    CHECK_FALSE(tint_of({0, 1, 1, 1}));
    CHECK_FALSE(tint_of({1, -1, 1, 1}));
}

TEST_CASE("a balance is a mean and a point on a wheel")
{
    const Balance red = balance_of({1, 0, 0, 1});
    CHECK(red.mean == doctest::Approx(1.0 / 3));
    CHECK(red.point.x == doctest::Approx(0).epsilon(1e-9));
    CHECK(red.point.y > 0);
    const Balance neutral = balance_of({0.4, 0.4, 0.4, 1});
    CHECK(std::hypot(neutral.point.x, neutral.point.y) == doctest::Approx(0));
    for (const Color c : {Color{1, 1.2, 0.9, 1}, Color{-0.1, 0, 0.05, 1}}) same(with_balance(balance_of(c), 1), c);
}
