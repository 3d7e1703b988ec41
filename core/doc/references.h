#pragma once
// How one parameter names another: the paths of links and expressions.
#include "core/doc/document.h"
#include "core/op/description.h"
#include <string_view>

namespace tessera {

/// What is known of a parameter, set or not: from the operator's declaration, else from the value it has been set to.
struct ParamInfo {
    ParamType type = ParamType::Float;
    Value fallback;
    const ParamDesc* desc = nullptr; ///< null for an operator or a parameter that is not declared
};
/// nullopt when the operator is known and declares no such parameter, or nothing is known of it and it is not set.
std::optional<ParamInfo> param_info(const Node& node, std::string_view param);

/// A path such as "Group1.Blur1.size.x", resolved.
struct Reference {
    NodePlace place;
    std::string param;
    int component = -1; ///< -1: the whole parameter
    ParamInfo info;
    size_t node_part = 0; ///< length of the part of the path that names the node
};

/// Looks `path` up as seen from a node (see LinkSource). Errors say which name of the path is unknown.
Result<Reference> resolve_reference(const Project& project, const Graph& scope, const Node& self,
                                    std::string_view path);

/// A path by which `target` is found from a node in graph `scope`: the shortest one that names it; "" when there is
/// none.
std::string reference_path(const Project& project, const Graph& scope, const Node& self, NodePlace target);

/// `value` as the alternative that `type` uses, where nothing is lost by it: whole numbers, booleans, vectors and
/// colours of as many components convert into each other. nullopt where the value makes no sense for the type.
std::optional<Value> converted(const Value& value, ParamType type);

} // namespace tessera
