#include "app/panels/dope_sheet/dope_clips.h"
#include "core/doc/references.h"
#include "core/media/sequence.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

/// The constant a parameter has, or its default.
Value constant(const Node& node, std::string_view param)
{
    if (const auto it = node.params.find(param); it != node.params.end()) return it->second.value;
    const auto info = param_info(node, param);
    return info ? info->fallback : Value(0.0);
}
double number(const Node& node, std::string_view param)
{
    return component(constant(node, param), 0);
}
bool is_constant(const Node& node, std::string_view param)
{
    const auto it = node.params.find(param);
    return it == node.params.end() || it->second.constant();
}

std::string frame_mode(const Node& node)
{
    return to_text(constant(node, "frame_mode"));
}

/// The parameter that moves a clip, and whether it grows as the clip goes later.
struct Mover {
    const char* param = nullptr;
    int sign = 1;
};
Mover mover_of(const Node& node)
{
    if (node.op == "time_offset") return {"offset", 1};
    if (node.op == "frame_hold") return {"first_frame", 1};
    const std::string mode = frame_mode(node);
    if (mode == "start_at") return {"frame_value", 1};
    return mode == "offset" ? Mover{"frame_value", -1} : Mover{};
}

Result<ProjectPtr> with_number(const ProjectPtr& project, NodeRef ref, const char* param, double value)
{
    const NodePlace place = find_node(*project, ref.graph, ref.node);
    const auto info = place ? param_info(*place.node, param) : std::nullopt;
    const bool whole = info && info->type == ParamType::Int;
    return set_param(project, ref, param, whole ? Value(int(std::lround(value))) : Value(value));
}

Error fixed_clip(const Project& project, NodeRef ref, const std::string& why)
{
    Error e{ErrorKind::InvalidArgument, why, "make it a constant in the properties first"};
    return e.at_node(path_of(project, ref.graph, ref.node));
}

} // namespace

std::optional<Clip> clip_of(const Project& project, NodeRef ref)
{
    const NodePlace place = find_node(project, ref.graph, ref.node);
    if (!place) return std::nullopt;
    const Node& node = *place.node;
    Clip clip;
    if (node.op == "read")
        clip.kind = Clip::Kind::Read;
    else if (node.op == "time_offset")
        clip.kind = Clip::Kind::TimeOffset;
    else if (node.op == "frame_hold")
        clip.kind = Clip::Kind::FrameHold;
    else
        return std::nullopt;
    const Mover mover = mover_of(node);
    if (!mover.param)
        clip.fixed = "its frames are set by an expression";
    else if (!is_constant(node, mover.param))
        clip.fixed = std::string("its parameter ") + mover.param + " is animated or linked";
    clip.movable = clip.fixed.empty();
    const bool auto_range = component(constant(node, "auto_range"), 0) != 0;
    // A file whose range is not known by its numbers cannot be cut where it starts at a frame of the project.
    clip.trimmable = clip.kind == Clip::Kind::Read && clip.movable && is_constant(node, "first") &&
                     is_constant(node, "last") && is_constant(node, "auto_range") &&
                     (frame_mode(node) == "offset" || !auto_range);
    return clip;
}

std::optional<ClipRange> own_range(const Project& project, NodeRef ref)
{
    const NodePlace place = find_node(project, ref.graph, ref.node);
    if (!place) return std::nullopt;
    const Node& node = *place.node;
    if (node.op == "frame_hold") {
        const int first = int(std::lround(number(node, "first_frame")));
        return ClipRange{first, first, false};
    }
    if (node.op != "read" || component(constant(node, "auto_range"), 0) != 0) return std::nullopt;
    const int first = int(number(node, "first")), last = int(number(node, "last"));
    const int value = int(std::lround(number(node, "frame_value")));
    const std::string mode = frame_mode(node);
    if (mode == "start_at") return ClipRange{value, value + last - first, false};
    return mode == "offset" ? ClipRange{first - value, last - value, false} : ClipRange{first, last, false};
}

Result<ProjectPtr> moved_clip(const ProjectPtr& project, NodeRef ref, int by)
{
    const auto clip = clip_of(*project, ref);
    if (!clip) return Error{ErrorKind::NotFound, "the node is no clip", "choose a Read, a TimeOffset or a FrameHold"};
    if (!clip->movable) return fixed_clip(*project, ref, "it cannot be moved: " + clip->fixed);
    const Node& node = *find_node(*project, ref.graph, ref.node).node;
    const Mover mover = mover_of(node);
    return with_number(project, ref, mover.param, number(node, mover.param) + mover.sign * by);
}

Result<ProjectPtr> trimmed_clip(const ProjectPtr& project, NodeRef ref, const ClipRange& range, bool end, int by)
{
    const auto clip = clip_of(*project, ref);
    if (!clip || !clip->trimmable)
        return fixed_clip(*project, ref,
                          "its range cannot be changed here: set Frame mode to offset, or the range by hand");
    const Node& node = *find_node(*project, ref.graph, ref.node).node;
    by = end ? std::max(by, range.first - range.last) : std::min(by, range.last - range.first);
    const bool start_at = frame_mode(node) == "start_at";
    const bool auto_range = component(constant(node, "auto_range"), 0) != 0;
    // Frames of the file: by the offset where the mode is that, else as they are set.
    const int offset = int(std::lround(number(node, "frame_value")));
    int first = auto_range || !start_at ? range.first + offset : int(number(node, "first"));
    int last = auto_range || !start_at ? range.last + offset : int(number(node, "last"));
    (end ? last : first) += by;
    TESSERA_TRY(by_hand, set_param(project, ref, "auto_range", Value(false)));
    TESSERA_TRY(with_first, set_param(by_hand, ref, "first", Value(first)));
    TESSERA_TRY(with_last, set_param(with_first, ref, "last", Value(last)));
    if (!start_at || end) return with_last;
    return with_number(with_last, ref, "frame_value", number(node, "frame_value") + by);
}

} // namespace tessera
