#include "tests/doc/helpers.h"

using namespace tessera;
using namespace tessera::test;

namespace {

/// Read -> A -> B -> End, Read2 -> B.mask, Other.size follows A.size.
ProjectPtr comp()
{
    ProjectPtr p = make_project();
    for (const char* name : {"Read", "Read2"}) p = added(p, "test_read", name);
    for (const char* name : {"A", "B", "End", "Other"}) p = added(p, "test_blur", name);
    p = connected(connected(connected(p, "A", "in", "Read"), "B", "in", "A"), "End", "in", "B");
    p = connected(p, "B", "mask", "Read2");
    p = must(set_param(p, at(p, "A"), "size", 3.0));
    p = driven(p, "Other", "size", "A.size * 2");
    return driven(p, "B", "size", "A.size + Other.hard");
}

std::string source_text(const ProjectPtr& p, std::string_view node, const char* param)
{
    return std::get<ExpressionSource>(at(p, node).node->params.find(param)->second.sources.at(0)).text;
}

NodeId fed_by(const ProjectPtr& p, std::string_view node, std::string_view port)
{
    const Node& n = *at(p, node).node;
    const auto it = n.inputs.find(port);
    return it == n.inputs.end() ? 0 : it->second.node;
}

} // namespace

TEST_CASE("grouping moves nodes, makes ports and keeps what they show")
{
    const ProjectPtr p = comp();
    const NodeId chosen[] = {id(p, "A"), id(p, "B")};
    const ProjectPtr q = must(group(p, 1, chosen, "Soft"));
    CHECK(id(q, "Soft") == p->next_node);
    CHECK_FALSE(find_node(*q, "A"));
    CHECK(id(q, "Soft.A") == id(p, "A"));
    CHECK(group_ports(*q, *at(q, "Soft").node) == std::vector<std::string>{"in1", "in2"});
    CHECK(fed_by(q, "Soft", "in1") == id(q, "Read"));
    CHECK(fed_by(q, "Soft", "in2") == id(q, "Read2"));
    CHECK(fed_by(q, "End", "in") == id(q, "Soft"));
    CHECK(fed_by(q, "Soft.A", "in") == id(q, "Soft.Input1"));
    CHECK(fed_by(q, "Soft.B", "mask") == id(q, "Soft.Input2"));
    CHECK(fed_by(q, "Soft.Output1", "in") == id(q, "Soft.B"));
    CHECK(source_text(q, "Other", "size") == "Soft.A.size * 2");
    CHECK(source_text(q, "Soft.B", "size") == "A.size + Other.hard");
    CHECK(number(q, "Other", "size") == 6);
    CHECK(number(q, "Soft.B", "size") == 4);

    // And back: the same connections, paths and values as before.
    const ProjectPtr r = must(ungroup(q, at(q, "Soft")));
    CHECK(r->graphs.size() == 1);
    CHECK(fed_by(r, "A", "in") == id(r, "Read"));
    CHECK(fed_by(r, "B", "in") == id(r, "A"));
    CHECK(fed_by(r, "B", "mask") == id(r, "Read2"));
    CHECK(fed_by(r, "End", "in") == id(r, "B"));
    CHECK(source_text(r, "Other", "size") == "A.size * 2");
    CHECK(find_graph(*r, 1)->nodes.size() == find_graph(*p, 1)->nodes.size());
}

TEST_CASE("grouping refuses what a group cannot be")
{
    ProjectPtr p = comp();
    CHECK_FALSE(group(p, 1, {}));
    const NodeId around[] = {id(p, "A"), id(p, "End")};
    CHECK(contains(error_of(group(p, 1, around)), "cannot be grouped: the connections form a cycle"));
    p = added(p, "test_merge", "M");
    p = connected(connected(p, "M", "A", "A"), "M", "B", "B");
    const NodeId two[] = {id(p, "A"), id(p, "B")};
    CHECK(contains(error_of(group(p, 1, two)), "one output, but several of its nodes are used outside it: A, B"));
    p = added(p, "group", "G");
    const NodeId output[] = {id(p, "G.Output1")};
    CHECK(contains(error_of(group(p, at(p, "G").node->graph, output)), "belongs to its own group"));
    CHECK(contains(error_of(ungroup(p, at(p, "A"))), "it is not a group"));
}

TEST_CASE("groups inside groups, and names that are taken outside")
{
    ProjectPtr p = comp();
    const NodeId inner[] = {id(p, "A")};
    p = must(group(p, 1, inner, "Inner"));
    const NodeId outer[] = {id(p, "Inner"), id(p, "B")};
    p = must(group(p, 1, outer, "Outer"));
    CHECK(source_text(p, "Other", "size") == "Outer.Inner.A.size * 2");
    CHECK(number(p, "Other", "size") == 6);
    CHECK(source_text(p, "Outer.B", "size") == "Inner.A.size + Other.hard");
    CHECK(path_of(*p, at(p, "Outer.Inner.A").graph->id, id(p, "Outer.Inner.A")) == "Outer.Inner.A");
    p = added(p, "test_blur", "B");
    p = must(ungroup(p, at(p, "Outer")));
    CHECK(find_node(*p, "B1"));
    CHECK(source_text(p, "Other", "size") == "Inner.A.size * 2");
    CHECK(fed_by(p, "End", "in") == id(p, "B1"));
    CHECK(number(p, "Other", "size") == 6);
}

TEST_CASE("ports of groups follow the names of Input nodes")
{
    ProjectPtr p = comp();
    const NodeId chosen[] = {id(p, "A")};
    p = must(group(p, 1, chosen, "G"));
    CHECK(group_ports(*p, *at(p, "G").node) == std::vector<std::string>{"in"});
    p = must(set_param(p, at(p, "G.Input1"), "name", std::string("plate")));
    CHECK(fed_by(p, "G", "plate") == id(p, "Read"));
    CHECK(fed_by(p, "G", "in") == 0);
    CHECK(contains(error_of(connect(p, at(p, "G"), "in", id(p, "Read"))), "has no input 'in'. Use plate"));
    p = must(reset_param(p, at(p, "G.Input1"), "name"));
    CHECK(fed_by(p, "G", "Input1") == id(p, "Read"));
    p = must(rename(p, at(p, "G.Input1"), "Entry"));
    CHECK(fed_by(p, "G", "Input1") == id(p, "Read"));
    p = added(p, "input", "Second", at(p, "G").node->graph);
    CHECK(contains(error_of(set_param(p, at(p, "G.Second"), "name", std::string("Input1"))), "already"));
    p = must(connect(p, at(p, "G"), "Second", id(p, "Read2")));
    const NodeId gone[] = {id(p, "G.Entry")};
    p = must(remove_nodes(p, at(p, "G").node->graph, gone));
    CHECK(fed_by(p, "G", "Input1") == 0);
    CHECK(fed_by(p, "G", "Second") == id(p, "Read2"));
}

TEST_CASE("ungrouping a group whose output is its input joins what is around it")
{
    ProjectPtr p = added(comp(), "group", "G");
    const GraphId inside = at(p, "G").node->graph;
    p = added(p, "input", "In", inside);
    p = must(connect(p, at(p, "G.Output1"), "in", id(p, "G.In")));
    p = must(connect(p, at(p, "G"), "In", id(p, "Read")));
    p = connected(p, "Other", "in", "G");
    p = must(ungroup(p, at(p, "G")));
    CHECK(fed_by(p, "Other", "in") == id(p, "Read"));
}

TEST_CASE("copied nodes are pasted with new ids and free names, references among them follow")
{
    ProjectPtr p = comp();
    const NodeId chosen[] = {id(p, "A"), id(p, "B")};
    const std::string text = must(copy_nodes(p, 1, chosen));
    ProjectPtr q = must(paste_nodes(p, 1, text, {10, 20}));
    CHECK(id(q, "A1") == p->next_node);
    CHECK(fed_by(q, "B1", "in") == id(q, "A1"));
    CHECK(fed_by(q, "B1", "mask") == 0);
    CHECK(source_text(q, "B1", "size") == "A1.size + Other.hard");
    CHECK(source_text(q, "B", "size") == "A.size + Other.hard");
    CHECK(*find_graph(*q, 1)->positions.find(id(q, "A1")) == Vec2{10, 20});
    CHECK(number(q, "A1", "size") == 3);
    q = must(duplicate_nodes(p, 1, chosen, {}));
    CHECK(fed_by(q, "B1", "mask") == id(q, "Read2"));
    CHECK(fed_by(q, "A1", "in") == id(q, "Read"));

    // Into another project, where what is not there is not connected.
    const ProjectPtr other = must(paste_nodes(make_project(), 1, text, {}, true));
    CHECK(find_node(*other, "A"));
    CHECK(fed_by(other, "A", "in") == 0);
    CHECK(fed_by(other, "B", "in") == id(other, "A"));
    CHECK(contains(error_of(evaluated(other, "B", "size")), "'Other.hard' names no node"));
}

TEST_CASE("groups are copied with all that is inside")
{
    ProjectPtr p = comp();
    const NodeId inner[] = {id(p, "A")};
    p = must(group(p, 1, inner, "Inner"));
    const NodeId outer[] = {id(p, "Inner"), id(p, "B")};
    p = must(group(p, 1, outer, "Outer"));
    const NodeId chosen[] = {id(p, "Outer")};
    const ProjectPtr q = must(duplicate_nodes(p, 1, chosen, {}));
    CHECK(q->graphs.size() == 5);
    CHECK(id(q, "Outer1.Inner.A") != id(q, "Outer.Inner.A"));
    CHECK(source_text(q, "Outer1.B", "size") == "Inner.A.size + Other.hard");
    const ProjectPtr r = must(set_param(q, at(q, "Outer1.Inner.A"), "size", 50.0));
    CHECK(number(r, "Outer1.B", "size") == 51);
    CHECK(number(r, "Outer.B", "size") == 4);
    // A group pasted into itself is a copy, not a cycle.
    const ProjectPtr inside = must(paste_nodes(p, at(p, "Outer").node->graph, must(copy_nodes(p, 1, chosen))));
    CHECK(find_node(*inside, "Outer.Outer.Inner.A"));
}

TEST_CASE("text that is not made of nodes cannot be pasted")
{
    const ProjectPtr p = comp();
    CHECK(contains(error_of(paste_nodes(p, 1, "hello")), "the pasted text, line 1, column 1"));
    CHECK(contains(error_of(paste_nodes(p, 1, "{}")), "not made of nodes"));
    CHECK(contains(error_of(paste_nodes(p, 1, R"({"tessera_nodes": 99, "graphs": []})")), "newer"));
    CHECK_FALSE(paste_nodes(p, 1, R"({"tessera_nodes": 2, "graphs": [4]})"));
    CHECK_FALSE(paste_nodes(p, 1, R"({"tessera_nodes": 2})"));
    const NodeId unknown[] = {99};
    CHECK_FALSE(copy_nodes(p, 1, unknown));
}
