#include "app/panels/graph/create_menu.h"
#include "app/panels/graph/graph_edits.h"
#include <doctest/doctest.h>

using namespace tessera;

namespace {

template <class T> T must(Result<T> result)
{
    if (!result) FAIL(result.error().text());
    return std::move(*result);
}

NodeId source(const ProjectPtr& p, NodeId node, const char* port)
{
    const auto& inputs = find_node(*p, 1, node).node->inputs;
    const auto it = inputs.find(port);
    return it == inputs.end() ? 0 : it->second.node;
}

Vec2 place(const ProjectPtr& p, NodeId node)
{
    return *find_graph(*p, 1)->positions.find(node);
}

/// Read, Blur, Grade in a line.
struct Line {
    ProjectPtr p = make_project();
    NodeId read = 0, blur = 0, grade = 0;
    Line() { read = add("read", {}), blur = add("blur", {read}), grade = add("grade", {blur}); }
    NodeId add(const char* op, std::vector<NodeId> after, bool branch = false)
    {
        const Created made = must(create_node(p, 1, op, {std::move(after), branch, {}}));
        p = made.project;
        return made.node;
    }
};

} // namespace

TEST_CASE("new nodes go below the selection and between it and what took it")
{
    Line l;
    CHECK(source(l.p, l.blur, "in") == l.read);
    CHECK(source(l.p, l.grade, "in") == l.blur);
    const NodeId between = l.add("invert", {l.blur});
    CHECK(source(l.p, between, "in") == l.blur);
    CHECK(source(l.p, l.grade, "in") == between);
    // Room is made for it: nothing lies upon another.
    CHECK(place(l.p, l.grade).y - place(l.p, between).y >= NodeMetrics::row);
    CHECK(place(l.p, between).y > place(l.p, l.blur).y);
    const NodeId branch = l.add("grade", {l.blur}, true);
    CHECK(source(l.p, branch, "in") == l.blur);
    CHECK(source(l.p, between, "in") == l.blur);
    CHECK(place(l.p, branch).x != place(l.p, between).x);
}

TEST_CASE("a merge takes the leader on B and the others in order")
{
    Line l;
    const NodeId fg = l.add("read", {}), merge = l.add("merge", {fg, l.grade});
    CHECK(source(l.p, merge, "B") == l.grade);
    CHECK(source(l.p, merge, "A") == fg);
    const NodeId end = l.add("write", {merge});
    CHECK(source(l.p, end, "in") == merge);
    const NodeId other = l.add("read", {merge}); // takes nothing: stands beside
    CHECK(place(l.p, other).x != place(l.p, merge).x);
}

TEST_CASE("a new node lies on no other, and turns about the middle of the format")
{
    Line l;
    ProjectSettings settings = l.p->settings;
    settings.format.width = 1280, settings.format.height = 720;
    l.p = must(set_settings(l.p, settings));
    // Another end of the graph, right above the blur: what follows it must not cover the blur.
    const NodeId other = l.add("read", {});
    l.p = must(set_position(l.p, {1, other}, place(l.p, l.read)));
    const NodeId transform = l.add("transform", {other});
    const Vec2 at = place(l.p, transform), blur = place(l.p, l.blur);
    CHECK((std::abs(at.x - blur.x) >= NodeMetrics::width || std::abs(at.y - blur.y) >= NodeMetrics::header));
    const Node& node = *find_node(*l.p, 1, transform).node;
    CHECK(std::get<Vec2>(node.params.at("center").value) == Vec2{640, 360});
}

TEST_CASE("inserting, extracting and deleting close the line again")
{
    Line l;
    const NodeId loose = l.add("invert", {});
    l.p = must(insert_on_pipe(l.p, 1, loose, l.grade, "in"));
    CHECK(source(l.p, loose, "in") == l.blur);
    CHECK(source(l.p, l.grade, "in") == loose);
    CHECK_FALSE(insert_on_pipe(l.p, 1, l.read, l.grade, "in")); // nothing goes into a Read
    const NodeId chosen[] = {loose};
    const ProjectPtr q = must(extract_nodes(l.p, 1, chosen, {50, 0}));
    CHECK(source(q, l.grade, "in") == l.blur);
    CHECK(source(q, loose, "in") == 0);
    CHECK(place(q, loose).x == place(l.p, loose).x + 50);
    const NodeId two[] = {l.blur, loose};
    const ProjectPtr r = must(delete_nodes(l.p, 1, two));
    CHECK(source(r, l.grade, "in") == l.read);
    CHECK(find_graph(*r, 1)->nodes.size() == 2);
    const NodeId first[] = {l.read};
    CHECK(source(must(delete_nodes(l.p, 1, first)), l.blur, "in") == 0);
}

TEST_CASE("swapping, disabling, moving")
{
    Line l;
    const NodeId fg = l.add("read", {}), merge = l.add("merge", {fg, l.grade});
    const ProjectPtr q = must(swap_inputs(l.p, 1, merge));
    CHECK(source(q, merge, "A") == l.grade);
    CHECK(source(q, merge, "B") == fg);
    CHECK_FALSE(swap_inputs(l.p, 1, l.blur));
    const NodeId both[] = {l.blur, l.grade};
    ProjectPtr off = must(set_disabled(l.p, {1, l.blur}, true));
    off = must(toggle_disabled(off, 1, both));
    CHECK(find_node(*off, 1, l.grade).node->disabled);
    off = must(toggle_disabled(off, 1, both));
    CHECK_FALSE(find_node(*off, 1, l.blur).node->disabled);
    l.p = must(add_note(l.p, 1, {}));
    const NoteId note[] = {l.p->next_node - 1};
    const ProjectPtr moved = must(move_all(l.p, 1, both, note, {8, 16}));
    CHECK(place(moved, l.blur) == place(l.p, l.blur) + Vec2{8, 16});
    CHECK((*find_graph(*moved, 1)->notes.find(note[0]))->position == Vec2{8, 16});
}

TEST_CASE("looks of several nodes, and their order")
{
    Line l;
    const NodeId both[] = {l.blur, l.grade}, one[] = {l.read};
    ProjectPtr p = must(change_looks(l.p, 1, both, [](NodeLook& look) { look.colour = 0x123456; }));
    CHECK(look_of(*find_graph(*p, 1), l.grade).colour == 0x123456);
    CHECK(look_of(*find_graph(*p, 1), l.read) == NodeLook{});
    p = must(restack(p, 1, both, true));
    p = must(restack(p, 1, one, true));
    CHECK(look_of(*find_graph(*p, 1), l.read).z > look_of(*find_graph(*p, 1), l.blur).z);
    p = must(restack(p, 1, one, false));
    CHECK(look_of(*find_graph(*p, 1), l.read).z < 0);
}

TEST_CASE("arranging")
{
    Line l;
    const NodeId all[] = {l.read, l.blur, l.grade};
    l.p = must(set_position(l.p, {1, l.blur}, {40, 90}));
    const ProjectPtr columns = must(align_nodes(l.p, 1, all, Align::Columns));
    CHECK(place(columns, l.read).x == place(columns, l.blur).x);
    const ProjectPtr down = must(align_nodes(l.p, 1, all, Align::SpreadDown));
    CHECK(place(down, l.grade).y - place(down, l.blur).y ==
          doctest::Approx(place(down, l.blur).y - place(down, l.read).y).epsilon(0.2));
    const ProjectPtr laid = must(auto_layout(l.p, 1, all));
    CHECK(place(laid, l.read).x == place(laid, l.grade).x);
    CHECK(place(laid, l.blur).y - place(laid, l.read).y == NodeMetrics::row);
    CHECK(place(laid, l.grade).y > place(laid, l.blur).y); // downwards
}

TEST_CASE("laying out hundreds of nodes leaves none upon another")
{
    ProjectPtr p = make_project();
    std::vector<NodeId> all;
    for (int i = 0; i < 300; ++i) {
        all.push_back(p->next_node);
        p = must(add_node(p, 1, i % 7 == 0 ? "read" : i % 5 == 0 ? "merge" : "blur", {}));
        if (i % 7 == 0) continue;
        const bool merge = i % 5 == 0;
        p = must(connect(p, {1, all.back()}, merge ? "B" : "in", all[size_t(i) - 1]));
        if (merge && i > 8) p = must(connect(p, {1, all.back()}, "A", all[size_t(i) - 8]));
    }
    p = must(auto_layout(p, 1, all));
    std::set<std::pair<double, double>> seen;
    for (const NodeId id : all) CHECK(seen.emplace(place(p, id).x, place(p, id).y).second);
}

TEST_CASE("the menu of nodes: last used, categories, letters")
{
    const std::vector<std::string> recent{"blur", "grade", "no_longer_here"};
    using Kind = CreateRow::Kind;
    auto rows = create_rows("", "", recent);
    REQUIRE(rows.size() > 4);
    CHECK(rows[0].kind == Kind::Heading);
    CHECK(rows[1].op->id == "blur");
    CHECK(rows[2].op->id == "grade");
    CHECK(rows[3].kind == Kind::Heading);
    CHECK(rows.back().kind == Kind::Category);
    rows = create_rows("", "Color", recent);
    CHECK(rows[0].kind == Kind::Back);
    for (size_t i = 1; i < rows.size(); ++i) CHECK(rows[i].op->menu.starts_with("Color"));
    rows = create_rows("mrg", "", recent);
    REQUIRE_FALSE(rows.empty());
    CHECK(rows[0].op->id == "merge");
    CHECK(rows[0].matched.size() == 3);
    CHECK(create_rows("grade", "", {}).front().op->id == "grade");
    CHECK(create_rows("qqqzzz", "", recent).empty());
}
