// Jobs being rendered: their processes, what these say, and how they end.
#include "app/queue/queue_core.h"
#include <algorithm>

namespace tessera {

namespace fs = std::filesystem;
using Clock = LiveJob::Clock;

namespace {

std::string summary_of(const Job& job)
{
    const FrameCounts counts = counts_of(job);
    std::string text = job.request.title + ": ";
    const auto frames = [](size_t n) { return std::to_string(n) + (n == 1 ? " frame" : " frames"); };
    if (job.state == JobState::Done) {
        text += counts.done ? frames(counts.done) + " rendered in " + clock_text(job.seconds) : "nothing to render";
        if (counts.skipped) text += ", " + std::to_string(counts.skipped) + " were up to date";
        return text + ".";
    }
    text += "the render failed";
    if (counts.total()) text += " with " + frames(counts.failed + counts.waiting) + " of " + std::to_string(counts.total()) + " missing";
    return text + ": " + job.message + (job.message.ends_with('.') ? "" : ".");
}

} // namespace

/// Begins what may begin: in their order, until as many as allowed are busy; a paused one is busy too.
void RenderQueue::Core::begin_jobs()
{
    int busy = 0;
    for (const auto& live : jobs) busy += live->process != nullptr;
    for (const auto& live : jobs) {
        if (live->job.state != JobState::Waiting || live->removing || live->process) continue;
        if (!live->urgent && (held || busy >= at_once)) continue;
        live->urgent = false;
        const auto left = runs_left(live->job);
        live->runs.assign(left.begin(), left.end());
        live->job.message.clear();
        live->pace = {};
        if (live->runs.empty()) {
            finish(*live, JobState::Done);
            continue;
        }
        begin_run(*live);
        busy += live->process != nullptr;
    }
}

void RenderQueue::Core::begin_run(LiveJob& live)
{
    const auto start = [&]() -> Result<std::unique_ptr<RenderProcess>> {
        std::string program = options.program;
        if (program.empty()) {
            TESSERA_TRY(found, find_render_program());
            program = found;
        }
        return RenderProcess::start(program, arguments_of(live.job, live.runs.front(), (folder / live.job.snapshot).string()));
    };
    auto process = start();
    if (!process) {
        live.job.message = process.error().text();
        log(live, live.job.message, true);
        return finish(live, JobState::Failed);
    }
    live.process = std::move(*process);
    live.said_done = false;
    live.counted = Clock::now();
    live.job.state = JobState::Running;
    ++live.job.runs;
    const RenderRun& run = live.runs.front();
    std::string what = "begins frames " + run.frames;
    for (size_t i = 0; i < run.writers.size(); ++i) what += (i ? ", " : " of ") + run.writers[i];
    log(live, what, false);
    changed(live);
    saved_at = {};
}

void RenderQueue::Core::read(LiveJob& live)
{
    const auto end = live.process->ended(); // asked first: what it said before its end is read then
    for (const RenderProcess::Line& line : live.process->read_lines()) take_line(live, line);
    if (end) return end_run(live, *end);
    if (live.kill_at && Clock::now() >= *live.kill_at) live.process->kill();
    count_time(live);
}

void RenderQueue::Core::take_line(LiveJob& live, const RenderProcess::Line& line)
{
    Job& job = live.job;
    if (line.error) {
        // The last words of the program repeat what it has told as an event.
        const bool known = !job.message.empty() && line.text.find(job.message) != std::string::npos;
        if (!known && !line.text.empty()) log(live, line.text, true), changed(live);
        return;
    }
    const auto event = parse_event(line.text);
    if (!event) return log(live, "not understood: " + line.text.substr(0, 400), true), changed(live);
    const size_t logged = job.log.size();
    count_time(live);
    if (const Status entered = enter(job, *event); !entered) log(live, "not understood: " + entered.error().message, true);
    if (event->kind == RenderEvent::Done) live.said_done = true;
    if (event->kind == RenderEvent::Start) saved_at = {}; // from now on its files are its own
    if (event->kind == RenderEvent::Frame) live.pace.frame_done(job.seconds);
    if (event->kind == RenderEvent::Frame || event->kind == RenderEvent::Skipped) {
        const FrameCounts counts = counts_of(job);
        job.seconds_left = live.pace.seconds_left(counts.waiting + counts.rendering, job.seconds);
        job.frames_per_second = live.pace.frames_per_second(job.seconds);
    }
    if (job.log.size() > logged) { // an error: for the log of the application as well
        const std::lock_guard lock(mutex);
        lines.push_back({job.id, job.request.title, job.log.back()});
    }
    changed(live);
}

void RenderQueue::Core::end_run(LiveJob& live, ProcessEnd end)
{
    Job& job = live.job;
    count_time(live);
    const pid_t process = live.process->id();
    live.process.reset();
    if (!live.said_done)
        for (const WriterRecord& writer : job.writers) remove_partial_files(writer.file, process);
    const RenderRun run = live.runs.front();
    const bool good = enter_end(job, run, end, live.said_done);
    const bool cancelled = live.kill_at.has_value();
    live.kill_at.reset();
    job.stopping = false;
    changed(live);
    live.runs.pop_front();
    if (cancelled) {
        job.message.clear();
        log(live, "cancelled", false);
        return finish(live, JobState::Cancelled);
    }
    // Other writers are no worse for the failure of one when the job is to keep going.
    if (!good && (!job.request.keep_going || job.crashed)) live.runs.clear();
    if (!live.runs.empty()) return begin_run(live);
    const FrameCounts counts = counts_of(job);
    const bool whole = !job.writers.empty() && counts.done + counts.skipped == counts.total();
    finish(live, good && whole ? JobState::Done : JobState::Failed);
}

void RenderQueue::Core::finish(LiveJob& live, JobState state)
{
    Job& job = live.job;
    job.state = state;
    job.seconds_left = -1;
    live.runs.clear();
    if (state == JobState::Done) {
        job.message.clear();
        job.crashed = false;
        log(live, "done", false);
        note(NoticeLevel::Info, summary_of(job));
    } else if (state == JobState::Failed && !live.removing) {
        note(NoticeLevel::Error, summary_of(job));
    }
    changed(live);
    saved_at = {}; // what an application that dies would not know is written at once
}

void RenderQueue::Core::count_time(LiveJob& live)
{
    const auto now = Clock::now();
    if (live.job.state == JobState::Running) {
        const double passed = std::chrono::duration<double>(now - live.counted).count();
        const int before = int(live.job.seconds);
        live.job.seconds += passed;
        if (live.job.seconds_left > 0) live.job.seconds_left = std::max(0.0, live.job.seconds_left - passed);
        if (int(live.job.seconds) != before) changed(live, false);
    }
    live.counted = now;
}

/// The application ends: processes are asked to, and ended where they do not within the grace.
void RenderQueue::Core::end_all()
{
    const auto until = Clock::now() + options.grace;
    for (const auto& live : jobs)
        if (live->process) live->process->interrupt();
    for (const auto& live : jobs) {
        if (!live->process) continue;
        std::optional<ProcessEnd> end;
        while (!(end = live->process->ended())) {
            for (const RenderProcess::Line& line : live->process->read_lines()) take_line(*live, line);
            if (Clock::now() >= until) live->process->kill();
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        for (const RenderProcess::Line& line : live->process->read_lines()) take_line(*live, line);
        const pid_t process = live->process->id();
        live->process.reset();
        if (!live->said_done)
            for (const WriterRecord& writer : live->job.writers) remove_partial_files(writer.file, process);
        enter_end(live->job, live->runs.front(), *end, live->said_done);
        live->job.state = live->kill_at ? JobState::Cancelled : JobState::Interrupted;
        live->job.message = live->kill_at ? "" : "Tessera ended while this was rendered; the frames it had finished are kept";
        live->job.stopping = false;
        changed(*live);
    }
    std::erase_if(jobs, [this](const auto& live) {
        if (live->removing) forget_snapshot(live->job);
        return live->removing;
    });
}

} // namespace tessera
