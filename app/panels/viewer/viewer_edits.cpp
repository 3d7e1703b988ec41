#include "app/panels/viewer/viewer_edits.h"
#include "app/panels/graph/graph_edits.h"
#include <algorithm>
#include <set>

namespace tessera {

std::string viewer_port(int input)
{
    return "in" + std::to_string(input);
}

NodeId viewer_node(const Project& project, GraphId graph, int number)
{
    const Graph* g = find_graph(project, graph);
    if (!g) return 0;
    if (const Node* named = find_named(*g, "Viewer" + std::to_string(number)))
        if (named->op == "viewer") return named->id;
    if (number != 1) return 0;
    NodeId lowest = 0;
    g->nodes.each([&](NodeId id, const NodePtr& n) {
        if (n->op == "viewer" && (!lowest || id < lowest)) lowest = id;
    });
    return lowest;
}

NodeId viewed_node(const Project& project, GraphId graph, NodeId viewer, int input)
{
    const NodePlace place = find_node(project, graph, viewer);
    if (!place) return 0;
    const auto it = place.node->inputs.find(viewer_port(input));
    return it == place.node->inputs.end() ? 0 : it->second.node;
}

Result<ViewerConnection> connect_viewer(const ProjectPtr& project, GraphId graph, NodeId node, int input, int number,
                                        bool shown)
{
    const NodePlace viewed = find_node(*project, graph, node);
    if (!viewed) return Error{ErrorKind::NotFound, "there is no node to view", "select one and press its number"};
    if (!has_output(*viewed.node))
        return Error{ErrorKind::InvalidArgument, viewed.node->name + " has no output to view",
                     "view the node before it"};
    ProjectPtr p = project;
    NodeId viewer = viewer_node(*p, graph, number);
    if (!viewer) {
        viewer = p->next_node;
        const Vec2* at = viewed.graph->positions.find(node);
        const Vec2 below = (at ? *at : Vec2{}) + Vec2{NodeMetrics::column, NodeMetrics::row};
        TESSERA_TRY(added, add_node(p, graph, "viewer", below, "Viewer" + std::to_string(number)));
        p = added;
    }
    TESSERA_TRY(connected, connect(p, {graph, viewer}, viewer_port(input), node));
    p = connected;
    if (shown) {
        TESSERA_TRY(chosen, set_param(p, {graph, viewer}, "input", input));
        p = chosen;
    }
    return ViewerConnection{p, viewer};
}

NodeId source_of(const Project& project, GraphId graph, NodeId node)
{
    const auto above = [&](NodeId id) -> NodeId {
        const NodePlace place = find_node(project, graph, id);
        if (!place) return 0;
        const OpDesc* op = Registry::instance().find(place.node->op);
        const auto& inputs = place.node->inputs;
        if (op && main_input(*op) >= 0) {
            const auto it = inputs.find(op->inputs[size_t(main_input(*op))].name);
            if (it != inputs.end()) return it->second.node;
        }
        return inputs.empty() ? 0 : inputs.begin()->second.node;
    };
    NodeId at = above(node);
    std::set<NodeId> seen; // a hand-made file may hold a cycle
    while (at && seen.insert(at).second) {
        const NodePlace place = find_node(project, graph, at);
        if (!place || (place.node->op != "dot" && !place.node->disabled)) break;
        const NodeId next = above(at);
        if (!next) break;
        at = next;
    }
    return at;
}

std::vector<double> key_times(const Project& project, GraphId graph, std::span<const NodeId> nodes)
{
    std::set<double> times;
    for (const NodeId id : nodes) {
        const NodePlace place = find_node(project, graph, id);
        if (!place) continue;
        for (const auto& [name, param] : place.node->params)
            for (const ParamSource& source : param.sources)
                if (const auto* curve = std::get_if<CurvePtr>(&source); curve && *curve)
                    for (const CurveKey& key : (*curve)->keys()) times.insert(key.time);
    }
    return {times.begin(), times.end()};
}

std::optional<double> neighbour_key(std::span<const double> times, double frame, bool after)
{
    if (after) {
        const auto it = std::upper_bound(times.begin(), times.end(), frame);
        return it == times.end() ? std::nullopt : std::optional(*it);
    }
    const auto it = std::lower_bound(times.begin(), times.end(), frame);
    return it == times.begin() ? std::nullopt : std::optional(*(it - 1));
}

} // namespace tessera
