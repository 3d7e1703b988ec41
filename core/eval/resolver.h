#pragma once
// Resolve, geometry forward, and key: from a request to operator instances.
//
// An instance is one operator making one layer of one frame, with its parameters as numbers and its inputs as other
// instances. Everything about time ends here: curves, expressions and links are sampled, routing operators (Switch,
// FrameHold, Dot, disabled and identity nodes) vanish, composite operators are replaced by their small graphs, and runs
// of affine transforms become one. What is left is a plain graph of work, each instance with its content key.
//
// Both passes walk with an explicit stack, so a chain of ten thousand nodes needs no deep recursion.
#include "core/eval/request.h"
#include "core/op/description.h"
#include <memory>
#include <span>

namespace tessera {

/// A node's parameters as numbers. Shared by all frames of a node that is not animated.
struct Sampled {
    std::shared_ptr<const void> params;
    Key key; ///< of all values but the standard ones
    Standard standard;
    std::string channels; ///< the selection of the standard parameter
};
struct NodeFacts;

/// One node (or one node of a composite's expansion) at one frame: its parameters and what its image is. Lists lie in the
/// memory of the state that made it.
struct NodeEval {
    const OpDesc* op = nullptr;
    std::string path; ///< of the user's node, for messages and profiles
    double frame = 1;
    std::shared_ptr<const Sampled> values; ///< null when disabled
    std::span<NodeEval*> inputs;           ///< by port, null where not connected
    std::shared_ptr<const ImageInfo> info;
    std::unique_ptr<Need> route;
    NodeEval* result = nullptr; ///< composite: the expansion's result

    // Where it came from, so that it can be found at another frame.
    std::shared_ptr<const NodeFacts> facts; ///< null for a node of an expansion
    const void* scope = nullptr;
    NodeEval* parent = nullptr; ///< of a node of an expansion
    std::vector<NodeEval*> expansion;
    std::unique_ptr<Error> error;
    NodeEval* next_of_node = nullptr; ///< the same node at another place or frame (an index that edits make)
    struct Recipe* recipe = nullptr;  ///< the first of its layers (the resolver's)
    NodeId node = 0;
    int expansion_index = -1;
    uint8_t stage = 0;
    bool passthrough = false; ///< disabled: the result is the first connected image input
    bool touched = false;     ///< has new values (replanning's)

    const void* params() const { return values->params.get(); }
};

struct Instance {
    const NodeEval* eval = nullptr;
    const OpDesc* op = nullptr; ///< eval's, or the built-in "keep" that applies mask and mix after an area operator
    std::string_view layer;
    std::span<int> args;  ///< instances in the order of the kernel's arguments; -1 is zero
    std::span<int> ports; ///< the port each argument belongs to
    bool mixed = false;
    bool unpremult = false;
    int mix_with = -1, mask = -1;
    std::array<float, 4> mix{1, 1, 1, 1};
    float mask_scale = 1, mask_offset = 0;
    KernelPtr kernel; ///< Pixel
    TablePtr table;
    std::unique_ptr<SourceJob> source;
    const Mat3* concatenated = nullptr; ///< null: the identity
    std::span<const ImageInfo*> inputs; ///< by port; the first one's differs from eval's after concatenation
    int folded = 0; ///< affine operators in front that were folded into this one
    Key key;

    Rect window(int level) const { return at_level(eval->info->data_window, level); }
};

struct Resolved {
    std::vector<Instance> instances; ///< every instance after those it reads
    int target = -1;                 ///< -1: the image is zero everywhere
    std::shared_ptr<const ImageInfo> info; ///< of the node asked for
    Key key;                         ///< of the target; a fixed one when there is none
    std::shared_ptr<void> state;     ///< keeps what the instances point to
};

struct ResolveOptions {
    bool concatenate = true;
};

/// Parameters of nodes that do not change from frame to frame, kept from one request to the next.
class ParamCache;
std::shared_ptr<ParamCache> make_param_cache();

Result<Resolved> resolve(const Request& request, const ResolveOptions& options, ParamCache& cache);

} // namespace tessera
