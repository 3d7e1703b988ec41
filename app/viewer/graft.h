#pragma once
// Another snapshot of a project inside a picture: its graphs under ids that no project reaches by counting.
#include "core/base/result.h"
#include "core/doc/document.h"

namespace tessera {

/// `project` with every graph and node under another id, as the inside of a group that shows `node`: its root graph has
/// an Output that leads there. Settings are not taken over: what evaluates it uses those of the project around it.
/// Links and expressions from "root." are looked up from the moved root. NotFound when the node is not there.
Result<ProjectPtr> moved_ids(const ProjectPtr& project, GraphId graph, NodeId node);

} // namespace tessera
