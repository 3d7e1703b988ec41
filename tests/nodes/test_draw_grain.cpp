// Grain: statistics, determinism, response and alpha.
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

/// Luminance at which the response is 1: the default mid-tone 0.5 to the power of 2.2.
const float mid = float(std::pow(0.5, 2.2));

struct Statistics {
    double mean = 0, deviation = 0;
};

/// Of channel `c` of a minus b.
Statistics statistics(const HostImage& a, const HostImage& b, int c)
{
    double sum = 0, squares = 0;
    const double n = double(a.region.pixels());
    for (size_t i = size_t(c); i < a.pixels.size(); i += 4) {
        const double d = double(a.pixels[i]) - b.pixels[i];
        sum += d, squares += d * d;
    }
    return {sum / n, std::sqrt(squares / n - sum / n * (sum / n))};
}

/// Correlation of neighbours `dx` apart in channel `c` of a minus b.
double correlation(const HostImage& a, const HostImage& b, int c, int dx)
{
    double products = 0, squares = 0;
    for (int y = a.region.y0; y < a.region.y1; ++y)
        for (int x = a.region.x0; x + dx < a.region.x1; ++x) {
            const double d = a.at(x, y)[c] - b.at(x, y)[c];
            products += d * (a.at(x + dx, y)[c] - b.at(x + dx, y)[c]);
            squares += d * d;
        }
    return products / squares;
}

const std::map<std::string, Value> plain{{"intensity", Vec3{0.05, 0.04, 0.03}}};

} // namespace

TEST_CASE("grain: mean zero and the standard deviation asked for, whatever size and irregularity")
{
    Harness h;
    const HostImage in = flat_image({0, 0, 256, 256}, mid, mid, mid, 1);
    const NodeId source = h.image(in);
    for (const double size : {0.5, 1.0, 1.6, 3.0})
        for (const double irregularity : {0.0, 1.0}) {
            auto params = plain;
            params["size"] = Vec3{size, size, size};
            params["irregularity"] = Vec3{irregularity, irregularity, irregularity};
            const HostImage out = ok(h.render(h.node("grain", params, {source})));
            const double want[3] = {0.05, 0.04, 0.03};
            for (int c = 0; c < 3; ++c) {
                const Statistics s = statistics(out, in, c);
                // The mean's own standard deviation grows with the grain.
                CHECK(std::abs(s.mean) < want[c] * size * 4 / 256 * 1.5 + 1e-4);
                CHECK(s.deviation == doctest::Approx(want[c]).epsilon(0.05));
            }
        }
}

TEST_CASE("grain: larger sizes are smoother, channels and frames and seeds are independent, runs and chunks are not")
{
    Harness h, pieces({.fuse = false, .chunk_limit = 1500});
    const HostImage in = flat_image({-40, -30, 120, 100}, mid, mid, mid, 1);
    const NodeId source = h.image(in);
    auto params = plain;
    params["size"] = Vec3{1, 2, 4};
    const NodeId node = h.node("grain", params, {source});
    const HostImage out = ok(h.render(node));
    CHECK(correlation(out, in, 0, 1) < correlation(out, in, 1, 1));
    CHECK(correlation(out, in, 1, 1) < correlation(out, in, 2, 1));
    CHECK(correlation(out, in, 2, 2) > 0.4);
    CHECK(std::abs(correlation(out, in, 0, 8)) < 0.05);

    CHECK(identical(out, ok(h.render(node))));
    CHECK(identical(out, ok(pieces.render(pieces.node("grain", params, {pieces.image(in)})))));
    const HostImage part = ok(h.render(node, Rect{10, 10, 40, 30}));
    for (int y = 10; y < 30; ++y)
        for (int x = 10; x < 40; ++x) REQUIRE(part.at(x, y)[1] == out.at(x, y)[1]);

    const auto against = [&](const HostImage& other) {
        double products = 0, squares = 0;
        for (size_t i = 0; i < out.pixels.size(); i += 4) {
            products += (out.pixels[i] - mid) * (other.pixels[i] - mid);
            squares += (out.pixels[i] - mid) * (out.pixels[i] - mid);
        }
        return std::abs(products / squares);
    };
    CHECK(against(ok(h.render(node, {}, 2))) < 0.05);
    params["seed"] = 2;
    CHECK(against(ok(h.render(h.node("grain", params, {source})))) < 0.05);
    double across = 0, power = 0;
    for (size_t i = 0; i < out.pixels.size(); i += 4) {
        across += (out.pixels[i] - mid) * (out.pixels[i + 1] - mid);
        power += (out.pixels[i] - mid) * (out.pixels[i] - mid);
    }
    CHECK(std::abs(across / power) < 0.05);
}

TEST_CASE("grain: strength follows lightness by the formula, and alpha")
{
    Harness h;
    for (const double v : {0.0, 0.1, 0.3, 0.5, 0.8, 1.0, 1.4}) {
        const float y = float(std::pow(v, 2.2));
        const HostImage in = flat_image({0, 0, 128, 128}, y, y, y, 1);
        const HostImage out = ok(h.render(h.node("grain", plain, {h.image(in)})));
        const double black = 0.05, white = 0.4, m = 0.5, w = std::min(v, 1.0);
        const auto smooth = [](double t) { return t * t * (3 - 2 * t); };
        const double q = w < m ? smooth(w / m) : 1 - (1 - white) * smooth((w - m) / (1 - m));
        const double want = 0.05 * (black + (1 - black) * q * std::pow(w / m, 1.2));
        CHECK(statistics(out, in, 0).deviation == doctest::Approx(want).epsilon(0.06));
    }
    const HostImage half = flat_image({0, 0, 128, 128}, mid / 2, mid / 2, mid / 2, 0.5f);
    CHECK(statistics(ok(h.render(h.node("grain", plain, {h.image(half)}))), half, 0).deviation ==
          doctest::Approx(0.025).epsilon(0.06));
    const HostImage none = flat_image({0, 0, 32, 32}, mid, mid, mid, 0);
    const NodeId source = h.image(none);
    CHECK(identical(ok(h.render(h.node("grain", plain, {source}))), none));
    auto params = plain;
    params["through_alpha"] = false;
    CHECK_FALSE(identical(ok(h.render(h.node("grain", params, {source}))), none));
}

TEST_CASE("grain: a reduced level shows the reduced grain")
{
    Harness h;
    const HostImage in = flat_image({0, 0, 128, 128}, mid, mid, mid, 1);
    const NodeId node = h.node("grain", plain, {h.image(in)});
    const HostImage full = ok(h.render(node));
    for (const int level : {1, 2}) {
        const int n = 1 << level;
        const HostImage small = ok(h.render(node, Rect{0, 0, 128, 128}, 1, level));
        double worst = 0;
        for (int y = small.region.y0; y < small.region.y1; ++y)
            for (int x = small.region.x0; x < small.region.x1; ++x)
                for (int c = 0; c < 3; ++c) {
                    double mean = 0;
                    for (int j = 0; j < n; ++j)
                        for (int i = 0; i < n; ++i) mean += full.at(x * n + i, y * n + j)[c];
                    worst = std::max(worst, std::abs(small.at(x, y)[c] - mean / (n * n)));
                }
        CHECK(worst < 1e-5);
    }
}

TEST_CASE("grain: a scanned plate is added with its own strength")
{
    Harness h;
    const HostImage in = flat_image({0, 0, 40, 30}, mid, mid, mid, 1), scan = noise_image({0, 0, 40, 30}, 8);
    const HostImage out =
        ok(h.render(h.node("grain", {{"intensity", Vec3{}}, {"scanned_grain", 0.1}}, {h.image(in), h.image(scan)})));
    for (int y = 0; y < 30; ++y)
        for (int x = 0; x < 40; ++x)
            REQUIRE(out.at(x, y)[1] == doctest::Approx(mid + 0.1 * (scan.at(x, y)[1] - 0.5)).epsilon(1e-4));
}
