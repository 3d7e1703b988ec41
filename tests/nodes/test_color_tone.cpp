#include "tests/nodes/wild.h"

using namespace tessera;

namespace {

/// `f` on red, green and blue.
void check_rgb(Harness& h, NodeId node, const HostImage& in, const std::function<double(double)>& f, const std::string& what)
{
    check_pixels(
        h.render(node),
        [&](int x, int y) {
            Pixel p = pixel(in, x, y);
            for (size_t c = 0; c < 3; ++c) p[c] = f(p[c]);
            return p;
        },
        transcendental, what);
}

} // namespace

TEST_CASE("soft clip: straight up to the minimum, then towards the maximum")
{
    Harness h;
    const HostImage in = noise_image({0, 0, 32, 32}, 2, -0.5f, 6);
    const NodeId a = h.image(in);
    const double least = 0.6, most = 1.4;
    const auto clipped = [&](double v) { return v <= least ? v : most - (most - least) * std::exp(-(v - least) / (most - least)); };
    check_rgb(h, h.node("soft_clip", {{"minimum", least}, {"maximum", most}}, {a}), in, clipped, "channels");
    check_pixels(
        h.render(h.node("soft_clip", {{"minimum", least}, {"maximum", most}, {"of", std::string("brightest")}}, {a})),
        [&](int x, int y) {
            Pixel p = pixel(in, x, y);
            const double top = std::max({p[0], p[1], p[2]});
            if (top > least)
                for (size_t c = 0; c < 3; ++c) p[c] *= clipped(top) / top;
            return p;
        },
        transcendental, "brightest");
}

TEST_CASE("tone map: every curve by its formula, of channels and of the luminance")
{
    Harness h;
    const HostImage in = noise_image({0, 0, 32, 32}, 3, -0.5f, 8);
    const NodeId a = h.image(in);
    const double white = 5;
    const auto hable = [](double v) {
        const double A = .15, B = .5, C = .1, D = .2, E = .02, F = .3;
        return (v * (A * v + C * B) + D * E) / (v * (A * v + B) + D * F) - E / F;
    };
    const std::map<std::string, std::function<double(double)>> curves = {
        {"reinhard", [](double v) { return v / (1 + v); }},
        {"extended", [&](double v) { return v * (1 + v / (white * white)) / (1 + v); }},
        {"exponential", [](double v) { return 1 - std::exp(-v); }},
        {"filmic", [&](double v) { return hable(v) / hable(white); }},
        {"aces", [](double v) { return v * (2.51 * v + .03) / (v * (2.43 * v + .59) + .14); }},
    };
    for (const auto& [name, f] : curves) {
        check_rgb(h, h.node("tone_map", {{"curve", name}, {"white", white}, {"exposure", 0.5}}, {a}), in,
                  [&](double v) { return f(std::max(0.0, v * std::exp2(0.5))); }, name);
        check_pixels(
            h.render(h.node("tone_map", {{"curve", name}, {"white", white}, {"luminance_only", true}}, {a})),
            [&](int x, int y) {
                Pixel p = pixel(in, x, y);
                const double l = .2126 * p[0] + .7152 * p[1] + .0722 * p[2];
                for (size_t c = 0; c < 3; ++c) p[c] = l > 0 ? p[c] * f(l) / l : 0;
                return p;
            },
            transcendental, name + " of the luminance");
    }
}

TEST_CASE("log and back: the reference points, the formula, and nothing lost on the way")
{
    Harness h;
    const HostImage codes = noise_image({0, 0, 32, 32}, 4, 0.05f, 1);
    const NodeId a = h.image(codes);
    const auto cineon = [](double v) {
        const auto l = [](double code) { return std::pow(10.0, (code - 685) * 0.002 / 0.6); };
        return (l(1023 * v) - l(95)) / (1 - l(95));
    };
    CHECK(cineon(685 / 1023.0) == doctest::Approx(1));
    CHECK(cineon(95 / 1023.0) == doctest::Approx(0));
    const NodeId linear = h.node("log2lin", {}, {a});
    check_rgb(h, linear, codes, cineon, "log2lin");
    check_rgb(h, h.node("log2lin", {{"operation", std::string("lin2log")}}, {linear}), codes, [](double v) { return v; }, "there and back");
    const auto pines = [](double v) { return 0.18 * std::pow(10.0, (1023 * v - 445) * 0.002 / 0.6); };
    const NodeId plin = h.node("plog_lin", {}, {a});
    check_rgb(h, plin, codes, pines, "plog_lin");
    check_rgb(h, h.node("plog_lin", {{"operation", std::string("lin2log")}}, {plin}), codes, [](double v) { return v; }, "plog and back");
}

TEST_CASE("what has no log is held, not lost")
{
    Harness h;
    const NodeId black = h.image(flat_image({0, 0, 4, 4}, 0, -1, 1e-20f, 1));
    for (const char* op : {"log2lin", "plog_lin"}) {
        const auto out = h.render(h.node(op, {{"operation", std::string("lin2log")}}, {black}));
        REQUIRE(out.ok());
        for (int c = 0; c < 3; ++c) CHECK(std::isfinite(out->at(1, 1)[c]));
    }
}
