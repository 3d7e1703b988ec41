#include "core/doc/draft.h"
#include "core/doc/validate.h"
#include <algorithm>
#include <set>

namespace tessera {

namespace {

using Ids = std::set<NodeId>;

std::string quoted_names(const Graph& graph, const Ids& nodes)
{
    std::string text;
    for (NodeId id : nodes) text += (text.empty() ? "" : ", ") + (*graph.nodes.find(id))->name;
    return text;
}

/// The node among `chosen` whose image leaves the group; 0 when there is none to be told.
Result<NodeId> result_of(const Graph& graph, const Ids& chosen)
{
    Ids outside, inside;
    graph.nodes.each([&](NodeId id, const NodePtr& node) {
        for (const auto& [port, connection] : node->inputs)
            if (chosen.contains(connection.node)) (chosen.contains(id) ? inside : outside).insert(connection.node);
    });
    if (outside.size() > 1)
        return Error{ErrorKind::InvalidArgument,
                     "a group has one output, but several of its nodes are used outside it: " +
                         quoted_names(graph, outside),
                     "choose nodes of which one alone is used by the others"};
    if (outside.size() == 1) return *outside.begin();
    Ids unused;
    for (NodeId id : chosen)
        if (!inside.contains(id)) unused.insert(id);
    return unused.size() == 1 ? *unused.begin() : 0;
}

Vec2 middle_of(const Graph& graph, const Ids& nodes)
{
    Vec2 sum;
    for (NodeId id : nodes)
        if (const Vec2* p = graph.positions.find(id)) sum = sum + *p;
    return sum * (1.0 / double(nodes.size()));
}

void move_node(Draft& draft, const Graph& from, GraphId to, const Node& node)
{
    const Vec2* position = from.positions.find(node.id);
    if (position) draft.graph(to)->positions.set(node.id, *position);
    if (const NodeLook* look = from.looks.find(node.id)) draft.graph(to)->looks.set(node.id, *look);
    draft.erase(from.id, node.id);
    draft.put(to, node);
}

/// An Input or Output node of a group.
NodeId add_end(Draft& draft, GraphId graph, const std::string& op, const std::string& name, Vec2 position)
{
    Node node;
    node.id = draft.project->next_node++;
    node.op = op;
    if (const OpDesc* desc = Registry::instance().find(op)) node.op_version = desc->version;
    node.name = find_named(*draft.graph(graph), name) ? unique_name(*draft.graph(graph), name) : name;
    draft.graph(graph)->positions.set(node.id, position);
    const NodeId id = node.id;
    draft.put(graph, std::move(node));
    return id;
}

/// The name of the only input of an Output node.
std::string output_port()
{
    const OpDesc* op = Registry::instance().find("output");
    return op && !op->inputs.empty() ? op->inputs[0].name : "in";
}

Result<Ids> chosen_nodes(const Project& project, GraphId graph, std::span<const NodeId> nodes)
{
    Ids chosen(nodes.begin(), nodes.end());
    if (chosen.empty())
        return Error{ErrorKind::InvalidArgument, "no nodes are chosen for the group", "choose at least one"};
    for (NodeId id : chosen) {
        TESSERA_TRY(place, existing(project, {graph, id}));
        if (place.node->op == "input" || place.node->op == "output")
            return at(project, {graph, id},
                      {ErrorKind::InvalidArgument,
                       "an Input or Output node belongs to its own group and cannot go into another",
                       "leave it out of the choice"});
    }
    return chosen;
}

/// Outer nodes that feed the chosen ones, in the order in which they are met, and the names of the ports they become.
std::vector<std::pair<NodeId, std::string>> ports_for(const Graph& graph, const Ids& chosen)
{
    std::vector<std::pair<NodeId, std::string>> ports;
    for (NodeId id : chosen)
        for (const auto& [port, connection] : (*graph.nodes.find(id))->inputs) {
            const auto known = [&](const auto& p) { return p.first == connection.node; };
            if (!chosen.contains(connection.node) && std::none_of(ports.begin(), ports.end(), known))
                ports.emplace_back(connection.node, "");
        }
    for (size_t i = 0; i < ports.size(); ++i) ports[i].second = ports.size() == 1 ? "in" : "in" + std::to_string(i + 1);
    return ports;
}

} // namespace

Result<ProjectPtr> group(const ProjectPtr& project, GraphId graph_id, std::span<const NodeId> nodes,
                         std::string_view name)
{
    TESSERA_TRY(graph, existing_graph(*project, graph_id));
    TESSERA_TRY(chosen, chosen_nodes(*project, graph_id, nodes));
    TESSERA_TRY(result, result_of(*graph, chosen));
    if (!name.empty()) TESSERA_CHECK(check_name(name));
    const Vec2 middle = middle_of(*graph, chosen);
    double top = middle.y, bottom = middle.y;
    for (NodeId id : chosen)
        if (const Vec2* p = graph->positions.find(id)) top = std::min(top, p->y), bottom = std::max(bottom, p->y);
    const auto ports = ports_for(*graph, chosen);

    Draft draft(project);
    Node outer;
    outer.id = draft.project->next_node++;
    outer.op = "group";
    if (const OpDesc* desc = Registry::instance().find("group")) outer.op_version = desc->version;
    outer.graph = draft.add_graph().id;
    for (NodeId id : chosen) move_node(draft, *graph, outer.graph, **graph->nodes.find(id));
    const std::string wanted(name.empty() ? "Group" : name);
    const Graph& left = *draft.graph(graph_id);
    outer.name = name.empty() || find_named(left, wanted) ? unique_name(left, wanted) : wanted;

    std::map<NodeId, NodeId> input_for;
    constexpr double row = 80, column = 144; // comfortable distances between nodes in the view
    for (size_t i = 0; i < ports.size(); ++i) {
        const auto& [source, port] = ports[i];
        const double across = (double(i) - double(ports.size() - 1) / 2) * column;
        const NodeId id = add_end(draft, outer.graph, "input", "Input1", {middle.x + across, top - row});
        Node input = **draft.graph(outer.graph)->nodes.find(id);
        input.params["name"].value = port;
        draft.put(outer.graph, std::move(input));
        input_for[source] = id;
        outer.inputs[port] = {source};
    }
    for (NodeId id : chosen) {
        Node inner = **draft.graph(outer.graph)->nodes.find(id);
        for (auto& [port, connection] : inner.inputs)
            if (const auto it = input_for.find(connection.node); it != input_for.end()) connection.node = it->second;
        draft.put(outer.graph, std::move(inner));
    }
    const NodeId end = add_end(draft, outer.graph, "output", "Output1", {middle.x, bottom + row});
    if (result) {
        Node output = **draft.graph(outer.graph)->nodes.find(end);
        output.inputs[output_port()] = {result};
        draft.put(outer.graph, std::move(output));
    }
    const NodeId group_id = outer.id;
    graph->nodes.each([&](NodeId id, const NodePtr& node) {
        if (chosen.contains(id)) return;
        Node copy = *node;
        bool changed = false;
        for (auto& [port, connection] : copy.inputs)
            if (connection.node == result) connection.node = group_id, changed = true;
        if (changed) draft.put(graph_id, std::move(copy));
    });
    draft.graph(graph_id)->positions.set(group_id, middle);
    draft.put(graph_id, std::move(outer));
    ProjectPtr next = draft.done();
    if (auto status = check_acyclic(*find_graph(*next, graph_id)); !status) {
        status.error().message = "the nodes cannot be grouped: " + status.error().message;
        status.error().remedy = "choose the nodes between them too";
        return std::move(status.error());
    }
    return with_kept_references(*project, next);
}

Result<ProjectPtr> ungroup(const ProjectPtr& project, NodeRef ref)
{
    TESSERA_TRY(place, existing(*project, ref));
    const Node& outer = *place.node;
    const Graph* inside = outer.graph ? find_graph(*project, outer.graph) : nullptr;
    if (!inside) return at(*project, ref, {ErrorKind::InvalidArgument, "it is not a group", "choose a group"});

    // Where the connections lead now: through Input nodes to what feeds the group, from the group to what feeds its
    // Output.
    std::map<NodeId, NodeId> stands_for;
    NodeId result = 0;
    inside->nodes.each([&](NodeId id, const NodePtr& node) {
        if (node->op == "input") {
            const auto fed = outer.inputs.find(port_of_input(*node));
            stands_for[id] = fed == outer.inputs.end() ? 0 : fed->second.node;
        } else if (node->op == "output" && !result && !node->inputs.empty()) {
            result = node->inputs.begin()->second.node;
        }
    });
    stands_for[ref.node] = stands_for.contains(result) ? stands_for[result] : result;
    const auto rewired = [&](Node node) {
        for (auto& [port, connection] : node.inputs)
            if (const auto it = stands_for.find(connection.node); it != stands_for.end()) connection.node = it->second;
        std::erase_if(node.inputs, [](const auto& input) { return input.second.node == 0; });
        return node;
    };

    bool shared = false;
    project->graphs.each([&](GraphId, const GraphPtr& g) {
        g->nodes.each(
            [&](NodeId id, const NodePtr& n) { shared = shared || (n->graph == outer.graph && id != outer.id); });
    });
    if (shared)
        return at(*project, ref,
                  {ErrorKind::InvalidArgument, "another group shows the same graph",
                   "duplicate this group and ungroup the copy"});

    Draft draft(project);
    std::map<NodeId, NodeId> parted;
    draft.erase(ref.graph, ref.node);
    place.graph->nodes.each([&](NodeId id, const NodePtr& node) {
        if (id == ref.node) return;
        const auto feeds = [&](const auto& input) { return input.second.node == ref.node; };
        if (std::any_of(node->inputs.begin(), node->inputs.end(), feeds)) draft.put(ref.graph, rewired(*node));
    });
    inside->nodes.each([&](NodeId id, const NodePtr& node) {
        if (node->op == "input" || node->op == "output") return;
        Node moved = rewired(*node);
        Graph& to = *draft.graph(ref.graph);
        if (find_named(to, moved.name)) moved.name = unique_name(to, moved.name);
        if (const Vec2* position = inside->positions.find(id)) to.positions.set(id, *position);
        if (NodeLook look = look_of(*inside, id); look != NodeLook{}) {
            // The graph around keeps its bookmarks.
            to.looks.each([&](NodeId, const NodeLook& other) {
                if (other.bookmark == look.bookmark) look.bookmark = 0;
            });
            to.looks.set(id, std::move(look));
        }
        // Clones that were parted by grouping have gone ways of their own since.
        if (moved.clones) moved.clones = parted.emplace(moved.clones, draft.project->next_node).first->second;
        if (moved.clones == draft.project->next_node) ++draft.project->next_node;
        draft.put(ref.graph, std::move(moved));
    });
    inside->notes.each([&](NoteId id, const NotePtr& note) { draft.graph(ref.graph)->notes.set(id, note); });
    draft.remove_graph(outer.graph);
    return with_kept_references(*project, draft.done());
}

} // namespace tessera
