#include "tests/nodes/wild.h"
#include <set>

using namespace tessera;

namespace {

Pixel each(const Pixel& p, const std::array<double, 4>& v, const std::function<double(double, double)>& f)
{
    return {f(p[0], v[0]), f(p[1], v[1]), f(p[2], v[2]), f(p[3], v[3])};
}

} // namespace

TEST_CASE("add and multiply, channel by channel, alpha where it is chosen")
{
    Harness h;
    const HostImage in = wild_image({0, 0, 16, 16}, 3);
    const NodeId a = h.image(in);
    const std::array<double, 4> v{0.5, -0.25, 2, 0.125};
    const Color value(v[0], v[1], v[2], v[3]);
    const std::string all = "rgba";
    check_pixels(
        h.render(h.node("add", {{"value", value}, {"channels", all}}, {a})),
        [&](int x, int y) { return each(pixel(in, x, y), v, [](double c, double k) { return c + k; }); }, arithmetic, "add");
    check_pixels(
        h.render(h.node("multiply", {{"value", value}, {"channels", all}}, {a})),
        [&](int x, int y) { return each(pixel(in, x, y), v, [](double c, double k) { return c * k; }); }, arithmetic, "multiply");
    check_pixels(
        h.render(h.node("multiply", {{"value", value}}, {a})),
        [&](int x, int y) {
            Pixel p = each(pixel(in, x, y), v, [](double c, double k) { return c * k; });
            p[3] = pixel(in, x, y)[3];
            return p;
        },
        arithmetic, "colour alone");
    CHECK(*h.key(h.node("add", {}, {a})) == *h.key(a));
    CHECK(*h.key(h.node("multiply", {}, {a})) == *h.key(a));
}

TEST_CASE("gamma leaves zero and below, and a gamma of zero is a step")
{
    Harness h;
    const HostImage in = wild_image({0, 0, 16, 16}, 5);
    const NodeId a = h.image(in);
    const auto expected = [](double c, double g) {
        if (!(c > 0)) return c;
        if (g <= 0) return c < 1 ? 0.0 : c == 1 ? 1.0 : std::numeric_limits<double>::infinity();
        return std::pow(c, 1 / g);
    };
    for (const std::array<double, 4> g : {std::array<double, 4>{0.45, 2.2, 1, 1}, {0, -1, 3, 1}})
        check_pixels(
            h.render(h.node("gamma", {{"value", Color(g[0], g[1], g[2], g[3])}}, {a})),
            [&](int x, int y) { return each(pixel(in, x, y), g, expected); }, transcendental, "gamma");
    CHECK(*h.key(h.node("gamma", {}, {a})) == *h.key(a));
}

TEST_CASE("clamp: either side, to the limit or to another value; NaN passes")
{
    Harness h;
    const HostImage in = wild_image({0, 0, 16, 16}, 6);
    const NodeId a = h.image(in);
    const auto clamped = [](double c, double lo, double lo_to, bool below, double hi, double hi_to, bool above) {
        if (below && c < lo) return lo_to;
        if (above && c > hi) return hi_to;
        return c;
    };
    const auto on_rgb = [&](int x, int y, const std::function<double(double)>& f) {
        Pixel p = pixel(in, x, y);
        for (size_t c = 0; c < 3; ++c) p[c] = f(p[c]);
        return p;
    };
    check_pixels(
        h.render(h.node("clamp", {}, {a})),
        [&](int x, int y) { return on_rgb(x, y, [&](double c) { return clamped(c, 0, 0, true, 1, 1, true); }); }, 0, "both");
    check_pixels(
        h.render(h.node("clamp", {{"clamp_maximum", false}, {"minimum", Color(0.25)}}, {a})),
        [&](int x, int y) { return on_rgb(x, y, [&](double c) { return clamped(c, 0.25, 0.25, true, 1, 1, false); }); }, 0, "below");
    check_pixels(
        h.render(h.node("clamp", {{"use_minimum_to", true}, {"minimum_to", Color(-1)}, {"use_maximum_to", true}, {"maximum_to", Color(0.5)}}, {a})),
        [&](int x, int y) { return on_rgb(x, y, [&](double c) { return clamped(c, 0, -1, true, 1, 0.5, true); }); }, 0, "to");
    CHECK(*h.key(h.node("clamp", {{"clamp_minimum", false}, {"clamp_maximum", false}}, {a})) == *h.key(a));
}

TEST_CASE("invert, of colour and of a matte")
{
    Harness h;
    const HostImage in = wild_image({0, 0, 16, 16}, 8);
    const NodeId a = h.image(in);
    check_pixels(
        h.render(h.node("invert", {{"channels", std::string("alpha")}}, {a})),
        [&](int x, int y) {
            Pixel p = pixel(in, x, y);
            p[3] = 1 - p[3];
            return p;
        },
        arithmetic, "alpha");
    check_pixels(
        h.render(h.node("invert", {{"clamp", true}}, {a})),
        [&](int x, int y) {
            Pixel p = pixel(in, x, y);
            for (size_t c = 0; c < 3; ++c) p[c] = std::isnan(p[c]) ? p[c] : std::clamp(1 - p[c], 0.0, 1.0);
            return p;
        },
        arithmetic, "clamped");
}

TEST_CASE("posterize gives its number of levels between 0 and 1")
{
    Harness h;
    const HostImage in = noise_image({0, 0, 64, 64}, 9);
    const NodeId a = h.image(in);
    const auto out = h.render(h.node("posterize", {{"colors", 5.0}}, {a}));
    REQUIRE(out.ok());
    std::set<float> levels;
    for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 64; ++x) levels.insert(out->at(x, y)[0]);
    CHECK(levels == std::set<float>{0, 0.25f, 0.5f, 0.75f, 1});
    check_pixels(
        out,
        [&](int x, int y) {
            Pixel p = pixel(in, x, y);
            for (size_t c = 0; c < 3; ++c) p[c] = std::floor(double(float(p[c] * 4) + 0.5f)) / 4;
            return p;
        },
        arithmetic, "levels");
}
