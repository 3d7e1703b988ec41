#pragma once
// Labels of nodes may quote values: "[size] px", "[frame - 1]", "[mode]".
#include "core/doc/document.h"

namespace tessera {

/// The node's label with everything in brackets replaced by its value at the frame: a parameter of the node by its name
/// (with a component: "[centre.x]"), or an expression, in which parameters of the node may be named alone. What cannot
/// be evaluated stays as it is, with a question mark.
std::string label_text(const Project& project, const Graph& graph, const Node& node, double frame);

} // namespace tessera
