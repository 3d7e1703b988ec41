// A whole project from JSON, and the rules that take in more than one node.
#include "core/doc/dependencies.h"
#include "core/doc/project_json.h"
#include "core/doc/validate.h"
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_set>

namespace tessera {

namespace {

Status read_format(Fields& settings, Format& format, Json& rest)
{
    const Json* json = settings.take("format");
    if (!json) return {};
    TESSERA_TRY(f, Fields::of(*json, settings.path("format"), settings.context()));
    TESSERA_CHECK(f.read("width", format.width));
    TESSERA_CHECK(f.read("height", format.height));
    TESSERA_CHECK(f.read("pixel_aspect", format.pixel_aspect));
    rest = f.rest();
    return {};
}

Status read_names(Fields& f, ProjectSettings& s)
{
    const ReadContext& c = f.context();
    if (const Json* views = f.take("views")) {
        if (!views->is_array()) return c.error(f.path("views"), "is not an array", "list the names of the views there");
        s.views.clear();
        for (const Json& view : *views) {
            if (!view.is_string())
                return c.error(f.path("views"), "has an entry that is not a text", "list names there");
            s.views.push_back(view.get<std::string>());
        }
    }
    if (const Json* variables = f.take("variables")) {
        TESSERA_TRY(v, Fields::of(*variables, f.path("variables"), c));
        for (auto it = variables->begin(); it != variables->end(); ++it)
            TESSERA_CHECK(v.read(it.key(), s.variables[it.key()]));
    }
    return {};
}

Result<ProjectSettings> read_settings(const Json& json, const ReadContext& c, Json& rest)
{
    TESSERA_TRY(f, Fields::of(json, "/settings", c));
    ProjectSettings s;
    Json format_rest;
    TESSERA_CHECK(f.read("name", s.name));
    TESSERA_CHECK(read_format(f, s.format, format_rest));
    TESSERA_CHECK(f.read("frames_per_second", s.frames_per_second));
    TESSERA_CHECK(f.read("first_frame", s.first_frame));
    TESSERA_CHECK(f.read("last_frame", s.last_frame));
    TESSERA_CHECK(f.read("color_config", s.color_config));
    TESSERA_CHECK(f.read("working_space", s.working_space));
    TESSERA_CHECK(read_names(f, s));
    if (auto status = check_settings(s); !status)
        return c.error("/settings", status.error().message, status.error().remedy);
    rest = f.rest();
    if (!format_rest.empty()) rest["format"] = std::move(format_rest);
    return s;
}

Status read_shots(const Json& json, Project& project, const ReadContext& c)
{
    if (!json.is_array()) return c.error("/shots", "is not an array", "list the shots there");
    for (size_t i = 0; i < json.size(); ++i) {
        TESSERA_TRY(f, Fields::of(json[i], "/shots/" + std::to_string(i), c));
        Shot shot;
        TESSERA_CHECK(f.read("name", shot.name));
        TESSERA_CHECK(f.read("graph", shot.graph));
        TESSERA_CHECK(f.read("first_frame", shot.first_frame));
        TESSERA_CHECK(f.read("last_frame", shot.last_frame));
        shot.extra = extra_text(f.rest());
        project.shots.push_back(std::move(shot));
    }
    return {};
}

Status read_graphs(Fields& f, Project& project, ReadContext& c, Json& rest)
{
    const Json* graphs = f.take("graphs");
    const Json* layout = f.take("layout");
    if (!graphs || !graphs->is_array()) return c.error("/graphs", "is not an array", "list the graphs there");
    if (layout && !layout->is_object()) return c.error("/layout", "is not an object", "correct it there");
    Json layout_rest = layout ? *layout : Json::object();
    for (size_t i = 0; i < graphs->size(); ++i) {
        const std::string path = "/graphs/" + std::to_string(i);
        TESSERA_TRY(graph, read_graph((*graphs)[i], path, c));
        const std::string key = std::to_string(graph->id);
        if (project.graphs.contains(graph->id))
            return c.error(path + "/id", "graph " + key + " is there twice", "give every graph a number of its own");
        if (layout && layout->contains(key)) {
            TESSERA_TRY(unused, read_layout((*layout)[key], "/layout/" + key, *graph, c));
            if (unused.empty())
                layout_rest.erase(key);
            else
                layout_rest[key] = std::move(unused);
        }
        mend_clones(*graph, c);
        const GraphId id = graph->id;
        project.graphs.set(id, std::move(graph));
    }
    if (!layout_rest.empty()) rest["layout"] = std::move(layout_rest);
    return {};
}

/// Counters never fall behind the numbers that are used, and the index of groups is complete.
Status check_numbers(Project& project, const ReadContext& c)
{
    std::unordered_set<NodeId> seen;
    NodeId twice = 0;
    project.graphs.each([&](GraphId id, const GraphPtr& graph) {
        project.next_graph = std::max(project.next_graph, id + 1);
        graph->nodes.each([&](NodeId node, const NodePtr& n) {
            project.next_node = std::max({project.next_node, node + 1, n->clones + 1});
            if (n->graph) project.owners.set(n->graph, {id, node});
            if (!seen.insert(node).second) twice = node;
        });
        graph->notes.each([&](NoteId note, const NotePtr&) {
            project.next_node = std::max(project.next_node, note + 1);
        });
    });
    if (twice)
        return c.error("/graphs", "node " + std::to_string(twice) + " is in two graphs",
                       "give every node a number of its own");
    if (!project.graphs.contains(project.root))
        return c.error("/root", "graph " + std::to_string(project.root) + " is not there",
                       "name the graph that is the project's own");
    return {};
}

/// Groups that show graphs must make a tree: no graph is inside itself, at any depth.
Status check_nesting(const Project& project, GraphId graph, std::vector<GraphId>& around, const ReadContext& c)
{
    constexpr size_t deepest_nesting = 64;
    const Graph* g = find_graph(project, graph);
    if (std::find(around.begin(), around.end(), graph) != around.end() || around.size() >= deepest_nesting)
        return c.error("/graphs", "graph " + std::to_string(graph) + " is inside itself, or nested too deeply",
                       "let the group show another graph");
    around.push_back(graph);
    Status status;
    g->nodes.each([&](NodeId, const NodePtr& node) {
        if (!status || !node->graph) return;
        if (!find_graph(project, node->graph))
            status =
                c.error("/graphs", node->name + " shows graph " + std::to_string(node->graph) + ", which is not there",
                        "remove its field graph");
        else
            status = check_nesting(project, node->graph, around, c);
    });
    around.pop_back();
    return status;
}

/// One graph is shown by one group, so that the tree of groups is no larger than the file.
Status check_shown_once(const Project& project, const ReadContext& c)
{
    std::set<GraphId> shown;
    GraphId twice = 0;
    project.graphs.each([&](GraphId, const GraphPtr& g) {
        g->nodes.each([&](NodeId, const NodePtr& node) {
            if (node->graph && !shown.insert(node->graph).second) twice = node->graph;
        });
    });
    if (!twice) return {};
    return c.error("/graphs", "graph " + std::to_string(twice) + " is shown by two groups",
                   "give each group a graph of its own");
}

Status check_graph(const Project& project, const Graph& graph, ReadContext& c)
{
    const std::string path = "/graphs (graph " + std::to_string(graph.id) + ")";
    Status status;
    graph.nodes.each([&](NodeId, const NodePtr& node) {
        for (const auto& [port, connection] : node->inputs) {
            if (!status) return;
            if (!graph.nodes.contains(connection.node))
                status = c.error(path,
                                 "input '" + port + "' of " + node->name + " is connected to node " +
                                     std::to_string(connection.node) + ", which is not there",
                                 "remove that connection");
            else if (auto known = check_port(project, *node, port); !known)
                status = c.error(path, node->name + ": " + known.error().message, known.error().remedy);
        }
    });
    TESSERA_CHECK(std::move(status));
    if (auto acyclic = check_acyclic(graph); !acyclic)
        return c.error(path, acyclic.error().message, acyclic.error().remedy);
    return {};
}

Status check_links(const Project& project, const Graph& graph, DependencyCheck& dependencies, ReadContext& c)
{
    Status status;
    graph.nodes.each([&](NodeId id, const NodePtr& node) {
        for (const auto& [name, param] : node->params) {
            if (!status || param.constant()) continue;
            if (auto found = check_references(project, graph, *node, name); !found)
                c.warnings.push_back(path_of(project, graph.id, id) + ": " + found.error().message);
            if (auto free = dependencies.check(graph, *node, name); !free)
                status = c.error("/graphs (graph " + std::to_string(graph.id) + ")",
                                 node->name + ": " + free.error().message, free.error().remedy);
        }
    });
    return status;
}

} // namespace

Status check_project(const Project& project, ReadContext& c)
{
    TESSERA_CHECK(check_shown_once(project, c));
    Status status;
    std::vector<GraphId> around;
    project.graphs.each([&](GraphId id, const GraphPtr&) {
        if (status) status = check_nesting(project, id, around, c);
    });
    project.graphs.each([&](GraphId, const GraphPtr& graph) {
        if (status) status = check_graph(project, *graph, c);
    });
    DependencyCheck dependencies(project);
    project.graphs.each([&](GraphId, const GraphPtr& graph) {
        if (status) status = check_links(project, *graph, dependencies, c);
    });
    return status;
}

Result<std::shared_ptr<Project>> read_project(const Json& json, ReadContext& c)
{
    TESSERA_TRY(f, Fields::of(json, "", c));
    auto project = std::make_shared<Project>();
    Json rest = Json::object(), settings_rest;
    f.take("schema");
    if (const Json* settings = f.take("settings")) {
        TESSERA_TRY(read, read_settings(*settings, c, settings_rest));
        project->settings = std::move(read);
    }
    TESSERA_CHECK(f.read("root", project->root));
    TESSERA_CHECK(f.read("next_node", project->next_node));
    TESSERA_CHECK(f.read("next_graph", project->next_graph));
    TESSERA_CHECK(read_graphs(f, *project, c, rest));
    if (const Json* shots = f.take("shots")) TESSERA_CHECK(read_shots(*shots, *project, c));
    if (const Json* timeline = f.take("timeline")) project->timeline = compact_json(*timeline);
    if (!settings_rest.empty()) rest["settings"] = std::move(settings_rest);
    const Json unknown = f.rest();
    for (auto it = unknown.begin(); it != unknown.end(); ++it) rest[it.key()] = *it;
    project->extra = extra_text(rest);
    TESSERA_CHECK(check_numbers(*project, c));
    TESSERA_CHECK(check_project(*project, c));
    return project;
}

} // namespace tessera
