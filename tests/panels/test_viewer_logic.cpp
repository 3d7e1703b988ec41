// The viewer's maths and edits, without a window.
#include "app/panels/viewer/camera.h"
#include "app/panels/viewer/ruler_scale.h"
#include "app/panels/viewer/viewer_edits.h"
#include <doctest/doctest.h>

using namespace tessera;

namespace {

const ViewArea area{{100, 50}, {1100, 650}};

NodeId added(ProjectPtr& p, const char* op, Vec2 at = {})
{
    const NodeId id = p->next_node;
    auto next = add_node(p, p->root, op, at);
    REQUIRE(next.ok());
    p = *next;
    return id;
}

} // namespace

TEST_CASE("camera: window and image coordinates are each other's inverse, y up")
{
    const ViewCamera camera{{960, 540}, 0.5};
    for (const double aspect : {1.0, 1.46}) {
        const Vec2 middle = to_window(camera, area, aspect, {960, 540});
        CHECK(middle.x == doctest::Approx(600));
        CHECK(middle.y == doctest::Approx(350));
        CHECK(to_window(camera, area, aspect, {960, 640}).y == doctest::Approx(300));
        CHECK(to_window(camera, area, aspect, {1160, 540}).x == doctest::Approx(600 + 100 * aspect));
        const Vec2 back = to_image(camera, area, aspect, to_window(camera, area, aspect, {12.5, 1033}));
        CHECK(back.x == doctest::Approx(12.5));
        CHECK(back.y == doctest::Approx(1033));
    }
}

TEST_CASE("camera: zooming keeps the point under the pointer")
{
    const ViewCamera camera{{960, 540}, 0.5};
    const Vec2 pointer{333, 222};
    const Vec2 before = to_image(camera, area, 2, pointer);
    for (const double factor : {1.25, 0.8, 1e9, 1e-9}) {
        const ViewCamera zoomed = zoomed_at(camera, area, 2, pointer, factor);
        CHECK(zoomed.zoom >= least_zoom);
        CHECK(zoomed.zoom <= most_zoom);
        const Vec2 after = to_image(zoomed, area, 2, pointer);
        CHECK(after.x == doctest::Approx(before.x));
        CHECK(after.y == doctest::Approx(before.y));
    }
}

TEST_CASE("camera: + and - go through powers of two")
{
    CHECK(next_zoom(0.37, true) == doctest::Approx(0.5));
    CHECK(next_zoom(0.37, false) == doctest::Approx(0.25));
    CHECK(next_zoom(1, true) == doctest::Approx(2));
    CHECK(next_zoom(1, false) == doctest::Approx(0.5));
    CHECK(next_zoom(most_zoom, true) == most_zoom);
    CHECK(next_zoom(least_zoom, false) == least_zoom);
}

TEST_CASE("camera: fit shows all of the picture, fit height fills the height")
{
    const Rect picture{0, 0, 1920, 1080};
    const ViewCamera fit = fitted(picture, area, 1, 10);
    CHECK(fit.zoom == doctest::Approx(std::min(980.0 / 1920, 580.0 / 1080)));
    CHECK(fit.centre.x == 960);
    const ViewCamera high = fitted(picture, area, 1, 10, true);
    CHECK(high.zoom == doctest::Approx(580.0 / 1080));
    CHECK(visible(fit, area, 1, picture) == picture);
    CHECK(visible(high, area, 1, picture).width() < 1920);
    CHECK(fitted({}, area, 1, 10).zoom == 1);
}

TEST_CASE("ruler: frames and places")
{
    const RulerScale s{1, 100, 0, 1000};
    CHECK(s.cell() == doctest::Approx(10));
    CHECK(s.x_of(1) == doctest::Approx(5));
    CHECK(s.whole_frame_at(0) == 1);
    CHECK(s.whole_frame_at(9.9f) == 1);
    CHECK(s.whole_frame_at(10.1f) == 2);
    CHECK(s.whole_frame_at(-50) == 1);
    CHECK(s.whole_frame_at(5000) == 100);
}

TEST_CASE("ruler: numbers thin out as room shrinks")
{
    CHECK(number_step(50, 44) == 1);
    CHECK(number_step(10, 44) == 5);
    CHECK(number_step(4, 44) == 20);
    CHECK(number_step(0.01f, 44) == 5000);
    CHECK(line_step(10, 10, 5) == 1);
    CHECK(line_step(20, 4, 5) == 2);
    CHECK(line_step(1, 50, 5) == 1);
}

TEST_CASE("ruler: timecode")
{
    CHECK(timecode(0, 24) == "00:00:00:00");
    CHECK(timecode(24 * 3661 + 5, 24) == "01:01:01:05");
    CHECK(timecode(-25, 25) == "-00:00:01:00");
}

TEST_CASE("viewer: the first connection makes the Viewer, the next one moves it")
{
    ProjectPtr p = make_project();
    const NodeId a = added(p, "constant"), b = added(p, "grade", {0, 72});
    CHECK(viewer_node(*p, p->root) == 0);
    const auto first = connect_viewer(p, p->root, a, 0);
    REQUIRE(first.ok());
    p = first->project;
    CHECK(viewer_node(*p, p->root) == first->viewer);
    CHECK(find_node(*p, p->root, first->viewer).node->name == "Viewer1");
    CHECK(viewed_node(*p, p->root, first->viewer, 0) == a);
    const auto second = connect_viewer(p, p->root, b, 9);
    REQUIRE(second.ok());
    CHECK(second->viewer == first->viewer);
    CHECK(viewed_node(*second->project, p->root, second->viewer, 9) == b);
    CHECK(viewed_node(*second->project, p->root, second->viewer, 0) == a);
    const auto other = connect_viewer(second->project, p->root, b, 0, 2);
    REQUIRE(other.ok());
    CHECK(other->viewer != first->viewer);
    CHECK(find_node(*other->project, p->root, other->viewer).node->name == "Viewer2");
    CHECK(viewer_node(*other->project, p->root, 1) == first->viewer);
    CHECK(viewer_node(*other->project, p->root, 3) == 0);
}

TEST_CASE("viewer: what has no output is refused with words")
{
    ProjectPtr p = make_project();
    const NodeId a = added(p, "constant");
    const auto made = connect_viewer(p, p->root, a, 0);
    REQUIRE(made.ok());
    const auto self = connect_viewer(made->project, p->root, made->viewer, 1);
    REQUIRE_FALSE(self.ok());
    CHECK_FALSE(self.error().remedy.empty());
    CHECK_FALSE(connect_viewer(p, p->root, 999, 0).ok());
}

TEST_CASE("viewer: the source is up the main line, past dots and what is off")
{
    ProjectPtr p = make_project();
    const NodeId plate = added(p, "constant"), dot = added(p, "dot"), off = added(p, "grade"), key = added(p, "grade");
    const auto to = [&](NodeId from, NodeId node) {
        const NodePlace place = find_node(*p, p->root, node);
        const OpDesc* op = Registry::instance().find(place.node->op);
        auto next = connect(p, {p->root, node}, op->inputs[0].name, from);
        REQUIRE(next.ok());
        p = *next;
    };
    to(plate, dot), to(dot, off), to(off, key);
    auto disabled = set_disabled(p, {p->root, off}, true);
    REQUIRE(disabled.ok());
    CHECK(source_of(*p, p->root, key) == off);
    CHECK(source_of(**disabled, p->root, key) == plate);
    CHECK(source_of(*p, p->root, plate) == 0);
}

TEST_CASE("viewer: keys of the selected nodes")
{
    ProjectPtr p = make_project();
    const NodeId a = added(p, "grade");
    for (const double time : {10.0, 4.0, 20.0}) {
        auto next = set_key(p, {p->root, a}, "gamma", 0, {.time = time, .value = 1});
        REQUIRE(next.ok());
        p = *next;
    }
    const NodeId nodes[] = {a};
    const std::vector<double> times = key_times(*p, p->root, nodes);
    CHECK(times == std::vector<double>{4, 10, 20});
    CHECK(neighbour_key(times, 10, true) == 20.0);
    CHECK(neighbour_key(times, 10, false) == 4.0);
    CHECK_FALSE(neighbour_key(times, 4, false));
    CHECK_FALSE(neighbour_key(times, 20, true));
}
