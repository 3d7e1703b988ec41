// Nodes as text: the same JSON as in a file, with a marker instead of the project around it.
#include "core/doc/draft.h"
#include "core/doc/project_json.h"
#include "core/doc/validate.h"
#include <nlohmann/json.hpp>
#include <set>

namespace tessera {

namespace {

constexpr const char* marker = "tessera_nodes";

/// The graphs shown by groups among the nodes, with those inside them.
void add_graphs_below(const Project& project, const Node& node, Json& graphs, Json& layout)
{
    const Graph* inside = node.graph ? find_graph(project, node.graph) : nullptr;
    if (!inside) return;
    graphs.push_back(graph_json(*inside));
    layout[std::to_string(inside->id)] = layout_json(*inside);
    inside->nodes.each([&](NodeId, const NodePtr& n) { add_graphs_below(project, *n, graphs, layout); });
}

/// New numbers for everything in a project made of a clipboard's text.
struct Renumbering {
    std::map<NodeId, NodeId> nodes;
    std::map<GraphId, GraphId> graphs;
    std::map<NodeId, NodeId> clones;

    /// New numbers for the clones of a graph, where there are several; the others become nodes of their own.
    void number_clones(const Graph& graph, NodeId& next)
    {
        std::map<NodeId, int> count;
        graph.nodes.each([&](NodeId, const NodePtr& node) { ++count[node->clones]; });
        for (const auto& [number, nodes_of_it] : count)
            if (number && !clones.contains(number)) clones[number] = nodes_of_it > 1 ? next++ : 0;
    }

    Node renumbered(Node node, bool keep_unknown) const
    {
        node.id = nodes.at(node.id);
        if (node.clones) node.clones = clones.at(node.clones);
        if (node.graph) node.graph = graphs.at(node.graph);
        std::erase_if(node.inputs,
                      [&](const auto& input) { return !keep_unknown && !nodes.contains(input.second.node); });
        for (auto& [port, connection] : node.inputs)
            if (const auto it = nodes.find(connection.node); it != nodes.end()) connection.node = it->second;
        return node;
    }
};

/// The text as a project with the nodes in its root graph. Connections that leave the selection are taken out of it and
/// put into `outside`: (node, port) to source.
using Outside = std::map<std::pair<NodeId, std::string>, NodeId>;
Result<std::shared_ptr<Project>> read_clipboard(std::string_view text, ReadContext& context, Outside& outside)
{
    TESSERA_TRY(json, parsed_json(text, context.file));
    if (!json.is_object() || !json.contains(marker))
        return Error{ErrorKind::InvalidArgument, "the text is not made of nodes", "copy nodes first"};
    json["schema"] = json[marker];
    json.erase(marker);
    TESSERA_CHECK(migrate(json, context));
    if (json.contains("graphs") && json["graphs"].is_array() && !json["graphs"].empty()) {
        Json& graph = json["graphs"][0];
        std::set<Json> ids;
        if (graph.is_object() && graph.contains("nodes") && graph["nodes"].is_array()) {
            for (const Json& node : graph["nodes"])
                if (node.is_object()) ids.insert(node.value("id", Json()));
            for (Json& node : graph["nodes"]) {
                if (!node.is_object() || !node.contains("inputs") || !node["inputs"].is_object()) continue;
                Json kept = Json::object();
                for (auto it = node["inputs"].begin(); it != node["inputs"].end(); ++it) {
                    const bool numbers = it->is_number_unsigned() && node.value("id", Json()).is_number_unsigned();
                    if (ids.contains(*it) || !numbers)
                        kept[it.key()] = *it;
                    else
                        outside[{node["id"].get<NodeId>(), it.key()}] = it->get<NodeId>();
                }
                node["inputs"] = std::move(kept);
            }
        }
    }
    return read_project(json, context);
}

} // namespace

Result<std::string> copy_nodes(const ProjectPtr& project, GraphId graph_id, std::span<const NodeId> nodes,
                               std::span<const NoteId> notes)
{
    TESSERA_TRY(graph, existing_graph(*project, graph_id));
    const std::set<NodeId> chosen(nodes.begin(), nodes.end());
    const std::set<NoteId> chosen_notes(notes.begin(), notes.end());
    Json list = Json::array();
    Json graphs = Json::array(), layout = Json::object();
    for (NodeId id : chosen) {
        TESSERA_TRY(place, existing(*project, {graph_id, id}));
        list.push_back(node_json(*place.node));
        add_graphs_below(*project, *place.node, graphs, layout);
    }
    graphs.insert(graphs.begin(), Json{{"id", graph_id}, {"nodes", std::move(list)}});
    layout[std::to_string(graph_id)] = layout_json(*graph, &chosen, &chosen_notes);
    return written_json(Json{
        {marker, current_schema}, {"root", graph_id}, {"graphs", std::move(graphs)}, {"layout", std::move(layout)}});
}

Result<ProjectPtr> paste_nodes(const ProjectPtr& project, GraphId graph_id, std::string_view text, Vec2 offset,
                               bool keep_inputs)
{
    TESSERA_TRY(target, existing_graph(*project, graph_id));
    ReadContext context{"the pasted text", {}};
    Outside outside;
    TESSERA_TRY(read, read_clipboard(text, context, outside));
    const Project& copied = *read;

    Draft draft(project);
    Renumbering numbers;
    const Graph& root = *find_graph(copied, copied.root);
    root.nodes.each([&](NodeId id, const NodePtr&) { numbers.nodes[id] = draft.project->next_node++; });
    numbers.graphs[copied.root] = graph_id;
    copied.graphs.each([&](GraphId id, const GraphPtr& graph) {
        if (id == copied.root) return;
        numbers.graphs[id] = draft.add_graph().id;
        graph->nodes.each([&](NodeId node, const NodePtr&) { numbers.nodes[node] = draft.project->next_node++; });
    });

    copied.graphs.each(
        [&](GraphId, const GraphPtr& graph) { numbers.number_clones(*graph, draft.project->next_node); });

    // The copied project with the new numbers, in which paths still mean what they meant.
    auto before = std::make_shared<Project>();
    before->root = graph_id;
    std::set<NodeId> pasted;
    copied.graphs.each([&](GraphId id, const GraphPtr& graph) {
        const GraphId to = numbers.graphs[id];
        auto renumbered = std::make_shared<Graph>();
        renumbered->id = to;
        graph->nodes.each([&](NodeId node_id, const NodePtr& old) {
            Node node = numbers.renumbered(*old, false);
            pasted.insert(node.id);
            renumbered->names.set(node.name, node.id);
            renumbered->nodes.set(node.id, std::make_shared<const Node>(node));
            if (const Vec2* p = graph->positions.find(node_id))
                draft.graph(to)->positions.set(node.id, id == copied.root ? *p + offset : *p);
            if (const NodeLook* look = graph->looks.find(node_id)) {
                NodeLook kept = *look;
                if (id == copied.root) kept.bookmark = 0;
                draft.graph(to)->looks.set(node.id, std::move(kept));
            }
            if (id == copied.root) {
                for (const auto& [from, source] : outside)
                    if (keep_inputs && from.first == node_id && target->nodes.contains(source))
                        node.inputs[from.second] = {source};
                if (find_named(*draft.graph(to), node.name)) node.name = unique_name(*draft.graph(to), node.name);
            }
            draft.put(to, std::move(node));
        });
        graph->notes.each([&](NoteId, const NotePtr& old) {
            Note note = *old;
            note.id = draft.project->next_node++;
            if (id == copied.root) note.position = note.position + offset;
            draft.graph(to)->notes.set(note.id, std::make_shared<const Note>(std::move(note)));
        });
        before->graphs.set(to, std::move(renumbered));
    });
    ProjectPtr next = with_kept_references(*before, draft.done(), [&](NodeId id) { return pasted.contains(id); });
    if (graph_id != project->root)
        next = with_kept_references(*project, next, [&](NodeId id) { return !pasted.contains(id); });
    if (auto status = check_project(*next, context); !status) return std::move(status.error());
    return next;
}

Result<ProjectPtr> duplicate_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes, Vec2 offset,
                                   std::span<const NoteId> notes)
{
    TESSERA_TRY(text, copy_nodes(project, graph, nodes, notes));
    return paste_nodes(project, graph, text, offset, true);
}

} // namespace tessera
