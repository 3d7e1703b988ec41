#pragma once
// Planning after an edit of values: dragging a slider must not cost a walk over the whole graph.
//
// When two snapshots differ only in parameter values of pixel operators, the instances and the plan of the former one hold
// for the latter: the changed nodes are sampled again, the keys of what depends on them are computed again, and the uniform
// bytes of their calls are replaced. Anything else (a new connection, another window, an expression that may look at the
// changed node) is resolved and planned from the start.
#include "core/eval/plan.h"

namespace tessera {

/// What happened to an instance.
enum class Change : uint8_t {
    None,
    Key,    ///< something it reads changed
    Values, ///< its own parameters changed
};

/// Turns `resolved`, which answers `former`, into the answer to `next`. Gives what happened to every instance; nothing when
/// `next` has to be resolved from the start (`resolved` is then unchanged).
std::optional<std::vector<Change>> refresh(Resolved& resolved, const Request& former, const Request& next);

/// Makes `plan`, made for the former values, right for the new ones. False when it has to be made again: it decodes a
/// source, gathers what changed, or computes what has been kept since.
bool patch(Plan& plan, const Resolved& resolved, const std::vector<Change>& changes);

} // namespace tessera
