#include "core/doc/document.h"
#include <cstdlib>
#include <filesystem>

namespace tessera {

namespace {

/// Groups may be nested this deep; a deeper path is the sign of a graph that shows itself.
constexpr int deepest_nesting = 64;

bool same_curve(const CurvePtr& a, const CurvePtr& b)
{
    return a == b || (a && b && *a == *b);
}

bool same_source(const ParamSource& a, const ParamSource& b)
{
    if (a.index() != b.index()) return false;
    if (const auto* curve = std::get_if<CurvePtr>(&a)) return same_curve(*curve, std::get<CurvePtr>(b));
    return a == b;
}

std::optional<std::string> variable(const Project& project, const std::string& name)
{
    if (name == "PROJECT") return project.folder.empty() ? std::nullopt : std::optional(project.folder);
    if (const auto it = project.settings.variables.find(name); it != project.settings.variables.end())
        return it->second;
    if (const char* value = std::getenv(name.c_str())) return std::string(value);
    return std::nullopt;
}

Error unknown_variable(std::string_view path, const std::string& name)
{
    if (name == "PROJECT")
        return {.kind = ErrorKind::NotFound,
                .message =
                    "'" + std::string(path) + "' starts from the project's folder, but the project has not been saved",
                .remedy = "save the project first, or use an absolute path",
                .file = std::string(path)};
    return {.kind = ErrorKind::NotFound,
            .message = "'" + std::string(path) + "' uses the variable ${" + name + "}, which is not set",
            .remedy = "set it in the project's settings or in the environment",
            .file = std::string(path)};
}

} // namespace

bool ExpressionSource::operator==(const ExpressionSource& other) const
{
    return text == other.text && same_curve(curve, other.curve);
}

bool Param::constant() const
{
    for (const ParamSource& s : sources)
        if (s.index() != 0) return false;
    return true;
}

bool same(const Param& a, const Param& b)
{
    if (!same(a.value, b.value)) return false;
    const ParamSource none;
    for (size_t i = 0; i < std::max(a.sources.size(), b.sources.size()); ++i)
        if (!same_source(i < a.sources.size() ? a.sources[i] : none, i < b.sources.size() ? b.sources[i] : none))
            return false;
    return true;
}

ProjectPtr make_project(ProjectSettings settings)
{
    auto graph = std::make_shared<Graph>();
    graph->id = 1;
    auto project = std::make_shared<Project>();
    project->settings = std::move(settings);
    project->graphs.set(1, std::move(graph));
    return project;
}

const Graph* find_graph(const Project& project, GraphId graph)
{
    const GraphPtr* found = project.graphs.find(graph);
    return found ? found->get() : nullptr;
}

const Node* find_named(const Graph& graph, std::string_view name)
{
    if (const NodeId* id = graph.names.find(std::string(name)))
        if (const NodePtr* node = graph.nodes.find(*id); node && (*node)->name == name) return node->get();
    if (graph.names.size() == graph.nodes.size()) return nullptr;
    const Node* found = nullptr;
    graph.nodes.each([&](NodeId, const NodePtr& node) {
        if (!found && node->name == name) found = node.get();
    });
    return found;
}

NodePlace find_node(const Project& project, std::string_view path)
{
    NodePlace place{find_graph(project, project.root), nullptr};
    while (place.graph) {
        const size_t dot = path.find('.');
        place.node = find_named(*place.graph, path.substr(0, dot));
        if (!place.node) return {};
        if (dot == std::string_view::npos) return place;
        path.remove_prefix(dot + 1);
        place.graph = place.node->graph ? find_graph(project, place.node->graph) : nullptr;
    }
    return {};
}

NodePlace find_node(const Project& project, GraphId graph, NodeId node)
{
    const Graph* g = find_graph(project, graph);
    const NodePtr* found = g ? g->nodes.find(node) : nullptr;
    return found ? NodePlace{g, found->get()} : NodePlace{};
}

NodePlace shown_by(const Project& project, GraphId graph)
{
    if (graph == project.root) return {};
    if (const auto* owner = project.owners.find(graph))
        if (const NodePlace place = find_node(project, owner->first, owner->second);
            place && place.node->graph == graph)
            return place;
    NodePlace place;
    project.graphs.each([&](GraphId, const GraphPtr& g) {
        if (place) return;
        g->nodes.each([&](NodeId, const NodePtr& node) {
            if (!place && node->graph == graph) place = {g.get(), node.get()};
        });
    });
    return place;
}

std::string path_of(const Project& project, GraphId graph, NodeId node)
{
    const NodePlace place = find_node(project, graph, node);
    if (!place) return "";
    std::string path = place.node->name;
    NodePlace group = shown_by(project, graph);
    for (int depth = 0; group && depth < deepest_nesting; ++depth) {
        path = group.node->name + '.' + path;
        group = shown_by(project, group.graph->id);
    }
    return path;
}

std::string port_of_input(const Node& input)
{
    const auto it = input.params.find("name");
    const auto* text = it == input.params.end() ? nullptr : std::get_if<std::string>(&it->second.value);
    return text && !text->empty() ? *text : input.name;
}

std::vector<std::string> group_ports(const Project& project, const Node& group)
{
    std::vector<std::string> ports;
    const Graph* inside = group.graph ? find_graph(project, group.graph) : nullptr;
    if (!inside) return ports;
    inside->nodes.each([&](NodeId, const NodePtr& node) {
        if (node->op == "input") ports.push_back(port_of_input(*node));
    });
    return ports;
}

Result<std::string> resolved_path(const Project& project, std::string_view path)
{
    std::string result;
    size_t at = 0;
    while (at < path.size()) {
        const size_t start = path.find("${", at);
        const size_t end = start == std::string_view::npos ? start : path.find('}', start);
        if (end == std::string_view::npos) break;
        result += path.substr(at, start - at);
        const std::string name(path.substr(start + 2, end - start - 2));
        const auto value = variable(project, name);
        if (!value) return unknown_variable(path, name);
        result += *value;
        at = end + 1;
    }
    result += path.substr(std::min(at, path.size()));
    if (result.empty() || result[0] == '/' || project.folder.empty()) return result;
    return (std::filesystem::path(project.folder) / result).lexically_normal().string();
}

} // namespace tessera
