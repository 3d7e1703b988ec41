#include "app/panels/graph/graph_edits.h"
#include <algorithm>
#include <cmath>
#include <set>

namespace tessera {

namespace {

const OpDesc* op_of(const Node& node)
{
    return Registry::instance().find(node.op);
}

Vec2 position_of(const Graph& graph, NodeId node)
{
    const Vec2* p = graph.positions.find(node);
    return p ? *p : Vec2{};
}

Vec2 on_grid(Vec2 p)
{
    return {std::round(p.x / NodeMetrics::grid) * NodeMetrics::grid, std::round(p.y / NodeMetrics::grid) * NodeMetrics::grid};
}

NodeId source_of(const Node& node, const std::string& port)
{
    const auto it = node.inputs.find(port);
    return it == node.inputs.end() ? 0 : it->second.node;
}

/// What feeds a node's main line: the main input's source, else that of any connected input.
NodeId main_source(const Project& project, const Node& node)
{
    const OpDesc* op = op_of(node);
    const int main = op ? main_input(*op) : -1;
    if (main >= 0)
        if (const NodeId source = source_of(node, op->inputs[size_t(main)].name)) return source;
    if (op && main >= 0 && !node.graph) return 0;
    for (const std::string& name : input_names(project, node))
        if (const NodeId source = source_of(node, name)) return source;
    return 0;
}

Error no_graph()
{
    return {ErrorKind::NotFound, "this graph is no longer in the project", "go back to the graph around it"};
}

} // namespace

int main_input(const OpDesc& op)
{
    for (size_t i = 0; i < op.inputs.size(); ++i)
        if (op.inputs[i].name == "B") return int(i);
    for (size_t i = 0; i < op.inputs.size(); ++i)
        if (op.inputs[i].kind == PortDesc::Kind::Image) return int(i);
    return -1;
}

std::vector<std::string> input_names(const Project& project, const Node& node)
{
    if (node.graph) return group_ports(project, node);
    std::vector<std::string> names;
    if (const OpDesc* op = op_of(node))
        for (const PortDesc& p : op->inputs) names.push_back(p.name);
    else
        for (const auto& [name, connection] : node.inputs) names.push_back(name);
    return names;
}

bool has_output(const Node& node)
{
    const OpDesc* op = op_of(node);
    return !op || op->id != "output";
}

std::vector<Consumer> consumers_of(const Graph& graph, NodeId node)
{
    std::vector<Consumer> all;
    graph.nodes.each([&](NodeId id, const NodePtr& n) {
        for (const auto& [port, connection] : n->inputs)
            if (connection.node == node) all.push_back({id, port});
    });
    return all;
}

std::vector<NodeId> upstream_of(const Graph& graph, std::span<const NodeId> nodes)
{
    std::set<NodeId> seen;
    std::vector<NodeId> todo(nodes.begin(), nodes.end());
    while (!todo.empty()) {
        const NodeId id = todo.back();
        todo.pop_back();
        const NodePtr* node = graph.nodes.find(id);
        if (!node || !seen.insert(id).second) continue;
        for (const auto& [port, connection] : (*node)->inputs) todo.push_back(connection.node);
    }
    return {seen.begin(), seen.end()};
}

// ---- creating -------------------------------------------------------------------------------------------------------

Result<Created> create_node(const ProjectPtr& project, GraphId graph, std::string_view op_id, const CreateWhere& where)
{
    const OpDesc* op = Registry::instance().find(op_id);
    const Graph* g = find_graph(*project, graph);
    if (!g) return no_graph();
    const NodePtr* leader_node = where.selected.empty() ? nullptr : g->nodes.find(where.selected.back());
    const NodeId leader = leader_node ? where.selected.back() : 0;
    Vec2 at = where.at.value_or(Vec2{});
    if (leader) {
        at = position_of(*g, leader);
        at.y += NodeMetrics::row;
        if (where.branch) at.x += NodeMetrics::column;
    }
    if (leader && op && op->inputs.empty() && !where.at) at.x += NodeMetrics::column, at.y -= NodeMetrics::row;
    const NodeId id = project->next_node;
    TESSERA_TRY(added, add_node(project, graph, op_id, on_grid(at)));
    const int main = op ? main_input(*op) : -1;
    if (!leader || main < 0 || !has_output(**leader_node)) return Created{added, id};
    ProjectPtr result = added;
    // Who took the leader takes the new node, when it has something to give.
    if (!where.branch && op->kind != OpKind::Output)
        for (const Consumer& c : consumers_of(*g, leader)) {
            TESSERA_TRY(moved, connect(result, {graph, c.node}, c.port, id));
            result = moved;
        }
    TESSERA_TRY(linked, connect(result, {graph, id}, op->inputs[size_t(main)].name, leader));
    result = linked;
    size_t port = 0;
    for (size_t i = 0; i + 1 < where.selected.size(); ++i) {
        while (port < op->inputs.size() && (int(port) == main || op->inputs[port].kind == PortDesc::Kind::Mask)) ++port;
        if (port == op->inputs.size()) break;
        const NodePtr* other = g->nodes.find(where.selected[i]);
        if (!other || !has_output(**other)) continue;
        // A selected node below the leader would close a circle: it stays as it is.
        if (auto more = connect(result, {graph, id}, op->inputs[port].name, where.selected[i])) result = *more;
        ++port;
    }
    return Created{result, id};
}

Result<ProjectPtr> insert_on_pipe(const ProjectPtr& project, GraphId graph, NodeId node, NodeId to,
                                  const std::string& port)
{
    const NodePlace target = find_node(*project, graph, to), inserted = find_node(*project, graph, node);
    if (!target || !inserted) return no_graph();
    const NodeId source = source_of(*target.node, port);
    const OpDesc* op = op_of(*inserted.node);
    std::string input;
    if (inserted.node->graph) {
        const auto ports = group_ports(*project, *inserted.node);
        if (!ports.empty()) input = ports.front();
    } else if (op && main_input(*op) >= 0) {
        input = op->inputs[size_t(main_input(*op))].name;
    }
    if (input.empty() || !has_output(*inserted.node))
        return Error{ErrorKind::InvalidArgument, inserted.node->name + " cannot stand in a pipe",
                     "insert a node that has an input and an output"};
    ProjectPtr result = project;
    if (source) {
        TESSERA_TRY(fed, connect(result, {graph, node}, input, source));
        result = fed;
    }
    return connect(result, {graph, to}, port, node);
}

// ---- taking out -----------------------------------------------------------------------------------------------------

namespace {

/// Connects everyone outside `nodes` who takes one of them to the nearest thing above that is not among them.
Result<ProjectPtr> bridge(const ProjectPtr& project, GraphId graph, const std::set<NodeId>& nodes)
{
    const Graph* g = find_graph(*project, graph);
    if (!g) return no_graph();
    const auto above = [&](NodeId id) {
        for (size_t steps = 0; id && nodes.contains(id) && steps <= nodes.size(); ++steps) {
            const NodePtr* n = g->nodes.find(id);
            id = n ? main_source(*project, **n) : 0;
        }
        return id;
    };
    ProjectPtr result = project;
    for (const NodeId id : nodes) {
        const NodeId source = above(id);
        for (const Consumer& c : consumers_of(*g, id)) {
            if (nodes.contains(c.node)) continue;
            TESSERA_TRY(next, source ? connect(result, {graph, c.node}, c.port, source)
                                     : disconnect(result, {graph, c.node}, c.port));
            result = next;
        }
    }
    return result;
}

} // namespace

Result<ProjectPtr> extract_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes, Vec2 offset)
{
    const std::set<NodeId> set(nodes.begin(), nodes.end());
    TESSERA_TRY(result, bridge(project, graph, set));
    const Graph* g = find_graph(*project, graph);
    for (const NodeId id : set) {
        const NodePtr* n = g->nodes.find(id);
        if (!n) continue;
        for (const auto& [port, connection] : (*n)->inputs) {
            if (set.contains(connection.node)) continue;
            TESSERA_TRY(cut, disconnect(result, {graph, id}, port));
            result = cut;
        }
    }
    return move_nodes(result, graph, nodes, offset);
}

Result<ProjectPtr> delete_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes)
{
    TESSERA_TRY(bridged, bridge(project, graph, {nodes.begin(), nodes.end()}));
    return remove_nodes(bridged, graph, nodes);
}

Result<ProjectPtr> swap_inputs(const ProjectPtr& project, GraphId graph, NodeId node)
{
    const NodePlace place = find_node(*project, graph, node);
    if (!place) return no_graph();
    std::vector<std::string> images;
    if (const OpDesc* op = op_of(*place.node)) {
        for (const PortDesc& p : op->inputs)
            if (p.kind == PortDesc::Kind::Image) images.push_back(p.name);
    } else {
        images = input_names(*project, *place.node);
    }
    if (images.size() < 2)
        return Error{ErrorKind::InvalidArgument, place.node->name + " has no two inputs to exchange",
                     "choose a node such as Merge"};
    const NodeId first = source_of(*place.node, images[0]), second = source_of(*place.node, images[1]);
    ProjectPtr result = project;
    const auto put = [&](const std::string& port, NodeId source) -> Status {
        TESSERA_TRY(next, source ? connect(result, {graph, node}, port, source) : disconnect(result, {graph, node}, port));
        result = next;
        return {};
    };
    TESSERA_CHECK(put(images[0], second));
    TESSERA_CHECK(put(images[1], first));
    return result;
}

Result<ProjectPtr> toggle_disabled(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes)
{
    const bool all_off = std::all_of(nodes.begin(), nodes.end(), [&](NodeId id) {
        const NodePlace p = find_node(*project, graph, id);
        return p && p.node->disabled;
    });
    ProjectPtr result = project;
    for (const NodeId id : nodes) {
        TESSERA_TRY(next, set_disabled(result, {graph, id}, !all_off));
        result = next;
    }
    return result;
}

// ---- arranging ------------------------------------------------------------------------------------------------------

Result<ProjectPtr> move_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes, Vec2 by)
{
    const Graph* g = find_graph(*project, graph);
    if (!g) return no_graph();
    ProjectPtr result = project;
    for (const NodeId id : nodes) {
        const Vec2 p = position_of(*g, id);
        TESSERA_TRY(next, set_position(result, {graph, id}, {p.x + by.x, p.y + by.y}));
        result = next;
    }
    return result;
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
    std::stable_sort(all.begin(), all.end(), [&](const Placed& a, const Placed& b) {
        return across ? a.at.x < b.at.x : a.at.y < b.at.y;
    });
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
