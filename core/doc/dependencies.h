#pragma once
// Which parameters a parameter's value is made of, as far as it can be told without evaluating it.
#include "core/doc/references.h"
#include <functional>

namespace tessera {

/// One number of a parameter (component 0 for what has no components).
struct ParamPart {
    const Graph* graph = nullptr;
    const Node* node = nullptr;
    std::string param;
    int component = 0;
};

/// Visits the parts that links and expressions of `part` name. Paths that name nothing are passed over: they are an error
/// of evaluation.
void each_dependency(const Project& project, const ParamPart& part, const std::function<void(const ParamPart&)>& visit);

/// The error that names the way round when the parameter's value depends on itself, whatever branch an expression takes.
Status check_dependencies(const Project& project, const Graph& graph, const Node& node, std::string_view param);

} // namespace tessera
