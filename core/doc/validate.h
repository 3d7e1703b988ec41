#pragma once
// The rules that every project keeps. Edits and the reader of files use the same ones, so that an invalid project
// cannot come about in either way.
#include "core/doc/references.h"

namespace tessera {

/// Letters, digits and underscores, not starting with a digit, at most 100 characters, not "this" or "root".
Status check_name(std::string_view name);
/// The name as it may be used in `graph` for a new node: made valid and unique by a number at its end.
std::string unique_name(const Graph& graph, std::string_view wanted);

/// The value as it is stored for the parameter: of the declared type, finite, inside a hard range, one of the choices,
/// well-formed text. Errors name the parameter, not the node.
Result<Value> checked_value(const Node& node, std::string_view param, const Value& value);
/// "-1 is outside 0 to 10" when a component breaks the declared hard range.
std::optional<std::string> outside_hard_range(const Node& node, std::string_view param, const Value& value);
/// Whether this kind of source can drive the parameter, and an expression can be compiled.
Status check_source(const Node& node, std::string_view param, const ParamSource& source);
/// Every path of the parameter's links and expressions names a parameter that fits.
Status check_references(const Project& project, const Graph& graph, const Node& node, std::string_view param);
/// The node has an input of this name. Unknown operators have any.
Status check_port(const Project& project, const Node& node, std::string_view port);
/// Following inputs from `source` upwards never meets `node`; the error names the way.
Status check_no_way(const Graph& graph, NodeId source, NodeId node);
/// No way through the connections of a graph leads back to where it started.
Status check_acyclic(const Graph& graph);
Status check_settings(const ProjectSettings& settings);
/// The text as JSON with sorted keys and without blanks, as a file gives it back; nullopt when it is not JSON or nested
/// too deeply.
std::optional<std::string> canonical_json(std::string_view text);
Status check_text(std::string_view what, std::string_view text);

} // namespace tessera
