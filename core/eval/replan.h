#pragma once
// Planning after an edit of values: dragging a slider must not cost a walk over the whole graph.
//
// When two snapshots differ only in parameter values that leave windows, kernels and connections as they were, the
// instances and the plan of the former one hold for the latter: the changed nodes (and those with expressions or links)
// are sampled again, the keys of what depends on them are computed again, and the uniform bytes of their calls are
// replaced. From the second edit of a node on this allocates nothing. Anything else (a new connection, another window,
// a file) is resolved and planned from the start.
#include "core/eval/plan.h"

namespace tessera {

/// What happened to an instance.
enum class Change : uint8_t {
    None,
    Key,    ///< something it reads changed
    Values, ///< its own parameters changed
};

/// Turns `resolved`, which answers `former`, into the answer to `next`, and says in `changes` what happened to every
/// instance. False when `next` has to be resolved from the start (`resolved` is then unchanged).
bool refresh(Resolved& resolved, const Request& former, const Request& next, std::vector<Change>& changes);
std::optional<std::vector<Change>> refresh(Resolved& resolved, const Request& former, const Request& next);

/// Makes `plan`, made for the former values, right for the new ones. False when it has to be made again: it decodes a
/// source, gathers what changed, computes what has been kept since, or an operator with passes of its own changed.
bool patch(Plan& plan, const Resolved& resolved, const std::vector<Change>& changes);

} // namespace tessera
