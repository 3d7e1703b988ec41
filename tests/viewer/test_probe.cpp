// Probes and thumbnails.
#include "app/viewer/probe.h"
#include "app/viewer/thumbnails.h"
#include "tests/viewer/scene.h"
#include <cmath>
#include <limits>

using namespace tessera;

TEST_CASE("code values and HSV")
{
    CHECK(code_value(0.5, 8) == 128);
    CHECK(code_value(0.5, 10) == 512);
    CHECK(code_value(1, 8) == 255);
    CHECK(code_value(7, 10) == 1023);
    CHECK(code_value(-1, 8) == 0);
    CHECK(code_value(std::numeric_limits<double>::quiet_NaN(), 8) == 0);
    CHECK(hsv(0.5, 0.5, 0.5).hue == 0);
    CHECK(hsv(0.5, 0.5, 0.5).saturation == 0);
    CHECK(hsv(1, 0, 0).hue == 0);
    CHECK(hsv(0, 1, 0).hue == 120);
    CHECK(hsv(0, 0, 2).hue == 240);
    CHECK(hsv(0, 0, 2).value == 2);
    CHECK(hsv(1, 0, 0.5).hue == doctest::Approx(330));
    CHECK(hsv(0.8, 0.4, 0.2).saturation == doctest::Approx(0.75));
    CHECK(hsv(0, 0, 0).saturation == 0);
}

TEST_CASE("averages and extremes leave out what is not finite, and say so")
{
    HostImage image(Rect{0, 0, 2, 2});
    image.at(0, 0)[0] = 1, image.at(1, 0)[0] = 3, image.at(0, 1)[0] = -2;
    image.at(1, 1)[0] = std::numeric_limits<float>::quiet_NaN();
    bool bad = false;
    const ProbeValues v = measured(image, image.region, bad);
    CHECK(bad);
    CHECK(v.average[0] == doctest::Approx(2.0 / 3));
    CHECK(v.low[0] == -2);
    CHECK(v.high[0] == 3);
    CHECK(v.average[1] == 0);
    bad = false;
    CHECK(std::isnan(measured(image, Rect{1, 1, 2, 2}, bad).average[0]));
    CHECK(bad);
}

TEST_CASE("a probe gives a pixel before and after the display, and a region")
{
    TestProject p;
    const NodeId node = add_picture(p);
    Viewing v;
    Probe probe(v.pictures);
    ProbeWish wish;
    wish.picture = wish_for(p, node).picture;
    wish.picture.look.exposure = 1;
    wish.area = {100, 120, 101, 121};
    probe.want(wish);
    v.wait_for([&] { return !probe.busy() && probe.result(); });
    auto r = probe.result();
    CHECK_FALSE(r->error);
    const auto pixel = test_pixel(100, 120, 0);
    for (size_t c = 0; c < 4; ++c) CHECK(r->scene.average[c] == double(pixel[c]));
    for (size_t c = 0; c < 3; ++c) CHECK(r->shown.average[c] == doctest::Approx(2.0 * double(pixel[c])));
    CHECK(r->layer.channels.size() == 4);
    CHECK_FALSE(r->outside);
    // Around there nothing is loaded again.
    const int loaded = pictures_loaded();
    wish.area = {90, 110, 95, 115};
    probe.want(wish);
    v.wait_for([&] { return probe.result()->area == wish.area; });
    double sum = 0, low = 1e9, high = -1e9;
    for (int y = 110; y < 115; ++y)
        for (int x = 90; x < 95; ++x) {
            const double g = double(test_pixel(x, y, 0)[1]);
            sum += g, low = std::min(low, g), high = std::max(high, g);
        }
    r = probe.result();
    CHECK(r->scene.average[1] == doctest::Approx(sum / 25));
    CHECK(r->scene.low[1] == low);
    CHECK(r->scene.high[1] == high);
    CHECK(pictures_loaded() <= loaded + 1);
    wish.area = {-50, -50, -40, -40};
    probe.want(wish);
    v.wait_for([&] { return probe.result()->area == wish.area; });
    CHECK(probe.result()->outside);
    CHECK(probe.result()->scene.average[0] == 0);
    // A moving pointer: the last wish is answered in the end.
    for (int i = 0; i < 50; ++i) {
        wish.area = {i, 5, i + 1, 6};
        probe.want(wish);
    }
    v.wait_for([&] { return !probe.busy(); });
    CHECK(probe.result()->area == wish.area);
    p.set(node, "broken", true);
    p.set(node, "offset", 0.3);
    wish.picture.project = p.project;
    probe.want(wish);
    v.wait_for([&] { return !probe.busy(); });
    CHECK(probe.result()->error);
    probe.want_nothing();
    CHECK_FALSE(probe.busy());
    probe.want(wish);
    v.wait_for([&] { return !probe.busy(); });
}

TEST_CASE("thumbnails come by themselves, follow edits and are shared by content")
{
    TestProject p(640, 360);
    const NodeId node = add_picture(p);
    Viewing v;
    Thumbnails& t = v.pictures.thumbnails();
    ThumbnailWish wish{p.project, p.project->root, node, 1, 160, 90};
    CHECK_FALSE(t.picture(wish));
    v.wait_for([&] { return t.picture(wish) != nullptr; });
    const ThumbnailPtr first = t.picture(wish);
    CHECK_FALSE(first->error);
    CHECK(first->width == 160);
    CHECK(first->height == 90);
    CHECK(first->rgba.size() == 160 * 90 * 4);
    // Another snapshot with the same content: the same picture.
    auto moved = set_position(p.project, {p.project->root, node}, {5, 5});
    REQUIRE(moved.ok());
    p.project = wish.project = *moved;
    CHECK(t.picture(wish) == first);
    const uint64_t bytes = t.bytes();
    p.set(node, "offset", 0.4);
    wish.project = p.project;
    CHECK(t.picture(wish) == first); // until the new one is there
    v.wait_for([&] { return t.picture(wish) != first; });
    CHECK(t.picture(wish)->id != first->id);
    CHECK(t.bytes() > bytes);
    p.set(node, "broken", true);
    wish.project = p.project;
    v.wait_for([&] { return t.picture(wish)->error.has_value(); });
    CHECK(t.picture(wish)->error->kind == ErrorKind::Damaged);
    p.set(node, "broken", false);
    wish.project = p.project;
    v.wait_for([&] { return !t.picture(wish)->error; });
    wish.node = 99;
    v.wait_for([&] { return t.picture(wish) && t.picture(wish)->error; });
}
