#include "tests/nodes/wild.h"

using namespace tessera;

TEST_CASE("saturation follows its formula for every luminance")
{
    struct Weights {
        const char* name;
        double r, g, b;
    };
    const Weights all[] = {{"rec709", .2126, .7152, .0722},
                           {"rec2020", .2627, .6780, .0593},
                           {"aces", .3440, .7282, -.0721},
                           {"acescg", .2722, .6741, .0537},
                           {"ccir601", .2989, .5866, .1145},
                           {"average", 1 / 3., 1 / 3., 1 / 3.},
                           {"max", 0, 0, 0}};
    Harness h;
    const HostImage in = wild_image({0, 0, 16, 16}, 2);
    const NodeId a = h.image(in);
    for (const Weights& w : all)
        for (const double s : {0.0, 0.5, 2.0, -1.0}) {
            const NodeId n = h.node("saturation", {{"saturation", s}, {"luminance", std::string(w.name)}}, {a});
            check_pixels(
                h.render(n),
                [&](int x, int y) {
                    const Pixel p = pixel(in, x, y);
                    const bool largest = std::string_view(w.name) == "max";
                    const double l = largest ? std::max({p[0], p[1], p[2]}) : w.r * p[0] + w.g * p[1] + w.b * p[2];
                    const auto mixed = [&](double v) { return (1 - s) * l + s * v; };
                    // Rounding is relative to the largest term, and terms may cancel.
                    return Pixel{mixed(p[0]), mixed(p[1]), mixed(p[2]), p[3]};
                },
                1e-6 * 1024, std::string(w.name) + " " + std::to_string(s));
        }
}

TEST_CASE("saturation is exact to 1e-6 on values of one size, and 1 passes the key on")
{
    Harness h;
    const HostImage in = noise_image({0, 0, 32, 32}, 4, -1, 2);
    const NodeId a = h.image(in);
    check_pixels(
        h.render(h.node("saturation", {{"saturation", 0.3}}, {a})),
        [&](int x, int y) {
            const Pixel p = pixel(in, x, y);
            const double l = .2126 * p[0] + .7152 * p[1] + .0722 * p[2];
            return Pixel{.7 * l + .3 * p[0], .7 * l + .3 * p[1], .7 * l + .3 * p[2], p[3]};
        },
        arithmetic, "0.3");
    CHECK(*h.key(h.node("saturation", {}, {a})) == *h.key(a));
}

TEST_CASE("exposure in stops and printer lights")
{
    Harness h;
    const HostImage in = wild_image({0, 0, 16, 16}, 7);
    const NodeId a = h.image(in);
    const auto check = [&](const char* mode, double all, double r, double g, double b,
                           const std::function<double(double)>& factor) {
        const NodeId n = h.node(
            "exposure", {{"exposure", all}, {"red", r}, {"green", g}, {"blue", b}, {"mode", std::string(mode)}}, {a});
        check_pixels(
            h.render(n),
            [&](int x, int y) {
                const Pixel p = pixel(in, x, y);
                return Pixel{p[0] * factor(all + r), p[1] * factor(all + g), p[2] * factor(all + b), p[3]};
            },
            arithmetic, mode);
    };
    check("stops", 1.5, 0, -0.25, -3, [](double v) { return std::exp2(v); });
    check("printer_lights", 6, 0, 2, -12, [](double v) { return std::pow(10, 0.025 * v); });
    CHECK(*h.key(h.node("exposure", {{"exposure", 1.0}, {"red", -1.0}, {"green", -1.0}, {"blue", -1.0}}, {a})) ==
          *h.key(a));
}

TEST_CASE("a mask and mix limit the effect, channels choose where it goes")
{
    Harness h;
    const HostImage in = wild_image({0, 0, 16, 16}, 7), matte = noise_image({2, 2, 12, 16}, 3);
    const NodeId a = h.image(in), m = h.image(matte);
    const NodeId n =
        h.node("exposure", {{"exposure", 1}, {"mix", 0.75}, {"channels", std::string("red blue")}}, {a, m});
    check_pixels(
        h.render(n),
        [&](int x, int y) {
            Pixel p = pixel(in, x, y);
            const double k = matte.region.contains(x, y) ? matte.at(x, y)[3] * 0.75 : 0;
            for (const size_t c : {size_t(0), size_t(2)}) p[c] = p[c] * 2 * k + p[c] * (1 - k);
            return p;
        },
        arithmetic, "masked");
}
