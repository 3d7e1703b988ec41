#include "app/panels/properties/param_rows.h"
#include <doctest/doctest.h>

using namespace tessera;

namespace {

NodeId add(ProjectPtr& project, const char* op)
{
    const NodeId id = project->next_node;
    auto next = add_node(project, project->root, op, {});
    REQUIRE(next);
    project = *next;
    return id;
}

const ParamRow& row(const NodeRows& node, const std::string& name)
{
    for (const ParamRow& r : node.rows)
        if (r.param->name == name) return r;
    FAIL("no row " << name);
    return node.rows.front();
}

} // namespace

TEST_CASE("rows tell values, what drives them, and where several nodes differ")
{
    ProjectPtr project = make_project();
    const NodeId a = add(project, "grade"), b = add(project, "grade");
    const GraphId root = project->root;
    project = *set_param(project, {root, a}, "gain", Value(2.0), 1);
    project = *set_key(project, {root, a}, "gamma", 0, CurveKey{3, 1.5});
    const NodeId selected[] = {a, b};
    const NodeRows rows = rows_of(project, {root, a}, selected, 3);
    CHECK(rows.targets.size() == 2);
    CHECK(row(rows, "gain").mixed == 2u);
    CHECK(row(rows, "gain").state.changed);
    CHECK_FALSE(row(rows, "offset").state.changed);
    CHECK(row(rows, "offset").mixed == 0);
    CHECK(row(rows, "gamma").by[0] == DrivenBy::Key);
    CHECK(row(rows, "gamma").by[1] == DrivenBy::Constant);
    CHECK(rows_of(project, {root, 99}, {}, 1).rows.empty());
}

TEST_CASE("a value that is set to its default counts as not changed")
{
    ProjectPtr project = make_project();
    const NodeId a = add(project, "grade");
    project = *set_param(project, {project->root, a}, "mix", Value(1.0));
    CHECK_FALSE(row(rows_of(project, {project->root, a}, {}, 1), "mix").state.changed);
}

TEST_CASE("rows are filtered and grouped, the standard ones last")
{
    ProjectPtr project = make_project();
    const NodeId a = add(project, "grade");
    project = *set_param(project, {project->root, a}, "lift", Value(0.1), 0);
    const NodeRows rows = rows_of(project, {project->root, a}, {}, 1);
    const auto groups = grouped(rows, {});
    REQUIRE(groups.size() >= 2);
    CHECK(groups.front().heading.empty());
    CHECK(groups.back().heading == "Channels, mask and mix");
    const auto modified = grouped(rows, {"", true});
    REQUIRE(modified.size() == 1);
    CHECK(modified[0].rows.size() == 1);
    CHECK(grouped(rows, {"zzzz", false}).empty());
    const auto found = grouped(rows, {"gam", false});
    REQUIRE_FALSE(found.empty());
    CHECK(rows.rows[found[0].rows[0]].param->name == "gamma");
}

TEST_CASE("which parameters are one number while their components are equal")
{
    const auto param = [](const char* op, const char* name) -> const ParamDesc& { return *Registry::instance().find(op)->param(name); };
    CHECK(combines(param("grade", "gain")));
    CHECK(combines(param("grade", "lift")));
    CHECK_FALSE(combines(param("constant", "color")));
    CHECK(combines(param("blur", "size")));
    CHECK_FALSE(combines(param("transform", "translate")));
    CHECK_FALSE(combines(param("grade", "mix")));
    CHECK(default_text(param("grade", "gain")) == "1, 1, 1, 1");
    CHECK(range_text(param("grade", "gain")) == "0 to 4, and beyond");
    CHECK(default_text(param("grade", "black_clamp")) == "on");
}
