#include "tests/nodes/wild.h"

using namespace tessera;

namespace {

struct Grade {
    double black = 0, white = 1, lift = 0, gain = 1, multiply = 1, offset = 0, gamma = 1;
    bool reverse = false, black_clamp = false, white_clamp = false, nuke = false;

    double gammad(double v, double g) const
    {
        if (v <= 0 || g == 1) return v;
        if (nuke && v >= 1) return 1 + (v - 1) * g;
        return std::pow(v, g);
    }
    double operator()(double v) const
    {
        const double a = white == black ? 0 : multiply * (gain - lift) / (white - black), b = offset + lift - a * black;
        if (reverse)
            v = (gammad(v, gamma) - b) / a;
        else
            v = gammad(a * v + b, 1 / gamma);
        if (black_clamp && v < 0) v = 0;
        if (white_clamp && v > 1) v = 1;
        return v;
    }
    std::map<std::string, Value> params() const
    {
        return {{"blackpoint", Color(black)}, {"whitepoint", Color(white)},  {"lift", Color(lift)},
                {"gain", Color(gain)},        {"multiply", Color(multiply)}, {"offset", Color(offset)},
                {"gamma", Color(gamma)},      {"reverse", reverse},          {"black_clamp", black_clamp},
                {"white_clamp", white_clamp}, {"nuke_gamma", nuke}};
    }
};

void check(const Grade& g, double limit, const std::string& what)
{
    Harness h;
    const HostImage in = wild_image({0, 0, 24, 16}, 3);
    const NodeId n = h.node("grade", g.params(), {h.image(in)});
    check_pixels(
        h.render(n),
        [&](int x, int y) {
            const Pixel p = pixel(in, x, y);
            return Pixel{g(p[0]), g(p[1]), g(p[2]), p[3]};
        },
        limit, what);
}

} // namespace

TEST_CASE("grade follows its formula")
{
    check({.black = 0.1, .white = 0.9, .lift = 0.05, .gain = 1.5, .multiply = 1.25, .offset = -0.125}, arithmetic,
          "linear");
    check({.gain = 2, .black_clamp = true, .white_clamp = true}, arithmetic, "clamps");
    check({.white = 0, .lift = 0.25}, arithmetic, "white point at the black point");
    check({.lift = 0.02, .gain = 1.25, .gamma = 2.2}, transcendental, "gamma");
    check({.gain = 1.25, .gamma = 0.45, .black_clamp = true}, transcendental, "gamma below 1");
    check({.gain = 1.5, .gamma = 1.8, .nuke = true}, transcendental, "straight above 1");
    check({.black = 0.1, .white = 0.9, .gain = 1.5, .offset = 0.1, .reverse = true}, 2e-6, "reverse");
    check({.gain = 0.75, .gamma = 1.5, .reverse = true}, transcendental, "reverse gamma");
    check({.gain = 0.75, .gamma = 1.5, .reverse = true, .nuke = true}, transcendental, "reverse, straight above 1");
}

TEST_CASE("grade: a gamma of 1 is exact, and of 0 a step")
{
    Harness h;
    const HostImage in = wild_image({0, 0, 24, 16}, 5);
    const NodeId a = h.image(in);
    // One channel's gamma switches gamma on; the others must still be exact.
    auto out = h.render(h.node("grade", {{"gamma", Color(1, 2, 1, 1)}, {"black_clamp", false}}, {a}));
    REQUIRE(out.ok());
    for (size_t i = 0; i < in.pixels.size(); i += 4) {
        REQUIRE(out->pixels[i] == in.pixels[i]);
        REQUIRE(out->pixels[i + 2] == in.pixels[i + 2]);
        REQUIRE(out->pixels[i + 3] == in.pixels[i + 3]);
    }
    check_pixels(
        h.render(h.node("grade", {{"gamma", Color(0)}, {"black_clamp", false}}, {a})),
        [&](int x, int y) {
            Pixel p = pixel(in, x, y);
            for (size_t c = 0; c < 3; ++c)
                if (p[c] > 0) p[c] = p[c] < 1 ? 0 : p[c] == 1 ? 1 : std::numeric_limits<double>::infinity();
            return p;
        },
        0, "gamma 0");
}

TEST_CASE("grade: reversed after forward gives the picture back")
{
    Harness h;
    const HostImage in = natural_image({0, 0, 40, 30});
    Grade g{.black = 0.02, .white = 1.1, .lift = 0.01, .gain = 1.3, .offset = 0.02, .gamma = 1.4};
    const NodeId forward = h.node("grade", g.params(), {h.image(in)});
    g.reverse = true;
    auto out = h.render(h.node("grade", g.params(), {forward}));
    REQUIRE(out.ok());
    CHECK(largest_error(*out, in) < transcendental);
}

TEST_CASE("grade: NaN and infinities stay where they are")
{
    Harness h;
    const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
    HostImage in({0, 0, 3, 1});
    in.pixels = {nan, inf, -inf, 1, 0.5f, nan, 0.25f, 0, inf, -1, nan, inf};
    const NodeId a = h.image(in);
    check_pixels(
        h.render(h.node("grade", {{"gain", Color(2)}}, {a})),
        [&](int x, int y) {
            Pixel p = pixel(in, x, y);
            for (size_t c = 0; c < 3; ++c) p[c] = p[c] < 0 ? 0 : 2 * p[c];
            return p;
        },
        0, "gain");
}

TEST_CASE("grade: an unchanged grade passes its input's key on, its default clamps black")
{
    Harness h;
    const NodeId a = h.image(wild_image({0, 0, 8, 8}, 1));
    const NodeId same = h.node("grade", {{"black_clamp", false}}, {a}), clamped = h.node("grade", {}, {a});
    CHECK(*h.key(same) == *h.key(a));
    CHECK(*h.key(clamped) != *h.key(a));
    auto out = h.render(clamped);
    REQUIRE(out.ok());
    for (size_t i = 0; i < out->pixels.size(); ++i)
        if (i % 4 != 3) REQUIRE(out->pixels[i] >= 0);
}

TEST_CASE("grade: unpremult divides by alpha before and multiplies after")
{
    Harness h;
    const HostImage in = wild_image({0, 0, 16, 16}, 9);
    const NodeId n =
        h.node("grade", {{"offset", Color(0.5)}, {"black_clamp", false}, {"unpremult", true}}, {h.image(in)});
    check_pixels(
        h.render(n),
        [&](int x, int y) {
            const Pixel p = pixel(in, x, y);
            const double a = p[3] == 0 ? 1 : p[3];
            return Pixel{(p[0] / a + 0.5) * a, (p[1] / a + 0.5) * a, (p[2] / a + 0.5) * a, p[3]};
        },
        4e-6, "unpremult");
}
