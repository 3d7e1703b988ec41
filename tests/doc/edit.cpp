#include "tests/doc/helpers.h"
#include <cmath>
#include <limits>

using namespace tessera;
using namespace tessera::test;

namespace {

const double inf = std::numeric_limits<double>::infinity(), nan_value = std::numeric_limits<double>::quiet_NaN();

ProjectPtr chain()
{
    ProjectPtr p = added(make_project(), "test_read", "Read");
    p = added(added(p, "test_blur", "A"), "test_blur", "B");
    p = connected(p, "A", "in", "Read");
    return connected(p, "B", "in", "A");
}

std::string source_text(const ProjectPtr& p, std::string_view node, const char* param, size_t i = 0)
{
    const ParamSource& s = at(p, node).node->params.find(param)->second.sources.at(i);
    if (const auto* e = std::get_if<ExpressionSource>(&s)) return e->text;
    return std::get<LinkSource>(s).path;
}

CurveKey key(double time, double value)
{
    CurveKey k;
    k.time = time, k.value = value;
    return k;
}

} // namespace

TEST_CASE("adding nodes: names, ids, positions")
{
    ProjectPtr p = make_project();
    const NodeId next = p->next_node;
    p = must(add_node(p, 1, "test_blur", {3, 4}));
    CHECK(id(p, "TestBlur1") == next);
    CHECK(*find_graph(*p, 1)->positions.find(next) == Vec2{3, 4});
    CHECK(at(p, "TestBlur1").node->op_version == 3);
    p = added(p, "test_blur", "");
    CHECK(id(p, "TestBlur2") == next + 1);
    p = added(p, "test_blur", "Glow");
    p = added(p, "test_blur", "Glow");
    CHECK(find_node(*p, "Glow1"));
    p = added(p, "test_blur", "Glow1");
    CHECK(find_node(*p, "Glow2"));
    CHECK(contains(error_of(add_node(p, 1, "test_blor", {})), "mean test_blur"));
    CHECK_FALSE(add_node(p, 1, "test_hidden", {}));
    CHECK(contains(error_of(add_node(p, 9, "test_blur", {})), "no graph 9"));
    CHECK_FALSE(add_node(p, 1, "test_blur", {nan_value, 0}));
    for (const char* bad : {"1x", "a b", "a.b", "this", "root", "\xC3\xBC"})
        CHECK_FALSE(add_node(p, 1, "test_blur", {}, bad));
    CHECK_FALSE(add_node(p, 1, "test_blur", {}, std::string(101, 'a')));

    p = added(p, "group", "");
    const GraphId inside = at(p, "Group1").node->graph;
    CHECK(inside != 0);
    CHECK(find_node(*p, "Group1.Output1"));
    // Ids are never used again.
    const NodeId gone[] = {id(p, "Glow")};
    const NodeId before = p->next_node;
    p = must(remove_nodes(p, 1, gone));
    p = added(p, "test_blur", "Glow");
    CHECK(id(p, "Glow") == before);
}

TEST_CASE("values are checked against the declaration")
{
    ProjectPtr p = added(make_project(), "test_blur", "A");
    const auto refused = [&](const char* param, const Value& v) {
        return error_of(set_param(p, at(p, "A"), param, v));
    };
    CHECK(contains(refused("size", nan_value), "A: parameter 'size': nan is not a finite number"));
    CHECK(contains(refused("centre", Vec2{0, inf}), "not a finite number"));
    CHECK(contains(refused("size", std::string("big")), "'big' is a string, but it takes a float"));
    CHECK(contains(refused("count", 2.5), "takes a int"));
    CHECK(contains(refused("tint", Vec3{}), "takes a color"));
    CHECK(contains(refused("hard", 11.0), "11 is outside 0 to 10"));
    CHECK(contains(refused("mode", std::string("ovr")), "'ovr' is not one of its choices. Use over"));
    CHECK(contains(refused("sise", 1.0), "has no parameter 'sise'. Did you mean size"));
    CHECK(contains(refused("text", std::string("\xFF")), "not valid UTF-8"));
    CHECK(contains(refused("shapes", OpaqueData{"{broken"}), "not JSON"));
    CHECK(must(set_param(p, at(p, "A"), "size", 1000.0)) != p); // outside a soft range
    p = must(set_param(p, at(p, "A"), "size", 7));
    CHECK(number(p, "A", "size") == 7);
    p = must(set_param(p, at(p, "A"), "count", 4.0));
    CHECK(std::get<int>(must(evaluated(p, "A", "count"))) == 4);
    p = must(set_param(p, at(p, "A"), "on", 0));
    CHECK_FALSE(std::get<bool>(must(evaluated(p, "A", "on"))));
    p = must(set_param(p, at(p, "A"), "tint", Vec4{1, 2, 3, 4}));
    CHECK(std::get<Color>(must(evaluated(p, "A", "tint"))) == Color(1, 2, 3, 4));
    p = must(set_param(p, at(p, "A"), "tint", 9.0, 1));
    CHECK(std::get<Color>(must(evaluated(p, "A", "tint"))) == Color(1, 9, 3, 4));
    CHECK(contains(error_of(set_param(p, at(p, "A"), "tint", 9.0, 4)), "4 components"));
    CHECK_FALSE(set_param(p, at(p, "A"), "tint", Vec2{}, 1));
    CHECK_FALSE(set_param(p, {1, 999}, "size", 1.0));
    CHECK(must(set_param(p, at(p, "A"), "shapes", OpaqueData{"[1, {\"a\": null}]"})) != p);
    CHECK(must(set_param(p, at(p, "A"), "size", 7.0)) == p); // nothing changes
    p = must(reset_param(p, at(p, "A"), "size"));
    CHECK(number(p, "A", "size") == 10);
    CHECK(must(reset_param(p, at(p, "A"), "size")) == p);
    CHECK_FALSE(reset_param(p, at(p, "A"), "sise"));
}

TEST_CASE("connections: ports, replacement, cycles")
{
    ProjectPtr p = chain();
    CHECK(
        contains(error_of(connect(p, at(p, "A"), "inn", id(p, "Read"))), "A: operator 'test_blur' has no input 'inn'"));
    CHECK(contains(error_of(connect(p, at(p, "Read"), "in", id(p, "A"))), "takes no inputs"));
    CHECK_FALSE(connect(p, at(p, "A"), "in", 77));
    const auto cycle = connect(p, at(p, "A"), "mask", id(p, "B"));
    CHECK(contains(error_of(cycle), "the connections form a cycle: A -> B -> A"));
    CHECK(contains(error_of(connect(p, at(p, "A"), "in", id(p, "A"))), "A -> A"));
    CHECK(must(connect(p, at(p, "A"), "in", id(p, "Read"))) == p);
    p = connected(p, "B", "in", "Read");
    CHECK(at(p, "B").node->inputs.find("in")->second.node == id(p, "Read"));
    p = must(disconnect(p, at(p, "B"), "in"));
    CHECK(at(p, "B").node->inputs.empty());
    CHECK(must(disconnect(p, at(p, "B"), "in")) == p);
    CHECK_FALSE(disconnect(p, at(p, "B"), "inn"));
}

TEST_CASE("removing nodes drops their connections and the graphs of groups")
{
    ProjectPtr p = chain();
    const NodeId a[] = {id(p, "A")};
    ProjectPtr q = must(remove_nodes(p, 1, a));
    CHECK_FALSE(find_node(*q, "A"));
    CHECK(at(q, "B").node->inputs.empty());
    CHECK_FALSE(find_graph(*q, 1)->positions.contains(a[0]));
    CHECK(find_node(*p, "A"));
    const NodeId unknown[] = {99};
    CHECK_FALSE(remove_nodes(p, 1, unknown));
    CHECK(must(remove_nodes(p, 1, {})) == p);

    p = added(p, "group", "G");
    const GraphId outer = at(p, "G").node->graph;
    p = added(p, "group", "H", outer);
    CHECK(p->graphs.size() == 3);
    const NodeId g[] = {id(p, "G")};
    CHECK(must(remove_nodes(p, 1, g))->graphs.size() == 1);
}

TEST_CASE("renaming takes links and expressions along")
{
    ProjectPtr p = chain();
    p = driven(p, "B", "size", "A.size + A.count * value(A.size, frame) - 3");
    p = must(set_source(p, at(p, "B"), "centre", LinkSource{"A.centre"}));
    p = driven(p, "A", "count", "this.size + A.hard");
    p = must(rename(p, at(p, "A"), "SoftEdge"));
    CHECK(source_text(p, "B", "size") == "SoftEdge.size + SoftEdge.count * value(SoftEdge.size, frame) - 3");
    CHECK(source_text(p, "B", "centre", 1) == "SoftEdge.centre");
    CHECK(source_text(p, "SoftEdge", "count") == "this.size + this.hard");
    CHECK(number(p, "B", "size") == 10 + 11 * 10 - 3);
    CHECK(at(p, "B").node->inputs.find("in")->second.node == id(p, "SoftEdge"));
    CHECK(contains(error_of(rename(p, at(p, "B"), "SoftEdge")), "another node is called 'SoftEdge' already"));
    CHECK_FALSE(rename(p, at(p, "B"), "4"));
    CHECK(must(rename(p, at(p, "B"), "B")) == p);
    CHECK_FALSE(find_node(*p, "A"));
    p = must(rename(p, at(p, "B"), "A"));
    CHECK(find_node(*p, "A"));
}

TEST_CASE("labels, positions, disabling and settings")
{
    ProjectPtr p = chain();
    p = must(set_label(p, at(p, "A"), "soft\nedge"));
    CHECK(at(p, "A").node->label == "soft\nedge");
    CHECK_FALSE(set_label(p, at(p, "A"), "\xFF"));
    p = must(set_disabled(p, at(p, "A"), true));
    CHECK(at(p, "A").node->disabled);
    CHECK(must(set_disabled(p, at(p, "A"), true)) == p);
    p = must(set_position(p, at(p, "A"), {5, 6}));
    CHECK(*find_graph(*p, 1)->positions.find(id(p, "A")) == Vec2{5, 6});
    CHECK_FALSE(set_position(p, at(p, "A"), {inf, 0}));

    ProjectSettings s = p->settings;
    s.format = {4096, 2160, 2};
    p = must(set_settings(p, s));
    CHECK(p->settings.format.width == 4096);
    const auto refused = [&](auto change) {
        ProjectSettings bad = p->settings;
        change(bad);
        return error_of(set_settings(p, bad));
    };
    CHECK(contains(refused([](auto& b) { b.format.width = 0; }), "0 x 2160"));
    CHECK(contains(refused([](auto& b) { b.format.pixel_aspect = std::nan(""); }), "pixel aspect"));
    CHECK(contains(refused([](auto& b) { b.frames_per_second = -1; }), "frame rate"));
    CHECK(contains(refused([](auto& b) { b.first_frame = 200; }), "comes after"));
    CHECK(contains(refused([](auto& b) { b.views = {"left", "left"}; }), "twice"));
    CHECK(contains(refused([](auto& b) { b.views.clear(); }), "no views"));
    CHECK(contains(refused([](auto& b) { b.variables.emplace("A}", "x"); }), "variable"));
}

TEST_CASE("keys are added, replaced and removed")
{
    ProjectPtr p = chain();
    p = must(set_key(p, at(p, "A"), "size", 0, key(10, 4)));
    p = must(set_key(p, at(p, "A"), "size", 0, key(0, 2)));
    CHECK(number(p, "A", "size", 0) == 2);
    CHECK(number(p, "A", "size", 10) == 4);
    CHECK(number(p, "A", "size", 5) == 3);
    p = must(set_key(p, at(p, "A"), "size", 0, key(10, 6)));
    CHECK(number(p, "A", "size", 10) == 6);
    CHECK(contains(error_of(remove_key(p, at(p, "A"), "size", 0, 5)), "no key at 5"));
    p = must(remove_key(p, at(p, "A"), "size", 0, 0));
    p = must(remove_key(p, at(p, "A"), "size", 0, 10));
    CHECK(number(p, "A", "size", 3) == 6);
    CHECK(at(p, "A").node->params.find("size")->second.sources.empty());
    p = must(set_key(p, at(p, "A"), "tint", 2, key(1, 0.5)));
    CHECK(std::get<Color>(must(evaluated(p, "A", "tint"))) == Color(1, 1, 0.5, 1));
    CHECK_FALSE(set_key(p, at(p, "A"), "tint", 4, key(1, 1)));
    CHECK_FALSE(set_key(p, at(p, "A"), "text", 0, key(1, 1)));
    CHECK_FALSE(set_key(p, at(p, "A"), "size", 0, key(nan_value, 1)));
    CHECK(contains(error_of(set_key(p, at(p, "A"), "hard", 0, key(1, 11))), "outside 0 to 10"));
    p = driven(p, "A", "size", "B.count");
    CHECK(contains(error_of(set_key(p, at(p, "A"), "size", 0, key(1, 1))), "Remove the link or the expression"));
}

TEST_CASE("an expression takes over the curve it reads, and keys can still be set on it")
{
    ProjectPtr p = chain();
    CHECK(contains(error_of(set_source(p, at(p, "A"), "size", ExpressionSource{"curve(frame) + 1"})), "there is none"));
    p = must(set_key(p, at(p, "A"), "size", 0, key(0, 0)));
    p = must(set_key(p, at(p, "A"), "size", 0, key(10, 10)));
    p = driven(p, "A", "size", "curve(frame - 5) + 1");
    CHECK(number(p, "A", "size", 10) == 6);
    CHECK(number(p, "A", "size", 30) == 11);
    p = must(set_key(p, at(p, "A"), "size", 0, key(10, 20)));
    CHECK(number(p, "A", "size", 30) == 21);
    p = driven(p, "B", "size", "curve(A.size, 10)");
    CHECK(number(p, "B", "size") == 20);
    p = driven(p, "A", "size", "curve(frame) * 2"); // the curve stays
    CHECK(number(p, "A", "size", 10) == 40);
}

TEST_CASE("sources are checked and can be taken away again")
{
    ProjectPtr p = chain();
    CHECK(contains(error_of(set_source(p, at(p, "A"), "size", ExpressionSource{"1 +"})), "line 1, column 4"));
    CHECK(contains(error_of(set_source(p, at(p, "A"), "text", ExpressionSource{"1"})), "cannot be driven"));
    CHECK(contains(error_of(set_source(p, at(p, "A"), "size", CurvePtr{})), "no keys"));
    CHECK_FALSE(set_source(p, at(p, "A"), "sise", ExpressionSource{"1"}));
    CHECK_FALSE(set_source(p, at(p, "A"), "centre", ExpressionSource{"1"}, 2));
    p = driven(p, "A", "centre", "vec(frame, 2 * frame)");
    CHECK(std::get<Vec2>(must(evaluated(p, "A", "centre", 4))) == Vec2{4, 8});
    p = must(set_source(p, at(p, "A"), "centre", std::monostate(), 0));
    CHECK(std::get<Vec2>(must(evaluated(p, "A", "centre", 4))) == Vec2{100, 8});
    p = must(set_source(p, at(p, "A"), "centre", std::monostate()));
    CHECK(at(p, "A").node->params.find("centre")->second.sources.empty());
    p = driven(p, "A", "centre", "1", 1);
    p = must(set_param(p, at(p, "A"), "centre", 5.0, 1));
    CHECK(std::get<Vec2>(must(evaluated(p, "A", "centre"))) == Vec2{100, 5});
}
