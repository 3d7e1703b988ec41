#include "tests/nodes/wild.h"

using namespace tessera;

TEST_CASE("constant fills the format, in the channels it was told to make")
{
    Harness h;
    h.format({20, 10});
    const NodeId n = h.node("constant", {{"color", Color(0.25, -1, 300, 0.5)}});
    CHECK(h.info(n)->data_window == Rect{0, 0, 20, 10});
    check_pixels(
        h.render(n, Rect{-1, -1, 22, 12}),
        [&](int x, int y) {
            return Rect{0, 0, 20, 10}.contains(x, y) ? Pixel{0.25, -1, 300, 0.5} : Pixel{};
        },
        0, "constant");
    const NodeId some = h.node("constant", {{"color", Color(0.25, 0.5, 0.75, 1)},
                                            {"channels", std::string("rgb mask.A depth")},
                                            {"format", std::string("hd_720")}});
    const auto info = h.info(some);
    REQUIRE(info.ok());
    CHECK(info->format == Format{1280, 720, 1});
    REQUIRE(info->layers.size() == 3);
    CHECK(info->layers[0] == Layer{"rgba", {"R", "G", "B"}, false});
    CHECK(info->layer("depth")->data);
    const auto at = [&](const char* layer) { return pixel(*h.render(some, Rect{5, 5, 6, 6}, 1, 0, layer), 5, 5); };
    CHECK(at("rgba") == Pixel{0.25, 0.5, 0.75, 0});
    CHECK(at("mask") == Pixel{0, 0, 0, 1});
    CHECK(at("depth") == Pixel{0.25, 0, 0, 0});
    CHECK(at("nothing") == Pixel{});
}

namespace {

Pixel lerp(const Pixel& a, const Pixel& b, double t)
{
    Pixel out;
    for (size_t c = 0; c < 4; ++c) out[c] = a[c] * (1 - t) + b[c] * t;
    return out;
}

int floor_div(int a, int b)
{
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

} // namespace

TEST_CASE("checkerboard: boxes from the centre, lines on whole pixels")
{
    Harness h;
    h.format({61, 40});
    const Pixel colors[] = {{1, 0, 0, 1}, {0, 1, 0, 1}, {0, 0, 1, 1}, {1, 1, 0, 0.5}};
    const auto color = [&](int i) { return Color(colors[i][0], colors[i][1], colors[i][2], colors[i][3]); };
    const NodeId n = h.node("checkerboard", {{"boxsize", Vec2{7, 5}},
                                             {"color0", color(0)},
                                             {"color1", color(1)},
                                             {"color2", color(2)},
                                             {"color3", color(3)},
                                             {"linewidth", 2},
                                             {"linecolor", Color(0.5, 0.5, 0.5, 1)},
                                             {"centerlinewidth", 1}});
    check_pixels(
        h.render(n),
        [&](int x, int y) {
            const int px = x - 30, py = y - 20;
            const int bx = floor_div(px, 7), by = floor_div(py, 5);
            Pixel p = colors[((by & 1) ? 3 - (bx & 1) : (bx & 1))];
            const int mx = px - bx * 7, my = py - by * 5; // a line of 2 lies around each boundary
            if (mx == 6 || mx == 0 || my == 4 || my == 0) p = {0.5, 0.5, 0.5, 1};
            if (px == 0 || py == 0) p = {1, 1, 0, 1};
            return p;
        },
        1e-6, "checkerboard");
}

TEST_CASE("checkerboard: boxes and lines of broken sizes cover pixels in part")
{
    Harness h;
    h.format({64, 48});
    const NodeId n = h.node("checkerboard", {{"boxsize", Vec2{6.5, 4.25}}, {"linewidth", 1.5}, {"centerlinewidth", 0}});
    // Counting points of a fine grid is the other way to find a pixel's average.
    constexpr int grid = 64;
    const auto wave = [](double v, double box) { return int(std::floor(v / box)) & 1; };
    const auto line = [](double v, double box) { return v - std::floor(v / box) * box < 1.5; };
    check_pixels(
        h.render(n),
        [&](int x, int y) {
            double odd_x = 0, odd_y = 0, line_x = 0, line_y = 0;
            for (int i = 0; i < grid; ++i) {
                const double fx = x - 32 + (i + 0.5) / grid, fy = y - 24 + (i + 0.5) / grid;
                odd_x += wave(fx, 6.5), odd_y += wave(fy, 4.25);
                line_x += line(fx, 6.5), line_y += line(fy, 4.25);
            }
            odd_x /= grid, odd_y /= grid, line_x /= grid, line_y /= grid;
            const Pixel dark{0.1, 0.1, 0.1, 1}, light{0.5, 0.5, 0.5, 1};
            const Pixel p = lerp(lerp(dark, light, odd_x), lerp(light, dark, odd_x), odd_y);
            return lerp(p, Pixel{1, 1, 1, 1}, 1 - (1 - line_x) * (1 - line_y));
        },
        1e-5, "broken sizes");
}

TEST_CASE("checkerboard: a level is the average of the pixels below it")
{
    Harness h;
    h.format({96, 64});
    const NodeId n = h.node("checkerboard", {{"boxsize", Vec2{10, 6}}, {"centerlinewidth", 0}});
    const auto full = h.render(n), small = h.render(n, {}, 1, 2);
    REQUIRE(full.ok());
    REQUIRE(small.ok());
    REQUIRE(small->region == Rect{0, 0, 24, 16});
    check_pixels(
        small,
        [&](int x, int y) {
            Pixel sum{};
            for (int j = 0; j < 4; ++j)
                for (int i = 0; i < 4; ++i)
                    for (size_t c = 0; c < 4; ++c) sum[c] += full->at(x * 4 + i, y * 4 + j)[c] / 16.0;
            return sum;
        },
        1e-5, "level 2");
}

TEST_CASE("viewer passes the chosen input on")
{
    Harness h;
    const NodeId a = h.image(noise_image({0, 0, 8, 8}, 1)), b = h.image(noise_image({0, 0, 8, 8}, 2));
    CHECK(*h.key(h.node("viewer", {}, {a, b})) == *h.key(a));
    CHECK(*h.key(h.node("viewer", {{"input", 1}}, {a, b})) == *h.key(b));
    const auto none = h.render(h.node("viewer", {{"input", 3}}, {a, b}), Rect{0, 0, 4, 4});
    REQUIRE(none.ok());
    CHECK(identical(*none, HostImage(Rect{0, 0, 4, 4})));
}
