#pragma once
// The frames of a render as a strip of a few hundred pixels: which state each part of it shows, and which frame lies
// under the pointer. No drawing.
#include "app/queue/render_job.h"

namespace tessera {

/// A part of the strip in one state, in shares of its width.
struct StripPart {
    float from = 0, to = 1;
    FrameState state = FrameState::Waiting;
    bool operator==(const StripPart&) const = default;
};

/// Parts of the frames of several writers, one writer after the other. Frames narrower than one of `columns` share a
/// column, which shows the state that needs most attention: failed, rendering, waiting, done, up to date. Neighbours in
/// one state are one part, unless frames are wide enough to be told apart (`least_cell` columns).
std::vector<StripPart> strip_parts(const std::vector<const WriterRecord*>& writers, int columns, int least_cell = 4);

/// The frame at a share of the width; null where there is none.
struct StripHit {
    const WriterRecord* writer = nullptr;
    const FrameRecord* frame = nullptr;
};
StripHit strip_hit(const std::vector<const WriterRecord*>& writers, float share);

/// "Write1, frame 12: done in 0.42 s".
std::string strip_text(const StripHit& hit);

/// What stands beside the name of a job: "Write1, Write2 · frames 1-48 · 1/2 size".
std::string request_text(const JobRequest& request);
/// Where it stands: "12 of 48 frames", "waiting", "failed: no space left".
std::string progress_text(const Job& job);
/// How it goes: "0:08 left · 3.1 frames a second · 0.42 s a frame · 640 MiB".
std::string pace_text(const Job& job);

} // namespace tessera
