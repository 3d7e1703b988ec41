#include "core/doc/draft.h"
#include "tests/doc/helpers.h"
#include <cmath>
#include <limits>

using namespace tessera;
using namespace tessera::test;

namespace {

CurvePtr line(double t0, double v0, double t1, double v1)
{
    CurveKey a, b;
    a.time = t0, a.value = v0, b.time = t1, b.value = v1;
    a.interpolation = b.interpolation = Interpolation::Linear;
    return std::make_shared<const Curve>(*Curve::make({a, b}));
}

ProjectPtr two_blurs()
{
    return added(added(make_project(), "test_blur", "A"), "test_blur", "B");
}

ProjectPtr linked(const ProjectPtr& p, std::string_view node, std::string_view param, std::string path,
                  std::optional<int> c = {})
{
    return must(set_source(p, at(p, node), param, LinkSource{std::move(path)}, c));
}

bool moves(const ProjectPtr& p, std::string_view node, std::string_view param)
{
    const NodePlace place = at(p, node);
    return animated(*p, *place.graph, *place.node, param);
}

/// Puts a source into a parameter without any check, as a file from elsewhere might.
ProjectPtr forced(const ProjectPtr& p, std::string_view node, const std::string& param, Param value)
{
    return must(with_node(p, at(p, node), [&](Node& n) {
        n.params[param] = value;
        return Status();
    }));
}

} // namespace

TEST_CASE("a parameter that is not set has its default, a set one its value")
{
    ProjectPtr p = two_blurs();
    CHECK(number(p, "A", "size") == 10);
    p = must(set_param(p, at(p, "A"), "size", 4.5));
    CHECK(number(p, "A", "size") == 4.5);
    CHECK(std::get<std::string>(must(evaluated(p, "A", "mode"))) == "over");
    CHECK_FALSE(moves(p, "A", "size"));
}

TEST_CASE("curves drive components one by one")
{
    ProjectPtr p = two_blurs();
    p = must(set_param(p, at(p, "A"), "centre", Vec2{7, 8}));
    p = must(set_source(p, at(p, "A"), "centre", line(1, 0, 11, 100), 1));
    CHECK(std::get<Vec2>(must(evaluated(p, "A", "centre", 6))) == Vec2{7, 50});
    CHECK(moves(p, "A", "centre"));
    p = must(set_source(p, at(p, "A"), "count", line(1, 0, 11, 10)));
    CHECK(std::get<int>(must(evaluated(p, "A", "count", 3.5))) == 3); // 2.5 rounds away from zero
    p = must(set_source(p, at(p, "A"), "on", line(1, 0, 11, 1)));
    CHECK_FALSE(std::get<bool>(must(evaluated(p, "A", "on", 5))));
    CHECK(std::get<bool>(must(evaluated(p, "A", "on", 6))));
    p = must(set_source(p, at(p, "A"), "mode", line(1, 0, 4, 3)));
    CHECK(std::get<std::string>(must(evaluated(p, "A", "mode", 3))) == "plus");
    p = must(set_source(p, at(p, "A"), "tint", line(1, 0, 11, 1)));
    CHECK(std::get<Color>(must(evaluated(p, "A", "tint", 6))) == Color(0.5));
}

TEST_CASE("links take other parameters, whole and by component")
{
    ProjectPtr p = two_blurs();
    p = must(set_source(p, at(p, "A"), "size", line(0, 0, 10, 10)));
    p = linked(p, "B", "size", "A.size");
    CHECK(number(p, "B", "size", 4) == 4);
    CHECK(moves(p, "B", "size"));
    p = linked(p, "B", "centre", "A.size", 1);
    CHECK(std::get<Vec2>(must(evaluated(p, "B", "centre", 4))) == Vec2{100, 4});
    p = must(set_param(p, at(p, "A"), "tint", Color(1, 2, 3, 4)));
    p = linked(p, "B", "tint", "A.tint");
    CHECK(std::get<Color>(must(evaluated(p, "B", "tint"))) == Color(1, 2, 3, 4));
    p = linked(p, "B", "three", "A.tint.b", 0);
    CHECK(std::get<Vec3>(must(evaluated(p, "B", "three"))).x == 3);
    p = must(set_param(p, at(p, "A"), "mode", std::string("plus")));
    p = linked(p, "B", "mode", "A.mode");
    CHECK(to_text(must(evaluated(p, "B", "mode"))) == "plus");
    p = linked(p, "B", "text", "A.text");
    CHECK(to_text(must(evaluated(p, "B", "text"))) == "hello");
    p = must(set_param(p, at(p, "A"), "matrix", Mat4{{5, 0, 0, 0, 0, 6}}));
    p = linked(p, "B", "hard", "A.matrix.m11");
    CHECK(number(p, "B", "hard") == 6);
    p = must(set_param(p, at(p, "A"), "lookup", line(0, 0, 1, 2)));
    p = linked(p, "B", "lookup", "A.lookup");
    CHECK(std::get<CurvePtr>(must(evaluated(p, "B", "lookup")))->at(0.5) == 1);
}

TEST_CASE("names are looked up in a node's own graph first, then around it")
{
    ProjectPtr p = added(two_blurs(), "group", "G");
    const GraphId inside = at(p, "G").node->graph;
    p = added(p, "test_blur", "C", inside);
    p = must(set_param(p, at(p, "A"), "size", 3.0));
    p = driven(p, "G.C", "size", "A.size * 2");
    CHECK(number(p, "G.C", "size") == 6);
    p = driven(p, "B", "size", "G.C.size + root.A.size + this.count");
    CHECK(number(p, "B", "size") == 11);
    // A node of the same name inside hides the outer one; expressions that mean the outer one follow.
    p = added(p, "test_blur", "A", inside);
    CHECK(number(p, "G.C", "size") == 6);
    CHECK(std::get<ExpressionSource>(at(p, "G.C").node->params.find("size")->second.sources[0]).text ==
          "root.A.size * 2");
}

TEST_CASE("cycles of links and expressions name the way round")
{
    ProjectPtr p = two_blurs();
    p = linked(p, "A", "size", "B.size");
    const auto cycle = set_source(p, at(p, "B"), "size", ExpressionSource{"A.size + 1"});
    CHECK(contains(error_of(cycle), "B.size -> A.size -> B.size"));
    CHECK(contains(error_of(set_source(p, at(p, "A"), "size", ExpressionSource{"value(this.size, frame - 1)"})),
                   "A.size -> A.size"));
    // One component may follow another of the same parameter.
    p = linked(p, "A", "centre", "this.centre.y", 0);
    CHECK(std::get<Vec2>(must(evaluated(p, "A", "centre"))).x == 50);
    CHECK(contains(error_of(set_source(p, at(p, "A"), "centre", LinkSource{"A.centre.x"}, 1)),
                   "A.centre.x -> A.centre.y -> A.centre.x"));

    // A project that was not made by edits: evaluation finds the cycle itself.
    p = two_blurs();
    p = forced(p, "A", "size", {1.0, {LinkSource{"B.size"}}});
    p = forced(p, "B", "size", {1.0, {ExpressionSource{"A.size * 2"}}});
    const auto value = evaluated(p, "A", "size", 7);
    CHECK(contains(error_of(value), "A.size -> B.size -> A.size"));
    CHECK(value.error().node == "A");
    CHECK(value.error().frame == 7);
    p = forced(p, "A", "text", {std::string(), {LinkSource{"B.text"}}});
    p = forced(p, "B", "text", {std::string(), {LinkSource{"A.text"}}});
    CHECK(contains(error_of(evaluated(p, "A", "text")), "A.text -> B.text -> A.text"));
    p = forced(p, "A", "mode", {std::string("over"), {ExpressionSource{"B.mode"}}});
    p = forced(p, "B", "mode", {std::string("over"), {ExpressionSource{"A.mode"}}});
    CHECK(contains(error_of(evaluated(p, "A", "mode")), "A.mode -> B.mode -> A.mode"));
}

TEST_CASE("values that are not finite or break a hard range are errors that name where and when")
{
    ProjectPtr p = driven(two_blurs(), "A", "size", "1 / (frame - 5)");
    CHECK(number(p, "A", "size", 6) == 1);
    const auto value = evaluated(p, "A", "size", 5);
    CHECK(contains(error_of(value), "A, frame 5: parameter 'size': its value is inf, not a finite number"));
    p = driven(p, "A", "size", "sqrt(-1)");
    CHECK(contains(error_of(evaluated(p, "A", "size")), "nan"));
    p = driven(p, "A", "hard", "frame");
    CHECK(number(p, "A", "hard", 10) == 10);
    CHECK(contains(error_of(evaluated(p, "A", "hard", 11)), "11 is outside 0 to 10"));
    p = driven(p, "A", "mode", "frame");
    CHECK(to_text(must(evaluated(p, "A", "mode", 1))) == "under");
    CHECK(contains(error_of(evaluated(p, "A", "mode", 4)), "not the index of a choice"));
    CHECK_FALSE(evaluated(p, "A", "size", std::numeric_limits<double>::quiet_NaN()));
    p = forced(p, "B", "size", {std::numeric_limits<double>::infinity(), {}});
    CHECK(contains(error_of(evaluated(p, "B", "size")), "not a finite number"));
    p = forced(p, "B", "size", {std::string("ten"), {}});
    CHECK(contains(error_of(evaluated(p, "B", "size")), "is a string where a float is needed"));
}

TEST_CASE("references that lead nowhere say which name is unknown")
{
    ProjectPtr p = two_blurs();
    const auto refused = [&](const char* text) {
        return error_of(set_source(p, at(p, "A"), "size", ExpressionSource{text}));
    };
    CHECK(contains(refused("C.size"), "'C.size' names no node"));
    CHECK(contains(refused("B.sise"), "has no 'sise'"));
    CHECK(contains(refused("B.centre.z"), "has no 'z'"));
    CHECK(contains(refused("B.size.x"), "has no 'x'"));
    CHECK(contains(error_of(set_source(p, at(p, "A"), "size", LinkSource{"B"})), "names a node, not a parameter"));
    CHECK(contains(error_of(set_source(p, at(p, "A"), "size", LinkSource{"B.text"})), "cannot be linked"));
    CHECK(contains(error_of(set_source(p, at(p, "A"), "text", LinkSource{"B.size"})), "cannot be linked"));
    // A node that is removed leaves the reference, and evaluation tells.
    p = driven(p, "A", "size", "B.size");
    const NodeId gone[] = {id(p, "B")};
    p = must(remove_nodes(p, 1, gone));
    CHECK(contains(error_of(evaluated(p, "A", "size", 2)), "A, frame 2: parameter 'size': 'B.size' names no node"));
}

TEST_CASE("a net of references costs as many steps as it has parts")
{
    ProjectPtr p = make_project();
    for (int i = 0; i < 40; ++i) p = added(p, "test_blur", "N" + std::to_string(i));
    p = must(set_param(p, at(p, "N0"), "size", 1.0));
    for (int i = 1; i < 40; ++i) {
        const std::string before = "N" + std::to_string(i - 1) + ".size";
        p = driven(p, "N" + std::to_string(i), "size", before + " + " + before);
    }
    CHECK(number(p, "N39", "size") == std::ldexp(1.0, 39));
    CHECK_FALSE(moves(p, "N39", "size"));
    // A chain that is too long is refused in words, not by a crash.
    ProjectPtr chain = make_project();
    for (int i = 0; i < 1000; ++i) chain = added(chain, "test_blur", "N" + std::to_string(i));
    for (int i = 1; i < 1000; ++i)
        chain =
            forced(chain, "N" + std::to_string(i), "size", {0.0, {LinkSource{"N" + std::to_string(i - 1) + ".size"}}});
    CHECK(number(chain, "N150", "size") == 10);
    CHECK(contains(error_of(evaluated(chain, "N999", "size")), "too many parameters depend on one another"));
}
