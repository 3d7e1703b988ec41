#include "core/doc/references.h"
#include <cmath>
#include <limits>

namespace tessera {

namespace {

std::vector<std::string_view> split(std::string_view path)
{
    std::vector<std::string_view> parts;
    while (true) {
        const size_t dot = path.find('.');
        parts.push_back(path.substr(0, dot));
        if (dot == std::string_view::npos) return parts;
        path.remove_prefix(dot + 1);
    }
}

Error unknown(std::string_view path, const std::string& what, const std::string& remedy)
{
    return {ErrorKind::NotFound, "'" + std::string(path) + "' " + what, remedy};
}

/// The node that the first name of a path means: in `scope` or the nearest graph around it.
NodePlace first_node(const Project& project, const Graph& scope, std::string_view name)
{
    constexpr int deepest_nesting = 64;
    const Graph* graph = &scope;
    for (int depth = 0; graph && depth < deepest_nesting; ++depth) {
        if (const Node* node = find_named(*graph, name)) return {graph, node};
        graph = shown_by(project, graph->id).graph;
    }
    return {};
}

} // namespace

std::optional<ParamInfo> param_info(const Node& node, std::string_view param)
{
    const OpDesc* op = Registry::instance().find(node.op);
    if (const ParamDesc* desc = op ? op->param(param) : nullptr) return ParamInfo{desc->type, desc->fallback, desc};
    const auto it = node.params.find(param);
    if (it == node.params.end()) return std::nullopt;
    return ParamInfo{type_of(it->second.value), it->second.value, nullptr};
}

Result<Reference> resolve_reference(const Project& project, const Graph& scope, const Node& self, std::string_view path)
{
    const auto parts = split(path);
    size_t next = 1;
    NodePlace place;
    if (parts[0] == "this") {
        place = {&scope, &self};
    } else if (parts[0] == "root" && parts.size() > 2) {
        const Graph* root = find_graph(project, project.root);
        place = {root, root ? find_named(*root, parts[1]) : nullptr};
        next = 2;
    } else {
        place = first_node(project, scope, parts[0]);
    }
    if (!place) return unknown(path, "names no node", "give the name of a node of this graph or of one around it");

    while (place.node->graph && parts.size() - next >= 2) {
        const Graph* inner = find_graph(project, place.node->graph);
        const Node* node = inner ? find_named(*inner, parts[next]) : nullptr;
        if (!node) break;
        place = {inner, node};
        ++next;
    }
    const size_t left = parts.size() - next;
    if (left == 0) return unknown(path, "names a node, not a parameter", "write it as Node.parameter");
    Reference r{
        place, std::string(parts[next]), -1, {}, size_t(parts[next - 1].data() + parts[next - 1].size() - path.data())};
    auto info = param_info(*place.node, r.param);
    if (!info || left > 2)
        return unknown(path,
                       "names no parameter: " + place.node->name + " (" + place.node->op + ") has no '" + r.param + "'",
                       "use the name of one of its parameters");
    r.info = std::move(*info);
    if (left == 1) return r;
    r.component = component_named(r.info.type, parts[next + 1]);
    if (r.component < 0)
        return unknown(path,
                       "names no component: a " + std::string(name_of(r.info.type)) + " has no '" +
                           std::string(parts[next + 1]) + "'",
                       "use x, y, z, w or r, g, b, a as far as the parameter has them");
    return r;
}

std::string reference_path(const Project& project, const Graph& scope, const Node& self, NodePlace target)
{
    if (target.node == &self) return "this";
    // Climb from the target until a graph that is the scope or one around it; the names on the way make the path.
    std::string path = target.node->name;
    const Graph* graph = target.graph;
    for (int depth = 0; graph && depth < 64; ++depth) {
        const NodePlace found = first_node(project, scope, std::string_view(path).substr(0, path.find('.')));
        if (found && found.graph == graph) return path;
        const NodePlace group = shown_by(project, graph->id);
        if (!group) break;
        path = group.node->name + '.' + path;
        graph = group.graph;
    }
    return graph && graph->id == project.root ? "root." + path : "";
}

std::optional<Value> converted(const Value& value, ParamType type)
{
    if (holds(value, type)) return value;
    const ParamType from = type_of(value);
    const int n = component_count(from);
    const bool text_like = type == ParamType::Enum || component_count(type) == 0;
    if (n == 0 || text_like || n != component_count(type)) return std::nullopt;
    Value result = zero_value(type);
    for (int i = 0; i < n; ++i) {
        const double number = component(value, i);
        const bool whole = number == std::floor(number) && std::abs(number) <= std::numeric_limits<int>::max();
        if (type == ParamType::Int && !whole) return std::nullopt;
        if (type == ParamType::Bool && number != 0 && number != 1) return std::nullopt;
        set_component(result, i, number);
    }
    return result;
}

} // namespace tessera
