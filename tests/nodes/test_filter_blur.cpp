// Blur against plain convolution in double precision.
#include "tests/nodes/harness.h"
#include <cmath>
#include <doctest/doctest.h>
#include <numeric>

using namespace tessera;

namespace {

constexpr double limit = 2e-4; // of the range 0 to 1

enum class Beyond { Black, Repeat, Mirror };

/// A half kernel, centre first, of sum one over both sides.
using Half = std::vector<double>;

Half scaled(Half h)
{
    const double sum = 2 * std::accumulate(h.begin(), h.end(), 0.0) - h[0];
    for (double& w : h) w /= sum;
    return h;
}

Half gaussian(double sigma)
{
    Half h;
    for (int i = 0; i <= int(std::ceil(8 * sigma)); ++i) h.push_back(std::exp(-0.5 * i * i / (sigma * sigma)));
    return scaled(h);
}

Half box(double width)
{
    Half h;
    for (int i = 0; i <= int(width / 2) + 1; ++i) h.push_back(std::clamp(width / 2 + 0.5 - i, 0.0, 1.0));
    return scaled(h);
}

Half twice(const Half& a, const Half& b)
{
    const int ra = int(a.size()) - 1, rb = int(b.size()) - 1;
    Half h(size_t(ra + rb) + 1, 0.0);
    for (int out = 0; out <= ra + rb; ++out)
        for (int k = -rb; k <= rb; ++k)
            if (std::abs(out - k) <= ra) h[size_t(out)] += a[size_t(std::abs(out - k))] * b[size_t(std::abs(k))];
    return h;
}

double sample(const std::vector<double>& line, int i, Beyond beyond)
{
    const int n = int(line.size());
    if (i >= 0 && i < n) return line[size_t(i)];
    if (beyond == Beyond::Black) return 0;
    if (beyond == Beyond::Mirror) i = i < 0 ? -1 - i : 2 * n - 1 - i;
    return line[size_t(std::clamp(i, 0, n - 1))];
}

/// The image convolved along both axes, over `region`.
std::vector<double> convolved(const HostImage& in, const Half& hx, const Half& hy, const Rect& region, Beyond beyond)
{
    const int w = in.region.width(), h = in.region.height();
    const auto along = [&](const std::vector<double>& line, const Half& half, int from, int count) {
        std::vector<double> out;
        for (int i = 0; i < count; ++i) {
            double sum = half[0] * sample(line, from + i, beyond);
            for (int k = 1; k < int(half.size()); ++k)
                sum += half[size_t(k)] * (sample(line, from + i - k, beyond) + sample(line, from + i + k, beyond));
            out.push_back(sum);
        }
        return out;
    };
    std::vector<double> result(size_t(region.pixels()) * 4);
    for (int c = 0; c < 4; ++c) {
        std::vector<std::vector<double>> rows;
        for (int y = 0; y < h; ++y) {
            std::vector<double> line;
            for (int x = 0; x < w; ++x) line.push_back(in.at(in.region.x0 + x, in.region.y0 + y)[c]);
            rows.push_back(along(line, hx, region.x0 - in.region.x0, region.width()));
        }
        for (int x = 0; x < region.width(); ++x) {
            std::vector<double> line;
            for (int y = 0; y < h; ++y) line.push_back(rows[size_t(y)][size_t(x)]);
            const auto column = along(line, hy, region.y0 - in.region.y0, region.height());
            for (int y = 0; y < region.height(); ++y)
                result[(size_t(y) * size_t(region.width()) + size_t(x)) * 4 + size_t(c)] = column[size_t(y)];
        }
    }
    return result;
}

double worst(const Result<HostImage>& got, const std::vector<double>& want)
{
    REQUIRE_MESSAGE(got.ok(), (got.ok() ? "" : got.error().text()));
    REQUIRE(got->pixels.size() == want.size());
    double error = 0;
    for (size_t i = 0; i < want.size(); ++i) error = std::max(error, std::abs(got->pixels[i] - want[i]));
    return error;
}

HostImage impulse(const Rect& region, int x, int y)
{
    HostImage image(region);
    for (int c = 0; c < 4; ++c) image.at(x, y)[c] = float(c + 1) / 4;
    return image;
}

HostImage ramp(const Rect& region)
{
    HostImage image(region);
    for (int y = region.y0; y < region.y1; ++y)
        for (int x = region.x0; x < region.x1; ++x) {
            image.at(x, y)[0] = float(x - region.x0) / float(region.width());
            image.at(x, y)[1] = float(y - region.y0) / float(region.height());
            image.at(x, y)[2] = (x ^ y) & 1 ? 1.0f : 0.0f;
            image.at(x, y)[3] = x < region.x0 + region.width() / 2 ? 1.0f : 0.0f;
        }
    return image;
}

HostImage part_of(const HostImage& image, const Rect& r)
{
    HostImage out(r);
    for (int y = r.y0; y < r.y1; ++y) std::copy(image.at(r.x0, y), image.at(r.x0, y) + r.width() * 4, out.row(y));
    return out;
}

NodeId blur(Harness& h, const HostImage& image, Vec2 size, const char* filter = "gaussian", const char* edge = "black")
{
    const NodeId in = h.image(image);
    return h.node("blur", {{"size", size}, {"filter", std::string(filter)}, {"edge", std::string(edge)}}, {in});
}

} // namespace

TEST_CASE("a Gaussian blur is the Gaussian at every width, on every kind of picture")
{
    Harness h;
    const Rect odd{-13, 7, 68, 54}; // not at the origin, odd in size
    const HostImage images[] = {noise_image(odd), ramp(odd), impulse(odd, 31, 40), impulse({5, 6, 6, 7}, 5, 6)};
    for (const Vec2 size : {Vec2{2, 2}, Vec2{5, 9}, Vec2{9.59, 9.61}, Vec2{13, 30}, Vec2{50, 3}, Vec2{50, 50},
                            Vec2{160, 77}, Vec2{0, 12}, Vec2{24, 0}})
        for (const HostImage& image : images) {
            CAPTURE(size.x);
            CAPTURE(size.y);
            const NodeId n = blur(h, image, size);
            const Rect window = h.info(n)->data_window;
            const Half one{1};
            const auto want = convolved(image, size.x > 0 ? gaussian(size.x / 2.4) : one,
                                        size.y > 0 ? gaussian(size.y / 2.4) : one, window, Beyond::Black);
            CHECK(worst(h.render(n, window), want) < limit);
        }
}

TEST_CASE("very wide Gaussians, and their frequencies, stay exact")
{
    Harness h;
    HostImage image({0, 0, 1500, 3});
    for (int x = 0; x < 1500; ++x)
        for (int y = 0; y < 3; ++y) {
            image.at(x, y)[0] = float(0.5 + 0.5 * std::cos(x * 2.0 / 100));                         // passes in part
            image.at(x, y)[1] = float(0.5 + 0.5 * std::cos(x * (2 * 3.14159265 / 32 + 2.0 / 100))); // would alias
            image.at(x, y)[2] = x < 700 ? 1.0f : 0.0f;
            image.at(x, y)[3] = 1;
        }
    for (const double sigma : {100.0, 200.0}) {
        const NodeId n = blur(h, image, {sigma * 2.4, 0});
        const Rect region{-100, 0, 1600, 3};
        CHECK(worst(h.render(n, region), convolved(image, gaussian(sigma), {1}, region, Beyond::Black)) < limit);
    }
}

TEST_CASE("a higher quality is closer to the Gaussian")
{
    Harness h;
    const HostImage image = ramp({0, 0, 200, 100});
    const NodeId n = blur(h, image, {40, 40});
    const Rect region{20, 20, 180, 80};
    const auto want = convolved(image, gaussian(40 / 2.4), gaussian(40 / 2.4), region, Beyond::Black);
    const double normal = worst(h.render(n, region), want);
    h.set(n, "quality", 4.0);
    CHECK(worst(h.render(n, region), want) < std::max(normal, 7e-5));
}

TEST_CASE("box, triangle and quadratic are a box applied once, twice and three times")
{
    Harness h;
    const Rect odd{-13, 7, 42, 40};
    const HostImage images[] = {noise_image(odd), ramp(odd), impulse({5, 6, 6, 7}, 5, 6)};
    for (const Vec2 size : {Vec2{3, 4.5}, Vec2{1, 8}, Vec2{25, 24.9}, Vec2{33.3, 2.25}, Vec2{2, 301.5}, Vec2{301.5, 2}})
        for (const HostImage& image : images) {
            const bool wide = std::max(size.x, size.y) > 100;
            if (wide && &image != &images[0]) continue;
            const Half bx = box(std::max(1.0, size.x)), by = box(std::max(1.0, size.y));
            const Half tx = twice(bx, bx), ty = twice(by, by);
            for (int i = 0; i < 3; ++i) {
                CAPTURE(size.x);
                CAPTURE(i);
                if (wide && i > 0) continue; // the reference would take seconds
                const char* names[] = {"box", "triangle", "quadratic"};
                const NodeId n = blur(h, image, size, names[i]);
                const Rect window = h.info(n)->data_window;
                const auto want = convolved(image,
                                            i == 0   ? bx
                                            : i == 1 ? tx
                                                     : twice(tx, bx),
                                            i == 0   ? by
                                            : i == 1 ? ty
                                                     : twice(ty, by),
                                            window, Beyond::Black);
                CHECK(worst(h.render(n, window), want) < 2e-6);
            }
        }
}

TEST_CASE("the edge is black, repeated or mirrored")
{
    Harness h;
    const HostImage image = noise_image({3, -5, 90, 60});
    for (const double size : {4.0, 15.0, 33.0})
        for (const auto& [name, beyond] : {std::pair{"repeat", Beyond::Repeat}, std::pair{"mirror", Beyond::Mirror}}) {
            CAPTURE(size);
            CAPTURE(name);
            const NodeId g = blur(h, image, {size, size}, "gaussian", name);
            CHECK(h.info(g)->data_window == image.region);
            const Half half = gaussian(size / 2.4);
            CHECK(worst(h.render(g, image.region), convolved(image, half, half, image.region, beyond)) < limit);
            const NodeId b = blur(h, image, {size, size}, "box", name);
            CHECK(worst(h.render(b, image.region), convolved(image, box(size), box(size), image.region, beyond)) <
                  2e-6);
        }
}

TEST_CASE("any rectangle gives the same bits, infinities included")
{
    HostImage image = noise_image({-40, -30, 260, 170});
    image.at(100, 60)[1] = std::numeric_limits<float>::infinity();
    image.at(37, 90)[2] = std::numeric_limits<float>::quiet_NaN();
    for (const char* filter : {"gaussian", "box", "quadratic"})
        for (const double size : {7.0, 30.0, 120.0, 300.0}) {
            CAPTURE(filter);
            CAPTURE(size);
            Harness whole, parts({.chunk_limit = 3000});
            const NodeId a = blur(whole, image, {size, size * 0.7}, filter),
                         b = blur(parts, image, {size, size * 0.7}, filter);
            const Rect region{-50, -40, 270, 180};
            const auto expected = whole.render(a, region);
            REQUIRE(expected.ok());
            CHECK(identical(*parts.render(b, region), *expected));
            for (const Rect r : {Rect{-21, 13, 5, 14}, Rect{99, 59, 133, 97}, Rect{255, 160, 263, 175}})
                CHECK(identical(*whole.render(a, r), part_of(*expected, r)));
        }
}

TEST_CASE("the data window grows by four sigmas, and crop to format cuts it")
{
    Harness h;
    const NodeId n = blur(h, flat_image({0, 0, 100, 50}, 1, 1, 1, 1), {24, 12});
    CHECK(h.info(n)->data_window == Rect{-40, -20, 140, 70});
    h.set(n, "crop_to_format", true);
    CHECK(h.info(n)->data_window == Rect{0, 0, 100, 50});
    const auto out = h.render(n, Rect{-10, -10, 110, 60});
    CHECK(out->at(-1, 10)[0] == 0);
    CHECK(out->at(50, 25)[0] == doctest::Approx(1).epsilon(1e-4));
}

TEST_CASE("a blur of nothing is the input, and data layers pass")
{
    Harness h;
    ImageInfo info;
    info.data_window = {0, 0, 16, 16};
    info.format = {16, 16, 1};
    info.layers = {{"rgba", {"R", "G", "B", "A"}, false}, {"depth", {"Z"}, true}};
    const HostImage colour = noise_image(info.data_window), depth = noise_image(info.data_window, 7);
    const NodeId in = h.image({{"rgba", colour}, {"depth", depth}}, info);
    const NodeId n = h.node("blur", {{"size", Vec2{0, 0}}}, {in});
    CHECK(*h.key(n) == *h.key(in));
    h.set(n, "size", Vec2{8, 8});
    CHECK_FALSE(*h.key(n) == *h.key(in));
    CHECK(identical(*h.render(n, info.data_window, 1, 0, "depth"), depth));
}

TEST_CASE("a proxy shows the same blur")
{
    Harness h;
    const HostImage image = natural_image({0, 0, 128, 96});
    for (const double size : {6.0, 40.0}) {
        const NodeId n = blur(h, image, {size, size});
        const auto full = h.render(n, Rect{0, 0, 128, 96}), half = h.render(n, Rect{0, 0, 128, 96}, 1, 1);
        REQUIRE(half.ok());
        double error = 0;
        for (int y = 8; y < 40; ++y)
            for (int x = 8; x < 56; ++x) {
                const double mean = (full->at(2 * x, 2 * y)[0] + full->at(2 * x + 1, 2 * y)[0] +
                                     full->at(2 * x, 2 * y + 1)[0] + full->at(2 * x + 1, 2 * y + 1)[0]) /
                                    4;
                error = std::max(error, std::abs(mean - half->at(x, y)[0]));
            }
        CHECK(error < 0.02);
    }
}
