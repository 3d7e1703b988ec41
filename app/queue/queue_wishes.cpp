// What the render queue is asked for, on its own thread.
#include "app/queue/queue_core.h"
#include "core/time/frames.h"
#include "core/doc/project_file.h"
#include <algorithm>

namespace tessera {

namespace fs = std::filesystem;
using Clock = LiveJob::Clock;

namespace {

/// Relative paths of a project that was never saved start where the application was started, also in its copy.
ProjectPtr placed(const ProjectPtr& project)
{
    if (!project->folder.empty()) return project;
    std::error_code none;
    auto copy = std::make_shared<Project>(*project);
    copy->folder = fs::current_path(none).string();
    return copy;
}

Status check_request(const JobRequest& request)
{
    TESSERA_TRY(frames, parse_frames(request.frames));
    if (frames.size() > most_job_frames)
        return Error{ErrorKind::InvalidArgument, "the render has more than a million frames", "render it in parts"};
    return {};
}

} // namespace

void RenderQueue::Core::add(JobId id, const ProjectPtr& project, JobRequest request, bool now)
{
    auto live = std::make_unique<LiveJob>();
    live->job.id = id;
    live->job.request = std::move(request);
    live->job.snapshot = snapshot_name(id);
    live->urgent = now;
    Status kept = check_request(live->job.request);
    if (kept && folder.empty())
        kept = Error{ErrorKind::Permission, "the render queue has no folder for the project's copy",
                     "make " + options.folder.string() + " writable and start again"};
    if (kept && jobs.size() >= most_jobs)
        kept = Error{ErrorKind::InvalidArgument, "the render queue is full", "remove finished renders"};
    if (kept)
        if (auto saved = save_project(placed(project), (folder / live->job.snapshot).string()); !saved) kept = saved.error();
    jobs.push_back(std::move(live));
    LiveJob& added = *jobs.back();
    if (!kept) {
        added.job.message = kept.error().text();
        log(added, added.job.message, true);
        finish(added, JobState::Failed);
    }
    changed(added);
    save(true);
}

void RenderQueue::Core::retry(JobId id, bool now)
{
    LiveJob* live = find(id);
    if (!live || live->process) return;
    Job& job = live->job;
    live->urgent = now || held; // who asks for one means it, and the rest stays held
    job.state = JobState::Waiting;
    job.message.clear();
    job.files_exist = false;
    changed(*live);
}

void RenderQueue::Core::pause(JobId id, bool paused)
{
    LiveJob* live = find(id);
    if (!live || !live->process || live->kill_at) return;
    if (paused == (live->job.state == JobState::Paused)) return;
    count_time(*live);
    if (paused) live->process->pause();
    else live->process->go_on();
    live->job.state = paused ? JobState::Paused : JobState::Running;
    live->counted = Clock::now();
    log(*live, paused ? "paused" : "goes on", false);
    changed(*live);
}

void RenderQueue::Core::pause_all(bool paused)
{
    for (const auto& live : jobs) pause(live->job.id, paused);
    set_held(paused);
}

void RenderQueue::Core::cancel(JobId id)
{
    LiveJob* live = find(id);
    if (!live || live->kill_at) return;
    if (live->process) {
        live->process->interrupt();
        live->kill_at = Clock::now() + options.grace;
        live->job.stopping = true;
    } else if (live->job.state == JobState::Waiting) {
        live->job.state = JobState::Cancelled;
    }
    changed(*live);
}

void RenderQueue::Core::cancel_all()
{
    for (const auto& live : jobs) cancel(live->job.id);
}

void RenderQueue::Core::remove(JobId id)
{
    LiveJob* live = find(id);
    if (!live) return;
    cancel(id);
    live->removing = true;
    dirty = unsaved = true;
}

void RenderQueue::Core::clear_finished()
{
    for (const auto& live : jobs) {
        const JobState state = live->job.state;
        if (state == JobState::Done || state == JobState::Cancelled) live->removing = !live->process;
    }
    dirty = unsaved = true;
}

void RenderQueue::Core::move(JobId id, size_t position)
{
    const auto from = std::find_if(jobs.begin(), jobs.end(), [&](auto& live) { return live->job.id == id; });
    if (from == jobs.end()) return;
    const auto to = jobs.begin() + std::ptrdiff_t(std::min(position, jobs.size()));
    if (to > from) std::rotate(from, from + 1, to);
    else std::rotate(to, from, from + 1);
    dirty = unsaved = true;
}

void RenderQueue::Core::set_held(bool on)
{
    held = on;
    // Those that an earlier application left in the middle go on with the rest.
    if (!on)
        for (const auto& live : jobs)
            if (live->job.state == JobState::Interrupted) {
                live->job.state = JobState::Waiting;
                live->job.message.clear();
                changed(*live);
            }
    dirty = unsaved = true;
}

void RenderQueue::Core::set_at_once(int count)
{
    at_once = std::clamp(count, 1, most_at_once);
    dirty = unsaved = true;
}

} // namespace tessera
