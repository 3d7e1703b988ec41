// Light Wrap against a double-precision computation of its formula.
#include "tests/nodes/harness.h"
#include <cmath>
#include <doctest/doctest.h>

using namespace tessera;

namespace {

HostImage ok(Result<HostImage> r)
{
    REQUIRE_MESSAGE(r.ok(), r.error().text());
    return std::move(*r);
}

using Plane = std::vector<double>;
const Rect area{0, 0, 72, 54};

size_t index(int x, int y)
{
    return size_t(y) * size_t(area.width()) + size_t(x);
}

/// A Gaussian of diameter `size` with the border repeated.
Plane blurred(const Plane& in, double size)
{
    if (size <= 0) return in;
    const double sigma = size / 2.4;
    const int n = int(std::ceil(6 * sigma));
    Plane middle(in.size()), out(in.size());
    const auto pass = [&](const Plane& from, Plane& to, int dx, int dy) {
        for (int y = 0; y < area.y1; ++y)
            for (int x = 0; x < area.x1; ++x) {
                double sum = 0, total = 0;
                for (int i = -n; i <= n; ++i) {
                    const double w = std::exp(-0.5 * i * i / (sigma * sigma));
                    sum +=
                        w * from[index(std::clamp(x + i * dx, 0, area.x1 - 1), std::clamp(y + i * dy, 0, area.y1 - 1))];
                    total += w;
                }
                to[index(x, y)] = sum / total;
            }
    };
    pass(in, middle, 1, 0);
    pass(middle, out, 0, 1);
    return out;
}

Plane plane(const HostImage& in, int c)
{
    Plane p(size_t(area.pixels()));
    for (int y = 0; y < area.y1; ++y)
        for (int x = 0; x < area.x1; ++x) p[index(x, y)] = in.at(x, y)[c];
    return p;
}

/// A premultiplied subject that is cut by the bottom of the frame.
HostImage foreground()
{
    HostImage f(area);
    for (int y = 0; y < area.y1; ++y)
        for (int x = 0; x < area.x1; ++x) {
            const float a = float(std::clamp((20 - std::hypot(x - 30.0, std::max(0.0, y - 20.0))) / 3, 0.0, 1.0));
            float* p = f.at(x, y);
            p[0] = 0.2f * a, p[1] = 0.15f * a, p[2] = 0.1f * a, p[3] = a;
        }
    return f;
}

struct Wrap {
    double diffuse = 5, intensity = 0.7, fg_blur = 12, bg_blur = 9, saturation = 0.6, tolerance = 0.5;
    bool glow = false;
};

std::array<Plane, 4> expected(const HostImage& fg, const HostImage& bg, const Wrap& w)
{
    const Plane a = plane(fg, 3), soft = blurred(a, w.fg_blur);
    std::array<Plane, 4> wrap;
    Plane luma(a.size());
    for (int y = 0; y < area.y1; ++y)
        for (int x = 0; x < area.x1; ++x)
            luma[index(x, y)] = 0.2126 * bg.at(x, y)[0] + 0.7152 * bg.at(x, y)[1] + 0.0722 * bg.at(x, y)[2];
    for (int c = 0; c < 4; ++c) {
        Plane light(a.size(), 1.0);
        if (c < 3) {
            light = plane(bg, c);
            for (size_t i = 0; i < light.size(); ++i) light[i] *= std::clamp(luma[i] / w.tolerance, 0.0, 1.0);
            light = blurred(light, w.bg_blur);
        }
        for (size_t i = 0; i < light.size(); ++i) light[i] *= w.intensity * a[i] * (1 - soft[i]);
        wrap[size_t(c)] = blurred(light, w.diffuse);
    }
    for (size_t i = 0; i < a.size(); ++i) {
        const double y = 0.2126 * wrap[0][i] + 0.7152 * wrap[1][i] + 0.0722 * wrap[2][i];
        for (size_t c = 0; c < 3; ++c) wrap[c][i] = y + (wrap[c][i] - y) * w.saturation;
        if (!w.glow)
            for (Plane& p : wrap) p[i] *= a[i];
    }
    return wrap;
}

std::map<std::string, Value> params_of(const Wrap& w)
{
    return {{"diffuse", w.diffuse}, {"intensity", w.intensity},   {"fg_blur", w.fg_blur},
            {"bg_blur", w.bg_blur}, {"saturation", w.saturation}, {"luma_tolerance", w.tolerance},
            {"enable_glow", w.glow}};
}

} // namespace

TEST_CASE("light wrap: band, diffusion, saturation, tolerance and glow follow the formula")
{
    Harness h;
    const HostImage fg = foreground(), bg = noise_image(area, 2, 0, 1.5f);
    const NodeId a = h.image(fg), b = h.image(bg);
    for (const bool glow : {false, true}) {
        Wrap w;
        w.glow = glow;
        auto params = params_of(w);
        const auto wrap = expected(fg, bg, w);
        const HostImage out = ok(h.render(h.node("light_wrap", params, {a, b})));
        params["generate_wrap_only"] = true;
        const HostImage only = ok(h.render(h.node("light_wrap", params, {a, b})));
        double worst = 0;
        for (int y = 0; y < area.y1; ++y)
            for (int x = 0; x < area.x1; ++x) {
                for (int c = 0; c < 3; ++c)
                    worst = std::max(worst, std::abs(out.at(x, y)[c] - fg.at(x, y)[c] - wrap[size_t(c)][index(x, y)]));
                for (int c = 0; c < 4; ++c)
                    worst = std::max(worst, std::abs(only.at(x, y)[c] - wrap[size_t(c)][index(x, y)]));
                REQUIRE(out.at(x, y)[3] == fg.at(x, y)[3]);
            }
        CHECK(worst < 4e-4); // the blur's own error, twice
    }
}

TEST_CASE("light wrap: no band along the frame, none inside, most at the edge; a constant instead of a background")
{
    Harness h;
    const HostImage fg = foreground();
    const HostImage only = ok(h.render(h.node("light_wrap",
                                              {{"use_constant", true},
                                               {"constant", Color{1, 0.5, 0, 1}},
                                               {"generate_wrap_only", true},
                                               {"fg_blur", 8.0},
                                               {"diffuse", 0.0},
                                               {"intensity", 1.0}},
                                              {h.image(fg)})));
    CHECK(only.at(30, 0)[0] < 1e-4f);
    CHECK(only.at(30, 15)[0] < 1e-4f);
    CHECK(only.at(12, 5)[0] > 0.15f);
    CHECK(only.at(12, 5)[1] == doctest::Approx(only.at(12, 5)[0] * 0.5));
    CHECK(only.at(12, 5)[2] == 0.0f);
}

TEST_CASE("light wrap: operations")
{
    Harness h;
    const HostImage fg = foreground(), bg = flat_image(area, 0.9f, 0.6f, 0.3f, 1);
    const NodeId a = h.image(fg), b = h.image(bg);
    const Wrap w;
    auto params = params_of(w);
    params["generate_wrap_only"] = true;
    const HostImage wrap = ok(h.render(h.node("light_wrap", params, {a, b})));
    params["generate_wrap_only"] = false;
    const std::map<std::string, std::function<double(double, double, double)>> operations{
        {"plus", [](double s, double f, double) { return s + f; }},
        {"screen", [](double s, double f, double) { return s + f - s * f; }},
        {"max", [](double s, double f, double) { return std::max(s, f); }},
        {"hypot", [](double s, double f, double) { return std::hypot(s, f); }},
        {"over", [](double s, double f, double k) { return s + f * (1 - k); }},
        {"overlay", [](double s, double f, double) { return 2 * s * f; }},
        {"colour_dodge", [](double s, double f, double) { return std::min(1.0, f / (1 - s)); }},
        {"soft_light", [](double s, double f, double) { return f - (1 - 2 * s) * f * (1 - f); }},
    };
    for (const auto& [name, formula] : operations) {
        params["operation"] = name;
        const HostImage out = ok(h.render(h.node("light_wrap", params, {a, b})));
        for (int y = 0; y < area.y1; ++y)
            for (int x = 0; x < area.x1; ++x)
                for (int c = 0; c < 3; ++c)
                    REQUIRE(out.at(x, y)[c] ==
                            doctest::Approx(formula(wrap.at(x, y)[c], fg.at(x, y)[c], wrap.at(x, y)[3])).epsilon(1e-4));
    }
}

TEST_CASE(
    "light wrap: chunks and fusion give the same bits; a foreground smaller than the frame glows beyond its window")
{
    const HostImage fg = foreground(), bg = noise_image(area, 2);
    Harness whole, pieces({.fuse = false, .chunk_limit = 800});
    auto render = [&](Harness& h) { return ok(h.render(h.node("light_wrap", {}, {h.image(fg), h.image(bg)}))); };
    CHECK(identical(render(whole), render(pieces)));

    ImageInfo info;
    info.format = {72, 54, 1};
    info.layers = {{"rgba", {"R", "G", "B", "A"}, false}};
    info.data_window = {20, 20, 50, 40};
    const NodeId small = whole.image(flat_image(info.data_window, 0, 0, 0, 1), info);
    const HostImage out =
        ok(whole.render(whole.node("light_wrap", {{"enable_glow", true}, {"diffuse", 8.0}}, {small, whole.image(bg)})));
    CHECK(out.at(18, 30)[0] > 0.001f);
    CHECK(out.at(18, 30)[3] == 0.0f);
}
