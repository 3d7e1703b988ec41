#include "core/doc/project_json.h"
#include <nlohmann/json.hpp>

namespace tessera {

std::string extra_text(const Json& rest)
{
    return rest.empty() ? "" : compact_json(rest);
}

void add_extra(Json& target, const std::string& extra)
{
    if (!extra.empty()) add_missing(target, Json::parse(extra));
}

Json node_json(const Node& node)
{
    Json j{{"id", node.id}, {"name", node.name}, {"op", node.op}, {"version", node.op_version}};
    if (node.disabled) j["disabled"] = true;
    if (!node.label.empty()) j["label"] = node.label;
    if (node.graph) j["graph"] = node.graph;
    if (node.clones) j["clones"] = node.clones;
    for (const auto& [port, connection] : node.inputs) j["inputs"][port] = connection.node;
    for (const auto& [name, param] : node.params) {
        const auto info = param_info(node, name);
        const ParamType type = info ? info->type : type_of(param.value);
        // A value of another type than is declared can only have been made by hand; it is written as what it is.
        const bool fits = holds(param.value, type);
        j["params"][name] = param_json(param, fits ? type : type_of(param.value), info ? info->fallback : param.value);
    }
    add_extra(j, node.extra);
    return j;
}

Json graph_json(const Graph& graph)
{
    Json nodes = Json::array();
    graph.nodes.each([&](NodeId, const NodePtr& node) { nodes.push_back(node_json(*node)); });
    Json j{{"id", graph.id}, {"nodes", std::move(nodes)}};
    add_extra(j, graph.extra);
    return j;
}


namespace {

Json settings_json(const ProjectSettings& s)
{
    const Format& f = s.format;
    Json variables = Json::object();
    for (const auto& [name, value] : s.variables) variables[name] = value;
    return {{"name", s.name},
            {"format", {{"width", f.width}, {"height", f.height}, {"pixel_aspect", f.pixel_aspect}}},
            {"frames_per_second", s.frames_per_second},
            {"first_frame", s.first_frame},
            {"last_frame", s.last_frame},
            {"color_config", s.color_config},
            {"working_space", s.working_space},
            {"views", s.views},
            {"variables", std::move(variables)}};
}

Json shot_json(const Shot& shot)
{
    Json j{
        {"name", shot.name}, {"graph", shot.graph}, {"first_frame", shot.first_frame}, {"last_frame", shot.last_frame}};
    add_extra(j, shot.extra);
    return j;
}

} // namespace

Json project_json(const Project& project)
{
    Json graphs = Json::array(), layout = Json::object(), shots = Json::array();
    project.graphs.each([&](GraphId id, const GraphPtr& graph) {
        graphs.push_back(graph_json(*graph));
        if (Json places = layout_json(*graph); !places.empty()) layout[std::to_string(id)] = std::move(places);
    });
    for (const Shot& shot : project.shots) shots.push_back(shot_json(shot));
    Json j{{"schema", current_schema},
           {"settings", settings_json(project.settings)},
           {"root", project.root},
           {"next_node", project.next_node},
           {"next_graph", project.next_graph},
           {"graphs", std::move(graphs)},
           {"layout", std::move(layout)}};
    if (!shots.empty()) j["shots"] = std::move(shots);
    if (!project.timeline.empty()) j["timeline"] = Json::parse(project.timeline);
    add_extra(j, project.extra);
    return j;
}

} // namespace tessera
