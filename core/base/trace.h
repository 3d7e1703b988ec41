#pragma once
// What every thread did when, for a look at a render in a trace viewer (chrome://tracing, Perfetto).
//
// Each thread writes finished intervals into a buffer of its own, without locks; the file is made from all of them at the
// end. While nobody traces, an interval costs one load and one branch. Times are those of std::chrono::steady_clock.
#include "core/base/result.h"
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace tessera {

/// Names the calling thread: in traces, debuggers and `top` (which shows 15 characters).
void name_thread(const std::string& name);

namespace trace_detail {
inline std::atomic<bool> on{false};
}
/// Intervals are being recorded.
inline bool tracing()
{
    return trace_detail::on.load(std::memory_order_relaxed);
}
/// Starts to record, from an empty trace. Not to be called while another trace is running.
void start_trace();
void stop_trace();

/// Nanoseconds on the steady clock.
inline int64_t trace_now()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// Rows of a trace: the calling thread's own, or the device's queue, whose passes somebody reports for it.
enum class TraceTrack : uint8_t { Thread, Device };

/// Records an interval that has ended; nothing while not tracing. `what` must live for ever (a literal); of `detail` the
/// first 63 bytes are kept.
void trace_interval(TraceTrack track, const char* what, std::string_view detail, int64_t begin_ns, int64_t end_ns);

/// Records its own life as an interval of the calling thread.
class TraceSpan {
public:
    explicit TraceSpan(const char* what, std::string_view detail = {})
        : what_(what), detail_(detail), begin_(tracing() ? trace_now() : 0)
    {
    }
    ~TraceSpan()
    {
        if (begin_) trace_interval(TraceTrack::Thread, what_, detail_, begin_, trace_now());
    }
    TraceSpan(const TraceSpan&) = delete;
    TraceSpan& operator=(const TraceSpan&) = delete;

private:
    const char* what_;
    std::string_view detail_; ///< must outlive the span
    int64_t begin_;
};

/// What was recorded so far, in the JSON of the Trace Event Format. Call it when the traced work is done; intervals that
/// threads still add meanwhile may be missing.
std::string trace_json();
/// The same into a file, which appears whole or not at all.
Status write_trace(const std::string& path);

} // namespace tessera
