// Handles on the picture: where they are, and what dragging them makes of the parameters.
#include "app/overlays/guides.h"
#include "app/overlays/handle_parts.h"
#include "app/overlays/wipe.h"
#include <doctest/doctest.h>

using namespace tessera;

namespace {

HandleNode node_of(const char* op)
{
    HandleNode n;
    n.op = Registry::instance().find(op);
    REQUIRE(n.op);
    for (const ParamDesc& p : n.op->params) n.values[p.name] = p.fallback;
    return n;
}

const Grip& handle(const HandleSet& set, const std::string& name)
{
    for (const Grip& h : set.handles)
        if (h.name == name) return h;
    FAIL("no handle " << name);
    return set.handles.front();
}

void put(HandleNode& n, const std::vector<ParamChange>& changes)
{
    for (const ParamChange& c : changes) n.values[c.param] = c.value;
}

/// Drags a handle by some pixels; where it then is.
Vec2 after(HandleNode& n, const std::string& name, Vec2 by, HandleDrag drag = {})
{
    const Vec2 from = handle(handles_of(n), name).at;
    drag.from = from, drag.to = from + by;
    put(n, dragged(n, name, drag));
    return handle(handles_of(n), name).at;
}

} // namespace

TEST_CASE("handles: a transform's handles follow the pointer, whatever the other parameters are")
{
    for (const double aspect : {1.0, 2.0})
        for (const char* order : {"XY", "YX"}) {
            HandleNode n = node_of("transform");
            n.aspect = aspect;
            n.values["translate"] = Vec2{120, -40};
            n.values["rotate"] = 33.0;
            n.values["scale"] = Vec2{1.5, 0.75};
            n.values["uniform"] = false;
            n.values["skew_x"] = 0.2, n.values["skew_y"] = -0.1;
            n.values["skew_order"] = std::string(order);
            n.values["center"] = Vec2{700, 400};
            for (const char* name : {"translate", "scale.left_bottom", "scale.right_top"}) {
                HandleNode copy = n;
                const Vec2 from = handle(handles_of(copy), name).at;
                const Vec2 to = after(copy, name, {37, 21}, {.alternate = std::string(name) != "translate"});
                CHECK(to.x == doctest::Approx(from.x + 37));
                CHECK(to.y == doctest::Approx(from.y + 21));
            }
            // One axis alone: the handle's own coordinate follows.
            for (const char* name : {"skew_x", "skew_y"}) {
                HandleNode copy = n;
                const Value was = copy.values[name];
                after(copy, name, {10, 5});
                CHECK_FALSE(same(copy.values[name], was));
            }
        }
}

TEST_CASE("handles: turning")
{
    HandleNode n = node_of("transform");
    const Vec2 centre = handle(handles_of(n), "translate").at;
    CHECK(centre == Vec2{960, 540});
    put(n, dragged(n, "rotate", {.from = centre + Vec2{100, 0}, .to = centre + Vec2{0, 100}}));
    CHECK(std::get<double>(n.values["rotate"]) == doctest::Approx(90));
    put(n, dragged(n, "rotate", {.from = centre + Vec2{100, 0}, .to = centre + Vec2{100, 28}, .snap = true}));
    CHECK(std::get<double>(n.values["rotate"]) == doctest::Approx(105));
}

TEST_CASE("handles: the centre alone moves and the picture stays")
{
    HandleNode n = node_of("transform");
    n.values["rotate"] = 30.0, n.values["scale"] = Vec2{2, 2};
    const Mat3 before = transform_matrix(n);
    after(n, "translate", {50, 80}, {.alternate = true});
    CHECK_FALSE(same(n.values["center"], Value(Vec2{960, 540})));
    const Mat3 now = transform_matrix(n);
    for (size_t i = 0; i < 9; ++i) CHECK(now.m[i] == doctest::Approx(before.m[i]));
}

TEST_CASE("handles: uniform scale keeps the ratio; a degenerate transform breaks nothing")
{
    HandleNode n = node_of("transform");
    put(n, dragged(n, "scale.right", {.from = {1920, 540}, .to = {2880, 540}}));
    CHECK(std::get<Vec2>(n.values["scale"]).x == doctest::Approx(2));
    CHECK(std::get<Vec2>(n.values["scale"]).y == doctest::Approx(2));
    n.values["scale"] = Vec2{0, 0};
    for (const Grip& h : handles_of(n).handles)
        for (const ParamChange& c : dragged(n, h.name, {.from = h.at, .to = h.at + Vec2{3, 4}, .alternate = true}))
            CHECK(all_finite(c.value));
}

TEST_CASE("handles: a crop's box")
{
    HandleNode n = node_of("crop");
    CHECK(after(n, "box.right_top", {-100, -50}) == Vec2{1820, 1030});
    CHECK(after(n, "box.left", {40, 0}).x == 40);
    CHECK(same(n.values["box"], Value(Vec4{40, 0, 1820, 1030})));
    after(n, "box.centre", {10, 10});
    CHECK(same(n.values["box"], Value(Vec4{50, 10, 1830, 1040})));
    after(n, "box.left", {10, 0}, {.alternate = true});
    CHECK(same(n.values["box"], Value(Vec4{60, 10, 1820, 1040})));
    after(n, "box.left", {9999, 0}); // never past the other side
    CHECK(std::get<Vec4>(n.values["box"]).x == 1820);
    CHECK(dragged(n, "box.nothing", {}).empty());
}

TEST_CASE("handles: points come of the parameters' names")
{
    OpDesc op;
    const auto add = [&](const char* name, double max) {
        ParamDesc p;
        p.name = name, p.type = ParamType::Vec2, p.fallback = Vec2{100, 200}, p.min = 0, p.max = max;
        op.params.push_back(p);
    };
    for (const char* name : {"to1", "to2", "to3", "to4", "from1", "from2", "from3", "from4"}) add(name, 4096);
    add("translate", 4096), add("frequency", 10);
    HandleNode n;
    n.op = &op;
    for (const ParamDesc& p : op.params) n.values[p.name] = p.fallback;
    const HandleSet set = handles_of(n);
    CHECK(set.handles.size() == 8);
    CHECK(set.lines.size() == 2);
    CHECK(after(n, "to3", {7, -3}) == Vec2{107, 197});
    CHECK(dragged(n, "frequency", {.to = {1, 1}}).empty());
}

TEST_CASE("handles: the nearest within reach is taken, and points snap to lines of the picture")
{
    HandleNode n = node_of("crop");
    const HandleSet set = handles_of(n);
    const Grip* h = handle_at(set, {1915, 1078}, 1, 1, 8);
    REQUIRE(h);
    CHECK(h->name == "box.right_top");
    CHECK_FALSE(handle_at(set, {300, 300}, 1, 1, 8));
    CHECK(handle_at(set, {1860, 1080}, 10, 1, 8));
    const Rect picture{0, 0, 1920, 1080};
    CHECK(snapped({963, 2}, picture, 8) == Vec2{960, 0});
    CHECK(snapped({641.7, 365.4}, picture, 8) == Vec2{640, 360});
    CHECK(snapped({500.4, 500.6}, picture, 8) == Vec2{500, 501});
}

TEST_CASE("handles: changes are keyed where there is a curve, set where there is a constant")
{
    ProjectPtr p = make_project();
    const NodeId id = p->next_node;
    p = *add_node(p, p->root, "transform", {});
    const NodeRef ref(p->root, id);
    p = *set_key(p, ref, "translate", 0, {.time = 1, .value = 5});
    const ParamChange changes[] = {{"translate", Vec2{30, 40}}, {"rotate", 12.0}};
    const auto next = changed(p, ref, changes, 10);
    REQUIRE(next.ok());
    const Param& translate = find_node(**next, ref.graph, ref.node).node->params.find("translate")->second;
    const auto& curve = std::get<CurvePtr>(translate.sources[0]);
    REQUIRE(curve->keys().size() == 2);
    CHECK(curve->at(10) == 30);
    CHECK(component(translate.value, 1) == 40);
    CHECK(same(handle_node(**next, ref, 10).values["translate"], Value(Vec2{30, 40})));
    CHECK(same(handle_node(**next, ref, 1).values["rotate"], Value(12.0)));
}

TEST_CASE("guides: areas and masks")
{
    const Rect hd{0, 0, 1920, 1080};
    const Box2 safe = safe_area(hd, 0.9);
    CHECK(safe.low.x == doctest::Approx(96));
    CHECK(safe.high.y == doctest::Approx(1026));
    const Box2 scope = masked(hd, 1, 2.39);
    CHECK(scope.low.x == 0);
    CHECK(scope.high.y - scope.low.y == doctest::Approx(1920 / 2.39));
    const Box2 tall = masked(hd, 1, 9.0 / 16);
    CHECK(tall.high.x - tall.low.x == doctest::Approx(1080 * 9.0 / 16));
    const Box2 squeezed = masked({0, 0, 2048, 1716}, 2, 2.39);
    CHECK((squeezed.high.x - squeezed.low.x) * 2 / (squeezed.high.y - squeezed.low.y) == doctest::Approx(2.39));
    CHECK(format_label(hd, 1) == "1920\xc3\x97"
                                 "1080");
}

TEST_CASE("wipe: handles lie where their values say, and dragging a handle to a place puts it there")
{
    Wipe wipe{{960, 540}, 0, 1};
    const WipeHandles h = wipe_handles(wipe, {500, 300}, 1);
    CHECK(h.angle.x == doctest::Approx(500));
    CHECK(h.angle.y == doctest::Approx(300 - wipe_arm));
    CHECK(h.opacity.x == doctest::Approx(500 + wipe_track));
    CHECK(wipe_part_at(h, {502, 298}, 8) == WipePart::Centre);
    CHECK(wipe_part_at(h, h.angle, 8) == WipePart::Angle);
    CHECK(wipe_part_at(h, {700, 300}, 8) == WipePart::None);
    for (const double angle : {-170.0, -45.0, 10.0, 90.0, 135.0}) {
        const Vec2 to = wipe_handles({{}, angle, 1}, h.centre, 1).angle;
        CHECK(wipe_dragged(wipe, WipePart::Angle, h, to, {}, 1, false).angle == doctest::Approx(angle));
    }
    const Vec2 half = wipe_handles({{}, 0, 0.5}, h.centre, 1).opacity;
    CHECK(wipe_dragged(wipe, WipePart::Opacity, h, half, {}, 1, false).opacity == doctest::Approx(0.5));
    CHECK(wipe_dragged(wipe, WipePart::Centre, h, {}, {7, 8}, 1, false).centre == Vec2{7, 8});
}

TEST_CASE("wipe: a polygon is cut along the line")
{
    const Vec2 square[] = {{0, 0}, {10, 0}, {10, 10}, {0, 10}};
    const auto right = cut(square, {4, 5}, {1, 0});
    double area = 0;
    for (size_t i = 0; i < right.size(); ++i) {
        const Vec2 a = right[i], b = right[(i + 1) % right.size()];
        area += (a.x * b.y - b.x * a.y) / 2;
    }
    CHECK(area == doctest::Approx(60));
    CHECK(cut(square, {20, 0}, {1, 0}).empty());
    CHECK(cut(square, {-5, 0}, {1, 0}).size() == 4);
}
