#pragma once
// The model as JSON and back; docs/project-format.md describes the fields. Used by project files and by the clipboard.
#include "core/doc/document.h"
#include "core/doc/json_text.h"
#include "core/doc/references.h"
#include <initializer_list>
#include <set>

namespace tessera {

/// The schema that this version writes, and the newest that it reads.
inline constexpr int current_schema = 2;

// ---- writing
// ---------------------------------------------------------------------------------------------------------

Json curve_json(const Curve& curve);
/// `type`: of the declaration, or of the value where there is none.
Json param_json(const Param& param, ParamType type, const Value& fallback);
Json node_json(const Node& node);
/// {"id": 1, "nodes": [...]}
Json graph_json(const Graph& graph);
/// {"3": [0.0, 10.0], ..., "looks": {...}, "notes": {...}}: only what is in `nodes` and `notes` where they are given.
Json layout_json(const Graph& graph, const std::set<NodeId>* nodes = nullptr, const std::set<NoteId>* notes = nullptr);
Json project_json(const Project& project);

// ---- reading
// ---------------------------------------------------------------------------------------------------------

/// What is read, for messages, and what is worth telling the user though it is no error.
struct ReadContext {
    std::string file;
    std::vector<std::string> warnings;
    Error error(const std::string& path, const std::string& problem, const std::string& remedy) const;
};

/// An object whose fields are taken one by one; what nobody takes is kept for writing.
class Fields {
public:
    static Result<Fields> of(const Json& json, std::string path, const ReadContext& context);
    /// The field, or null when it is not there.
    const Json* take(const std::string& name);
    std::string path(const std::string& name) const { return path_ + '/' + name; }
    /// These leave `target` as it is when the field is not there, and fail when it has another type.
    Status read(const std::string& name, bool& target);
    Status read(const std::string& name, int& target);
    Status read(const std::string& name, uint32_t& target);
    Status read(const std::string& name, double& target);
    Status read(const std::string& name, std::string& target);
    /// The fields that were not taken.
    Json rest() const;
    const ReadContext& context() const { return *context_; }

private:
    const Json* json_ = nullptr;
    std::string path_;
    const ReadContext* context_ = nullptr;
    std::set<std::string> taken_;
};

Result<Curve> read_curve(const Json& json, const std::string& path, const ReadContext& context, Json& rest);
/// A parameter of a declared type; `rest` gets fields that are not known, in their places.
Result<Param> read_param(const Json& json, const std::string& path, const ParamInfo& info, const ReadContext& context,
                         Json& rest);
/// A parameter without a declaration, where its value can be told from its shape and is written again in the same way.
std::optional<Param> guessed_param(const Json& json);
Result<Node> read_node(const Json& json, const std::string& path, ReadContext& context);
Result<std::shared_ptr<Graph>> read_graph(const Json& json, const std::string& path, ReadContext& context);
/// Positions and looks of the nodes of `graph`, and its notes; gives back what could not be used.
Result<Json> read_layout(const Json& json, const std::string& path, Graph& graph, ReadContext& context);
/// Numbers of clones whose nodes do not share what clones share are dropped, with a warning.
void mend_clones(Graph& graph, ReadContext& context);
Result<std::shared_ptr<Project>> read_project(const Json& json, ReadContext& context);

/// Every rule that takes in more than one node: ports, cycles, groups that show themselves, links. `where` names a
/// graph in messages.
Status check_project(const Project& project, ReadContext& context);

/// One step for each schema: turns the JSON of schema n into that of n + 1. `json` must have a schema field.
Status migrate(Json& json, ReadContext& context);

/// Text to keep in `extra`: "" for an empty object or array.
std::string extra_text(const Json& rest);
/// Adds the fields of an `extra` text to an object.
void add_extra(Json& target, const std::string& extra);

} // namespace tessera
