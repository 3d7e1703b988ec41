#include "core/doc/draft.h"
#include "core/doc/expression.h"
#include "core/doc/references.h"
#include <unordered_map>

namespace tessera {

Graph* Draft::graph(GraphId id)
{
    auto& copy = open_[id];
    if (copy) return copy.get();
    const GraphPtr* found = project->graphs.find(id);
    if (!found) return open_.erase(id), nullptr;
    copy = std::make_shared<Graph>(**found);
    if (copy->names.size() != copy->nodes.size()) {
        copy->names = {};
        copy->nodes.each([&](NodeId node, const NodePtr& n) { copy->names.set(n->name, node); });
    }
    return copy.get();
}

Graph& Draft::add_graph()
{
    auto graph = std::make_shared<Graph>();
    graph->id = project->next_graph++;
    return *(open_[graph->id] = std::move(graph));
}

void Draft::remove_graph(GraphId id)
{
    open_.erase(id);
    project->graphs.erase(id);
    project->owners.erase(id);
}

void Draft::put(GraphId graph_id, Node node)
{
    Graph& g = *graph(graph_id);
    const NodePtr* old = g.nodes.find(node.id);
    if (old && (*old)->name != node.name) g.names.erase((*old)->name);
    if (!old || (*old)->name != node.name) g.names.set(node.name, node.id);
    if (node.graph) project->owners.set(node.graph, {graph_id, node.id});
    const NodeId id = node.id;
    g.nodes.set(id, std::make_shared<const Node>(std::move(node)));
}

void Draft::erase(GraphId graph_id, NodeId node)
{
    Graph& g = *graph(graph_id);
    const NodePtr* old = g.nodes.find(node);
    if (!old) return;
    const std::string name = (*old)->name;
    g.names.erase(name);
    g.nodes.erase(node);
    g.positions.erase(node);
    g.looks.erase(node);
}

ProjectPtr Draft::done()
{
    for (auto& [id, graph] : open_) project->graphs.set(id, std::move(graph));
    open_.clear();
    return std::move(project);
}

Result<const Graph*> existing_graph(const Project& project, GraphId graph)
{
    if (const Graph* g = find_graph(project, graph)) return g;
    return Error{ErrorKind::NotFound, "the project has no graph " + std::to_string(graph), "choose one that exists"};
}

Result<NodePlace> existing(const Project& project, NodeRef ref)
{
    if (const NodePlace place = find_node(project, ref.graph, ref.node)) return place;
    return Error{ErrorKind::NotFound, "graph " + std::to_string(ref.graph) + " has no node " + std::to_string(ref.node),
                 "choose one that exists"};
}

Error at(const Project& project, NodeRef ref, Error error)
{
    return error.at_node(path_of(project, ref.graph, ref.node));
}

Result<ProjectPtr> with_node(const ProjectPtr& project, NodeRef ref, const std::function<Status(Node&)>& change)
{
    TESSERA_TRY(place, existing(*project, ref));
    Node node = *place.node;
    if (auto status = change(node); !status) return at(*project, ref, std::move(status.error()));
    Draft draft(project);
    for (const NodeId id : clones_of(*place.graph, ref.node)) {
        Node clone = **place.graph->nodes.find(id);
        clone.params = node.params, clone.label = node.label, clone.disabled = node.disabled;
        draft.put(ref.graph, std::move(clone));
    }
    draft.put(ref.graph, std::move(node));
    return draft.done();
}

namespace {

/// Where every node of a project is; filled when it is first asked for.
class Places {
public:
    explicit Places(const Project& project) : project_(project) {}
    NodePlace find(GraphId likely, NodeId node)
    {
        if (const NodePlace place = find_node(project_, likely, node)) return place;
        if (places_.empty())
            project_.graphs.each([&](GraphId, const GraphPtr& g) {
                g->nodes.each([&](NodeId id, const NodePtr& n) { places_[id] = {g.get(), n.get()}; });
            });
        const auto it = places_.find(node);
        return it == places_.end() ? NodePlace{} : it->second;
    }

private:
    const Project& project_;
    std::unordered_map<NodeId, NodePlace> places_;
};

class Rewriter {
public:
    Rewriter(const Project& before, const Project& next) : before_(before), next_(next), old_(before), new_(next) {}

    /// The source with its paths as they must read now; nullopt when they stay.
    std::optional<ParamSource> rewritten(const Graph& graph, const Node& node, const ParamSource& source)
    {
        if (const auto* link = std::get_if<LinkSource>(&source)) {
            auto path = rewritten_path(graph, node, link->path);
            if (!path) return std::nullopt;
            return LinkSource{std::move(*path)};
        }
        const auto* expression = std::get_if<ExpressionSource>(&source);
        if (!expression) return std::nullopt;
        const auto code = compiled(expression->text);
        if (!code) return std::nullopt;
        ExpressionSource result = *expression;
        const auto& paths = (*code)->paths();
        for (size_t i = paths.size(); i-- > 0;) // from the end, so that offsets in front stay right
            if (const auto path = rewritten_path(graph, node, paths[i].text))
                result.text.replace(paths[i].offset, paths[i].text.size(), *path);
        if (result.text == expression->text) return std::nullopt;
        return result;
    }

private:
    std::optional<std::string> rewritten_path(const Graph& graph, const Node& node, const std::string& path)
    {
        const NodePlace self = old_.find(graph.id, node.id);
        if (!self) return std::nullopt;
        const auto meant = resolve_reference(before_, *self.graph, *self.node, path);
        if (!meant) return std::nullopt;
        const auto means = resolve_reference(next_, graph, node, path);
        const NodeId target = meant->place.node->id;
        if (means && means->place.node->id == target && means->param == meant->param) return std::nullopt;
        const NodePlace there = new_.find(meant->place.graph->id, target);
        if (!there) return std::nullopt;
        const std::string name = reference_path(next_, graph, node, there);
        if (name.empty()) return std::nullopt;
        return name + path.substr(meant->node_part);
    }

    const Project &before_, &next_;
    Places old_, new_;
};

} // namespace

ProjectPtr with_kept_references(const Project& before, ProjectPtr next, const std::function<bool(NodeId)>& only)
{
    Rewriter rewriter(before, *next);
    Draft draft(next);
    bool changed = false;
    next->graphs.each([&](GraphId id, const GraphPtr& graph) {
        graph->nodes.each([&](NodeId node_id, const NodePtr& node) {
            if (only && !only(node_id)) return;
            std::optional<Node> copy;
            for (const auto& [name, param] : node->params)
                for (size_t i = 0; i < param.sources.size(); ++i)
                    if (auto source = rewriter.rewritten(*graph, *node, param.sources[i])) {
                        if (!copy) copy = *node;
                        copy->params[name].sources[i] = std::move(*source);
                    }
            if (!copy) return;
            draft.put(id, std::move(*copy));
            changed = true;
        });
    });
    return changed ? draft.done() : next;
}

} // namespace tessera
