// Frame numbers and time stamps. A movie says when each frame is shown, not which one it is. Four cases, from cheap to
// dear:
// - the container counts its frames and says that their rate is constant: frame i is shown at start + i / rate;
// - else the packets are listed once, without decoding, and frame i is the i-th time stamp;
// - packets without time stamps, here and there (MPEG program streams): all is decoded once, and the decoder's time
//   stamps are listed;
// - a file without any (a raw stream) can only be decoded from its beginning, counting.
// What comes out of the decoder is checked by its time stamp in any case. When a constant rate turns out to be untrue,
// the packets are listed after all. A frame that the file leaves out on purpose (AVI's dropped frames) is the one
// before it, which stays on screen.
#include "core/media_ffmpeg/ffmpeg_module.h"
#include "core/media_ffmpeg/movie_pixels.h"
#include "core/media_ffmpeg/movie_source.h"
#include <algorithm>
#include <cmath>
extern "C" {
#include <libavutil/frame.h>
}

namespace tessera {

namespace {

/// A jump this far ahead is decoded through; a seek costs about as much.
constexpr int near_ahead = 16;
constexpr int none = -1, unknown = -2;
/// A time stamp belongs to a frame of a constant rate when it is nearer than this, in frames.
constexpr double same_frame = 0.25;

/// What came of a seek: the frame; only later ones, so that an earlier start is needed; neither.
enum class Landing { Found, Behind, Missing };

struct State {
    State(const std::string& path, int threads, const MovieLimits& limits)
        : source(path, threads, limits), frame(new_frame()), held(new_frame())
    {
    }

    MovieSource source;
    MovieInfo info;
    FramePtr frame, held;       ///< the last one decoded, and the one before it
    int current = none;         ///< index of `frame`
    int before = none;          ///< index of `held`, when nothing was damaged between the two
    bool from_start = true;     ///< decoding began at the first frame: what has no time stamp can be counted
    int64_t start = 0;          ///< time stamp of frame 0
    std::vector<int64_t> times; ///< of all frames, where the rate alone does not tell
    bool counted = false;       ///< no time stamps: frames are counted
    bool listed = false;        ///< the packets have been listed
    int seeks = 0;

    Status open();
    Status list_packets();
    Status list_frames();
    int index_of(const AVFrame& f) const;
    int64_t time_of(int index) const;
    bool corrupt() const;
    const AVFrame* at(int index) const;
    Error missing(int index) const;
    Result<bool> step();
    Status restart();
    Status go_to(int index);
    Result<bool> forward_to(int index);
    Result<Landing> try_from(int index, int64_t time);
};

Status State::open()
{
    TESSERA_CHECK(source.open());
    TESSERA_TRY(found, source.next(*frame));
    if (!found)
        return source.error(ErrorKind::Damaged, "none of its frames can be decoded",
                            "check that the file is whole, or convert it with another program");
    info = source.describe(*frame);
    start = frame->best_effort_timestamp;
    current = 0;
    info.frame_count = int(std::min<int64_t>(source.stated_frames(), 1 << 30));
    if (info.frame_count == 0 || start == AV_NOPTS_VALUE) TESSERA_CHECK(list_packets());
    info.image.last_frame = info.frame_count;
    return {};
}

Status State::list_packets()
{
    listed = true;
    TESSERA_TRY(found, source.scan());
    // Frames before the first one shown are there for decoding only.
    if (start != AV_NOPTS_VALUE) found.erase(found.begin(), std::lower_bound(found.begin(), found.end(), start));
    if (found.empty() || start == AV_NOPTS_VALUE) return list_frames();
    times = std::move(found);
    info.frame_count = std::max(info.frame_count, int(times.size())); // those that are missing stay known
    return {};
}

/// Decodes everything once. A frame without a time stamp is shown one frame's time after the one before it.
Status State::list_frames()
{
    TESSERA_CHECK(restart());
    std::vector<int64_t> seen;
    bool rising = true, any = false;
    const int64_t step_time =
        std::max<int64_t>(1, std::llround(info.rate_denominator / (info.rate_numerator * source.time_base())));
    for (;;) {
        source.deadline().start(source.limits().seconds);
        TESSERA_TRY(found, source.next(*frame));
        if (!found) break;
        int64_t time = frame->best_effort_timestamp;
        any = any || time != AV_NOPTS_VALUE;
        if (time == AV_NOPTS_VALUE) time = seen.empty() ? 0 : seen.back() + step_time;
        rising = rising && (seen.empty() || time > seen.back());
        seen.push_back(time);
    }
    info.frame_count = int(seen.size());
    counted = !any || !rising;
    if (!counted) times = std::move(seen);
    return restart();
}

/// `unknown` when the time stamp is no frame's.
int State::index_of(const AVFrame& f) const
{
    const int64_t time = f.best_effort_timestamp;
    const int following = current >= 0 ? current + 1 : from_start && current == none ? 0 : unknown;
    if (counted || time == AV_NOPTS_VALUE) return following;
    if (!times.empty()) {
        const auto found = std::lower_bound(times.begin(), times.end(), time);
        return found != times.end() && *found == time ? int(found - times.begin()) : following;
    }
    const double index = double(time - start) * source.time_base() * info.rate_numerator / info.rate_denominator;
    return std::abs(index - std::round(index)) < same_frame && index > -0.5 ? int(std::lround(index)) : unknown;
}

int64_t State::time_of(int index) const
{
    if (!times.empty()) return times[size_t(index)];
    return start + std::llround(double(index) * info.rate_denominator / info.rate_numerator / source.time_base());
}

bool State::corrupt() const
{
    return (frame->flags & AV_FRAME_FLAG_CORRUPT) || frame->decode_error_flags != 0;
}

/// The decoded frame that shows `index`, when there is one.
const AVFrame* State::at(int index) const
{
    if (current == index) return corrupt() ? nullptr : frame.get();
    return before >= 0 && before <= index && index < current ? held.get() : nullptr;
}

Error State::missing(int index) const
{
    return source.error(ErrorKind::Damaged,
                        "frame " + std::to_string(index + 1) + " of " + std::to_string(info.frame_count) +
                            " is damaged or missing",
                        "check that the file is whole, or render the shot without that frame");
}

/// Decodes one frame; false at the end.
Result<bool> State::step()
{
    const bool keep = current >= 0 && !corrupt();
    before = keep ? current : none;
    std::swap(frame, held);
    const int damaged = source.damaged();
    auto found = source.next(*frame);
    if (!found || !*found) {
        std::swap(frame, held);
        before = current = none;
        return found;
    }
    current = index_of(*frame);
    if (source.damaged() != damaged) before = none;
    return true;
}

Status State::restart()
{
    TESSERA_CHECK(source.open());
    current = before = none;
    from_start = true;
    return {};
}

/// Decodes until `index` is there or passed; false at the end.
Result<bool> State::forward_to(int index)
{
    do {
        TESSERA_TRY(found, step());
        if (!found) return false;
    } while (current < index);
    return true;
}

/// Decodes forward until frame `index`, after a seek to `time`.
Result<Landing> State::try_from(int index, int64_t time)
{
    ++seeks;
    if (!source.seek(time)) return Landing::Behind;
    current = before = none;
    from_start = false;
    TESSERA_TRY(first, step());
    if (first && (current == unknown || current > index)) return Landing::Behind;
    if (first && current < index)
        if (auto more = forward_to(index); !more) return more.error();
    return at(index) ? Landing::Found : Landing::Missing;
}

Status State::go_to(int index)
{
    const bool ahead = current >= 0 && index > current && (counted || index - current <= near_ahead);
    if (ahead) {
        TESSERA_TRY(found, forward_to(index));
        if (found && at(index)) return {};
    }
    int missed = 0; // from the nearest keyframe and from one before it: then the frame itself is to blame
    if (!counted)
        for (const double seconds : {0.0, 1.0, 5.0, 30.0}) {
            const int64_t time = time_of(index) - std::llround(seconds / source.time_base());
            if (time < start && seconds > 0) break;
            TESSERA_TRY(landing, try_from(index, time));
            if (landing == Landing::Found) return {};
            if (landing == Landing::Missing && ++missed == 2) return missing(index);
        }
    ++seeks;
    TESSERA_CHECK(restart());
    TESSERA_TRY(found, forward_to(index));
    return found && at(index) ? Status() : Status(missing(index));
}

class FfmpegDecoder final : public MovieDecoder {
public:
    FfmpegDecoder(const std::string& path, int threads, const MovieLimits& limits) : state_(path, threads, limits) {}
    Status open() { return state_.open(); }
    const MovieInfo& info() const override { return state_.info; }
    Result<HostImage> frame(int index) override;
    int seeks() const override { return state_.seeks; }

private:
    State state_;
};

Result<HostImage> FfmpegDecoder::frame(int index)
{
    State& s = state_;
    const bool beyond_list = !s.times.empty() && index >= int(s.times.size()) && index < s.info.frame_count;
    if (beyond_list) return s.missing(index);
    if (index < 0 || index >= s.info.frame_count)
        return s.source.error(ErrorKind::InvalidArgument,
                              "it has no frame " + std::to_string(index + 1) + " but 1 to " +
                                  std::to_string(s.info.frame_count),
                              "choose a frame of that range");
    s.source.deadline().start(s.source.limits().seconds);
    if (!s.at(index)) {
        Status there = s.go_to(index);
        if (!there && there.error().kind == ErrorKind::Damaged && !s.listed) {
            TESSERA_CHECK(s.list_packets()); // the rate may not be as constant as it says
            s.current = s.before = none;
            there = s.counted || index < int(s.times.size()) ? s.go_to(index) : Status(s.missing(index));
        }
        TESSERA_CHECK(there);
    }
    const AVFrame& shown = *s.at(index);
    const Format& format = s.info.image.format;
    if (shown.width != format.width || shown.height != format.height)
        return s.source.error(ErrorKind::Unsupported,
                              "its frames change size, from " + std::to_string(format.width) + "x" +
                                  std::to_string(format.height) + " to " + std::to_string(shown.width) + "x" +
                                  std::to_string(shown.height),
                              "split the movie where the size changes");
    std::string matrix;
    auto coding = coding_of(shown, matrix);
    auto image = coding ? image_from_frame(shown, *coding) : Result<HostImage>(coding.error());
    if (!image) return s.source.error(image.error().kind, image.error().message, image.error().remedy);
    return image;
}

} // namespace

Result<std::unique_ptr<MovieDecoder>> open_movie_decoder(const std::string& path, int threads,
                                                         const MovieLimits& limits)
{
    quiet_ffmpeg();
    auto decoder = std::make_unique<FfmpegDecoder>(path, threads, limits);
    TESSERA_CHECK(decoder->open());
    return std::unique_ptr<MovieDecoder>(std::move(decoder));
}

} // namespace tessera
