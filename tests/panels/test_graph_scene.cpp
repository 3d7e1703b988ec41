#include "app/panels/graph/graph_scene.h"
#include "app/panels/graph/graph_status.h"
#include "app/panels/graph/graph_text.h"
#include "app/panels/graph/label_text.h"
#include <doctest/doctest.h>

using namespace tessera;

namespace {

template <class T> T must(Result<T> result)
{
    if (!result) FAIL(result.error().text());
    return std::move(*result);
}

float wide(std::string_view text, bool small)
{
    return float(text.size()) * (small ? 6 : 7);
}

struct Comp {
    ProjectPtr p = make_project();
    NodeId add(const char* op, Vec2 at, const char* name = "")
    {
        const NodeId id = p->next_node;
        p = must(add_node(p, 1, op, at, name));
        return id;
    }
    void join(NodeId node, const char* port, NodeId source) { p = must(connect(p, {1, node}, port, source)); }
    Scene scene(double frame = 1) const { return build_scene(*p, 1, frame, wide); }
    const Graph& graph() const { return *find_graph(*p, 1); }
};

} // namespace

TEST_CASE("a scene has a node's size, ports and texts")
{
    Comp c;
    const NodeId read = c.add("read", {0, 0}), merge = c.add("merge", {0, 160}, "Over"), dot = c.add("dot", {80, 80});
    c.join(merge, "B", read);
    c.join(merge, "A", dot);
    c.join(dot, "in", read);
    const Scene s = c.scene();
    const SceneNode& m = *s.find(merge);
    CHECK(m.size.x >= NodeMetrics::width);
    CHECK(m.size.x <= NodeMetrics::widest);
    REQUIRE_FALSE(m.lines.empty());
    CHECK(m.lines[0] == "Merge");
    CHECK(m.first_line_is_class);
    CHECK(s.find(read)->lines.empty()); // Read1 says what it is
    CHECK(s.find(dot)->dot);
    size_t b = 0, a = 0, mask = 0;
    for (size_t i = 0; i < m.inputs.size(); ++i) {
        if (m.inputs[i].name == "B") b = i;
        if (m.inputs[i].name == "A") a = i;
        if (m.inputs[i].mask) mask = i;
    }
    CHECK(m.input_at(b).x == m.centre.x); // the straight one
    CHECK(m.input_at(a).x != m.centre.x);
    CHECK(m.input_at(mask).x == m.high().x);
    CHECK(s.nodes[size_t(m.inputs[b].source)].id == read);
    CHECK(s.find(read)->has_consumers);
    CHECK_FALSE(m.has_consumers);
    CHECK(s.low.y < s.high.y);
}

TEST_CASE("long names and labels are cut, hidden inputs of many stay away")
{
    Comp c;
    const NodeId blur = c.add("blur", {}, "A_name_that_is_much_too_long_for_any_node_in_a_graph");
    c.p = must(set_label(c.p, {1, blur},
                         "one\ntwo "
                         "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
                         "\xa4\xc3\xa4\xc3\xa4"));
    const NodeId viewer = c.add("viewer", {200, 0});
    const Scene s = c.scene();
    const SceneNode& n = *s.find(blur);
    CHECK(n.size.x == NodeMetrics::widest);
    CHECK(n.title.ends_with("\xe2\x80\xa6"));
    CHECK(n.title_width <= float(n.size.x));
    REQUIRE(n.lines.size() == 3);
    CHECK(n.lines[1] == "one");
    for (const SceneInput& input : s.find(viewer)->inputs) CHECK_FALSE(input.shown);
}

TEST_CASE("what lies under the pointer")
{
    Comp c;
    const NodeId read = c.add("read", {0, 0}), blur = c.add("blur", {0, 200});
    c.join(blur, "in", read);
    const Scene s = c.scene();
    const Reach r;
    CHECK(node_at(s, {0, 0}, r)->id == read);
    CHECK_FALSE(node_at(s, {0, 100}, r));
    const SceneNode& b = *s.find(blur);
    const PipeEnd end = input_at(s, b.low() + Vec2{b.size.x / 2, -8}, r);
    CHECK(end == PipeEnd{blur, "in"});
    CHECK_FALSE(input_at(s, {300, 300}, r));
    CHECK(output_at(s, s.find(read)->output_at() + Vec2{3, 6}, r)->id == read);
    const PipeHit hit = pipe_at(s, {1, 100}, r);
    CHECK(hit.end == PipeEnd{blur, "in"});
    CHECK(hit.along == doctest::Approx(0.5).epsilon(0.2));
    CHECK_FALSE(pipe_at(s, {40, 100}, r));
    // Targets are at least 16 pixels wide on the screen, however far away the camera is.
    for (const double x : {-8.0, 8.0}) CHECK(input_at(s, b.low() + Vec2{b.size.x / 2 + x, -7}, r) == end);
    Reach far;
    far.scale = 4;
    CHECK(input_at(s, b.low() + Vec2{b.size.x / 2 - 32, -7}, far) == end);
    // The body wins over ports: moving a node never takes a pipe off. Ports are asked for outside of it alone.
    CHECK(node_at(s, b.low() + Vec2{b.size.x / 2, 1}, r)->id == blur);
}

TEST_CASE("pipes into viewers and into nodes that hide them are not hit")
{
    Comp c;
    const NodeId read = c.add("read", {0, 0}), blur = c.add("blur", {0, 200}), viewer = c.add("viewer", {400, 200});
    c.join(blur, "in", read);
    c.join(viewer, "in0", read);
    c.p = must(set_look(c.p, {1, blur}, {.hide_inputs = true}));
    const Scene s = c.scene();
    CHECK_FALSE(pipe_at(s, {0, 100}, {}));
}

TEST_CASE("dragged nodes line up with their neighbours, else with the grid")
{
    Comp c;
    const NodeId a = c.add("blur", {104, 0}), b = c.add("blur", {0, 200});
    const Scene s = c.scene();
    const auto moved = [&](NodeId id) { return id == b; };
    Snap snap = snapped(s, *s.find(b), moved, {101, 0}, 6);
    CHECK(snap.offset.x == 104);
    REQUIRE(snap.guides.size() == 1);
    CHECK(snap.guides[0].from == s.find(a)->centre);
    snap = snapped(s, *s.find(b), moved, {51, 3}, 6);
    CHECK(snap.guides.empty());
    CHECK(std::fmod(s.find(b)->centre.x + snap.offset.x, NodeMetrics::grid) == 0);
    snap = snapped(s, *s.find(b), moved, {300, -198}, 6); // one row
    CHECK(snap.offset.y == -200);
    snap = snapped(s, *s.find(b), moved, {101, 3000}, 6); // too far away to line up with
    CHECK(snap.guides.empty());
}

TEST_CASE("walking goes up the main input and down the nearest pipe")
{
    Comp c;
    const NodeId bg = c.add("read", {0, 0}), fg = c.add("read", {200, 0}), merge = c.add("merge", {0, 100});
    const NodeId left = c.add("blur", {-300, 200}), below = c.add("blur", {0, 200});
    c.join(merge, "A", fg), c.join(merge, "B", bg), c.join(left, "in", merge), c.join(below, "in", merge);
    const Scene s = c.scene();
    CHECK(walked(s, merge, true) == bg);
    CHECK(walked(s, merge, false) == below);
    CHECK(walked(s, fg, false) == merge);
    CHECK(walked(s, bg, true) == 0);
    CHECK(walked(s, 999, true) == 0);
}

TEST_CASE("backdrops hold what lies upon them")
{
    Comp c;
    const NodeId a = c.add("blur", {0, 0}), b = c.add("blur", {0, 100}), out = c.add("blur", {900, 0});
    Scene s = c.scene();
    const NodeId chosen[] = {a, b};
    Note note = backdrop_around(s, chosen);
    c.p = must(add_note(c.p, 1, note));
    c.p = must(
        add_note(c.p, 1, {.kind = Note::Kind::Sticky, .position = note.position + Vec2{10, 60}, .size = {40, 40}}));
    s = c.scene();
    REQUIRE(s.notes.size() == 2);
    CHECK(s.notes[1]->kind == Note::Kind::Sticky); // in front
    CHECK(nodes_in(s, *s.notes[0]) == std::vector<NodeId>{a, b});
    CHECK(notes_in(s, *s.notes[0]).size() == 1);
    CHECK(nodes_in(s, *s.notes[1]).empty());
    const NoteHit header = note_at(s, note.position + Vec2{100, 5}, {});
    CHECK(header.part == NotePart::Header);
    CHECK(note_at(s, note.position + note.size - Vec2{3, 3}, {}).part == NotePart::Corner);
    CHECK(note_at(s, {0, 50}, {}).part == NotePart::Body);
    CHECK_FALSE(note_at(s, s.find(out)->centre, {}).note);
}

TEST_CASE("labels quote values")
{
    Comp c;
    const NodeId blur = c.add("blur", {}, "Soft");
    c.p = must(set_param(c.p, {1, blur}, "size", Vec2{2.5, 4}));
    const auto label = [&](const char* text, double frame = 1) {
        const ProjectPtr p = must(set_label(c.p, {1, blur}, text));
        return label_text(*p, *find_graph(*p, 1), *find_node(*p, 1, blur).node, frame);
    };
    CHECK(label("plain") == "plain");
    CHECK(label("[size] px") == "2.5, 4 px");
    CHECK(label("[size.x * 2]") == "5");
    CHECK(label("f[frame + 1]", 9) == "f10");
    CHECK(label("[Soft.size.y / 3]") == "1.333");
    CHECK(label("[nothing]") == "[nothing?]");
    CHECK(label("[1 +]") == "[1 +?]");
    CHECK(label("open [size") == "open [size");
}

TEST_CASE("finding and replacing text")
{
    Comp c;
    const NodeId a = c.add("read", {}, "PlateA"), b = c.add("read", {}, "PlateB");
    c.p = must(set_param(c.p, {1, a}, "file", std::string("plates/sh010/a.####.exr")));
    c.p = must(set_param(c.p, {1, b}, "file", std::string("plates/sh010/b.####.exr")));
    REQUIRE_FALSE(find_text(*c.p, "plateb").empty());
    CHECK(find_text(*c.p, "plateb").front().node == b);
    CHECK(find_text(*c.p, "sh010").size() == 2);
    CHECK(find_text(*c.p, "").empty());
    const ProjectPtr q = must(replace_text(c.p, "sh010", "sh020", {}));
    CHECK(std::get<std::string>(find_node(*q, 1, a).node->params.find("file")->second.value) ==
          "plates/sh020/a.####.exr");
    const ProjectPtr one = must(replace_text(c.p, "Plate", "Bg", {true, true, 1, {a}}));
    CHECK(find_named(*find_graph(*one, 1), "BgA"));
    CHECK(find_named(*find_graph(*one, 1), "PlateB"));
    const auto none = replace_text(c.p, "zebra", "x", {});
    REQUIRE_FALSE(none);
    CHECK(none.error().kind == ErrorKind::NotFound);
    CHECK_FALSE(replace_text(c.p, "", "x", {}));
    CHECK_FALSE(replace_text(c.p, "Plate", "1 2", {})); // not a name
}

TEST_CASE("errors belong to the node that has them")
{
    Comp c;
    const NodeId read = c.add("read", {}, "Gone"), blur = c.add("blur", {}), good = c.add("checkerboard", {}),
                 last = c.add("blur", {});
    c.p = must(set_param(c.p, {1, read}, "file", std::string("/nowhere/a.exr")));
    c.join(blur, "in", read), c.join(last, "in", good);
    const auto cache = make_param_cache();
    const StatusMap map = graph_status(c.p, 1, 1, *cache);
    REQUIRE(map.contains(read));
    REQUIRE(map.at(read).error);
    CHECK(map.at(blur).starved);
    CHECK_FALSE(map.at(blur).error);
    CHECK_FALSE(map.at(last).error);
    CHECK_FALSE(map.at(last).layers.empty());
    CHECK(map.at(good).layers.front() == main_layer);
    CHECK_FALSE(error_word(*map.at(read).error).empty());
}

TEST_CASE("groups of a plan are read from its text")
{
    Comp c;
    const NodeId t1 = c.add("transform", {}, "T1"), t2 = c.add("transform", {}, "T2"), g = c.add("grade", {}, "G");
    c.join(t2, "in", t1), c.join(g, "in", t2);
    const PlanGroups groups =
        plan_groups(*c.p, 1,
                    "region [0 0 1 1], level 0\n"
                    "  image 0  [0 0 1 1] of [0 0 1 1]  1.0 MiB  T2\n"
                    "  pass     resample+grade  reads 0 -> image 1  area [0 0 1 1]  by T2 (+1 transforms) G\n"
                    "  pass     lonely  reads 1 -> image 2  area [0 0 1 1]  by G\n");
    REQUIRE(groups.fused.size() == 1);
    CHECK(groups.fused[0] == std::vector<NodeId>{t2, g});
    REQUIRE(groups.concatenated.size() == 1);
    CHECK(groups.concatenated[0] == std::vector<NodeId>{t2, t1});
    CHECK(plan_target(*c.p, 1, 0) == g);
    CHECK(plan_target(*c.p, 1, t1) == t1);
}
