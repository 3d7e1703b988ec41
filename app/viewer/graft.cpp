#include "app/viewer/graft.h"
#include <cctype>

namespace tessera {

namespace {

/// Ids of documents count up from 1.
constexpr uint32_t offset = 1u << 30;

uint32_t moved(uint32_t id)
{
    return id ? id + offset : 0;
}

/// `text` without "root." where a path starts with it.
std::string from_here(const std::string& text)
{
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        const bool start = i == 0 || !(std::isalnum(uint8_t(text[i - 1])) || text[i - 1] == '_' || text[i - 1] == '.');
        if (start && text.compare(i, 5, "root.") == 0)
            i += 4;
        else
            out += text[i];
    }
    return out;
}

NodePtr moved(const Node& node)
{
    Node out = node;
    out.id = moved(node.id);
    out.graph = moved(node.graph);
    for (auto& [port, connection] : out.inputs) connection.node = moved(connection.node);
    for (auto& [name, param] : out.params)
        for (ParamSource& source : param.sources) {
            if (auto* link = std::get_if<LinkSource>(&source)) link->path = from_here(link->path);
            if (auto* expression = std::get_if<ExpressionSource>(&source))
                expression->text = from_here(expression->text);
        }
    return std::make_shared<const Node>(std::move(out));
}

GraphPtr moved(const Graph& graph)
{
    auto out = std::make_shared<Graph>();
    out->id = moved(graph.id);
    graph.nodes.each([&](NodeId id, const NodePtr& node) { out->nodes.set(moved(id), moved(*node)); });
    graph.names.each([&](const std::string& name, NodeId id) { out->names.set(name, moved(id)); });
    return out;
}

/// Makes what the graph shows, as the inside of a group, be `node`.
GraphPtr showing(const Graph& graph, NodeId node, NodeId output)
{
    auto out = std::make_shared<Graph>(graph);
    graph.nodes.each([&](NodeId id, const NodePtr& n) {
        if (n->op == "output") out->nodes.erase(id);
    });
    Node end;
    end.id = output;
    end.op = "output";
    end.name = "~shown";
    end.inputs["in"] = {node};
    out->nodes.set(output, std::make_shared<const Node>(std::move(end)));
    return out;
}

} // namespace

Result<ProjectPtr> moved_ids(const ProjectPtr& project, GraphId graph, NodeId node)
{
    if (!graph) graph = project->root;
    if (!find_node(*project, graph, node))
        return Error{ErrorKind::NotFound, "the node compared with is not in the other version of the project",
                     "choose a node that exists in both"};
    auto out = std::make_shared<Project>();
    out->settings = project->settings;
    out->root = moved(project->root);
    project->graphs.each([&](GraphId id, const GraphPtr& g) { out->graphs.set(moved(id), moved(*g)); });
    project->owners.each([&](GraphId id, const std::pair<GraphId, NodeId>& owner) {
        out->owners.set(moved(id), {moved(owner.first), moved(owner.second)});
    });
    // From the graph of the node up to the root, every group shows what leads to it.
    uint32_t next = moved(project->next_node);
    for (int depth = 0; depth < 10'000; ++depth) {
        out->graphs.set(moved(graph), showing(**out->graphs.find(moved(graph)), moved(node), next++));
        if (graph == project->root) return ProjectPtr(out);
        const NodePlace group = shown_by(*project, graph);
        if (!group) break;
        graph = group.graph->id, node = group.node->id;
    }
    return Error{ErrorKind::NotFound, "the node compared with lies in a group that nothing shows",
                 "choose a node of the root graph"};
}

} // namespace tessera
