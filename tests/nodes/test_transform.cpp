// Transform against resampling in double precision.
#include "core/base/curve.h"
#include "tests/nodes/harness.h"
#include <cmath>
#include <doctest/doctest.h>
#include <functional>
#include <numbers>

using namespace tessera;

namespace {

constexpr double limit = 2e-4;

using Weight = std::function<double(double)>;

Weight cubic(double b, double c)
{
    return [b, c](double t) {
        t = std::abs(t);
        if (t < 1) return ((12 - 9 * b - 6 * c) * t * t * t + (-18 + 12 * b + 6 * c) * t * t + 6 - 2 * b) / 6;
        if (t < 2)
            return ((-b - 6 * c) * t * t * t + (6 * b + 30 * c) * t * t + (-12 * b - 48 * c) * t + 8 * b + 24 * c) / 6;
        return 0.0;
    };
}

double sinc(double x)
{
    return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}
Weight windowed(double reach, double lobes)
{
    return [reach, lobes](double t) { return std::abs(t) < reach ? sinc(t) * (lobes > 0 ? sinc(t / lobes) : 1) : 0.0; };
}

struct NamedFilter {
    const char* name;
    Weight weight;
};
const std::vector<NamedFilter> filters = {
    {"cubic", cubic(0, 0)},
    {"keys", cubic(0, 0.5)},
    {"simon", cubic(0, 0.75)},
    {"rifman", cubic(0, 1)},
    {"mitchell", cubic(1.0 / 3, 1.0 / 3)},
    {"parzen", cubic(1, 0)},
    {"notch", cubic(1.5, -0.25)},
    {"lanczos4", windowed(2, 2)},
    {"lanczos6", windowed(3, 3)},
    {"sinc4", windowed(2, 0)},
};

double value(const HostImage& in, int x, int y, int c, bool repeat = false)
{
    if (repeat) {
        x = std::clamp(x, in.region.x0, in.region.x1 - 1);
        y = std::clamp(y, in.region.y0, in.region.y1 - 1);
    }
    return in.region.contains(x, y) ? in.at(x, y)[c] : 0;
}

/// Normalised sum over samples around `p` (input coordinates), with offsets stretched by `shrink`.
double filtered(const HostImage& in, Vec2 p, int c, const Weight& w, const std::array<double, 3>& shrink = {1, 0, 1},
                int reach = 4, bool repeat = false)
{
    const double sx = p.x - 0.5, sy = p.y - 0.5;
    double sum = 0, total = 0;
    for (int y = int(std::floor(sy)) - reach; y <= int(std::floor(sy)) + reach + 1; ++y)
        for (int x = int(std::floor(sx)) - reach; x <= int(std::floor(sx)) + reach + 1; ++x) {
            const double dx = x - sx, dy = y - sy;
            const double k = w(shrink[0] * dx + shrink[1] * dy) * w(shrink[1] * dx + shrink[2] * dy);
            sum += k * value(in, x, y, c, repeat);
            total += k;
        }
    return sum / total;
}

double worst(const Result<HostImage>& out, const std::function<double(Vec2, int)>& want)
{
    REQUIRE_MESSAGE(out.ok(), (out.ok() ? "" : out.error().text()));
    double error = 0;
    for (int y = out->region.y0; y < out->region.y1; ++y)
        for (int x = out->region.x0; x < out->region.x1; ++x)
            for (int c = 0; c < 4; ++c)
                error = std::max(error, std::abs(out->at(x, y)[c] - want({x + 0.5, y + 0.5}, c)));
    return error;
}

/// Rotation by `degrees` and scale about `centre`, then a move: written out again, not taken from the operator.
Vec2 undone(Vec2 q, Vec2 move, double degrees, double sx, double sy, Vec2 centre)
{
    const double a = degrees * std::numbers::pi / 180;
    const double x = q.x - move.x - centre.x, y = q.y - move.y - centre.y;
    return {(std::cos(a) * x + std::sin(a) * y) / sx + centre.x, (-std::sin(a) * x + std::cos(a) * y) / sy + centre.y};
}

HostImage moved(const HostImage& in, int dx, int dy)
{
    HostImage out = in;
    out.region = in.region.moved(dx, dy);
    return out;
}

} // namespace

TEST_CASE("every filter, turned and enlarged, matches the formula")
{
    Harness h;
    const HostImage image = noise_image({-9, 4, 61, 50}, 1, -0.5f, 1);
    const NodeId in = h.image(image);
    const Vec2 move{3.3, -7.9}, centre{20, 30};
    for (const NamedFilter& f : filters) {
        CAPTURE(f.name);
        const NodeId n = h.node("transform",
                                {{"translate", move},
                                 {"rotate", 24.0},
                                 {"scale", Vec2{1.31, 1.7}},
                                 {"uniform", false},
                                 {"center", centre},
                                 {"filter", std::string(f.name)}},
                                {in});
        const Rect window = h.info(n)->data_window;
        const auto want = [&](Vec2 q, int c) {
            return filtered(image, undone(q, move, 24, 1.31, 1.7, centre), c, f.weight);
        };
        CHECK(worst(h.render(n, window), want) < limit);
        // Nothing is lost at the border of the data window.
        double beyond = 0;
        for (int x = window.x0 - 2; x < window.x1 + 2; ++x)
            for (const int y : {window.y0 - 1, window.y1})
                beyond = std::max(beyond, std::abs(want({x + 0.5, y + 0.5}, 1)));
        CHECK(beyond < 1e-5);
    }
}

TEST_CASE("shrinking covers every source pixel")
{
    Harness h;
    const HostImage image = noise_image({0, 0, 70, 50});
    const NodeId in = h.image(image);
    for (const NamedFilter& f : filters)
        for (const Vec2 scale : {Vec2{0.25, 0.25}, Vec2{0.3, 1.4}}) {
            CAPTURE(f.name);
            CAPTURE(scale.y);
            const NodeId n = h.node(
                "transform",
                {{"scale", scale}, {"uniform", false}, {"center", Vec2{35, 25}}, {"filter", std::string(f.name)}},
                {in});
            const std::array<double, 3> shrink{std::min(1.0, scale.x), 0, std::min(1.0, scale.y)};
            const auto want = [&](Vec2 q, int c) {
                return filtered(image, undone(q, {}, 0, scale.x, scale.y, {35, 25}), c, f.weight, shrink, 14);
            };
            CHECK(worst(h.render(n, h.info(n)->data_window), want) < limit);
        }
    // A white image stays white, whichever way it is turned and shrunk.
    const NodeId n =
        h.node("transform", {{"scale", Vec2{0.4, 0.7}}, {"uniform", false}, {"rotate", 33.0}, {"center", Vec2{60, 45}}},
               {h.image(flat_image({0, 0, 120, 90}, 1, 1, 1, 1))});
    const auto out = h.render(n, Rect{50, 40, 70, 50});
    for (const float v : out->pixels) CHECK(v == doctest::Approx(1).epsilon(1e-5));
}

TEST_CASE("the box filter averages what lies under the pixel")
{
    Harness h;
    const HostImage image = noise_image({0, 0, 80, 40});
    const NodeId n =
        h.node("transform",
               {{"scale", Vec2{0.25, 0.5}}, {"uniform", false}, {"center", Vec2{0, 0}}, {"filter", std::string("box")}},
               {h.image(image)});
    CHECK(h.info(n)->data_window == Rect{0, 0, 20, 20});
    CHECK(worst(h.render(n, Rect{0, 0, 20, 20}), [&](Vec2 q, int c) {
              double sum = 0;
              for (int y = 0; y < 2; ++y)
                  for (int x = 0; x < 4; ++x) sum += value(image, int(q.x) * 4 + x, int(q.y) * 2 + y, c);
              return sum / 8;
          }) < 1e-6);
}

TEST_CASE("whole-pixel moves, mirrors and quarter turns copy the bits")
{
    Harness h;
    HostImage image = noise_image({-3, 5, 40, 33}, 4, -1, 1);
    image.at(7, 9)[2] = std::numeric_limits<float>::infinity();
    image.at(8, 9)[2] = -0.0f;
    const NodeId in = h.image(image);
    for (const char* filter : {"impulse", "cubic", "keys", "simon", "rifman", "lanczos4", "lanczos6", "sinc4", "box"}) {
        CAPTURE(filter);
        const NodeId n = h.node("transform", {{"translate", Vec2{1717, -12}}, {"filter", std::string(filter)}}, {in});
        const Rect window = image.region.moved(1717, -12);
        CHECK(h.info(n)->data_window == window);
        CHECK(identical(*h.render(n, window), moved(image, 1717, -12)));
    }
    const NodeId turned = h.node("transform", {{"rotate", 90.0}, {"center", Vec2{10, 20}}}, {in});
    const auto out = h.render(turned, h.info(turned)->data_window);
    // (x, y) goes to (10 - (y - 20), 20 + (x - 10)).
    int wrong = 0;
    for (int y = 5; y < 33; ++y)
        for (int x = -3; x < 40; ++x) wrong += std::memcmp(image.at(x, y), out->at(29 - y, x + 10), 16) != 0;
    CHECK(wrong == 0);
    CHECK(out->region == Rect{-3, 7, 25, 50});
    const NodeId mirrored =
        h.node("transform", {{"scale", Vec2{-1, 1}}, {"uniform", false}, {"center", Vec2{0.5, 0}}}, {in});
    const auto flop = h.render(mirrored, h.info(mirrored)->data_window);
    for (int x = -3; x < 40; ++x) CHECK(std::memcmp(image.at(x, 9), flop->at(-x, 9), 16) == 0);
    const NodeId still = h.node("transform", {{"rotate", 0.0}}, {in});
    CHECK(*h.key(still) == *h.key(in));
    h.set(still, "filter", std::string("mitchell"));
    CHECK_FALSE(*h.key(still) == *h.key(in));
}

TEST_CASE("positions stay exact far from the origin")
{
    Harness h;
    HostImage image(Rect{14000, 9000, 14060, 9040});
    for (int y = 9000; y < 9040; ++y)
        for (int x = 14000; x < 14060; ++x) image.at(x, y)[0] = float((x - 14000) / 60.0);
    const NodeId n =
        h.node("transform",
               {{"rotate", 30.0}, {"scale", Vec2{1.37, 1.37}}, {"center", Vec2{0, 0}}, {"filter", std::string("keys")}},
               {h.image(image)});
    const double a = 30 * std::numbers::pi / 180;
    const Vec2 middle{1.37 * (std::cos(a) * 14030 - std::sin(a) * 9020),
                      1.37 * (std::sin(a) * 14030 + std::cos(a) * 9020)};
    const Rect region{int(middle.x) - 8, int(middle.y) - 8, int(middle.x) + 8, int(middle.y) + 8};
    CHECK(worst(h.render(n, region), [&](Vec2 q, int c) {
              return c == 0 ? (undone(q, {}, 30, 1.37, 1.37, {}).x - 0.5 - 14000) / 60.0 : 0.0;
          }) < 1e-6);
}

TEST_CASE("skew, its order, pixel aspect, uniform scale and inversion")
{
    Harness h;
    ImageInfo info;
    info.data_window = {0, 0, 50, 40};
    info.format = {50, 40, 2}; // pixels twice as wide as high
    info.layers = {{"rgba", {"R", "G", "B", "A"}}};
    HostImage image(info.data_window);
    for (int y = 0; y < 40; ++y)
        for (int x = 0; x < 50; ++x) image.at(x, y)[0] = float(x), image.at(x, y)[1] = float(y);
    const NodeId in = h.image({{"rgba", image}}, info);
    const auto check = [&](std::map<std::string, Value> params, const std::function<Vec2(Vec2)>& to_input) {
        params["center"] = Vec2{25, 20};
        params["filter"] = std::string("keys"); // exact for ramps, but for rounding where it is stretched
        const NodeId n = h.node("transform", params, {in});
        CHECK(worst(h.render(n, Rect{22, 17, 29, 23}), [&](Vec2 q, int c) {
                  const Vec2 p = to_input({(q.x - 25) * 2, q.y - 20}); // as it is shown
                  return c == 0 ? p.x / 2 + 24.5 : c == 1 ? p.y + 19.5 : 0.0;
              }) < 0.02);
    };
    check({{"rotate", 90.0}}, [](Vec2 p) { return Vec2{p.y, -p.x}; });
    check({{"skew_x", 0.5}}, [](Vec2 p) { return Vec2{p.x - 0.5 * p.y, p.y}; });
    check({{"skew_x", 0.5}, {"skew_y", 0.25}}, [](Vec2 p) {
        const double x = p.x - 0.5 * p.y;
        return Vec2{x, p.y - 0.25 * x};
    });
    check({{"skew_x", 0.5}, {"skew_y", 0.25}, {"skew_order", std::string("YX")}}, [](Vec2 p) {
        const double y = p.y - 0.25 * p.x;
        return Vec2{p.x - 0.5 * y, y};
    });
    check({{"scale", Vec2{2, 5}}}, [](Vec2 p) { return Vec2{p.x / 2, p.y / 2}; });
    check({{"scale", Vec2{2, 5}}, {"uniform", false}}, [](Vec2 p) { return Vec2{p.x / 2, p.y / 5}; });
    check({{"scale", Vec2{0.5, 0.5}}, {"rotate", 90.0}, {"invert", true}}, [](Vec2 p) {
        return Vec2{-p.y * 0.5, p.x * 0.5};
    });
}

TEST_CASE("clamp keeps a sharp filter from overshooting")
{
    Harness h;
    HostImage image({0, 0, 40, 20});
    for (int y = 0; y < 20; ++y)
        for (int x = 20; x < 40; ++x) image.at(x, y)[0] = 1;
    const NodeId n =
        h.node("transform", {{"translate", Vec2{0.4, 0}}, {"filter", std::string("rifman")}}, {h.image(image)});
    const auto range = [&] {
        const auto out = h.render(n, Rect{5, 5, 35, 15});
        float low = 0, high = 0;
        for (size_t i = 0; i < out->pixels.size(); i += 4)
            low = std::min(low, out->pixels[i]), high = std::max(high, out->pixels[i]);
        return std::pair{low, high};
    };
    CHECK(range().first < -0.05f);
    CHECK(range().second > 1.05f);
    h.set(n, "clamp", true);
    CHECK(range() == std::pair{0.0f, 1.0f});
}

TEST_CASE("without black outside the border fills the format")
{
    Harness h;
    const HostImage image = noise_image({0, 0, 30, 20});
    const NodeId n = h.node("transform", {{"translate", Vec2{9.5, 4}}, {"black_outside", false}}, {h.image(image)});
    CHECK(h.info(n)->data_window.contains(Rect{0, 0, 30, 20}));
    const auto want = [&](Vec2 q, int c) {
        return filtered(image, {q.x - 9.5, q.y - 4}, c, cubic(0, 0), {1, 0, 1}, 2, true);
    };
    CHECK(worst(h.render(n, Rect{0, 0, 30, 20}), want) < 1e-5);
    CHECK(worst(h.render(n, Rect{0, 0, 3, 2}), want) < 1e-5); // nothing of the image itself
}

TEST_CASE("a run of transforms is filtered once, with the last one's filter")
{
    for (const int level : {0, 1}) {
        Harness h, apart({.concatenate = false});
        const HostImage image = natural_image({0, 0, 96, 80});
        const auto chain = [&](Harness& t) {
            const NodeId a =
                t.node("transform", {{"rotate", 20.0}, {"center", Vec2{48, 40}}, {"filter", std::string("parzen")}},
                       {t.image(image)});
            const NodeId b =
                t.node("transform",
                       {{"scale", Vec2{1.5, 1.5}}, {"center", Vec2{40, 40}}, {"filter", std::string("notch")}}, {a});
            return t.node("transform", {{"rotate", -20.0}, {"center", Vec2{48, 40}}, {"filter", std::string("keys")}},
                          {b});
        };
        const Rect region{10, 10, 80, 70};
        const auto once = h.render(chain(h), region, 1, level), thrice = apart.render(chain(apart), region, 1, level);
        CHECK(largest_error(*once, *thrice) > 1e-3);
        if (level == 0)
            CHECK(worst(once, [&](Vec2 q, int c) {
                      Vec2 p = undone(q, {}, -20, 1, 1, {48, 40});
                      p = undone(p, {}, 0, 1.5, 1.5, {40, 40});
                      return filtered(image, undone(p, {}, 20, 1, 1, {48, 40}), c, cubic(0, 0.5));
                  }) < limit);
    }
}

TEST_CASE("there and back again gives the bits back")
{
    Harness h;
    const HostImage image = noise_image({0, 0, 50, 40});
    const NodeId a = h.node("transform", {{"rotate", 33.0}, {"translate", Vec2{3.7, 2}}, {"center", Vec2{25, 20}}},
                            {h.image(image)});
    const NodeId b = h.node(
        "transform", {{"rotate", 33.0}, {"translate", Vec2{3.7, 2}}, {"center", Vec2{25, 20}}, {"invert", true}}, {a});
    CHECK(identical(*h.render(b, image.region), image));
}

TEST_CASE("motion blur is the mean over the shutter")
{
    Harness h;
    const HostImage image = natural_image({0, 0, 60, 40});
    const NodeId n =
        h.node("transform", {{"motion_blur", 5}, {"shutter", 0.8}, {"center", Vec2{30, 20}}}, {h.image(image)});
    const auto curve = [](double at_one, double slope) {
        auto made = Curve::make({{.time = 0, .value = at_one - slope, .interpolation = Interpolation::Linear},
                                 {.time = 2, .value = at_one + slope, .interpolation = Interpolation::Linear}},
                                Extrapolation::Linear, Extrapolation::Linear);
        return std::make_shared<const Curve>(*made);
    };
    Param rotate(Value(0.0));
    rotate.sources = {curve(10, 20)};
    h.set(n, "rotate", rotate);
    const std::pair<const char*, double> offsets[] = {{"centered", -0.4}, {"start", 0}, {"end", -0.8}, {"custom", 0.3}};
    for (const auto& [name, opens] : offsets) {
        CAPTURE(name);
        h.set(n, "shutter_offset", std::string(name));
        h.set(n, "shutter_custom", 0.3);
        const double from = opens;
        CHECK(worst(h.render(n, Rect{5, 5, 55, 35}), [&](Vec2 q, int c) {
                  double sum = 0;
                  for (int i = 0; i < 5; ++i)
                      sum += filtered(image, undone(q, {}, 10 + 20 * (from + 0.8 * (i + 0.5) / 5), 1, 1, {30, 20}), c,
                                      cubic(0, 0));
                  return sum / 5;
              }) < limit);
    }
    h.set(n, "motion_blur", 1);
    CHECK(worst(h.render(n, Rect{5, 5, 55, 35}), [&](Vec2 q, int c) {
              return filtered(image, undone(q, {}, 10, 1, 1, {30, 20}), c, cubic(0, 0));
          }) < limit);
}

TEST_CASE("data layers are moved but never mixed")
{
    Harness h;
    ImageInfo info;
    info.data_window = {0, 0, 40, 30};
    info.format = {40, 30, 1};
    info.layers = {{"rgba", {"R", "G", "B", "A"}, false}, {"depth", {"Z"}, true}};
    HostImage depth(info.data_window);
    for (int y = 0; y < 30; ++y)
        for (int x = 0; x < 40; ++x) depth.at(x, y)[0] = float((x * 7 + y * 13) % 5);
    const NodeId in = h.image({{"rgba", noise_image(info.data_window)}, {"depth", depth}}, info);
    const NodeId n = h.node("transform", {{"rotate", 25.0}, {"scale", Vec2{0.7, 0.7}}, {"center", Vec2{20, 15}}}, {in});
    const auto out = h.render(n, Rect{10, 8, 30, 22}, 1, 0, "depth");
    int wrong = 0;
    for (int y = 8; y < 22; ++y)
        for (int x = 10; x < 30; ++x) {
            const Vec2 p = undone({x + 0.5, y + 0.5}, {}, 25, 0.7, 0.7, {20, 15});
            wrong += out->at(x, y)[0] != float(value(depth, int(std::floor(p.x)), int(std::floor(p.y)), 0));
        }
    CHECK(wrong == 0);
}

TEST_CASE("nothing is left of an image scaled to zero")
{
    Harness h;
    const NodeId n = h.node("transform", {{"scale", Vec2{0, 0}}}, {h.image(noise_image({0, 0, 20, 20}))});
    CHECK(h.info(n)->data_window.empty());
    const auto out = h.render(n, Rect{0, 0, 20, 20});
    for (const float v : out->pixels) REQUIRE(v == 0);
}

TEST_CASE("perspective, enlarged here and shrunk there")
{
    Harness h;
    const HostImage image = noise_image({0, 0, 80, 60});
    Mat4 m; // input to output
    m.m = {1.1, 0.2, -3, 0, -0.1, 0.9, 8, 0, 0.004, -0.002, 1, 0, 0, 0, 0, 1};
    const Mat3 forward{{1.1, 0.2, -3, -0.1, 0.9, 8, 0.004, -0.002, 1}};
    const Mat3 back = inverted(forward);
    const auto derivative = [&](Vec2 q) {
        const double e = 1e-4;
        const Vec2 x = (transformed(back, {q.x + e, q.y}) - transformed(back, {q.x - e, q.y})) * (0.5 / e);
        const Vec2 y = (transformed(back, {q.x, q.y + e}) - transformed(back, {q.x, q.y - e})) * (0.5 / e);
        return std::array<double, 4>{x.x, y.x, x.y, y.y};
    };
    /// Inverse of the stretch: V diag(1 / max(1, s)) V^T of J J^T = V diag(s^2) V^T, by the angle of its axes.
    const auto shrink = [&](Vec2 q) {
        const auto j = derivative(q);
        const double xx = j[0] * j[0] + j[1] * j[1], xy = j[0] * j[2] + j[1] * j[3], yy = j[2] * j[2] + j[3] * j[3];
        const double angle = 0.5 * std::atan2(2 * xy, xx - yy), c = std::cos(angle), s = std::sin(angle);
        const double first = xx * c * c + 2 * xy * c * s + yy * s * s,
                     second = xx * s * s - 2 * xy * c * s + yy * c * c;
        const double a = 1 / std::sqrt(std::max(1.0, first)), b = 1 / std::sqrt(std::max(1.0, second));
        return std::array<double, 3>{a * c * c + b * s * s, (a - b) * c * s, a * s * s + b * c * c};
    };
    for (const char* filter : {"cubic", "keys", "lanczos6"}) {
        CAPTURE(filter);
        const auto named =
            std::find_if(filters.begin(), filters.end(), [&](auto& f) { return std::string(f.name) == filter; });
        const NodeId n = h.node("resample", {{"matrix", m}, {"filter", std::string(filter)}}, {h.image(image)});
        const Rect window = h.info(n)->data_window;
        CHECK(window.contains(Rect{5, 10, 60, 50}));
        CHECK(worst(h.render(n, window), [&](Vec2 q, int c) {
                  return filtered(image, transformed(back, q), c, named->weight, shrink(q), 8);
              }) < 5e-4);
    }
    const NodeId n = h.node("resample", {{"matrix", m}, {"filter", std::string("impulse")}}, {h.image(image)});
    CHECK(worst(h.render(n, Rect{10, 15, 50, 40}), [&](Vec2 q, int c) {
              const Vec2 p = transformed(back, q);
              return value(image, int(std::floor(p.x)), int(std::floor(p.y)), c);
          }) < 1e-6);
}
