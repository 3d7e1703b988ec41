#include "core/doc/history.h"
#include "tests/doc/helpers.h"
#include <chrono>
#include <cstdlib>

using namespace tessera;
using namespace tessera::test;

TEST_CASE("a new project has an empty root graph")
{
    const ProjectPtr p = make_project({.name = "Shot"});
    CHECK(p->settings.name == "Shot");
    REQUIRE(find_graph(*p, p->root));
    CHECK(find_graph(*p, p->root)->nodes.empty());
    CHECK_FALSE(find_graph(*p, 7));
    CHECK_FALSE(find_node(*p, "Nothing"));
    CHECK_FALSE(find_node(*p, ""));
    CHECK_FALSE(shown_by(*p, p->root));
}

TEST_CASE("nodes are found by path, with and without the index of names")
{
    ProjectPtr p = added(make_project(), "group", "Key");
    const GraphId inside = at(p, "Key").node->graph;
    p = added(p, "test_blur", "Soften", inside);
    p = added(p, "test_blur", "Soften");
    CHECK(at(p, "Key.Soften").graph->id == inside);
    CHECK(at(p, "Soften").graph->id == p->root);
    CHECK(path_of(*p, inside, id(p, "Key.Soften")) == "Key.Soften");
    CHECK(path_of(*p, p->root, id(p, "Soften")) == "Soften");
    CHECK(path_of(*p, 99, 1) == "");
    CHECK_FALSE(find_node(*p, "Soften.Soften"));
    CHECK_FALSE(find_node(*p, "Key.Soften.Soften"));

    Graph by_hand;
    by_hand.id = 1;
    auto node = std::make_shared<Node>();
    node->id = 4, node->name = "Hand", node->op = "test_blur";
    by_hand.nodes.set(4, node);
    Project project;
    project.graphs.set(1, std::make_shared<const Graph>(by_hand));
    CHECK(find_node(project, "Hand").node->id == 4);
    CHECK_FALSE(find_node(project, "Hand2"));
}

TEST_CASE("paths take variables of the project and of the environment")
{
    Project p = *make_project();
    p.settings.variables = {{"SHOT", "sh010"}, {"HOME", "/mine"}};
    ::setenv("TESSERA_TEST_PLATES", "/plates", 1);
    CHECK(must(resolved_path(p, "a/b.exr")) == "a/b.exr");
    p.folder = "/projects/one";
    CHECK(must(resolved_path(p, "a/../b.####.exr")) == "/projects/one/b.####.exr");
    CHECK(must(resolved_path(p, "/abs/b.%04d.exr")) == "/abs/b.%04d.exr");
    CHECK(must(resolved_path(p, "${PROJECT}/${SHOT}/x.exr")) == "/projects/one/sh010/x.exr");
    CHECK(must(resolved_path(p, "${TESSERA_TEST_PLATES}/${SHOT}")) == "/plates/sh010");
    CHECK(must(resolved_path(p, "${HOME}/x")) == "/mine/x");
    CHECK(must(resolved_path(p, "/a$F4${")) == "/a$F4${");
    CHECK(must(resolved_path(p, "")) == "");
    const std::string unknown = error_of(resolved_path(p, "${TESSERA_NOT_SET}/x"));
    CHECK(contains(unknown, "${TESSERA_NOT_SET}"));
    p.folder.clear();
    CHECK(contains(error_of(resolved_path(p, "${PROJECT}/x")), "has not been saved"));
}

TEST_CASE("an edit shares what it does not change")
{
    ProjectPtr p = make_project();
    for (int i = 0; i < 300; ++i) p = added(p, "test_blur", "");
    const NodePlace one = at(p, "TestBlur1");
    const ProjectPtr next = must(set_param(p, one, "size", 3.0));
    int changed = 0;
    SharedMap<NodeId, NodePtr>::differences(one.graph->nodes, find_graph(*next, 1)->nodes, [&](NodeId node) {
        ++changed;
        CHECK(node == one.node->id);
    });
    CHECK(changed == 1);
    CHECK(number(p, "TestBlur1", "size") == 10);
    CHECK(number(next, "TestBlur1", "size") == 3);
    CHECK(find_graph(*p, 1)->nodes.find(5)->get() == find_graph(*next, 1)->nodes.find(5)->get());
}

TEST_CASE("measured: an edit of a document of 5,000 nodes")
{
    using Clock = std::chrono::steady_clock;
    const auto micros = [](Clock::duration d) { return std::chrono::duration<double, std::micro>(d).count(); };
    ProjectPtr p = make_project();
    const auto begin = Clock::now();
    for (int i = 0; i < 5000; ++i) p = added(p, "test_blur", "");
    MESSAGE("adding a node: " << micros(Clock::now() - begin) / 5000 << " us each");
    const NodePlace middle = at(p, "TestBlur2500");
    constexpr int rounds = 2000;
    auto start = Clock::now();
    ProjectPtr q = p;
    for (int i = 0; i < rounds; ++i) q = must(set_param(q, {1, middle.node->id}, "size", double(i)));
    MESSAGE("setting a parameter: " << micros(Clock::now() - start) / rounds << " us");
    start = Clock::now();
    double sum = 0;
    const NodePlace now = at(q, "TestBlur2500");
    for (int i = 0; i < rounds; ++i)
        sum += component(*value_at(*q, *now.graph, *now.node, "size", ParamType::Float, 0.0, i), 0);
    MESSAGE("a constant value: " << micros(Clock::now() - start) / rounds << " us");
    q = driven(q, "TestBlur2500", "size", "TestBlur2499.size + frame");
    const NodePlace linked = at(q, "TestBlur2500");
    start = Clock::now();
    for (int i = 0; i < rounds; ++i)
        sum += component(*value_at(*q, *linked.graph, *linked.node, "size", ParamType::Float, 0.0, i), 0);
    MESSAGE("an expression with a reference: " << micros(Clock::now() - start) / rounds << " us");
    start = Clock::now();
    const std::string text = must(to_json_text(*q));
    MESSAGE("writing: " << micros(Clock::now() - start) / 1000 << " ms, " << text.size() << " bytes");
    start = Clock::now();
    const auto back = from_json_text(text);
    MESSAGE("reading: " << micros(Clock::now() - start) / 1000 << " ms");
    CHECK(back);
    CHECK(sum > 0);
}

TEST_CASE("history: undo, redo, merging and its bound")
{
    const ProjectPtr a = make_project();
    const ProjectPtr b = added(a, "test_blur", "B"), c = added(b, "test_blur", "C"), d = added(c, "test_blur", "D");
    History h(a, 3);
    CHECK_FALSE(h.can_undo());
    CHECK(h.undo() == a);
    h.push(b, "Add B");
    h.push(b, "Nothing");
    CHECK(h.entries().size() == 2);
    h.push(c, "Add C");
    CHECK(h.undo_label() == "Add C");
    CHECK(h.undo() == b);
    CHECK(h.redo_label() == "Add C");
    CHECK(h.redo() == c);
    CHECK_FALSE(h.can_redo());
    h.undo();
    h.push(d, "Add D");
    CHECK_FALSE(h.can_redo());
    CHECK(h.entries().size() == 3);

    ProjectPtr p = d;
    for (int i = 0; i < 10; ++i) h.push(p = must(set_param(p, at(p, "B"), "size", double(i))), "Set B.size", "B.size");
    CHECK(h.entries().size() == 4);
    CHECK(number(h.current(), "B", "size") == 9);
    h.seal();
    h.push(p = must(set_param(p, at(p, "B"), "size", 20.0)), "Set B.size", "B.size");
    CHECK(h.entries().size() == 4); // the bound: the oldest went
    CHECK(number(h.undo(), "B", "size") == 9);
    CHECK(h.undo() == d);
    CHECK(h.undo() == b);
    CHECK_FALSE(h.can_undo());

    h.mark_saved();
    CHECK(h.is_saved());
    h.redo();
    CHECK_FALSE(h.is_saved());
}

TEST_CASE("history: an entry is not merged into one that was undone to")
{
    const ProjectPtr a = added(make_project(), "test_blur", "B");
    History h(a);
    const auto sized = [&](double v) { return must(set_param(h.current(), at(h.current(), "B"), "size", v)); };
    h.push(sized(1), "Set", "k");
    h.seal();
    h.push(sized(2), "Set", "k");
    h.undo();
    h.push(sized(3), "Set", "k");
    CHECK(h.entries().size() == 3);
    CHECK(number(h.undo(), "B", "size") == 1);
}
