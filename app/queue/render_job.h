#pragma once
// One render as a value: what was asked for, how far each frame is, and what is left to do. Pure functions, so that
// everything but processes and files is tested without either; render_queue.h runs it.
#include "core/base/result.h"
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tessera {

using JobId = uint64_t;

/// More frames of all writers than one job may have.
inline constexpr size_t most_job_frames = 1'000'000;

enum class JobState {
    Waiting,
    Running,
    Paused,      ///< begun; its process is stopped and keeps its memory
    Done,        ///< every frame is there
    Failed,      ///< not every frame is there; `message` says why
    Cancelled,   ///< by the user
    Interrupted, ///< the application ended before it did
};
enum class FrameState : uint8_t { Waiting, Rendering, Done, Skipped, Failed };

/// A word for the user: "waiting", "done", "up to date".
const char* text_of(JobState state);
const char* text_of(FrameState state);

struct FrameRecord {
    int frame = 0;
    FrameState state = FrameState::Waiting;
    float seconds = 0; ///< from its start to its last byte; 0 while unknown
    bool operator==(const FrameRecord&) const = default;
};

/// One writer of a job. Known once its process has said what it is about to make.
struct WriterRecord {
    std::string name; ///< path of the node
    std::string file; ///< pattern of the sequence, or the movie
    bool movie = false;
    std::vector<FrameRecord> frames;     ///< sorted
    std::map<int, std::string> messages; ///< why frames failed
    FrameRecord* find(int frame);
    bool operator==(const WriterRecord&) const = default;
};

/// What is rendered and how.
struct JobRequest {
    std::string title;                ///< the project's name
    std::string project;              ///< its file; "" when it has none
    std::vector<std::string> writers; ///< paths of nodes; empty: all that are not disabled
    std::string frames;               ///< "1-48,60"
    int level = 0;                    ///< proxy: 1/2^level of the resolution
    bool overwrite = false;           ///< replace files that exist
    bool resume = false;              ///< leave files that are up to date, replace the rest
    bool keep_going = true;           ///< go on after a frame has failed
    bool operator==(const JobRequest&) const = default;
};

struct LogLine {
    std::chrono::system_clock::time_point time;
    std::string text;
    bool error = false;
};

/// How many frames are in which state.
struct FrameCounts {
    size_t waiting = 0, rendering = 0, done = 0, skipped = 0, failed = 0;
    size_t total() const { return waiting + rendering + done + skipped + failed; }
    size_t finished() const { return done + skipped + failed; }
};

struct Job {
    JobId id = 0;
    JobRequest request;
    std::string snapshot; ///< name of the project's copy in the queue's folder: later edits change nothing
    JobState state = JobState::Waiting;
    std::vector<WriterRecord> writers; ///< in the order of the render; empty until it has begun once
    std::string message;               ///< why it failed, for the user
    bool files_exist = false;          ///< it failed because it was not allowed to replace files
    std::string device;
    double seconds = 0;           ///< worked on, pauses left out
    double seconds_left = -1;     ///< negative while unknown
    double frames_per_second = 0; ///< frames of all writers
    uint64_t memory = 0, peak_memory = 0; ///< bytes
    std::string last_file;                ///< written last
    int last_frame = 0;
    int runs = 0;           ///< processes begun for it
    bool crashed = false;   ///< the last process did not end in order: a file may be there that was not reported
    bool stopping = false;  ///< cancelled, its process is ending
    std::vector<LogLine> log; ///< newest last, at most most_log_lines

    bool active() const { return state == JobState::Running || state == JobState::Paused; }
    bool unfinished() const { return state == JobState::Waiting || active(); }
};

inline constexpr size_t most_log_lines = 500;

FrameCounts counts_of(const WriterRecord& writer);
FrameCounts counts_of(const Job& job);
/// 0 to 1; negative while it is not known how many frames there are.
double progress_of(const Job& job);
/// The number of seconds a frame took on the average of those that were made; 0 when none was.
double seconds_a_frame(const Job& job);

/// One run of the program: these writers, these frames.
struct RenderRun {
    std::vector<std::string> writers; ///< empty: all
    std::string frames;
    bool operator==(const RenderRun&) const = default;
};
/// What is left to render, in order: everything before the job has begun; then, for each writer, the frames that are
/// neither done nor up to date (all of them for a movie, which is made whole or not at all). Neighbours in the order
/// that need the same frames are rendered together.
std::vector<RenderRun> runs_left(const Job& job);

/// The arguments of the program for a run; `snapshot` is the path of the project's copy.
std::vector<std::string> arguments_of(const Job& job, const RenderRun& run, const std::string& snapshot);

// ---- what a process tells -------------------------------------------------------------------------------------------

struct WriterStart {
    std::string name, file, frames;
    bool movie = false;
};

/// One line of `tessera render --json`.
struct RenderEvent {
    enum Kind { Start, Begin, Frame, Skipped, Failed, Refused, Done, Other } kind = Other;
    std::string writer, file, text, error_kind, device;
    std::string message; ///< of an error: `text` without its place and what to do
    std::vector<WriterStart> writers; ///< Start
    bool has_frame = false;
    int frame = 0;
    double seconds = 0;
    uint64_t memory = 0;
    std::vector<std::string> complete; ///< Done: writers that have left files
    bool interrupted = false;
};
/// Errors: Damaged, for anything that is not a JSON object with the members that its event needs.
Result<RenderEvent> parse_event(const std::string& line);

/// Enters an event into the job. Errors: InvalidArgument for events that make no sense (a writer or frame that is not
/// known, more frames than a job may have); the job stays as it was.
Status enter(Job& job, const RenderEvent& event);

/// How a process ended.
struct ProcessEnd {
    bool by_signal = false;
    int code = 0; ///< exit status, or the signal
};
/// Enters the end of a run: frames that were being rendered wait again, an incomplete movie has lost its frames. True
/// when the run did what it was told; otherwise `message` says what went wrong, unless an event has said so already.
bool enter_end(Job& job, const RenderRun& run, ProcessEnd end, bool said_done);

/// Adds a line, forgetting the oldest.
void add_log(Job& job, std::string text, bool error);

/// "0:08", "12:30", "1:02:30".
std::string clock_text(double seconds);
/// "2.5 GiB", "640 MiB".
std::string job_bytes_text(uint64_t bytes);

} // namespace tessera
