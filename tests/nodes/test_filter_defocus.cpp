// Defocus against plain convolution in double precision.
#include "tests/nodes/harness.h"
#include <cmath>
#include <doctest/doctest.h>
#include <functional>
#include <limits>
#include <numbers>

using namespace tessera;

namespace {

using Settings = std::map<std::string, Value>;

/// A kernel over -r to r, of sum one.
struct Kernel {
    int r;
    std::vector<double> w;
    double at(int x, int y) const { return w[size_t((y + r) * (2 * r + 1) + x + r)]; }
};

/// The share of every pixel inside a shape, by looking at many places.
Kernel kernel_of(int r, const std::function<bool(double, double)>& inside)
{
    Kernel k{r, {}};
    const int n = r < 8 ? 200 : 24;
    double sum = 0;
    for (int y = -r; y <= r; ++y)
        for (int x = -r; x <= r; ++x) {
            int count = 0;
            for (int j = 0; j < n; ++j)
                for (int i = 0; i < n; ++i) count += inside(x - 0.5 + (i + 0.5) / n, y - 0.5 + (j + 0.5) / n);
            k.w.push_back(count);
            sum += count;
        }
    for (double& w : k.w) w /= sum;
    return k;
}

Kernel ellipse(double rx, double ry)
{
    return kernel_of(int(std::ceil(std::max(rx, ry))) + 1,
                     [=](double x, double y) { return x * x / rx / rx + y * y / ry / ry < 1; });
}

double value(const HostImage& in, int x, int y, int c, bool repeat)
{
    if (repeat) x = std::clamp(x, in.region.x0, in.region.x1 - 1), y = std::clamp(y, in.region.y0, in.region.y1 - 1);
    return in.region.contains(x, y) ? in.at(x, y)[c] : 0;
}

/// Largest difference at a few hundred pixels of the result.
double worst(const Result<HostImage>& out, const HostImage& in, const Kernel& k, bool repeat = false)
{
    REQUIRE_MESSAGE(out.ok(), (out.ok() ? "" : out.error().text()));
    double error = 0;
    const Rect r = out->region;
    for (int y = r.y0; y < r.y1; y += 1 + r.height() / 16)
        for (int x = r.x0; x < r.x1; x += 1 + r.width() / 16)
            for (int c = 0; c < 4; c += 3) {
                double sum = 0;
                for (int j = -k.r; j <= k.r; ++j)
                    for (int i = -k.r; i <= k.r; ++i)
                        if (k.at(i, j) != 0) sum += k.at(i, j) * value(in, x - i, y - j, c, repeat);
                error = std::max(error, std::abs(out->at(x, y)[c] - sum));
            }
    return error;
}

HostImage spot(const Rect& region, int x, int y, float v)
{
    HostImage image(region);
    for (int c = 0; c < 4; ++c) image.at(x, y)[c] = v;
    return image;
}

NodeId defocus(Harness& h, const HostImage& image, Settings settings)
{
    return h.node("defocus", std::move(settings), {h.image(image)});
}

} // namespace

TEST_CASE("a defocus is the disc's convolution, directly and through the transform")
{
    Harness h;
    const HostImage image = natural_image({-20, 9, 130, 110});
    for (const double size : {1.0, 3.0, 7.4, 30.0, 61.0})
        for (const char* method : {"automatic", "direct", "transform"}) {
            if (size > 40 && std::string(method) == "direct") continue;
            CAPTURE(size);
            CAPTURE(method);
            const NodeId n = defocus(h, image, {{"size", size}, {"method", std::string(method)}});
            CHECK(worst(h.render(n, h.info(n)->data_window), image, ellipse(size / 2, size / 2)) < 2e-4);
        }
}

TEST_CASE("noise, single pixels and ellipses")
{
    Harness h;
    const HostImage image = noise_image({0, 0, 90, 70});
    const NodeId wide = defocus(h, image, {{"size", 24.0}, {"aspect_ratio", 1.75}});
    CHECK(worst(h.render(wide, Rect{-25, -15, 115, 85}), image, ellipse(21, 12)) < 2e-4);
    const HostImage point = spot({0, 0, 1, 1}, 0, 0, 1);
    const NodeId n = defocus(h, point, {{"size", 41.0}});
    CHECK(h.info(n)->data_window == Rect{-20, -20, 21, 21});
    const auto disc = h.render(n, h.info(n)->data_window);
    double sum = 0, level = 1 / (std::numbers::pi * 20.5 * 20.5);
    for (size_t i = 0; i < disc->pixels.size(); i += 4) sum += disc->pixels[i];
    CHECK(sum == doctest::Approx(1).epsilon(1e-4));
    CHECK(disc->at(0, 0)[0] == doctest::Approx(level).epsilon(1e-3));
    CHECK(disc->at(-20, -20)[0] == 0);
    // Pixels that are not square: the disc is round as it is shown.
    ImageInfo info;
    info.data_window = {0, 0, 90, 70};
    info.format = {90, 70, 2};
    info.layers = {{"rgba", {"R", "G", "B", "A"}}};
    const NodeId anamorphic = h.node("defocus", {{"size", 24.0}}, {h.image({{"rgba", image}}, info)});
    CHECK(worst(h.render(anamorphic, Rect{10, 10, 80, 60}), image, ellipse(6, 12)) < 2e-4);
}

TEST_CASE("an iris with blades")
{
    Harness h;
    const HostImage image = noise_image({0, 0, 90, 70});
    const auto polygon = [](int blades, double degrees, double radius) {
        return [=](double x, double y) {
            const double half = std::numbers::pi / blades;
            for (int i = 0; i < blades; ++i) {
                const double a = degrees * std::numbers::pi / 180 + (2 * i + 1) * half;
                if (x * std::cos(a) + y * std::sin(a) > radius * std::cos(half)) return false;
            }
            return true;
        };
    };
    for (const int blades : {3, 5, 8}) {
        CAPTURE(blades);
        const NodeId n = defocus(h, image,
                                 {{"size", 36.0},
                                  {"shape", std::string("bladed")},
                                  {"blades", blades},
                                  {"rotation", 13.0},
                                  {"roundness", 0.0}});
        CHECK(worst(h.render(n, Rect{-10, -10, 100, 80}), image, kernel_of(19, polygon(blades, 13, 18))) < 3e-4);
    }
    const NodeId round = defocus(h, image, {{"size", 36.0}, {"shape", std::string("bladed")}, {"roundness", 1.0}});
    CHECK(worst(h.render(round, Rect{0, 0, 90, 70}), image, ellipse(18, 18)) < 2e-4);
}

TEST_CASE("discs too wide for one transform stay close to the disc")
{
    Harness h;
    const HostImage image = natural_image({0, 0, 420, 300});
    const NodeId n = defocus(h, image, {{"size", 300.0}});
    CHECK(worst(h.render(n, Rect{-100, -60, 500, 360}), image, ellipse(150, 150)) < 1e-3);
    const HostImage point = spot({0, 0, 40, 40}, 20, 20, 1000);
    const NodeId light = defocus(h, point, {{"size", 600.0}});
    const auto disc = h.render(light, Rect{-290, 20, 331, 21});
    const double level = 1000 / (std::numbers::pi * 300 * 300);
    CHECK(disc->at(20, 20)[0] == doctest::Approx(level).epsilon(0.05));
    CHECK(disc->at(-262, 20)[0] == doctest::Approx(level).epsilon(0.1)); // the rim is at -280
    CHECK(std::abs(disc->at(-290, 20)[0]) < 0.1 * level);
}

TEST_CASE("the edge of a defocus is black or repeated")
{
    Harness h;
    const HostImage image = noise_image({3, 4, 60, 50});
    for (const double size : {5.0, 22.0}) {
        const NodeId n = defocus(h, image, {{"size", size}, {"edge", std::string("repeat")}});
        CHECK(h.info(n)->data_window == image.region);
        CHECK(worst(h.render(n, image.region), image, ellipse(size / 2, size / 2), true) < 2e-4);
    }
}

TEST_CASE("bloom makes highlights brighter, and nothing else")
{
    Harness h;
    HostImage image = flat_image({0, 0, 80, 60}, 0.5f, 0.5f, 0.5f, 1);
    for (int c = 0; c < 3; ++c) image.at(40, 30)[c] = 5;
    HostImage bright = image;
    for (int c = 0; c < 3; ++c) bright.at(40, 30)[c] = 2 + (5 - 2) * 7;
    for (const double size : {5.0, 20.0, 280.0}) {
        CAPTURE(size);
        const NodeId a =
            defocus(h, image, {{"size", size}, {"bloom", true}, {"bloom_threshold", 2.0}, {"bloom_gain", 7.0}});
        const NodeId b = defocus(h, bright, {{"size", size}});
        CHECK(largest_error(*h.render(a, Rect{0, 0, 80, 60}), *h.render(b, Rect{0, 0, 80, 60})) < 1e-5);
    }
}

TEST_CASE("the picture of a point can be an image")
{
    Harness h;
    const HostImage image = noise_image({0, 0, 70, 50});
    HostImage ring({0, 0, 40, 40});
    const auto in_ring = [](double d) { return d < 20 && d > 8; };
    for (int y = 0; y < 40; ++y)
        for (int x = 0; x < 40; ++x) {
            const bool on = in_ring(std::hypot(x - 19.5, y - 19.5)) && x < 30;
            for (int c = 0; c < 4; ++c) ring.at(x, y)[c] = on ? 1 : 0;
        }
    const NodeId n =
        h.node("defocus", {{"size", 40.0}, {"shape", std::string("image")}}, {h.image(image), h.image(ring)});
    Kernel k{20, {}};
    double sum = 0;
    for (int y = -20; y <= 20; ++y)
        for (int x = -20; x <= 20; ++x) { // a kernel pixel lies between four of the picture's
            double w = 0;
            for (const int j : {-1, 0})
                for (const int i : {-1, 0})
                    if (ring.region.contains(x + 20 + i, y + 20 + j)) w += ring.at(x + 20 + i, y + 20 + j)[0] / 4;
            k.w.push_back(w);
            sum += w;
        }
    for (double& w : k.w) w /= sum;
    CHECK(worst(h.render(n, Rect{-10, -10, 80, 60}), image, k) < 2e-4);
    const NodeId open = h.node("defocus", {{"shape", std::string("image")}}, {h.image(image)});
    const auto error = h.render(open, Rect{0, 0, 10, 10});
    REQUIRE_FALSE(error.ok());
    CHECK(error.error().text().find("filter") != std::string::npos);
}

TEST_CASE("any rectangle of a defocus gives the same bits")
{
    const HostImage image = natural_image({-30, -20, 640, 200});
    for (const double size : {4.0, 50.0, 290.0}) {
        CAPTURE(size);
        Harness whole, parts({.chunk_limit = 60000});
        const NodeId a = defocus(whole, image, {{"size", size}}), b = defocus(parts, image, {{"size", size}});
        const Rect region{-40, -30, 650, 210};
        const auto expected = whole.render(a, region);
        REQUIRE(expected.ok());
        CHECK(identical(*parts.render(b, region), *expected));
        const Rect part{400, 90, 470, 130};
        const auto some = whole.render(a, part);
        int wrong = 0;
        for (int y = part.y0; y < part.y1; ++y)
            wrong += std::memcmp(some->row(y), expected->at(part.x0, y), size_t(part.width()) * 16) != 0;
        CHECK(wrong == 0);
    }
}

TEST_CASE("what is not finite does not fill a tile, and black stays black")
{
    Harness h;
    HostImage image({0, 0, 200, 60});
    image.at(20, 20)[0] = std::numeric_limits<float>::infinity();
    image.at(24, 20)[1] = std::numeric_limits<float>::quiet_NaN();
    const auto out = h.render(defocus(h, image, {{"size", 21.0}}), Rect{0, 0, 200, 60});
    for (const float v : out->pixels) REQUIRE(std::isfinite(v));
    CHECK(out->at(20, 20)[0] > 100);
    for (int x = 60; x < 200; ++x) REQUIRE(std::abs(out->at(x, 20)[1]) < 1e-9 * 65504);
    const auto usual = h.render(defocus(h, spot({0, 0, 200, 60}, 20, 20, 1), {{"size", 21.0}}), Rect{0, 0, 200, 60});
    for (int x = 40; x < 200; ++x) REQUIRE(usual->at(x, 20)[1] == 0);
}

TEST_CASE("no size is no defocus")
{
    Harness h;
    const NodeId in = h.image(noise_image({0, 0, 20, 20}));
    CHECK(*h.key(h.node("defocus", {{"size", 0.0}}, {in})) == *h.key(in));
}
