#pragma once
// What the node graph does to the document beyond single edits: new nodes that find their place, removals that close
// the gap, arranging. Pure functions: each gives a new project or an error, and is one step of the history.
#include "core/doc/edit.h"
#include "core/op/description.h"
#include <functional>

namespace tessera {

/// The input a node continues the main line with: B where there is one, else the first that is no mask. -1: none.
int main_input(const OpDesc& op);
/// Input names of any node: its operator's, a group's ports, or (an operator that is not here) those that are
/// connected.
std::vector<std::string> input_names(const Project& project, const Node& node);
/// What feeds a node's main line: the main input's source; of a group the first port's that is connected. 0: nothing.
NodeId main_source(const Project& project, const Node& node);
/// True when the node has an output that others may take.
bool has_output(const Node& node);
/// The inputs that take `node`'s output.
struct Consumer {
    NodeId node = 0;
    std::string port;
};
std::vector<Consumer> consumers_of(const Graph& graph, NodeId node);

struct Created {
    ProjectPtr project;
    NodeId node = 0;
};

struct CreateWhere {
    std::vector<NodeId> selected; ///< in the order they were chosen; the last one leads
    bool branch = false;          ///< leave those who took the leader's output as they are
    std::optional<Vec2> at;       ///< where the node's centre goes when nothing is selected
};
/// Adds a node the way compositors expect: below the leader of the selection, taking its output through the main input,
/// and put between it and those who took that output (unless `branch`). Several selected nodes connect to several
/// inputs: the leader to the main one, the others in their order. An operator without inputs, or without an output
/// where there is something below, is only placed.
Result<Created> create_node(const ProjectPtr& project, GraphId graph, std::string_view op, const CreateWhere& where);
/// Puts an existing, unconnected node into a pipe: it takes the source, and `to` takes it.
Result<ProjectPtr> insert_on_pipe(const ProjectPtr& project, GraphId graph, NodeId node, NodeId to,
                                  const std::string& port);
/// Takes nodes out of the line: who took them takes what they took. They stay, unconnected, moved aside by `offset`.
Result<ProjectPtr> extract_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes,
                                 Vec2 offset = {});
/// Removes nodes; who took them takes what fed their main input.
Result<ProjectPtr> delete_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes);
/// Exchanges the first two image inputs (A and B).
Result<ProjectPtr> swap_inputs(const ProjectPtr& project, GraphId graph, NodeId node);
/// Switches nodes off, or on when all are off.
Result<ProjectPtr> toggle_disabled(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes);
Result<ProjectPtr> move_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes, Vec2 by);

enum class Align { Columns, Rows, SpreadAcross, SpreadDown };
/// Lines nodes up on the average column or row, or spaces them evenly between the outermost.
Result<ProjectPtr> align_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes, Align how);
/// Lays nodes out downwards in layers, the main line straight, with few crossings; the centre stays where it is.
Result<ProjectPtr> auto_layout(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes);

/// The size of a node's body and the distances between nodes, in graph units (pixels at 100 %).
struct NodeMetrics {
    static constexpr float width = 96, widest = 160; ///< by the name
    static constexpr float header = 24, line = 14, dot = 12;
    static constexpr double column = 176, row = 72, grid = 8;
};

/// Moves nodes and notes by the same way.
Result<ProjectPtr> move_all(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes,
                            std::span<const NoteId> notes, Vec2 by);

/// Changes how nodes look, each by `change`.
Result<ProjectPtr> change_looks(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes,
                                const std::function<void(NodeLook&)>& change);
/// Puts nodes in front of all others, or behind them.
Result<ProjectPtr> restack(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes, bool to_front);

/// Everything above the nodes, themselves included.
std::vector<NodeId> upstream_of(const Graph& graph, std::span<const NodeId> nodes);

} // namespace tessera
