// Moving and arranging nodes.
#include "app/panels/graph/graph_edits.h"
#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

namespace tessera {

namespace {

Vec2 position_of(const Graph& graph, NodeId node)
{
    const Vec2* p = graph.positions.find(node);
    return p ? *p : Vec2{};
}

Vec2 on_grid(Vec2 p)
{
    constexpr double grid = NodeMetrics::grid;
    return {std::round(p.x / grid) * grid, std::round(p.y / grid) * grid};
}

NodeId source_of(const Node& node, const std::string& port)
{
    const auto it = node.inputs.find(port);
    return it == node.inputs.end() ? 0 : it->second.node;
}

Error no_graph()
{
    return {ErrorKind::NotFound, "this graph is no longer in the project", "go back to the graph around it"};
}

} // namespace

Result<ProjectPtr> move_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes, Vec2 by)
{
    return move_all(project, graph, nodes, {}, by);
}

Result<ProjectPtr> move_all(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes,
                            std::span<const NoteId> notes, Vec2 by)
{
    const Graph* g = find_graph(*project, graph);
    if (!g) return no_graph();
    ProjectPtr result = project;
    for (const NodeId id : nodes) {
        TESSERA_TRY(next, set_position(result, {graph, id}, position_of(*g, id) + by));
        result = next;
    }
    for (const NoteId id : notes) {
        const NotePtr* old = g->notes.find(id);
        if (!old) continue;
        Note note = **old;
        note.position = note.position + by;
        TESSERA_TRY(next, set_note(result, graph, std::move(note)));
        result = next;
    }
    return result;
}

Result<ProjectPtr> change_looks(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes,
                                const std::function<void(NodeLook&)>& change)
{
    const Graph* g = find_graph(*project, graph);
    if (!g) return no_graph();
    ProjectPtr result = project;
    for (const NodeId id : nodes) {
        NodeLook look = look_of(*g, id);
        change(look);
        TESSERA_TRY(next, set_look(result, {graph, id}, std::move(look)));
        result = next;
    }
    return result;
}

Result<ProjectPtr> restack(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes, bool to_front)
{
    const Graph* g = find_graph(*project, graph);
    if (!g) return no_graph();
    const std::set<NodeId> moved(nodes.begin(), nodes.end());
    int lowest = 0, highest = 0; // of the others
    g->looks.each([&](NodeId id, const NodeLook& look) {
        if (!moved.contains(id)) lowest = std::min(lowest, look.z), highest = std::max(highest, look.z);
    });
    return change_looks(project, graph, nodes, [&](NodeLook& look) { look.z = to_front ? highest + 1 : lowest - 1; });
}

namespace {

struct Placed {
    NodeId id = 0;
    Vec2 at;
};

Result<ProjectPtr> place(const ProjectPtr& project, GraphId graph, const std::vector<Placed>& all)
{
    ProjectPtr result = project;
    for (const Placed& p : all) {
        TESSERA_TRY(next, set_position(result, {graph, p.id}, on_grid(p.at)));
        result = next;
    }
    return result;
}

} // namespace

Result<ProjectPtr> align_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes, Align how)
{
    const Graph* g = find_graph(*project, graph);
    if (!g) return no_graph();
    if (nodes.size() < 2) return project;
    std::vector<Placed> all;
    for (const NodeId id : nodes) all.push_back({id, position_of(*g, id)});
    const bool across = how == Align::SpreadAcross || how == Align::Columns;
    const auto axis = [&](Placed& p) -> double& { return across ? p.at.x : p.at.y; };
    if (how == Align::Columns || how == Align::Rows) {
        double sum = 0;
        for (Placed& p : all) sum += axis(p);
        for (Placed& p : all) axis(p) = sum / double(all.size());
        return place(project, graph, all);
    }
    std::stable_sort(all.begin(), all.end(),
                     [&](const Placed& a, const Placed& b) { return across ? a.at.x < b.at.x : a.at.y < b.at.y; });
    const double first = axis(all.front()), last = axis(all.back());
    for (size_t i = 0; i < all.size(); ++i) axis(all[i]) = first + (last - first) * double(i) / double(all.size() - 1);
    return place(project, graph, all);
}

// Layers from below: a node stands one row above the lowest of those that take it. The main line keeps its column; what
// feeds other inputs goes to columns beside it, in the order of the inputs, each branch as wide as it needs. That keeps
// the tree of a comp readable, which minimising crossings over the whole graph (the method of layered graph drawing)
// does not: it moves the main line about for the sake of side branches.
Result<ProjectPtr> auto_layout(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes)
{
    const Graph* g = find_graph(*project, graph);
    if (!g) return no_graph();
    const std::set<NodeId> set(nodes.begin(), nodes.end());
    std::map<NodeId, std::vector<NodeId>> feeds; // node to its sources within the set, the main one first
    std::map<NodeId, int> waiting;               // how many in the set take it
    Vec2 before;
    for (const NodeId id : set) {
        const NodePtr* n = g->nodes.find(id);
        if (!n) return no_graph();
        const Vec2 p = position_of(*g, id);
        before.x += p.x / double(set.size()), before.y += p.y / double(set.size());
        const NodeId main = main_source(*project, **n);
        std::vector<NodeId>& list = feeds[id];
        if (set.contains(main)) list.push_back(main);
        for (const std::string& port : input_names(*project, **n)) {
            const NodeId s = source_of(**n, port);
            if (set.contains(s) && std::find(list.begin(), list.end(), s) == list.end()) list.push_back(s);
        }
        for (const NodeId s : list) ++waiting[s];
    }
    std::map<NodeId, int> row, column;
    std::map<int, int> used; // row to the first column free in it
    std::vector<NodeId> ready;
    for (const NodeId id : set)
        if (!waiting[id]) ready.push_back(id);
    // Rows first: the longest way from the end.
    std::vector<NodeId> order;
    std::map<NodeId, int> left = waiting;
    for (size_t i = 0; i < ready.size(); ++i) {
        order.push_back(ready[i]);
        for (const NodeId s : feeds[ready[i]]) {
            row[s] = std::max(row[s], row[ready[i]] + 1);
            if (--left[s] == 0) ready.push_back(s);
        }
    }
    std::set<NodeId> placed;
    const std::function<void(NodeId, int)> put = [&](NodeId id, int wanted) {
        // Walks up the main line, then places what feeds the other inputs beside it.
        std::vector<NodeId> line;
        for (NodeId at = id; at && placed.insert(at).second;) {
            line.push_back(at);
            at = feeds[at].empty() ? 0 : feeds[at].front();
        }
        int col = wanted;
        for (const NodeId at : line) col = std::max(col, used[row[at]]);
        for (const NodeId at : line) column[at] = col, used[row[at]] = col + 1;
        for (const NodeId at : line)
            for (size_t i = 1; i < feeds[at].size(); ++i) put(feeds[at][i], col + 1);
    };
    for (const NodeId id : order)
        if (!waiting[id]) put(id, 0);
    for (const NodeId id : order) put(id, 0);
    std::vector<Placed> all;
    Vec2 after;
    for (const NodeId id : set) {
        const Vec2 p{column[id] * NodeMetrics::column, -row[id] * NodeMetrics::row};
        after.x += p.x / double(set.size()), after.y += p.y / double(set.size());
        all.push_back({id, p});
    }
    for (Placed& p : all) p.at.x += before.x - after.x, p.at.y += before.y - after.y;
    return place(project, graph, all);
}

} // namespace tessera
