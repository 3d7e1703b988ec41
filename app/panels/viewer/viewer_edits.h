#pragma once
// What viewers do to the document: Viewer nodes, what is connected to them, and the questions asked of them. Pure
// functions, like core/doc/edit.h.
#include "core/doc/edit.h"
#include "core/op/description.h"

namespace tessera {

/// Inputs a Viewer node has; the keys 1 to 9 and 0.
inline constexpr int viewer_inputs = 10;
/// The port of an input, counted from 0.
std::string viewer_port(int input);

/// The Viewer node that panel `number` shows in a graph: the one named "Viewer2" for the second, else, for the first
/// panel alone, the Viewer with the lowest id. 0 when there is none.
NodeId viewer_node(const Project& project, GraphId graph, int number = 1);
/// The node connected to an input of a Viewer; 0 for none.
NodeId viewed_node(const Project& project, GraphId graph, NodeId viewer, int input);

struct ViewerConnection {
    ProjectPtr project;
    NodeId viewer = 0;
};
/// Connects `node` to an input (0 to 9) of panel `number`'s Viewer node, made below it when there is none yet. `shown`:
/// that input also becomes the node's own choice, so that renders of the Viewer show the same.
Result<ViewerConnection> connect_viewer(const ProjectPtr& project, GraphId graph, NodeId node, int input,
                                        int number = 1, bool shown = true);

/// Up the main inputs from `node` to the first that is neither a Dot nor switched off: the picture that keys, mattes
/// and grades are made from. 0 when nothing is connected.
NodeId source_of(const Project& project, GraphId graph, NodeId node);

/// Times of the keys on the parameters of nodes, sorted, each once.
std::vector<double> key_times(const Project& project, GraphId graph, std::span<const NodeId> nodes);
/// The nearest time before or after `frame`; nothing when there is none on that side.
std::optional<double> neighbour_key(std::span<const double> times, double frame, bool after);

} // namespace tessera
