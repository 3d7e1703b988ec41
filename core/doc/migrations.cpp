// One function for each step of the schema. A step sees the JSON as its schema had it, changes what the next schema has
// otherwise, and leaves everything it does not know alone. Steps are never changed once a version with them is out.
#include "core/doc/project_json.h"
#include <nlohmann/json.hpp>

namespace tessera {

namespace {

/// Schema 1 kept a node's position in the node and called its parameters "values"; the frame rate was "fps".
/// Schema 2 keeps positions apart (moving nodes about no longer touches what is rendered), and says params.
Status from_1_to_2(Json& project, ReadContext& c)
{
    if (project.contains("settings") && project["settings"].is_object()) {
        Json& settings = project["settings"];
        if (settings.contains("fps")) settings["frames_per_second"] = settings["fps"], settings.erase("fps");
    }
    if (!project.contains("graphs")) return {};
    if (!project["graphs"].is_array()) return c.error("/graphs", "is not an array", "list the graphs there");
    Json layout = Json::object();
    for (Json& graph : project["graphs"]) {
        if (!graph.is_object() || !graph.contains("nodes") || !graph["nodes"].is_array())
            continue; // told by the reader
        const std::string graph_key = graph.value("id", Json()).dump();
        for (Json& node : graph["nodes"]) {
            if (!node.is_object()) continue;
            if (node.contains("values")) node["params"] = node["values"], node.erase("values");
            if (!node.contains("position")) continue;
            layout[graph_key][node.value("id", Json()).dump()] = node["position"];
            node.erase("position");
        }
    }
    if (project.contains("layout")) add_missing(layout, project["layout"]);
    project["layout"] = std::move(layout);
    return {};
}

using Step = Status (*)(Json&, ReadContext&);
/// steps[n - 1] leads from schema n to n + 1.
constexpr Step steps[] = {from_1_to_2};
static_assert(std::size(steps) == current_schema - 1);

} // namespace

Status migrate(Json& json, ReadContext& c)
{
    if (!json.is_object() || !json.contains("schema"))
        return c.error("", "this is not a Tessera project: it has no schema number", "choose a .tess file");
    const Json& field = json["schema"];
    if (!field.is_number_integer() || field.get<double>() < 1)
        return c.error("/schema", "is not the number of a schema", "choose a .tess file");
    if (field.get<double>() > current_schema) {
        Error e = c.error("/schema",
                          "the file has schema " + field.dump() + ", but this version reads schemas up to " +
                              std::to_string(current_schema),
                          "open it with the newer version of Tessera that wrote it");
        e.kind = ErrorKind::Unsupported;
        return e;
    }
    for (int schema = field.get<int>(); schema < current_schema; ++schema) {
        TESSERA_CHECK(steps[schema - 1](json, c));
        json["schema"] = schema + 1;
        c.warnings.push_back("the file had schema " + std::to_string(schema) + "; saving it writes schema " +
                             std::to_string(current_schema));
    }
    return {};
}

} // namespace tessera
