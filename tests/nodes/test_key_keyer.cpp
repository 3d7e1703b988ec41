// The colour-difference keyer against its formulas in double precision, and against known mixtures of foreground and
// screen.
#include "tests/nodes/harness.h"
#include <array>
#include <cmath>
#include <doctest/doctest.h>

using namespace tessera;

namespace {

using V3 = std::array<double, 3>;

struct Keyer {
    V3 screen{0.05, 0.45, 0.12}, despill_bias{0.5, 0.5, 0.5}, alpha_bias{0.5, 0.5, 0.5}, replace{0.5, 0.5, 0.5};
    double gain = 1.2, balance = 0.5, black = 0.05, white = 0.92;
    std::string method = "soft_colour";
};

double clamp01(double v)
{
    return std::min(std::max(v, 0.0), 1.0);
}
double luma(const V3& c)
{
    return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
}

double difference(const Keyer& k, const V3& bias, const V3& f)
{
    const int p = int(std::max_element(k.screen.begin(), k.screen.end()) - k.screen.begin());
    int lo = (p + 1) % 3, hi = (p + 2) % 3;
    if (k.screen[lo] > k.screen[hi]) std::swap(lo, hi);
    const double mean = (bias[0] + bias[1] + bias[2]) / 3;
    const auto at = [&](const V3& c, int i) { return c[i] * mean / bias[i]; };
    return at(f, p) - k.balance * at(f, lo) - (1 - k.balance) * at(f, hi);
}

double matte(const Keyer& k, const V3& f)
{
    const double raw = clamp01(1 - k.gain * difference(k, k.alpha_bias, f) / difference(k, k.alpha_bias, k.screen));
    return clamp01((raw - k.black) / (k.white - k.black));
}

V3 colour(const Keyer& k, const V3& f, double a)
{
    const double s = std::max(0.0, difference(k, k.despill_bias, f) / difference(k, k.despill_bias, k.screen));
    const double n = clamp01(1 - k.gain * s);
    const double trust = std::min(n / 0.02, 1.0);
    V3 c;
    for (int i = 0; i < 3; ++i) c[i] = std::max(0.0, f[i] - s * k.screen[i]) * (std::max(a, n) * (1 - trust) + trust);
    V3 out = c;
    for (int i = 0; i < 3; ++i) {
        if (a < n)
            out[i] = c[i] * a / n;
        else if (n < 1) {
            const double share = (a - n) / (1 - n);
            if (k.method == "source") out[i] += share * (f[i] - c[i]);
            if (k.method == "hard_colour") out[i] += (a - n) * k.replace[i];
            if (k.method == "soft_colour")
                out[i] += share * std::max(0.0, luma(f) - luma(c)) * k.replace[i] / luma(k.replace);
        }
    }
    return out;
}

Color to_color(const V3& c)
{
    return {c[0], c[1], c[2], 1};
}

std::map<std::string, Value> params_of(const Keyer& k)
{
    return {{"screen_colour", to_color(k.screen)},
            {"screen_gain", k.gain},
            {"screen_balance", k.balance},
            {"despill_bias", to_color(k.despill_bias)},
            {"alpha_bias", to_color(k.alpha_bias)},
            {"clip_black", k.black},
            {"clip_white", k.white},
            {"replace_method", k.method},
            {"replace_colour", to_color(k.replace)}};
}

/// Foreground, screen and mixtures of them, with noise: what a plate holds.
HostImage plate(const Rect& region, const V3& screen)
{
    HostImage noise = noise_image(region, 7);
    for (int y = region.y0; y < region.y1; ++y)
        for (int x = region.x0; x < region.x1; ++x) {
            float* p = noise.at(x, y);
            const double a = clamp01(double(x - region.x0) / region.width() * 1.4 - 0.2);
            for (int c = 0; c < 3; ++c) p[c] = float(a * p[c] * 1.3 + (1 - a) * screen[c] * (0.9 + 0.2 * p[3]));
        }
    return noise;
}

double largest_difference(const HostImage& got, const HostImage& in, const Keyer& k)
{
    double worst = 0;
    for (int y = in.region.y0; y < in.region.y1; ++y)
        for (int x = in.region.x0; x < in.region.x1; ++x) {
            const float* p = in.at(x, y);
            const V3 f{p[0], p[1], p[2]};
            const double a = matte(k, f);
            const V3 want = colour(k, f, a);
            for (int c = 0; c < 3; ++c) worst = std::max(worst, std::abs(got.at(x, y)[c] - want[c]));
            worst = std::max(worst, std::abs(got.at(x, y)[3] - a));
        }
    return worst;
}

HostImage ok(Result<HostImage> r)
{
    REQUIRE_MESSAGE(r.ok(), r.error().text());
    return std::move(*r);
}

const Rect area{0, 0, 61, 37};

} // namespace

TEST_CASE("keyer: matte and colour follow the formulas for green, blue and red screens and every replace method")
{
    Harness h;
    for (const V3& screen : {V3{0.05, 0.45, 0.12}, V3{0.21, 0.55, 0.19}, V3{0.04, 0.12, 0.5}, V3{0.6, 0.1, 0.08}}) {
        const HostImage in = plate(area, screen);
        const NodeId source = h.image(in);
        for (const char* method : {"none", "source", "hard_colour", "soft_colour"}) {
            Keyer k;
            k.screen = screen, k.method = method, k.replace = {0.5, 0.4, 0.3};
            const HostImage out = ok(h.render(h.node("keyer", params_of(k), {source})));
            CHECK(largest_difference(out, in, k) < 1e-5);
        }
    }
}

TEST_CASE("keyer: gain, balance, biases and clips follow the formulas")
{
    Harness h;
    const V3 screen{0.05, 0.45, 0.12};
    const HostImage in = plate(area, screen);
    const NodeId source = h.image(in);
    Keyer k;
    k.gain = 0.8, k.balance = 0.2, k.black = 0.1, k.white = 0.7;
    CHECK(largest_difference(ok(h.render(h.node("keyer", params_of(k), {source}))), in, k) < 1e-5);
    k.alpha_bias = {0.6, 0.4, 0.3}, k.despill_bias = {0.5, 0.45, 0.4};
    CHECK(largest_difference(ok(h.render(h.node("keyer", params_of(k), {source}))), in, k) < 1e-5);
}

TEST_CASE("keyer: a neutral foreground mixed with the screen comes back exactly, premultiplied, with its coverage")
{
    Harness h;
    const V3 screen{0.1, 0.5, 0.2};
    HostImage in(Rect{0, 0, 21, 3});
    for (int y = 0; y < 3; ++y)
        for (int x = 0; x < 21; ++x) {
            const double a = x / 20.0, grey = 0.2 + 0.5 * y;
            for (int c = 0; c < 3; ++c) in.at(x, y)[c] = float(a * grey + (1 - a) * screen[c]);
        }
    Keyer k;
    k.screen = screen, k.gain = 1, k.black = 0, k.white = 1;
    const HostImage out = ok(h.render(h.node("keyer", params_of(k), {h.image(in)})));
    for (int y = 0; y < 3; ++y)
        for (int x = 1; x < 21; ++x) {
            const double a = x / 20.0, grey = 0.2 + 0.5 * y;
            for (int c = 0; c < 3; ++c) CHECK(out.at(x, y)[c] == doctest::Approx(a * grey).epsilon(1e-4));
            CHECK(out.at(x, y)[3] == doctest::Approx(a).epsilon(1e-4));
        }
    for (int y = 0; y < 3; ++y)
        for (int c = 0; c < 4; ++c) CHECK(out.at(0, y)[c] < 1e-6f);
}

TEST_CASE("keyer: the plain key is one pass")
{
    Harness h;
    auto out = h.rendered(h.node("keyer", {}, {h.image(plate(area, {0.05, 0.45, 0.12}))}));
    REQUIRE_MESSAGE(out.ok(), out.error().text());
    CHECK(out->stats.passes == 1);
}

TEST_CASE("keyer: masks hold out and hold in, the outside one winning, and source alpha is used as told")
{
    Harness h;
    Keyer k;
    k.method = "source";
    HostImage in = plate(area, k.screen);
    for (int y = 0; y < area.y1; ++y)
        for (int x = 0; x < area.x1; ++x) in.at(x, y)[3] = y < 5 ? 0.0f : 0.75f;
    HostImage inside(area), outside(area);
    for (int y = 0; y < area.y1; ++y)
        for (int x = 0; x < area.x1; ++x) {
            inside.at(x, y)[3] = y >= 10 && y < 20 ? 1.0f : 0.0f;
            outside.at(x, y)[3] = y >= 15 && y < 25 ? 1.0f : 0.25f;
        }
    const NodeId source = h.image(in), a = h.image(inside), b = h.image(outside);
    const HostImage out = ok(h.render(h.node("keyer", params_of(k), {source, a, b})));
    auto with = [&](const char* mode) {
        auto params = params_of(k);
        params["source_alpha"] = std::string(mode);
        return ok(h.render(h.node("keyer", params, {source})));
    };
    const HostImage added = with("add_to_inside"), normal = with("normal");
    for (int y = 0; y < area.y1; ++y)
        for (int x = 0; x < area.x1; ++x) {
            const float* p = in.at(x, y);
            const V3 f{p[0], p[1], p[2]};
            double m = matte(k, f);
            if (y >= 10 && y < 20) m = 1;
            m *= y >= 15 && y < 25 ? 0 : 0.75;
            REQUIRE(out.at(x, y)[3] == doctest::Approx(m).epsilon(1e-4));
            REQUIRE(added.at(x, y)[3] == doctest::Approx(std::max(matte(k, f), double(p[3]))).epsilon(1e-4));
            const double own = p[3];
            const V3 straight = own > 0 ? V3{p[0] / own, p[1] / own, p[2] / own} : f;
            REQUIRE(normal.at(x, y)[3] == doctest::Approx(matte(k, straight) * own).epsilon(1e-4));
        }
    // Held inside with the source put back, the plate itself shows.
    HostImage solid = inside;
    for (float& v : solid.pixels) v = 1;
    const HostImage back = ok(h.render(h.node("keyer", params_of(k), {source, h.image(solid)})));
    for (int y = 0; y < area.y1; ++y)
        for (int x = 0; x < area.x1; ++x)
            for (int c = 0; c < 3; ++c) REQUIRE(back.at(x, y)[c] == doctest::Approx(in.at(x, y)[c]).epsilon(1e-5));
}

TEST_CASE("keyer: views")
{
    Harness h;
    Keyer k;
    const HostImage in = plate(area, k.screen), bg = noise_image(area, 3);
    const NodeId source = h.image(in), behind = h.image(bg);
    auto view = [&](const char* name) {
        auto params = params_of(k);
        params["view"] = std::string(name);
        return ok(h.render(h.node("keyer", params, {source, 0, 0, behind})));
    };
    const HostImage result = view("final_result"), straight = view("intermediate"), over = view("composite");
    const HostImage matte_view = view("screen_matte"), alpha = view("source_alpha"), status = view("status");
    const HostImage corrected = view("corrected_source");
    CHECK(identical(view("source"), in));
    for (int y = 0; y < area.y1; ++y)
        for (int x = 0; x < area.x1; ++x) {
            const float a = result.at(x, y)[3];
            REQUIRE(matte_view.at(x, y)[0] == a);
            REQUIRE(alpha.at(x, y)[1] == in.at(x, y)[3]);
            REQUIRE(corrected.at(x, y)[3] == 1.0f);
            if (a == 0) REQUIRE(status.at(x, y)[0] == 0.0f);
            for (int c = 0; c < 3; ++c) {
                REQUIRE(straight.at(x, y)[c] * (a > 0 ? a : 1) == doctest::Approx(result.at(x, y)[c]).epsilon(1e-5));
                REQUIRE(over.at(x, y)[c] ==
                        doctest::Approx(result.at(x, y)[c] + bg.at(x, y)[c] * (1 - a)).epsilon(1e-5));
            }
        }
}

TEST_CASE("keyer: filters of the matte do what they say and repeat the frame's border")
{
    Harness h;
    // A solid subject cut by the bottom of the frame, with a hole, and a speck in the screen.
    Keyer k;
    HostImage in(Rect{0, 0, 60, 50});
    const auto subject = [](int x, int y) { return x >= 20 && x < 45 && y < 30 && !(x == 30 && y == 12); };
    for (int y = 0; y < 50; ++y)
        for (int x = 0; x < 60; ++x)
            for (int c = 0; c < 3; ++c)
                in.at(x, y)[c] = subject(x, y) || (x == 8 && y == 40) ? 0.4f : float(k.screen[size_t(c)]);
    const NodeId source = h.image(in);
    auto keyed = [&](std::map<std::string, Value> extra) {
        auto params = params_of(k);
        for (auto& [name, value] : extra) params[name] = value;
        return ok(h.render(h.node("keyer", params, {source})));
    };
    const HostImage shrunk = keyed({{"shrink_grow", -2.0}}), half = keyed({{"shrink_grow", -0.5}});
    CHECK(shrunk.at(21, 20)[3] == 0.0f);
    CHECK(shrunk.at(22, 20)[3] == 1.0f);
    CHECK(shrunk.at(35, 0)[3] == 1.0f); // not away from the frame
    CHECK(half.at(20, 20)[3] == doctest::Approx(0.5));
    CHECK(keyed({{"shrink_grow", 3.0}}).at(17, 20)[3] == 1.0f);
    const HostImage despotted = keyed({{"despot_black", 1.0}, {"despot_white", 1.0}});
    CHECK(despotted.at(30, 12)[3] == 1.0f);
    CHECK(despotted.at(8, 40)[3] == 0.0f);
    CHECK(despotted.at(20, 29)[3] == 1.0f); // the corner stays
    const HostImage soft = keyed({{"softness", 6.0}, {"despot_black", 1.0}});
    CHECK(soft.at(35, 0)[3] == doctest::Approx(1).epsilon(1e-3));
    CHECK(soft.at(20, 10)[3] + soft.at(19, 10)[3] == doctest::Approx(1).epsilon(1e-3));
    CHECK(keyed({{"pre_blur", 6.0}}).at(30, 12)[3] > 0.5f);
}

TEST_CASE("keyer: rollback keeps the unclipped matte near edges alone")
{
    Harness h;
    Keyer k;
    k.black = 0.3, k.white = 0.6;
    HostImage in(Rect{0, 0, 80, 9});
    const auto coverage = [](int x) { return clamp01((x - 30) / 20.0) * 0.9 + 0.05; };
    for (int y = 0; y < 9; ++y)
        for (int x = 0; x < 80; ++x)
            for (size_t c = 0; c < 3; ++c) in.at(x, y)[c] = float(coverage(x) * 0.5 + (1 - coverage(x)) * k.screen[c]);
    auto params = params_of(k);
    params["clip_rollback"] = 8.0;
    const HostImage out = ok(h.render(h.node("keyer", params, {h.image(in)})));
    Keyer open = k;
    open.black = 0, open.white = 1;
    const auto value = [&](int x) { return V3{in.at(x, 4)[0], in.at(x, 4)[1], in.at(x, 4)[2]}; };
    CHECK(out.at(5, 4)[3] == 0.0f);
    CHECK(out.at(75, 4)[3] == 1.0f);
    for (int x : {37, 40, 43}) CHECK(out.at(x, 4)[3] == doctest::Approx(matte(open, value(x))).epsilon(1e-4));
}

TEST_CASE("keyer: chunks, fusion and other layers")
{
    const V3 screen{0.05, 0.45, 0.12};
    const std::map<std::string, Value> params{
        {"pre_blur", 3.0}, {"clip_rollback", 2.0}, {"shrink_grow", -0.7}, {"softness", 9.0}, {"despot_white", 1.0}};
    const Rect region{-7, 3, 90, 75};
    Harness whole, pieces({.fuse = false, .chunk_limit = 900});
    auto render = [&](Harness& h) { return ok(h.render(h.node("keyer", params, {h.image(plate(region, screen))}))); };
    CHECK(identical(render(whole), render(pieces)));

    ImageInfo info;
    info.data_window = area, info.format = {area.x1, area.y1, 1};
    info.layers = {{"rgba", {"R", "G", "B", "A"}, false}, {"diffuse", {"R", "G", "B"}, false}};
    const HostImage diffuse = noise_image(area, 9);
    const NodeId layered = whole.image({{"rgba", plate(area, screen)}, {"diffuse", diffuse}}, info);
    CHECK(identical(ok(whole.render(whole.node("keyer", {}, {layered}), {}, 1, 0, "diffuse")), diffuse));
}
