#pragma once
// The inside of an edit: a copy of a project under construction. Graphs are copied when they are first changed.
#include "core/doc/edit.h"
#include <functional>

namespace tessera {

class Draft {
public:
    explicit Draft(const ProjectPtr& before) : project(std::make_shared<Project>(*before)) {}

    std::shared_ptr<Project> project; ///< changed in place; read graphs by find_graph after `done` alone
    /// The graph, copied; null when there is none.
    Graph* graph(GraphId id);
    Graph& add_graph();
    void remove_graph(GraphId id);
    /// Adds a node or puts it in the place of the one with its id.
    void put(GraphId graph, Node node);
    void erase(GraphId graph, NodeId node);
    /// The project with all changes.
    ProjectPtr done();

private:
    std::map<GraphId, std::shared_ptr<Graph>> open_;
};

/// The place of a node, or the error that it is not there.
Result<NodePlace> existing(const Project& project, NodeRef ref);
Result<const Graph*> existing_graph(const Project& project, GraphId graph);
/// `error` with the path of the node.
Error at(const Project& project, NodeRef ref, Error error);
/// Changes one node: `change` gets a copy of it. Its clones follow.
Result<ProjectPtr> with_node(const ProjectPtr& project, NodeRef ref, const std::function<Status(Node&)>& change);

/// Rewrites the links and expressions of `next` whose paths would mean another node than they did in `before`, or none,
/// so that they mean the same. Nodes are the same when their ids are. `only`: which nodes of `next` to look at (all if
/// empty).
ProjectPtr with_kept_references(const Project& before, ProjectPtr next, const std::function<bool(NodeId)>& only = {});

} // namespace tessera
