#pragma once
// Links between parameters, and what the expression editor offers to complete.
#include "core/doc/dependencies.h"
#include "core/doc/edit.h"
#include "core/op/description.h"

namespace tessera {

/// A parameter, or one component of it (-1: the whole).
struct ParamAddress {
    GraphId graph = 0;
    NodeId node = 0;
    std::string param;
    int component = -1;
    bool operator==(const ParamAddress&) const = default;
};

/// The path by which a parameter of `from` is named from the node `seen_from`: "Blur1.size.x". NotFound where there is
/// none (a node inside a group that is not around it).
Result<std::string> link_path(const Project& project, const ParamAddress& from, NodeRef seen_from);

/// Links `to` with `from`, component by component where both have as many, else all to the first. `as_expression`: as an
/// expression of the same path, to be edited. Refuses what would depend on itself.
Result<ProjectPtr> make_link(const ProjectPtr& project, const ParamAddress& to, const ParamAddress& from, bool as_expression);
/// Drives a parameter (or a component) by a path or an expression that was typed or pasted.
Result<ProjectPtr> drive(const ProjectPtr& project, const ParamAddress& to, ParamSource source);

/// What drives the parameter, as shown under its row: "= frame / 10", "Blur1.size"; "" for nothing. The first component
/// that has such a source.
struct DriverText {
    std::string text;
    bool link = false;
    int component = -1;              ///< the only one that it drives; -1 where all have the same
    std::optional<NodePlace> target; ///< of a link that can be resolved
};
DriverText driver_of(const Project& project, NodePlace place, const Param* set);

/// The value an expression would give the parameter at a frame, or why it gives none.
Result<Value> tried_expression(const ProjectPtr& project, const ParamAddress& to, const ParamDesc& param, const std::string& text, double frame);

/// Names that may stand at the caret: nodes and "this", after a node's name and a point its parameters, after a
/// parameter its components; the language's variables and functions.
struct Completions {
    size_t start = 0; ///< of the word that is replaced
    std::vector<std::string> words;
};
Completions completions(const Project& project, NodePlace seen_from, const std::string& text, size_t caret);

} // namespace tessera
