#pragma once
// What a render says while it works: a bar on a terminal, a line a frame in a pipe, or one JSON object a line.
#include "core/base/result.h"
#include "core/eval/request.h"
#include "core/time/pace.h"
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace tessera {

/// Where a render stands.
struct Progress {
    size_t done = 0, total = 0;   ///< frames of all writers together; skipped and failed ones count as done
    int frame = 0;                ///< the last one done
    double elapsed = 0;           ///< seconds since the start
    double frames_per_second = 0; ///< of the shot
    double seconds_left = -1;     ///< negative while unknown
    uint64_t memory = 0;          ///< bytes of the process and the device together
};

/// "[#####.....] frame 24  24/48  3.1/s  0:08 left  512.0 MiB", at most `columns` characters wide.
std::string progress_line(const Progress& progress, int columns);

/// One frame of one writer.
struct FrameReport {
    std::string writer, file;
    int frame = 0;
    double seconds = 0; ///< from its start to its last byte
};

/// What one writer is about to make.
struct WriterReport {
    std::string writer, file; ///< the pattern of a sequence as it is, or the movie
    std::string frames;       ///< as parse_frames reads them
    bool movie = false;       ///< its frames are one file: without one of them there is none
};

struct RenderSummary {
    size_t written = 0, skipped = 0, failed = 0, missing = 0; ///< missing: never begun or stopped
    size_t writers = 1;
    double seconds = 0;
    double frames_per_second = 0;                     ///< of the shot: frames of several writers count as one
    uint64_t peak_memory = 0, peak_device_memory = 0; ///< bytes; the device's is 0 when it is part of the process
    std::map<std::string, std::string> outputs;       ///< what each writer wrote: a movie, or a pattern and its frames
    bool interrupted = false;
};

/// Where the time of a render went.
struct Profile {
    std::vector<NodeTime> nodes;                     ///< dearest first
    std::map<std::string, double> encode_milliseconds; ///< by writer
    double copy_bandwidth = 0; ///< bytes a second that the device copies within itself, read and written
};

enum class ReportStyle { Bar, Lines, Json, Quiet };
/// Bar when `out` is a terminal, else Lines.
ReportStyle style_for(std::FILE* out);

/// Called from one thread. Errors go to stderr in every style but Json, where they are objects like the rest. Quiet
/// says nothing but errors.
class Reporter {
public:
    Reporter(ReportStyle style, std::FILE* out);
    ~Reporter(); ///< leaves the terminal on a fresh line

    /// `writers` in the order of the render.
    void start(const std::string& project, const std::string& device, size_t frames,
               const std::vector<WriterReport>& writers);
    /// A frame is being worked on; nothing but JSON tells.
    void begun(const std::string& writer, int frame);
    void written(const FrameReport& report, const Progress& progress);
    void skipped(const FrameReport& report, const Progress& progress);
    void failed(const Error& error, const std::string& writer, const Progress& progress);
    /// What kept the render from beginning; nothing but JSON tells (the program's last words are about it). Nothing
    /// once it has begun: its errors have been told then.
    void refused(const Error& error);
    /// Draws the bar again; nothing in the other styles.
    void tick(const Progress& progress);
    void profile(const Profile& profile);
    void finish(const RenderSummary& summary);

private:
    void clear_bar();
    void line(const std::string& text);
    ReportStyle style_;
    std::FILE* out_;
    bool bar_shown_ = false, started_ = false;
};

/// Bytes of memory the process has in use now, and at most so far.
uint64_t resident_bytes();
uint64_t peak_resident_bytes();

} // namespace tessera
