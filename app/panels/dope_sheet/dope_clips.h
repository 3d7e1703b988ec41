#pragma once
// Stretches of time that nodes stand for, shown as bars in the dope sheet: what a Read shows, what a TimeOffset moves,
// what a FrameHold holds. Which parameter a drag of the bar changes is decided here, by pure edits.
#include "core/doc/edit.h"
#include <string>

namespace tessera {

struct Clip {
    enum class Kind { Read, TimeOffset, FrameHold };
    Kind kind = Kind::Read;
    bool movable = true, trimmable = false;
    std::string fixed; ///< why it cannot be moved; "" when it can
};
/// Nothing for a node that is no clip.
std::optional<Clip> clip_of(const Project& project, NodeRef node);

/// Project frames, both included.
struct ClipRange {
    int first = 1, last = 1;
    bool still = false; ///< one picture at all times
    bool operator==(const ClipRange&) const = default;
};
/// The range of a clip that follows from its parameters alone; nothing where files or the input must be asked.
std::optional<ClipRange> own_range(const Project& project, NodeRef node);

/// The clip `by` frames later. A Read: by its frame value (the first frame shown, or the offset); a TimeOffset: by its
/// offset; a FrameHold: by the frame it holds. Fails where that parameter is animated or linked.
Result<ProjectPtr> moved_clip(const ProjectPtr& project, NodeRef node, int by);
/// A Read shows its file from `by` frames later (earlier, when negative) on, or up to then: what is shown at a frame
/// stays the same. `range` is what it shows now. At least one frame is left.
Result<ProjectPtr> trimmed_clip(const ProjectPtr& project, NodeRef node, const ClipRange& range, bool end, int by);

} // namespace tessera
