#pragma once
// What evaluating would say about each node of a graph: the layers it carries, or why it cannot be evaluated. Worked
// out on another thread, without pixels.
#include "core/doc/document.h"
#include "core/eval/resolver.h"
#include <string_view>
#include <unordered_map>

namespace tessera {

struct NodeStatus {
    std::vector<std::string> layers; ///< with the main one first
    bool alpha = false;              ///< the main layer has an alpha channel
    std::string format;              ///< "1920 x 1080"
    std::optional<Error> error;      ///< its own
    bool starved = false;            ///< something above it has an error
};
using StatusMap = std::unordered_map<NodeId, NodeStatus>;

/// Any thread; `cache` is used by one call at a time. `stop` is asked now and then.
StatusMap graph_status(const ProjectPtr& project, GraphId graph, double frame, ParamCache& cache,
                       const std::function<bool()>& stop = {});

/// One word for the mark on the node: "missing", "damaged".
std::string_view error_word(const Error& error);

/// Nodes that a plan computes together.
struct PlanGroups {
    std::vector<std::vector<NodeId>> fused;        ///< nodes of one kernel, in the graph shown
    std::vector<std::vector<NodeId>> concatenated; ///< transforms that become one, the last one first
};
/// Reads the passes of a printed plan (Engine::print_plan).
PlanGroups plan_groups(const Project& project, GraphId graph, std::string_view plan);

/// The node whose work the overlay shows: the leader of the selection, else what a viewer shows, else the last node of
/// the graph. 0: none.
NodeId plan_target(const Project& project, GraphId graph, NodeId leader);

} // namespace tessera
