#include "app/queue/render_job.h"
#include "core/time/frames.h"
#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace tessera {

namespace {

bool there(FrameState state)
{
    return state == FrameState::Done || state == FrameState::Skipped;
}

WriterRecord* writer_named(Job& job, const std::string& name)
{
    const auto it = std::find_if(job.writers.begin(), job.writers.end(), [&](auto& w) { return w.name == name; });
    return it == job.writers.end() ? nullptr : &*it;
}

void count(FrameCounts& counts, const WriterRecord& writer)
{
    for (const FrameRecord& f : writer.frames) switch (f.state) {
        case FrameState::Waiting: ++counts.waiting; break;
        case FrameState::Rendering: ++counts.rendering; break;
        case FrameState::Done: ++counts.done; break;
        case FrameState::Skipped: ++counts.skipped; break;
        case FrameState::Failed: ++counts.failed; break;
        }
}

/// Frames of a writer that are not there; all of an incomplete movie.
std::string missing_frames(const WriterRecord& writer)
{
    std::vector<int> missing, all;
    for (const FrameRecord& f : writer.frames) {
        all.push_back(f.frame);
        if (!there(f.state)) missing.push_back(f.frame);
    }
    return frames_text(writer.movie && !missing.empty() ? all : missing);
}

Error nonsense(const std::string& what)
{
    return {ErrorKind::InvalidArgument, what, "the line is kept in the log"};
}

/// The frames of a writer as its process announces them; what is known of them from earlier runs stays.
Status enter_writer(Job& job, const WriterStart& start)
{
    TESSERA_TRY(frames, parse_frames(start.frames));
    WriterRecord* writer = writer_named(job, start.name);
    const size_t known = counts_of(job).total() - (writer ? writer->frames.size() : 0);
    if (known + frames.size() + (writer ? writer->frames.size() : 0) > most_job_frames)
        return nonsense("the render has more than a million frames");
    if (!writer) writer = &job.writers.emplace_back();
    writer->name = start.name;
    writer->file = start.file;
    writer->movie = start.movie;
    for (const int frame : frames) {
        FrameRecord* record = writer->find(frame);
        if (!record) {
            const auto at = std::lower_bound(writer->frames.begin(), writer->frames.end(), frame,
                                             [](const FrameRecord& f, int n) { return f.frame < n; });
            record = &*writer->frames.insert(at, FrameRecord{frame});
        }
        record->state = FrameState::Waiting;
        record->seconds = 0;
        writer->messages.erase(frame);
    }
    return {};
}

Status enter_frame(Job& job, const RenderEvent& event)
{
    WriterRecord* writer = writer_named(job, event.writer);
    FrameRecord* frame = writer ? writer->find(event.frame) : nullptr;
    if (!frame) return nonsense("'" + event.writer + "' has no frame " + std::to_string(event.frame));
    if (event.kind == RenderEvent::Begin) {
        frame->state = FrameState::Rendering;
        return {};
    }
    if (event.kind == RenderEvent::Failed) {
        frame->state = FrameState::Failed;
        writer->messages[event.frame] = event.text;
        return {};
    }
    frame->state = event.kind == RenderEvent::Frame ? FrameState::Done : FrameState::Skipped;
    frame->seconds = float(event.seconds);
    job.memory = event.memory;
    job.peak_memory = std::max(job.peak_memory, event.memory);
    if (event.kind == RenderEvent::Frame) job.last_file = event.file, job.last_frame = event.frame;
    return {};
}

/// What to do is said without the command line's own words: those who look at a queue have buttons.
std::string words_of(const RenderEvent& event)
{
    const bool command_line = event.text.find(" --") != std::string::npos;
    return command_line && !event.message.empty() ? event.message + "." : event.text;
}

std::string end_text(ProcessEnd end)
{
    if (!end.by_signal) return "ended with status " + std::to_string(end.code);
    const char* name = ::strsignal(end.code);
    return "was ended by signal " + std::to_string(end.code) + (name ? std::string(" (") + name + ")" : "");
}

} // namespace

const char* text_of(JobState state)
{
    switch (state) {
    case JobState::Waiting: return "waiting";
    case JobState::Running: return "rendering";
    case JobState::Paused: return "paused";
    case JobState::Done: return "done";
    case JobState::Failed: return "failed";
    case JobState::Cancelled: return "cancelled";
    case JobState::Interrupted: return "interrupted";
    }
    return "";
}

const char* text_of(FrameState state)
{
    switch (state) {
    case FrameState::Waiting: return "waiting";
    case FrameState::Rendering: return "rendering";
    case FrameState::Done: return "done";
    case FrameState::Skipped: return "up to date";
    case FrameState::Failed: return "failed";
    }
    return "";
}

FrameRecord* WriterRecord::find(int frame)
{
    const auto it = std::lower_bound(frames.begin(), frames.end(), frame,
                                     [](const FrameRecord& f, int n) { return f.frame < n; });
    return it == frames.end() || it->frame != frame ? nullptr : &*it;
}

FrameCounts counts_of(const WriterRecord& writer)
{
    FrameCounts counts;
    count(counts, writer);
    return counts;
}

FrameCounts counts_of(const Job& job)
{
    FrameCounts counts;
    for (const WriterRecord& writer : job.writers) count(counts, writer);
    return counts;
}

double progress_of(const Job& job)
{
    const FrameCounts counts = counts_of(job);
    if (job.state == JobState::Done) return 1;
    return counts.total() ? double(counts.finished()) / double(counts.total()) : -1;
}

double seconds_a_frame(const Job& job)
{
    double sum = 0;
    size_t made = 0;
    for (const WriterRecord& writer : job.writers)
        for (const FrameRecord& f : writer.frames)
            if (f.state == FrameState::Done && f.seconds > 0) sum += double(f.seconds), ++made;
    return made ? sum / double(made) : 0;
}

std::vector<RenderRun> runs_left(const Job& job)
{
    if (job.writers.empty()) return {{job.request.writers, job.request.frames}};
    std::vector<RenderRun> runs;
    for (const WriterRecord& writer : job.writers) {
        std::string frames = missing_frames(writer);
        if (frames.empty()) continue;
        if (!runs.empty() && runs.back().frames == frames) runs.back().writers.push_back(writer.name);
        else runs.push_back({{writer.name}, std::move(frames)});
    }
    return runs;
}

std::vector<std::string> arguments_of(const Job& job, const RenderRun& run, const std::string& snapshot)
{
    const JobRequest& r = job.request;
    std::vector<std::string> a{"render", snapshot, "--json", "--background", "--frames=" + run.frames};
    for (const std::string& writer : run.writers) a.push_back("--writer=" + writer);
    if (r.level > 0) a.push_back("--proxy=" + std::to_string(r.level));
    if (r.overwrite) a.push_back("--overwrite");
    // After a crash the frame that was just written may not have been reported; it is the job's own and may be replaced.
    if (r.resume || (job.crashed && !job.writers.empty())) a.push_back("--continue");
    if (r.keep_going) a.push_back("--keep-going");
    if (!r.project.empty()) a.push_back("--recorded-as=" + r.project);
    return a;
}

Status enter(Job& job, const RenderEvent& event)
{
    switch (event.kind) {
    case RenderEvent::Start: {
        Job next = job;
        for (const WriterStart& start : event.writers) TESSERA_CHECK(enter_writer(next, start));
        next.device = event.device;
        job = std::move(next);
        return {};
    }
    case RenderEvent::Begin:
    case RenderEvent::Frame:
    case RenderEvent::Skipped: return enter_frame(job, event);
    case RenderEvent::Failed:
        add_log(job, event.text, true);
        if (job.message.empty()) job.message = words_of(event);
        return event.has_frame ? enter_frame(job, event) : Status();
    case RenderEvent::Refused:
        job.message = words_of(event);
        job.files_exist = event.error_kind == "exists";
        add_log(job, event.text, true);
        return {};
    case RenderEvent::Done:
        for (WriterRecord& writer : job.writers) {
            if (!writer.movie) continue;
            const auto& complete = event.complete;
            if (std::find(complete.begin(), complete.end(), writer.name) == complete.end()) continue;
            for (FrameRecord& f : writer.frames) f.state = FrameState::Done;
        }
        return {};
    case RenderEvent::Other: return {};
    }
    return {};
}

bool enter_end(Job& job, const RenderRun& run, ProcessEnd end, bool said_done)
{
    job.memory = 0;
    job.seconds_left = -1;
    job.crashed = !said_done && (end.by_signal || end.code > 1);
    bool whole = true;
    for (WriterRecord& writer : job.writers) {
        const bool ours = run.writers.empty() ||
                          std::find(run.writers.begin(), run.writers.end(), writer.name) != run.writers.end();
        if (!ours) continue;
        for (FrameRecord& f : writer.frames)
            if (f.state == FrameState::Rendering) f.state = FrameState::Waiting;
        const FrameCounts counts = counts_of(writer);
        const bool complete = counts.done + counts.skipped == counts.total() && said_done;
        if (writer.movie && !complete)
            for (FrameRecord& f : writer.frames)
                if (f.state == FrameState::Done) f.state = FrameState::Waiting;
        whole = whole && counts.done + counts.skipped == counts.total();
    }
    const bool good = whole && said_done && !end.by_signal && end.code == 0 && !job.writers.empty();
    if (good) return true;
    if (job.crashed)
        job.message = "the render program " + end_text(end) + "; the frames it had finished are kept";
    else if (job.message.empty())
        job.message = said_done ? "not every frame was made" : "the render program " + end_text(end);
    return false;
}

void add_log(Job& job, std::string text, bool error)
{
    job.log.push_back({std::chrono::system_clock::now(), std::move(text), error});
    if (job.log.size() > most_log_lines) job.log.erase(job.log.begin());
}

std::string clock_text(double seconds)
{
    const auto whole = int64_t(std::llround(std::clamp(seconds, 0.0, 3.6e9)));
    char text[40];
    if (whole >= 3600)
        std::snprintf(text, sizeof text, "%lld:%02d:%02d", static_cast<long long>(whole / 3600), int(whole / 60 % 60),
                      int(whole % 60));
    else
        std::snprintf(text, sizeof text, "%d:%02d", int(whole / 60), int(whole % 60));
    return text;
}

std::string job_bytes_text(uint64_t bytes)
{
    constexpr double mib = 1 << 20, gib = 1 << 30;
    char text[40];
    if (double(bytes) >= gib) std::snprintf(text, sizeof text, "%.1f GiB", double(bytes) / gib);
    else std::snprintf(text, sizeof text, "%.0f MiB", double(bytes) / mib);
    return text;
}

} // namespace tessera
