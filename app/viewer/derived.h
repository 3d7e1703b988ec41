#pragma once
// A viewer's picture is a request on a project of its own: the snapshot with a few nodes behind the one viewed
// (compare, exposure, display, marks). The engine fuses them with what is in front and keeps what they read; the
// document never sees them. Their names start with "~", which no user's node can have.
#include "app/viewer/picture.h"
#include "core/base/result.h"
#include "core/eval/request.h"

namespace tessera {

/// Makes derived projects; keeps the nodes it made, so that a slider's next step shares all but what it changed.
class Deriver {
public:
    /// The request for the picture (without region, level, priority or channel). NotFound when a node is not there.
    Result<Request> request(const PictureSpec& spec);

private:
    /// The node as it was made last time, when it is to be the same again.
    NodePtr shared(size_t slot, Node node);
    Result<NodeId> place_other(const PictureSpec& spec, Project& project, Graph& graph);

    std::vector<NodePtr> made_; ///< by slot
    // B of another snapshot, with ids that no project reaches by itself.
    ProjectPtr grafted_from_, grafted_;
    GraphId grafted_graph_ = 0;
    NodeId grafted_node_ = 0;
};

/// True for the name or path of a node that viewers add.
bool viewers_own(std::string_view path);

/// The request for the node itself, without look or comparison.
Request plain_request(const PictureSpec& spec);

} // namespace tessera
