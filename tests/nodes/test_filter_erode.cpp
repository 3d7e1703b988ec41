// Erode and dilate against plain minima and maxima.
#include "tests/nodes/harness.h"
#include <cmath>
#include <doctest/doctest.h>

using namespace tessera;

namespace {

float at_or_black(const HostImage& in, int x, int y, int c)
{
    return in.region.contains(x, y) ? in.at(x, y)[c] : 0.0f;
}

/// Maximum of sign * image over the pixels rx and ry to either side, times sign.
float extreme(const HostImage& in, int x, int y, int c, int rx, int ry, float sign_x, float sign_y)
{
    float column = -3e38f;
    for (int j = -ry; j <= ry; ++j) {
        float row = -3e38f;
        for (int i = -rx; i <= rx; ++i) row = std::max(row, sign_x * at_or_black(in, x + i, y + j, c));
        column = std::max(column, sign_y * (sign_x * row));
    }
    return sign_y * column;
}

void check_extremes(const Result<HostImage>& out, const HostImage& in, int rx, int ry, float sx, float sy)
{
    REQUIRE_MESSAGE(out.ok(), (out.ok() ? "" : out.error().text()));
    int wrong = 0;
    for (int y = out->region.y0; y < out->region.y1; ++y)
        for (int x = out->region.x0; x < out->region.x1; ++x)
            for (int c = 0; c < 4; ++c) wrong += out->at(x, y)[c] != extreme(in, x, y, c, rx, ry, sx, sy);
    CHECK(wrong == 0);
}

/// A white half plane, x < 0, in the middle of a wide picture.
HostImage half_plane(const Rect& region)
{
    HostImage image(region);
    for (int y = region.y0; y < region.y1; ++y)
        for (int x = region.x0; x < 0; ++x)
            for (int c = 0; c < 4; ++c) image.at(x, y)[c] = 1;
    return image;
}

/// Where a falling row crosses one half, as the coordinate of a hard edge.
double crossing(const HostImage& out, int y)
{
    for (int x = out.region.x0; x + 1 < out.region.x1; ++x) {
        const double a = out.at(x, y)[3], b = out.at(x + 1, y)[3];
        if (a >= 0.5 && b < 0.5) return x + 0.5 + (a - 0.5) / (a - b);
    }
    return 1e9;
}

} // namespace

TEST_CASE("erode and dilate are the exact minimum and maximum at every size")
{
    Harness h;
    const HostImage image = noise_image({-7, 3, 82, 64}, 3, -0.2f, 1.3f);
    const NodeId in = h.image(image);
    const int sizes[][2] = {{1, 1}, {2, 0}, {0, 3}, {4, 5}, {11, 12}, {13, 20}, {70, 3}, {2, 130}};
    for (const auto& s : sizes) {
        CAPTURE(s[0]);
        CAPTURE(s[1]);
        const NodeId e =
            h.node("erode_fast", {{"size", Vec2{double(s[0]), double(s[1])}}, {"channels", std::string("all")}}, {in});
        check_extremes(h.render(e, image.region), image, s[0], s[1], -1, -1);
        const NodeId d =
            h.node("dilate", {{"size", Vec2{double(s[0]), double(s[1])}}, {"channels", std::string("all")}}, {in});
        CHECK(h.info(d)->data_window == image.region.grown(s[0], s[1]));
        check_extremes(h.render(d, Rect{-20, -10, 95, 75}), image, s[0], s[1], 1, 1);
        const NodeId both =
            h.node("erode_fast", {{"size", Vec2{double(s[0]), double(-s[1])}}, {"channels", std::string("all")}}, {in});
        check_extremes(h.render(both, image.region), image, s[0], s[1], -1, 1);
    }
}

TEST_CASE("a negative erosion is a dilation")
{
    Harness h;
    const NodeId in = h.image(noise_image({0, 0, 40, 30}));
    const NodeId a = h.node("erode_fast", {{"size", Vec2{-3, -3}}}, {in}),
                 b = h.node("dilate", {{"size", Vec2{3, 3}}}, {in});
    CHECK(identical(*h.render(a, Rect{-5, -5, 45, 35}), *h.render(b, Rect{-5, -5, 45, 35})));
}

TEST_CASE("a fraction of a pixel lies between the whole sizes")
{
    Harness h;
    const HostImage image = noise_image({0, 0, 50, 1});
    const NodeId in = h.image(image);
    for (const double size : {0.25, 2.75, 14.5}) {
        const NodeId n = h.node("dilate", {{"size", Vec2{size, 0}}, {"channels", std::string("all")}}, {in});
        const auto out = h.render(n, image.region);
        const int r = int(size);
        double error = 0;
        for (int x = 0; x < 50; ++x) {
            const double a = extreme(image, x, 0, 1, r, 0, 1, 1), b = extreme(image, x, 0, 1, r + 1, 0, 1, 1);
            error = std::max(error, std::abs(out->at(x, 0)[1] - (a + (b - a) * (size - r))));
        }
        CHECK(error < 1e-6);
    }
}

TEST_CASE("erosion works on alpha unless told otherwise, and edges can be repeated")
{
    Harness h;
    const HostImage image = flat_image({0, 0, 20, 20}, 0.5f, 0.25f, 0.125f, 1);
    const NodeId n = h.node("erode_fast", {{"size", Vec2{3, 3}}}, {h.image(image)});
    auto out = h.render(n, image.region);
    CHECK(out->at(0, 0)[0] == 0.5f);
    CHECK(out->at(2, 10)[3] == 0);
    CHECK(out->at(3, 10)[3] == 1);
    h.set(n, "edge", std::string("repeat"));
    CHECK(identical(*h.render(n, image.region), image));
}

TEST_CASE("the filtered erosion moves the half-way line of a hard edge by its size")
{
    Harness h;
    const NodeId in = h.image(half_plane({-80, 0, 80, 5}));
    for (const char* filter : {"box", "triangle", "quadratic", "gaussian"})
        for (const double size : {-12.0, -3.0, 2.0, 9.0}) {
            CAPTURE(filter);
            CAPTURE(size);
            const NodeId n = h.node("erode_filter", {{"size", Vec2{size, 0}}, {"filter", std::string(filter)}}, {in});
            const auto out = h.render(n, Rect{-50, 2, 50, 3});
            REQUIRE(out.ok());
            CHECK(std::abs(crossing(*out, 2) + size) < 0.6);
        }
}

TEST_CASE("the filtered erosion is the weighted maximum, and its own mirror image")
{
    Harness h;
    const HostImage image = noise_image({0, 0, 60, 1}, 5);
    HostImage negative = image;
    for (float& v : negative.pixels) v = -v;
    const double size = 4;
    const auto run = [&](const HostImage& i, double s) {
        return h.render(
            h.node("erode_filter",
                   {{"size", Vec2{s, 0}}, {"filter", std::string("triangle")}, {"channels", std::string("all")}},
                   {h.image(i)}),
            i.region);
    };
    const auto dilated = run(image, -size), eroded = run(negative, size);
    double error = 0, mirror = 0;
    for (int x = 0; x < 60; ++x) {
        double best = -1e9;
        for (int d = -8; d <= 8; ++d) {
            const double w = std::max(0.0, 1 - std::abs(d) / (2 * size)), c = image.at(x, 0)[0];
            best = std::max(best, c + w * (at_or_black(image, x + d, 0, 0) - c));
        }
        error = std::max(error, std::abs(dilated->at(x, 0)[0] - best));
        mirror = std::max(mirror, std::abs(double(dilated->at(x, 0)[0]) + eroded->at(x, 0)[0]));
    }
    CHECK(error < 1e-6);
    CHECK(mirror == 0);
}

TEST_CASE("the blurred erosion gives a hard edge again, moved by its size")
{
    Harness h;
    const NodeId in = h.image(half_plane({-120, 0, 120, 90}));
    for (const double size : {-20.0, -4.5, -1.0, 0.5, 3.0, 20.0}) {
        CAPTURE(size);
        const NodeId n = h.node("erode_blur", {{"size", size}}, {in});
        const auto out = h.render(n, Rect{-60, 45, 60, 46});
        REQUIRE(out.ok());
        CHECK(std::abs(crossing(*out, 45) + size) < 0.55);
        CHECK(out->at(-50, 45)[3] == 1);
        CHECK(out->at(50, 45)[3] == 0);
    }
    const NodeId soft = h.node("erode_blur", {{"size", 3.0}, {"blur", 10.0}}, {in});
    const auto out = h.render(soft, Rect{-60, 45, 60, 46});
    CHECK(std::abs(crossing(*out, 45) + 3) < 0.55);
    CHECK(out->at(-8, 45)[3] < 1);
    CHECK(h.info(soft)->data_window == Rect{-137, -17, 137, 107});
    h.set(soft, "crop_to_format", true);
    CHECK(h.info(soft)->data_window == Rect{0, 0, 120, 90});
}

TEST_CASE("any rectangle of an erosion gives the same bits")
{
    HostImage image = noise_image({-40, -30, 160, 110}, 2, -1, 1);
    image.at(60, 40)[1] = std::numeric_limits<float>::infinity();
    const std::pair<const char*, Value> ops[] = {{"erode_fast", Vec2{2.5, 30}},
                                                 {"erode_fast", Vec2{-14.2, -1}},
                                                 {"erode_filter", Vec2{5, -9}},
                                                 {"erode_blur", 12.0},
                                                 {"erode_blur", -40.0}};
    for (const auto& [op, size] : ops) {
        CAPTURE(op);
        Harness whole, parts({.chunk_limit = 1500});
        const auto make = [&](Harness& h) {
            return h.node(op, {{"size", size}, {"channels", std::string("all")}}, {h.image(image)});
        };
        const Rect region{-50, -40, 170, 120};
        const auto a = whole.render(make(whole), region), b = parts.render(make(parts), region);
        REQUIRE(a.ok());
        CHECK(identical(*a, *b));
    }
}
