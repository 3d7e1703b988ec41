#include "nodes/io/read_params.h"
#include "nodes/color/ocio.h"
#include "nodes/io/frames_on_disk.h"
#include "nodes/io/movies.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

/// Frames of a sequence on disk nearest first to `frame`; nothing when there is none.
std::optional<int> nearest(const std::vector<int>& frames, int frame)
{
    if (frames.empty()) return std::nullopt;
    return *std::min_element(frames.begin(), frames.end(),
                             [&](int a, int b) { return std::abs(a - frame) < std::abs(b - frame); });
}

int rounded(double frame)
{
    return int(std::clamp(std::floor(frame + 0.5), -1e9, 1e9));
}

std::string proxy_path(const ReadParams& p, const OpContext& c, int frame, Error* error)
{
    if (p.proxy_file.empty() || c.request_level <= 0) return {};
    auto path = expanded_path(c, p.proxy_file);
    if (path) return is_sequence(*path) ? path_at(*path, frame) : *path;
    *error = path.error();
    return {};
}

Result<Shown> sequence_at(const ReadParams& p, const OpContext& c, Shown s)
{
    s.path.clear();
    const bool stand_in = p.on_missing == MissingFrame::Black || p.on_missing == MissingFrame::Checker;
    auto found = frames_on_disk(s.pattern, p.reload);
    if (!found && (p.auto_range || !stand_in)) {
        if (!stand_in || found.error().kind != ErrorKind::NotFound) return found.error();
        s.kind = p.on_missing == MissingFrame::Black ? Shown::Kind::Black : Shown::Kind::Checker;
        return s;
    }
    s.range = p.auto_range ? FrameRange{found->first, found->last} : FrameRange{p.first, p.last};
    const int frame = rounded(file_frame(p, s.range, c.frame));
    TESSERA_TRY(resolved, resolve_frame(s.pattern, s.range, p.before, p.after, frame, p.on_missing));
    s.kind = resolved.kind == ResolvedFrame::Kind::File    ? Shown::Kind::File
             : resolved.kind == ResolvedFrame::Kind::Black ? Shown::Kind::Black
                                                           : Shown::Kind::Checker;
    s.path = resolved.path;
    s.frame = resolved.frame;
    if (s.kind != Shown::Kind::File && found)
        if (const auto other = nearest(found->frames, frame)) s.path = path_at(s.pattern, *other);
    return s;
}

} // namespace

double file_frame(const ReadParams& p, FrameRange range, double frame)
{
    switch (p.frame_mode) {
    case FrameMode::StartAt: return range.first + (frame - p.frame_value);
    case FrameMode::Offset: return frame + p.frame_value;
    case FrameMode::Expression: return p.frame_value;
    }
    return frame;
}

FrameRange project_range(const ReadParams& p, FrameRange range)
{
    int by = 0;
    if (p.frame_mode == FrameMode::StartAt) by = rounded(p.frame_value) - range.first;
    if (p.frame_mode == FrameMode::Offset) by = -rounded(p.frame_value);
    return {range.first + by, range.last + by};
}

Result<std::optional<int>> inside_range(const std::string& path, FrameRange range, OutsideRange before,
                                        OutsideRange after, int frame)
{
    if (frame >= range.first && frame <= range.last) return std::optional<int>(frame);
    const int64_t count = int64_t(range.last) - range.first + 1;
    if (count <= 0)
        return Error{ErrorKind::InvalidArgument, "the range of " + path + " ends before it starts",
                     "set its last frame after its first"};
    const auto wrapped = [](int64_t i, int64_t n) { return ((i % n) + n) % n; };
    switch (frame < range.first ? before : after) {
    case OutsideRange::Hold: return std::optional<int>(frame < range.first ? range.first : range.last);
    case OutsideRange::Loop: return std::optional<int>(int(range.first + wrapped(int64_t(frame) - range.first, count)));
    case OutsideRange::Bounce: {
        const int64_t period = std::max<int64_t>(1, 2 * (count - 1));
        const int64_t at = wrapped(int64_t(frame) - range.first, period);
        return std::optional<int>(int(range.first + std::min(at, period - at)));
    }
    case OutsideRange::Black: return std::optional<int>();
    case OutsideRange::Error: break;
    }
    Error e{ErrorKind::InvalidArgument,
            "frame " + std::to_string(frame) + " of " + path + " is outside its range " + std::to_string(range.first) +
                "-" + std::to_string(range.last),
            "set before and after to hold, loop, bounce or black, or change the range"};
    e.file = path;
    return e;
}

Result<Shown> shown_at(const ReadParams& p, const OpContext& c)
{
    if (p.file.empty())
        return Error{ErrorKind::NotFound, "no file is chosen", "set the file of this Read, or disable it"};
    Shown s;
    TESSERA_TRY(pattern, expanded_path(c, p.file));
    s.pattern = s.path = pattern;
    s.movie = is_movie(pattern);
    if (!s.movie && is_sequence(pattern)) {
        TESSERA_TRY(shown, sequence_at(p, c, s));
        s = shown;
    } else {
        if (s.movie) {
            TESSERA_TRY(range, movie_range(pattern));
            s.range = range;
        } else {
            s.range = {1, 1};
        }
        const bool still = !s.movie && p.auto_range; // shown at every frame
        if (!p.auto_range) s.range = {p.first, p.last};
        const int frame = rounded(file_frame(p, s.range, c.frame));
        if (!still) {
            TESSERA_TRY(inside, inside_range(pattern, s.range, p.before, p.after, frame));
            s.kind = inside ? Shown::Kind::File : Shown::Kind::Black;
            s.frame = inside.value_or(s.range.first);
        }
    }
    Error error;
    if (s.kind == Shown::Kind::File) s.proxy = proxy_path(p, c, s.frame, &error);
    if (!error.message.empty()) return error;
    return s;
}

} // namespace tessera
