// Reformat and crop: formats, data windows and pixels.
#include "tests/nodes/harness.h"
#include <cmath>
#include <doctest/doctest.h>
#include <limits>

using namespace tessera;

namespace {

using Settings = std::map<std::string, Value>;

struct Picture {
    ImageInfo info;
    HostImage pixels;
};

/// Values are the coordinates of the pixels' centres, as red and green.
Picture coordinates(const Format& format, const Rect& window)
{
    Picture p;
    p.info.format = format;
    p.info.data_window = window;
    p.info.layers = {{"rgba", {"R", "G", "B", "A"}}};
    p.pixels = HostImage(window);
    for (int y = window.y0; y < window.y1; ++y)
        for (int x = window.x0; x < window.x1; ++x) {
            float* v = p.pixels.at(x, y);
            v[0] = float(x) + 0.5f, v[1] = float(y) + 0.5f, v[2] = 1, v[3] = 1;
        }
    return p;
}

NodeId add(Harness& h, const Picture& p)
{
    return h.image({{"rgba", p.pixels}}, p.info);
}

struct Placed {
    Format format;
    double x, y; ///< input coordinates seen at the probe
};

/// The new format, and what lands at pixel (x, y) of it.
Placed reformatted(Harness& h, NodeId in, Settings settings, int x, int y)
{
    settings["filter"] = std::string("keys");
    const NodeId n = h.node("reformat", std::move(settings), {in});
    const auto info = h.info(n);
    REQUIRE_MESSAGE(info.ok(), (info.ok() ? "" : info.error().text()));
    const auto out = h.render(n, Rect{x, y, x + 1, y + 1});
    REQUIRE_MESSAGE(out.ok(), (out.ok() ? "" : out.error().text()));
    return {info->format, out->at(x, y)[0], out->at(x, y)[1]};
}

std::string text(const char* s)
{
    return s;
}

} // namespace

TEST_CASE("reformat scales by width, height, fit, fill, distort or not at all")
{
    Harness h;
    const Format from{100, 80, 1};
    const NodeId in = add(h, coordinates(from, from.window()));
    struct Case {
        const char* resize;
        double sx, sy;
    };
    // Into 300 x 120: factors 3 and 1.5.
    for (const Case& c : {Case{"none", 1, 1}, Case{"width", 3, 3}, Case{"height", 1.5, 1.5}, Case{"fit", 1.5, 1.5},
                          Case{"fill", 3, 3}, Case{"distort", 3, 1.5}})
        for (const bool centred : {true, false}) {
            CAPTURE(c.resize);
            CAPTURE(centred);
            const int x = centred ? 160 : 40, y = centred ? 70 : 30;
            const Placed p = reformatted(h, in,
                                         {{"type", text("box")},
                                          {"box_width", 300},
                                          {"box_height", 120},
                                          {"resize", text(c.resize)},
                                          {"center", centred}},
                                         x, y);
            CHECK(p.format == Format{300, 120, 1});
            const double middle_x = centred ? 150 : 50 * c.sx, middle_y = centred ? 60 : 40 * c.sy;
            CHECK(p.x == doctest::Approx((x + 0.5 - middle_x) / c.sx + 50).epsilon(1e-4));
            CHECK(p.y == doctest::Approx((y + 0.5 - middle_y) / c.sy + 40).epsilon(1e-4));
        }
}

TEST_CASE("reformat to a named format, to the project's, by a factor, and into a box of the image's shape")
{
    Harness h;
    h.format({640, 360, 1});
    const Format from{100, 80, 1};
    const NodeId in = add(h, coordinates(from, from.window()));
    CHECK(reformatted(h, in, {}, 5, 5).format == Format{640, 360, 1});
    CHECK(reformatted(h, in, {{"format", text("2k_cinemascope")}}, 5, 5).format == Format{1828, 1556, 2});
    CHECK(reformatted(h, in, {{"type", text("scale")}, {"scale", Vec2{0.5, 0.25}}}, 5, 5).format == Format{50, 40, 1});
    const Placed p = reformatted(h, in, {{"type", text("scale")}, {"scale", Vec2{2, 3}}, {"uniform", false}}, 31, 50);
    CHECK(p.format == Format{200, 240, 1});
    CHECK(p.x == doctest::Approx(31.5 / 2).epsilon(1e-4));
    CHECK(p.y == doctest::Approx(50.5 / 3).epsilon(1e-4));
    const Settings free{{"type", text("box")}, {"box_width", 200}, {"box_height", 999}, {"box_fixed", false}};
    CHECK(reformatted(h, in, free, 5, 5).format == Format{200, 160, 1});
}

TEST_CASE("reformat honours pixel aspects")
{
    Harness h;
    const Format from{100, 80, 2}; // shown as 200 x 80
    const NodeId in = add(h, coordinates(from, from.window()));
    const Placed p = reformatted(h, in, {{"type", text("box")}, {"box_width", 400}, {"box_height", 160}}, 300, 100);
    CHECK(p.x == doctest::Approx(300.5 / 4).epsilon(1e-4));
    CHECK(p.y == doctest::Approx(100.5 / 2).epsilon(1e-4));
    const Placed q = reformatted(
        h, in, {{"type", text("box")}, {"box_width", 100}, {"box_height", 80}, {"box_pixel_aspect", 2.0}}, 30, 60);
    CHECK(q.x == 30.5);
    CHECK(q.y == 60.5);
    CHECK(q.format == Format{100, 80, 2});
}

TEST_CASE("flip, flop and turn")
{
    Harness h;
    const Format from{100, 80, 1};
    const NodeId in = add(h, coordinates(from, from.window()));
    const Settings same{{"type", text("box")}, {"box_width", 100}, {"box_height", 80}, {"resize", text("none")}};
    const auto with = [&](const char* name) {
        Settings s = same;
        s[name] = true;
        return reformatted(h, in, s, 10, 20);
    };
    CHECK(with("flip").y == 59.5);
    CHECK(with("flip").x == 10.5);
    CHECK(with("flop").x == 89.5);
    CHECK(with("flop").y == 20.5);
    // Turned clockwise, what was the left side is the top: (x, y) comes from (100 - y, x).
    const Placed turned =
        reformatted(h, in, {{"type", text("box")}, {"box_width", 80}, {"box_height", 100}, {"turn", true}}, 10, 20);
    CHECK(turned.x == 79.5);
    CHECK(turned.y == 10.5);
}

TEST_CASE("an unscaled picture stays on whole pixels, and the rest is cut unless kept")
{
    Harness h;
    const Picture p = coordinates({33, 21, 1}, {-4, -4, 40, 30});
    const NodeId in = add(h, p);
    const Settings box{{"type", text("box")}, {"box_width", 50}, {"box_height", 40}, {"resize", text("none")}};
    const NodeId n = h.node("reformat", box, {in});
    CHECK(h.info(n)->data_window == Rect{4, 5, 48, 39});
    CHECK(h.render(n, Rect{10, 12, 11, 13})->at(10, 12)[0] == 2.5f);
    Settings small = box;
    small["box_width"] = 20, small["box_height"] = 10;
    const NodeId cut = h.node("reformat", small, {in});
    CHECK(h.info(cut)->data_window == Rect{0, 0, 20, 10});
    h.set(cut, "preserve_bbox", true);
    CHECK(h.info(cut)->data_window == Rect{-11, -10, 33, 24});
    const NodeId keep = h.node(
        "reformat", {{"type", text("box")}, {"box_width", 33}, {"box_height", 21}, {"preserve_bbox", true}}, {in});
    CHECK(*h.key(keep) == *h.key(in));
}

TEST_CASE("reformat and transform are filtered once")
{
    Harness h;
    const Format from{100, 80, 1};
    const NodeId in = add(h, coordinates(from, from.window()));
    const NodeId a = h.node("transform", {{"rotate", 10.0}, {"center", Vec2{50, 40}}}, {in});
    const NodeId b = h.node("reformat", {{"type", text("scale")}, {"scale", Vec2{2, 2}}, {"preserve_bbox", true}}, {a});
    const NodeId c = h.node("transform", {{"rotate", -10.0}, {"center", Vec2{100, 80}}, {"filter", text("keys")}}, {b});
    CHECK(h.plan(c)->find("resample") != std::string::npos);
    const auto out = h.render(c, Rect{90, 70, 91, 71});
    CHECK(out->at(90, 70)[0] == doctest::Approx(45.25).epsilon(1e-5));
}

TEST_CASE("crop keeps what is in the box")
{
    Harness h;
    const Picture p = coordinates({60, 40, 1}, {-5, -5, 50, 40});
    const NodeId in = add(h, p);
    const NodeId n = h.node("crop", {{"box", Vec4{10, 6, 70, 30}}}, {in});
    CHECK(h.info(n)->data_window == Rect{10, 6, 70, 30});
    CHECK(h.info(n)->format == p.info.format);
    const auto out = h.render(n, Rect{0, 0, 60, 40});
    int wrong = 0;
    for (int y = 0; y < 40; ++y)
        for (int x = 0; x < 60; ++x) {
            const bool inside = x >= 10 && x < 50 && y >= 6 && y < 30;
            wrong += inside ? std::memcmp(out->at(x, y), p.pixels.at(x, y), 16) != 0 : out->at(x, y)[2] != 0;
        }
    CHECK(wrong == 0);
    h.set(n, "intersect", true);
    CHECK(h.info(n)->data_window == Rect{10, 6, 50, 30});
    const NodeId none = h.node("crop", {{"box", Vec4{-50, -50, 100, 100}}, {"intersect", true}}, {in});
    CHECK(*h.key(none) == *h.key(in));
}

TEST_CASE("a soft crop fades inside its edges")
{
    Harness h;
    const NodeId in = h.image(flat_image({0, 0, 60, 40}, 1, 1, 1, 1));
    const NodeId n = h.node("crop", {{"box", Vec4{10, 5, 50, 35}}, {"softness", 8.0}}, {in});
    const auto out = h.render(n, Rect{0, 0, 60, 40});
    double error = 0;
    for (int y = 0; y < 40; ++y)
        for (int x = 0; x < 60; ++x) {
            const double dx = std::clamp(std::min(x + 0.5 - 10, 50 - x - 0.5) / 8, 0.0, 1.0);
            const double dy = std::clamp(std::min(y + 0.5 - 5, 35 - y - 0.5) / 8, 0.0, 1.0);
            error = std::max(error, std::abs(out->at(x, y)[1] - dx * dy));
        }
    CHECK(error < 1e-6);
}

TEST_CASE("crop with reformat makes the box the format")
{
    Harness h;
    const Picture p = coordinates({60, 40, 1}, {0, 0, 60, 40});
    const NodeId in = add(h, p);
    const NodeId n = h.node("crop", {{"box", Vec4{11, 7, 51, 31}}, {"reformat", true}}, {in});
    CHECK(h.info(n)->format == Format{40, 24, 1});
    CHECK(h.info(n)->data_window == Rect{0, 0, 40, 24});
    const auto out = h.render(n, Rect{0, 0, 40, 24});
    CHECK(out->at(0, 0)[0] == 11.5f);
    CHECK(out->at(39, 23)[1] == 30.5f);
    // A proxy, whose pixels do not fall on the box: values are those of the picture there.
    const auto half = h.render(n, Rect{0, 0, 40, 24}, 1, 1);
    CHECK(half->at(5, 6)[0] == doctest::Approx(11 + 11).epsilon(0.01));
    CHECK(half->at(5, 6)[1] == doctest::Approx(7 + 13).epsilon(0.01));
}

TEST_CASE("without black outside the border of the box fills the format")
{
    Harness h;
    const Picture p = coordinates({60, 40, 1}, {0, 0, 60, 40});
    const NodeId n = h.node("crop", {{"box", Vec4{11, 7, 51, 31}}, {"black_outside", false}}, {add(h, p)});
    CHECK(h.info(n)->data_window == Rect{0, 0, 60, 40});
    const auto out = h.render(n, Rect{0, 0, 60, 40});
    int wrong = 0;
    for (int y = 0; y < 40; ++y)
        for (int x = 0; x < 60; ++x)
            wrong += out->at(x, y)[0] != float(std::clamp(x, 11, 50)) + 0.5f ||
                     out->at(x, y)[1] != float(std::clamp(y, 7, 30)) + 0.5f;
    CHECK(wrong == 0);
    const auto corner = h.render(n, Rect{0, 0, 2, 2}); // nothing of the box itself
    CHECK(corner->at(1, 1)[0] == 11.5f);
}

TEST_CASE("ids outside a soft crop are cut, not faded")
{
    Harness h;
    ImageInfo info;
    info.data_window = {0, 0, 30, 20};
    info.format = {30, 20, 1};
    info.layers = {{"rgba", {"R", "G", "B", "A"}, false}, {"id", {"R"}, true}};
    const NodeId in =
        h.image({{"rgba", noise_image(info.data_window)}, {"id", flat_image(info.data_window, 5, 0, 0, 0)}}, info);
    const NodeId n = h.node("crop", {{"box", Vec4{3, 3, 20, 15}}, {"softness", 6.0}}, {in});
    for (const int level : {0, 1}) {
        const auto out = h.render(n, Rect{0, 0, 30, 20}, 1, level, "id");
        for (size_t i = 0; i < out->pixels.size(); i += 4) REQUIRE((out->pixels[i] == 0 || out->pixels[i] == 5));
    }
}
