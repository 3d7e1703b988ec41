// The median against std::nth_element: every pixel, bit for bit.
#include "tests/nodes/harness.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <doctest/doctest.h>
#include <limits>

using namespace tessera;

namespace {

/// Orders like the number; every NaN is greatest, and the two zeros are one.
double order(float v)
{
    return std::isnan(v) ? std::numeric_limits<double>::max() * 2 : double(v);
}
bool before(float a, float b)
{
    return std::isnan(a) ? false : std::isnan(b) ? true : a < b;
}

float median_at(const HostImage& in, int x, int y, int c, int rx, int ry)
{
    const Rect& r = in.region;
    std::vector<float> window;
    for (int j = -ry; j <= ry; ++j)
        for (int i = -rx; i <= rx; ++i)
            window.push_back(in.at(std::clamp(x + i, r.x0, r.x1 - 1), std::clamp(y + j, r.y0, r.y1 - 1))[c]);
    std::nth_element(window.begin(), window.begin() + long(window.size() / 2), window.end(), before);
    return window[window.size() / 2];
}

/// Every `step`-th pixel, in both directions, is the median of the window around it.
void check_medians(const Result<HostImage>& out, const HostImage& in, int rx, int ry, int step = 1)
{
    REQUIRE_MESSAGE(out.ok(), (out.ok() ? "" : out.error().text()));
    int wrong = 0;
    for (int y = out->region.y0; y < out->region.y1; y += step)
        for (int x = out->region.x0; x < out->region.x1; x += step)
            for (int c = 0; c < 4; ++c) wrong += order(out->at(x, y)[c]) != order(median_at(in, x, y, c, rx, ry));
    CHECK(wrong == 0);
}

Result<HostImage> run(Harness& h, const HostImage& image, double x, double y, std::optional<Rect> region = {})
{
    return h.render(h.node("median", {{"size", Vec2{x, y}}}, {h.image(image)}), region ? *region : image.region);
}

/// Gradients with steps in them, so that neighbouring windows have medians far apart.
HostImage steep_image(const Rect& region)
{
    HostImage image = noise_image(region, 9, 0, 0.01f);
    for (int y = region.y0; y < region.y1; ++y)
        for (int x = region.x0; x < region.x1; ++x)
            for (int c = 0; c < 4; ++c)
                image.at(x, y)[c] += float(x * (c + 1) - 2 * y) * 0.03f + ((x / 13 + y / 9) % 4 == 0 ? 5.0f : 0.0f);
    return image;
}

/// A few values many times over, in stripes and in noise.
HostImage stepped_image(const Rect& region)
{
    HostImage image = noise_image(region, 4);
    for (int y = region.y0; y < region.y1; ++y)
        for (int x = region.x0; x < region.x1; ++x) {
            float* p = image.at(x, y);
            p[0] = std::floor(p[0] * 3) / 3;
            p[1] = p[1] < 0.5f ? 0.0f : 1.0f;
            p[2] = float((x + y) / 40);
            p[3] = x < (region.x0 + region.x1) / 2 ? 0.0f : 1.0f;
        }
    return image;
}

/// Numbers of every size and sign, infinities, NaN and both zeros.
HostImage wild_values(const Rect& region)
{
    HostImage image = noise_image(region, 7, -1, 1);
    uint32_t state = 5;
    for (float& v : image.pixels) {
        state = state * 1664525u + 1013904223u;
        const uint32_t kind = state >> 27;
        const float infinity = std::numeric_limits<float>::infinity();
        if (kind == 0)
            v = infinity;
        else if (kind == 1)
            v = -infinity;
        else if (kind == 2)
            v = std::numeric_limits<float>::quiet_NaN();
        else if (kind == 3)
            v = -0.0f;
        else if (kind == 4)
            v = 0.0f;
        else
            v *= std::exp(float((state >> 8) % 1000) * 0.1f - 50.0f);
    }
    return image;
}

} // namespace

TEST_CASE("the median is exact at every size")
{
    Harness h;
    const Rect region{-9, 5, 70, 52};
    const int sizes[][2] = {{1, 1}, {2, 2}, {3, 3}, {4, 4},  {5, 5},  {7, 7},  {12, 12}, {20, 20},
                            {0, 1}, {3, 0}, {1, 6}, {17, 2}, {0, 30}, {40, 9}, {33, 34}};
    const HostImage images[] = {noise_image(region, 3, -0.2f, 1.3f), natural_image(region), steep_image(region),
                                stepped_image(region), wild_values(region)};
    for (const auto& s : sizes)
        for (const HostImage& image : images) {
            CAPTURE(s[0]);
            CAPTURE(s[1]);
            CAPTURE(&image - images);
            check_medians(run(h, image, s[0], s[1]), image, s[0], s[1], s[0] * s[1] > 100 ? 3 : 1);
        }
}

TEST_CASE("the median is exact over large windows")
{
    Harness h;
    const Rect region{0, 0, 150, 130};
    for (const HostImage& image :
         {noise_image(region, 3), steep_image(region), stepped_image(region), wild_values(region)}) {
        check_medians(run(h, image, 30, 30), image, 30, 30, 11);
        check_medians(run(h, image, 64, 64), image, 64, 64, 17);
        check_medians(run(h, image, 64, 1), image, 64, 1, 7);
    }
}

TEST_CASE("tiny images have medians of their repeated border")
{
    Harness h;
    for (const Rect region : {Rect{0, 0, 1, 1}, Rect{-3, 2, -1, 3}, Rect{5, 5, 6, 12}, Rect{0, 0, 4, 4}})
        for (const int size : {1, 3, 5, 30}) {
            const HostImage image = noise_image(region, 2, -1, 2);
            check_medians(run(h, image, size, size), image, size, size);
        }
}

TEST_CASE("a median keeps the data window, also beyond the format, and reads no black around it")
{
    Harness h;
    const HostImage image = noise_image({-40, -30, 60, 50}, 5, 0.5f, 1);
    ImageInfo info;
    info.data_window = image.region;
    info.format = {30, 20, 1};
    info.layers = {{std::string(main_layer), {"R", "G", "B", "A"}, false}};
    for (const int size : {2, 9}) {
        const NodeId n = h.node("median", {{"size", Vec2{double(size), double(size)}}}, {h.image(image, info)});
        CHECK(h.info(n)->data_window == image.region);
        check_medians(h.render(n, image.region), image, size, size, 3);
        const auto around = h.render(n, image.region.grown(5, 5));
        REQUIRE(around.ok());
        CHECK(around->at(-45, 0)[0] == 0);
        CHECK(around->at(-40, -30)[0] >= 0.5f);
    }
}

TEST_CASE("any rectangle of a median gives the same bits")
{
    const HostImage image = wild_values({-40, -30, 160, 110});
    for (const Vec2 size : {Vec2{2, 2}, Vec2{6, 6}, Vec2{25, 10}}) {
        Harness whole, parts({.chunk_limit = 3000});
        const Rect region{-50, -40, 170, 120};
        const auto a = run(whole, image, size.x, size.y, region), b = run(parts, image, size.x, size.y, region);
        REQUIRE(a.ok());
        REQUIRE(b.ok());
        CHECK(identical(*a, *b));
        const Rect part{3, 17, 58, 61};
        const auto c = run(whole, image, size.x, size.y, part);
        REQUIRE(c.ok());
        for (int y = part.y0; y < part.y1; ++y)
            CHECK(std::memcmp(c->at(part.x0, y), a->at(part.x0, y), size_t(part.width()) * 16) == 0);
    }
}

TEST_CASE("a NaN is greater than any number: it shows only where most of the window is")
{
    Harness h;
    HostImage image = flat_image({0, 0, 21, 21}, 0.25f, 0.5f, 0.75f, 1);
    for (int y = 0; y < 21; ++y)
        for (int x = 0; x < 9; ++x) image.at(x, y)[1] = std::numeric_limits<float>::quiet_NaN();
    for (const int size : {1, 5}) {
        const auto out = run(h, image, size, size);
        REQUIRE(out.ok());
        CHECK(std::isnan(out->at(2, 10)[1]));
        CHECK(std::isnan(out->at(8, 10)[1]));
        CHECK(out->at(9, 10)[1] == 0.5f);
        CHECK(out->at(2, 10)[0] == 0.25f);
    }
}

TEST_CASE("a size is rounded, and none is no median at all")
{
    Harness h;
    const HostImage image = noise_image({0, 0, 30, 20});
    check_medians(run(h, image, 1.4, 2.6), image, 1, 3);
    const NodeId in = h.image(image), n = h.node("median", {{"size", Vec2{0.4, 0}}}, {in});
    CHECK(*h.key(n) == *h.key(in));
}
