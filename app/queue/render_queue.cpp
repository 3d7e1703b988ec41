#include "app/queue/render_queue.h"
#include "app/queue/queue_core.h"
#include <csignal>
#include <sys/eventfd.h>
#include <unistd.h>

namespace tessera {

RenderQueue::RenderQueue(QueueOptions options) : core_(std::make_unique<Core>(std::move(options)))
{
    core_->thread = std::thread([core = core_.get()] { core->run(); });
}

RenderQueue::~RenderQueue()
{
    core_->send([](Core& core) { core.stopping = true; });
    core_->thread.join();
}

// ---- wishes ---------------------------------------------------------------------------------------------------------

JobId RenderQueue::add(ProjectPtr project, JobRequest request, bool now)
{
    const JobId id = core_->next_id++;
    core_->send([id, now, project = std::move(project), request = std::move(request)](Core& core) mutable {
        core.add(id, project, std::move(request), now);
    });
    return id;
}

void RenderQueue::start(JobId job)
{
    core_->send([job](Core& core) { core.retry(job, true); });
}

void RenderQueue::retry(JobId job)
{
    core_->send([job](Core& core) { core.retry(job, false); });
}

void RenderQueue::retry_replacing(JobId job)
{
    core_->send([job](Core& core) {
        if (LiveJob* live = core.find(job)) live->job.request.overwrite = true;
        core.retry(job, false);
    });
}

void RenderQueue::retry_continuing(JobId job)
{
    core_->send([job](Core& core) {
        if (LiveJob* live = core.find(job)) live->job.request.resume = true;
        core.retry(job, false);
    });
}

void RenderQueue::pause(JobId job)
{
    core_->send([job](Core& core) { core.pause(job, true); });
}

void RenderQueue::resume(JobId job)
{
    core_->send([job](Core& core) { core.pause(job, false); });
}

void RenderQueue::cancel(JobId job)
{
    core_->send([job](Core& core) { core.cancel(job); });
}

void RenderQueue::remove(JobId job)
{
    core_->send([job](Core& core) { core.remove(job); });
}

void RenderQueue::clear_finished()
{
    core_->send([](Core& core) { core.clear_finished(); });
}

void RenderQueue::move(JobId job, size_t position)
{
    core_->send([job, position](Core& core) { core.move(job, position); });
}

void RenderQueue::hold(bool held)
{
    core_->send([held](Core& core) { core.set_held(held); });
}

void RenderQueue::set_at_once(int jobs)
{
    core_->send([jobs](Core& core) { core.set_at_once(jobs); });
}

void RenderQueue::pause_all()
{
    core_->send([](Core& core) { core.pause_all(true); });
}

void RenderQueue::resume_all()
{
    core_->send([](Core& core) { core.pause_all(false); });
}

void RenderQueue::cancel_all()
{
    core_->send([](Core& core) { core.cancel_all(); });
}

// ---- looking --------------------------------------------------------------------------------------------------------

std::shared_ptr<const RenderQueue::View> RenderQueue::view() const
{
    const std::lock_guard lock(core_->mutex);
    return core_->view;
}

bool RenderQueue::running() const
{
    const auto shown = view();
    for (const auto& job : shown->jobs)
        if (job->active() || (job->state == JobState::Waiting && !shown->held)) return true;
    return false;
}

std::vector<QueueNote> RenderQueue::take_notes()
{
    const std::lock_guard lock(core_->mutex);
    return std::exchange(core_->notes, {});
}

std::vector<QueueLine> RenderQueue::take_lines()
{
    const std::lock_guard lock(core_->mutex);
    return std::exchange(core_->lines, {});
}

} // namespace tessera
