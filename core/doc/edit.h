#pragma once
// Edits of the document. Each takes a project and gives a new one that shares all it did not change, or the reason why
// the project that would result is not valid; the one given never changes. An edit that changes nothing gives the same
// pointer.
#include "core/doc/document.h"
#include <span>

namespace tessera {

/// A node and the graph it is in.
struct NodeRef {
    GraphId graph = 0;
    NodeId node = 0;
    NodeRef(GraphId g, NodeId n) : graph(g), node(n) {}
    NodeRef(const NodePlace& place) : graph(place ? place.graph->id : 0), node(place ? place.node->id : 0) {}
};

// ---- nodes (edit_nodes.cpp)
// ------------------------------------------------------------------------------------------

/// Adds a node; its id is the given project's `next_node`. Without a name it gets the operator's label and a number; a
/// name that is taken gets a number. A "group" gets a graph with an Output node. Fails for an operator that is not
/// registered.
Result<ProjectPtr> add_node(const ProjectPtr& project, GraphId graph, std::string_view op, Vec2 position,
                            std::string_view name = {});
/// Removes nodes with the graphs of groups among them. Connections to them are dropped, also those of a group to an
/// Input node removed inside it. Links and expressions that name them stay as they are and fail when they are
/// evaluated.
Result<ProjectPtr> remove_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes);
/// Connects an input to the output of `source`, which replaces what was connected. Fails where that would make a cycle.
Result<ProjectPtr> connect(const ProjectPtr& project, NodeRef node, std::string_view port, NodeId source);
Result<ProjectPtr> disconnect(const ProjectPtr& project, NodeRef node, std::string_view port);
/// Links and expressions that name the node follow.
Result<ProjectPtr> rename(const ProjectPtr& project, NodeRef node, std::string_view name);
Result<ProjectPtr> set_disabled(const ProjectPtr& project, NodeRef node, bool disabled);
Result<ProjectPtr> set_label(const ProjectPtr& project, NodeRef node, std::string_view label);
Result<ProjectPtr> set_position(const ProjectPtr& project, NodeRef node, Vec2 position);
Result<ProjectPtr> set_settings(const ProjectPtr& project, ProjectSettings settings);

// ---- parameters (edit_params.cpp)
// ------------------------------------------------------------------------------------

/// Sets a parameter to a constant, or one component of it (then `value` is a number and the others keep their sources).
/// The value must fit the declaration: type (whole numbers and numbers convert where nothing is lost), finite, inside a
/// hard range, one of the choices.
Result<ProjectPtr> set_param(const ProjectPtr& project, NodeRef node, std::string_view param, const Value& value,
                             std::optional<int> component = {});
/// Drives a component by a curve, an expression or a link; without `component` every one of them. std::monostate goes
/// back to the constant. Expressions must compile, paths must name parameters that fit, and nothing may depend on
/// itself. An expression that reads its own curve takes over the curve that drove the component.
Result<ProjectPtr> set_source(const ProjectPtr& project, NodeRef node, std::string_view param, ParamSource source,
                              std::optional<int> component = {});
/// Adds a key to the component's curve, or replaces the one at its time; a constant becomes a curve of this one key.
Result<ProjectPtr> set_key(const ProjectPtr& project, NodeRef node, std::string_view param, int component,
                           const CurveKey& key);
/// Removes the key at exactly `time`; with the last key the component becomes a constant of that key's value.
Result<ProjectPtr> remove_key(const ProjectPtr& project, NodeRef node, std::string_view param, int component,
                              double time);
/// Back to the declared default.
Result<ProjectPtr> reset_param(const ProjectPtr& project, NodeRef node, std::string_view param);

// ---- looks, notes, clones (edit_looks.cpp)
// ---------------------------------------------------------------------------

/// How a node is drawn. A bookmark is taken from the node of the graph that had it.
Result<ProjectPtr> set_look(const ProjectPtr& project, NodeRef node, NodeLook look);
/// The node's look, or the one it has when none is set.
NodeLook look_of(const Graph& graph, NodeId node);
/// Adds a note; its id is the given project's `next_node`.
Result<ProjectPtr> add_note(const ProjectPtr& project, GraphId graph, Note note);
/// Puts a note in the place of the one with its id.
Result<ProjectPtr> set_note(const ProjectPtr& project, GraphId graph, Note note);
Result<ProjectPtr> remove_notes(const ProjectPtr& project, GraphId graph, std::span<const NoteId> notes);
/// Copies nodes as `duplicate_nodes` does, and makes each copy a clone of its original. Groups and their Input and
/// Output nodes cannot be cloned. Ids are the given project's `next_node` on, in the order of the originals' ids.
Result<ProjectPtr> clone_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes, Vec2 offset);
/// Makes clones nodes of their own.
Result<ProjectPtr> declone_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes);
/// The other nodes that share the node's parameters.
std::vector<NodeId> clones_of(const Graph& graph, NodeId node);

// ---- groups (edit_groups.cpp)
// ----------------------------------------------------------------------------------------

/// Puts nodes into a new group in their place: an Input node for each outside node that feeds them, an Output node for
/// the one of them that is used outside (or that none of them uses). The group's id is the given project's `next_node`.
/// Fails where several are used outside, and where the way from one to another leads through a node that is not among
/// them.
Result<ProjectPtr> group(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes,
                         std::string_view name = {});
/// Puts the nodes of a group in its place; names that are taken get a number, links and expressions follow.
Result<ProjectPtr> ungroup(const ProjectPtr& project, NodeRef group);

// ---- clipboard (clipboard.cpp)
// ---------------------------------------------------------------------------------------

/// The nodes, with the graphs of groups among them, and notes, as JSON text for `paste_nodes`.
Result<std::string> copy_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes,
                               std::span<const NoteId> notes = {});
/// Adds the nodes of `text` with new ids, the first being the given project's `next_node`, and names that are free;
/// their links and expressions among one another follow. `keep_inputs`: connections to nodes that were not copied are
/// kept where the graph still has that node. `offset` is added to their positions. Nodes that were clones of one another
/// are so again, but not of those they were copied from; bookmarks stay with those. Notes get the numbers after the
/// nodes.
Result<ProjectPtr> paste_nodes(const ProjectPtr& project, GraphId graph, std::string_view text, Vec2 offset = {},
                               bool keep_inputs = false);
/// Copies nodes in place, connected to what they are connected to.
Result<ProjectPtr> duplicate_nodes(const ProjectPtr& project, GraphId graph, std::span<const NodeId> nodes,
                                   Vec2 offset, std::span<const NoteId> notes = {});

} // namespace tessera
