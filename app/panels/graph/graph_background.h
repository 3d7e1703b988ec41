#pragma once
// What workers have found out for the node graph panel. It outlives the panel while they run.
#include "app/panels/graph/graph_panel.h"
#include <atomic>

namespace tessera {

struct GraphPanel::Background {
    std::atomic<bool> gone{false}; ///< the panel was closed

    // The interface's thread alone, but for `params`, which belongs to the one worker that is busy.
    std::shared_ptr<ParamCache> params = make_param_cache();
    bool status_busy = false, plan_busy = false, paste_busy = false;
    StatusMap status;
    GraphId status_graph = 0;
    PlanGroups plan;
    std::string plan_problem;

    const NodeStatus* find(NodeId id) const
    {
        const auto it = status.find(id);
        return it == status.end() ? nullptr : &it->second;
    }
};

} // namespace tessera
