#include "app/panels/graph/graph_edits.h"
#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

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
    return {std::round(p.x / NodeMetrics::grid) * NodeMetrics::grid,
            std::round(p.y / NodeMetrics::grid) * NodeMetrics::grid};
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

namespace {

bool occupied(const Graph& graph, Vec2 at, NodeId except)
{
    bool found = false;
    graph.positions.each([&](NodeId id, const Vec2& p) {
        found = found || (id != except && std::abs(p.x - at.x) < NodeMetrics::width + 8 &&
                          std::abs(p.y - at.y) < NodeMetrics::header + 8);
    });
    return found;
}

/// Everything that is fed by `node`, however far down.
std::set<NodeId> downstream_of(const Graph& graph, NodeId node)
{
    std::unordered_map<NodeId, std::vector<NodeId>> takers;
    graph.nodes.each([&](NodeId id, const NodePtr& n) {
        for (const auto& [port, connection] : n->inputs) takers[connection.node].push_back(id);
    });
    std::set<NodeId> seen;
    std::vector<NodeId> left{node};
    while (!left.empty()) {
        const NodeId at = left.back();
        left.pop_back();
        for (const NodeId taker : takers[at])
            if (seen.insert(taker).second) left.push_back(taker);
    }
    return seen;
}

/// Makes room for a node put below `leader`: what is fed by it moves down, when something is in the way.
Result<ProjectPtr> with_room_below(const ProjectPtr& project, GraphId graph, NodeId leader, NodeId added, Vec2 at)
{
    const Graph* g = find_graph(*project, graph);
    if (!occupied(*g, at, added)) return project;
    std::vector<NodeId> below;
    for (const NodeId id : downstream_of(*g, leader))
        if (id != added && position_of(*g, id).y > at.y - NodeMetrics::row / 2) below.push_back(id);
    return move_nodes(project, graph, below, {0, NodeMetrics::row});
}

} // namespace

/// A point that the operator turns and scales about starts in the middle of the project's format.
static Result<ProjectPtr> with_centre(const ProjectPtr& project, NodeRef node, const OpDesc* op)
{
    const ParamDesc* centre = op ? op->param("center") : nullptr;
    if (!centre || centre->type != ParamType::Vec2) return project;
    const Rect window = project->settings.format.window();
    const Vec2 middle{(window.x0 + window.x1) / 2.0, (window.y0 + window.y1) / 2.0};
    if (std::get<Vec2>(centre->fallback) == middle) return project;
    return set_param(project, node, centre->name, Value(middle));
}

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
    const bool beside = !leader || where.branch || (op && op->inputs.empty()) || consumers_of(*g, leader).empty();
    for (int tries = 0; beside && tries < 50 && occupied(*g, at, 0); ++tries) at.x += NodeMetrics::column;
    TESSERA_TRY(bare, add_node(project, graph, op_id, on_grid(at)));
    TESSERA_TRY(added, with_centre(bare, {graph, id}, op));
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
    if (!where.branch) {
        TESSERA_TRY(roomy, with_room_below(result, graph, leader, id, on_grid(at)));
        result = roomy;
    }
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
    Status status;
    g->nodes.each([&](NodeId id, const NodePtr& consumer) {
        if (nodes.contains(id)) return;
        for (const auto& [port, connection] : consumer->inputs) {
            if (!status || !nodes.contains(connection.node)) continue;
            const NodeId source = above(connection.node);
            auto next = source ? connect(result, {graph, id}, port, source) : disconnect(result, {graph, id}, port);
            if (next)
                result = *next;
            else
                status = next.error();
        }
    });
    if (!status) return status.error();
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
        TESSERA_TRY(next,
                    source ? connect(result, {graph, node}, port, source) : disconnect(result, {graph, node}, port));
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

} // namespace tessera
