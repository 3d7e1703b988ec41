#include "core/base/text.h"
#include "core/doc/draft.h"
#include "core/doc/validate.h"
#include <algorithm>
#include <set>

namespace tessera {

namespace {

/// Label of an operator as the start of names: "Edge Blur" gives "EdgeBlur".
std::string base_name(const OpDesc& op)
{
    std::string base;
    for (char c : op.label.empty() ? op.id : op.label)
        if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') base += c;
    return base;
}

Result<const OpDesc*> known_operator(std::string_view id)
{
    const Registry& registry = Registry::instance();
    const OpDesc* op = registry.find(id);
    if (op && !op->internal) return op;
    std::vector<std::string> names;
    for (const auto& [name, desc] : registry.all())
        if (!desc.internal) names.push_back(name);
    return Error{ErrorKind::NotFound, "there is no operator '" + std::string(id) + "'",
                 names.empty() ? "no operators are loaded" : "did you mean " + joined(nearest(id, names, 3)) + "?"};
}

Status check_position(Vec2 p)
{
    if (std::isfinite(p.x) && std::isfinite(p.y)) return {};
    return Error{ErrorKind::InvalidArgument, "the position of a node is not finite", "use finite numbers"};
}

/// Drops the connections that groups showing `graph` have to ports that it no longer gives.
void drop_lost_ports(Draft& draft, const Project& before, GraphId graph, const std::vector<std::string>& ports)
{
    before.graphs.each([&](GraphId id, const GraphPtr& g) {
        g->nodes.each([&](NodeId node_id, const NodePtr& node) {
            if (node->graph != graph || !draft.graph(id)->nodes.contains(node_id)) return;
            Node copy = **draft.graph(id)->nodes.find(node_id);
            const size_t count = std::erase_if(copy.inputs, [&](const auto& input) {
                return std::find(ports.begin(), ports.end(), input.first) != ports.end();
            });
            if (count) draft.put(id, std::move(copy));
        });
    });
}

/// Removes a graph and all that are shown by groups inside it, unless another group shows them.
void remove_graphs_below(Draft& draft, const Project& before, GraphId graph, const std::set<NodeId>& removed)
{
    bool shown = false;
    before.graphs.each([&](GraphId, const GraphPtr& g) {
        g->nodes.each(
            [&](NodeId id, const NodePtr& n) { shown = shown || (n->graph == graph && !removed.contains(id)); });
    });
    const Graph* g = find_graph(before, graph);
    if (shown || !g || graph == before.root) return;
    std::set<NodeId> below = removed;
    g->nodes.each([&](NodeId id, const NodePtr&) { below.insert(id); });
    draft.remove_graph(graph);
    g->nodes.each([&](NodeId, const NodePtr& n) {
        if (n->graph) remove_graphs_below(draft, before, n->graph, below);
    });
}

} // namespace

Result<ProjectPtr> add_node(const ProjectPtr& project, GraphId graph, std::string_view op, Vec2 position,
                            std::string_view name)
{
    TESSERA_TRY(g, existing_graph(*project, graph));
    TESSERA_TRY(desc, known_operator(op));
    TESSERA_CHECK(check_position(position));
    if (!name.empty()) TESSERA_CHECK(check_name(name));
    Draft draft(project);
    Node node;
    node.id = draft.project->next_node++;
    node.op = op, node.op_version = desc->version;
    node.name = !name.empty() && !find_named(*g, name)
                    ? std::string(name)
                    : unique_name(*g, name.empty() ? base_name(*desc) : std::string(name));
    if (op == "group") {
        Node output;
        output.id = draft.project->next_node++;
        output.op = "output", output.name = "Output1";
        node.graph = draft.add_graph().id;
        draft.put(node.graph, std::move(output));
    }
    draft.graph(graph)->positions.set(node.id, position);
    draft.put(graph, std::move(node));
    ProjectPtr next = draft.done();
    // A name inside a group may now hide one around it that links there mean.
    return graph == project->root ? next : with_kept_references(*project, next);
}

Result<ProjectPtr> remove_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes)
{
    TESSERA_TRY(g, existing_graph(*project, graph));
    if (nodes.empty()) return project;
    Draft draft(project);
    const std::set<NodeId> removed(nodes.begin(), nodes.end());
    std::vector<std::string> ports;
    for (NodeId id : removed) {
        TESSERA_TRY(place, existing(*project, {graph, id}));
        if (place.node->op == "input") ports.push_back(port_of_input(*place.node));
        draft.erase(graph, id);
    }
    g->nodes.each([&](NodeId id, const NodePtr& node) {
        if (removed.contains(id)) return;
        const auto lost = [&](const auto& input) { return removed.contains(input.second.node); };
        if (std::none_of(node->inputs.begin(), node->inputs.end(), lost)) return;
        Node copy = *node;
        std::erase_if(copy.inputs, lost);
        draft.put(graph, std::move(copy));
    });
    if (!ports.empty()) drop_lost_ports(draft, *project, graph, ports);
    for (NodeId id : removed)
        if (const GraphId inside = (*g->nodes.find(id))->graph) remove_graphs_below(draft, *project, inside, removed);
    return draft.done();
}

Result<ProjectPtr> connect(const ProjectPtr& project, NodeRef ref, std::string_view port, NodeId source)
{
    TESSERA_TRY(place, existing(*project, ref));
    TESSERA_TRY(from, existing(*project, {ref.graph, source}));
    const auto old = place.node->inputs.find(port);
    if (old != place.node->inputs.end() && old->second.node == from.node->id) return project;
    if (auto status = check_port(*project, *place.node, port); !status)
        return at(*project, ref, std::move(status.error()));
    if (auto status = check_no_way(*place.graph, source, ref.node); !status)
        return at(*project, ref, std::move(status.error()));
    return with_node(project, ref, [&](Node& node) {
        node.inputs[std::string(port)] = {source};
        return Status();
    });
}

Result<ProjectPtr> disconnect(const ProjectPtr& project, NodeRef ref, std::string_view port)
{
    TESSERA_TRY(place, existing(*project, ref));
    if (!place.node->inputs.contains(port)) {
        if (auto status = check_port(*project, *place.node, port); !status)
            return at(*project, ref, std::move(status.error()));
        return project;
    }
    return with_node(project, ref, [&](Node& node) {
        node.inputs.erase(node.inputs.find(port));
        return Status();
    });
}

Result<ProjectPtr> rename(const ProjectPtr& project, NodeRef ref, std::string_view name)
{
    TESSERA_TRY(place, existing(*project, ref));
    if (place.node->name == name) return project;
    if (auto status = check_name(name); !status) return at(*project, ref, std::move(status.error()));
    if (find_named(*place.graph, name))
        return at(*project, ref,
                  {ErrorKind::Exists, "another node is called '" + std::string(name) + "' already",
                   "choose a name that is free"});
    // An Input node without a port name of its own gives the port its name: groups keep their connections.
    const bool port_moves = place.node->op == "input" && port_of_input(*place.node) == place.node->name;
    const std::string old_name = place.node->name;
    TESSERA_TRY(next, with_node(project, ref, [&](Node& node) {
                    node.name = name;
                    if (port_moves) node.params["name"].value = old_name;
                    return Status();
                }));
    return with_kept_references(*project, next);
}

Result<ProjectPtr> set_disabled(const ProjectPtr& project, NodeRef ref, bool disabled)
{
    TESSERA_TRY(place, existing(*project, ref));
    if (place.node->disabled == disabled) return project;
    return with_node(project, ref, [&](Node& node) {
        node.disabled = disabled;
        return Status();
    });
}

Result<ProjectPtr> set_label(const ProjectPtr& project, NodeRef ref, std::string_view label)
{
    TESSERA_TRY(place, existing(*project, ref));
    if (place.node->label == label) return project;
    return with_node(project, ref, [&](Node& node) {
        node.label = label;
        return check_text("the label", label);
    });
}

Result<ProjectPtr> set_position(const ProjectPtr& project, NodeRef ref, Vec2 position)
{
    TESSERA_TRY(place, existing(*project, ref));
    if (auto status = check_position(position); !status) return at(*project, ref, std::move(status.error()));
    const Vec2* old = place.graph->positions.find(ref.node);
    if (old && *old == position) return project;
    Draft draft(project);
    draft.graph(ref.graph)->positions.set(ref.node, position);
    return draft.done();
}

Result<ProjectPtr> set_settings(const ProjectPtr& project, ProjectSettings settings)
{
    TESSERA_CHECK(check_settings(settings));
    if (settings == project->settings) return project;
    Draft draft(project);
    draft.project->settings = std::move(settings);
    return draft.done();
}

} // namespace tessera
