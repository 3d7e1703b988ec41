#include "app/queue/queue_core.h"
#include "core/time/frames.h"
#include "core/base/file.h"
#include "core/base/trace.h"
#include "core/doc/project_file.h"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <unistd.h>

namespace tessera {

namespace fs = std::filesystem;
using Clock = LiveJob::Clock;

namespace {

constexpr int most_folders = 16;
constexpr uint64_t largest_file = 256ull << 20;
/// Pictures of progress are published this often at most, and the file is written this often.
constexpr std::chrono::milliseconds publish_every{60}, save_every{2000};
/// How often running jobs are looked at although nothing was heard of them: their clocks go on.
constexpr int tick_ms = 500;
constexpr int poll_ms = 50; ///< while a process is about to end

std::string counted_jobs(size_t n)
{
    return std::to_string(n) + (n == 1 ? " render" : " renders");
}

} // namespace

RenderQueue::Core::Core(QueueOptions given) : options(std::move(given))
{
    waker = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    // Numbers that no earlier application has given: the time they were given at.
    next_id = JobId(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count());
}

RenderQueue::Core::~Core()
{
    if (waker >= 0) ::close(waker);
    if (lock_file >= 0) ::close(lock_file);
}

void RenderQueue::Core::send(std::function<void(Core&)> wish)
{
    {
        const std::lock_guard lock(mutex);
        wishes.push_back(std::move(wish));
    }
    const uint64_t one = 1;
    (void)!::write(waker, &one, sizeof one);
}

void RenderQueue::Core::run()
{
    name_thread("render queue");
    open_folder();
    load();
    dirty = true; // also when there was nothing: the first view tells that it has been looked for
    publish(true);
    while (!stopping) {
        wait();
        take_wishes();
        for (auto& live : jobs)
            if (live->process) read(*live);
        std::erase_if(jobs, [this](const auto& live) {
            if (!live->removing || live->process) return false;
            forget_snapshot(live->job);
            return dirty = unsaved = true;
        });
        begin_jobs();
        save(false);
        publish(false);
    }
    end_all();
    save(true);
    publish(true);
}

void RenderQueue::Core::wait()
{
    std::vector<pollfd> waited{{waker, POLLIN, 0}};
    int timeout = dirty ? int(publish_every.count()) : unsaved ? int(save_every.count()) : -1;
    for (const auto& live : jobs) {
        if (!live->process) continue;
        timeout = std::min(timeout < 0 ? tick_ms : timeout, live->kill_at ? poll_ms : tick_ms);
        for (const int fd : {live->process->out(), live->process->err()})
            if (fd >= 0) waited.push_back({fd, POLLIN, 0});
        if (live->process->out() < 0) timeout = std::min(timeout, poll_ms); // it has said its last and is ending
    }
    if (::poll(waited.data(), nfds_t(waited.size()), timeout) > 0 && waited[0].revents) {
        uint64_t count = 0;
        (void)!::read(waker, &count, sizeof count);
    }
}

void RenderQueue::Core::take_wishes()
{
    std::vector<std::function<void(Core&)>> now;
    {
        const std::lock_guard lock(mutex);
        now.swap(wishes);
    }
    for (auto& wish : now) wish(*this);
}

// ---- what is kept ---------------------------------------------------------------------------------------------------

/// The first of FOLDER, FOLDER.2, ... that no running application has.
void RenderQueue::Core::open_folder()
{
    std::string problem;
    for (int i = 1; i <= most_folders && lock_file < 0; ++i) {
        const fs::path place = i == 1 ? options.folder : fs::path(options.folder.string() + "." + std::to_string(i));
        std::error_code error;
        fs::create_directories(place, error);
        const int fd = error ? -1 : ::open((place / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0) {
            problem = place.string() + ": " + (error ? error.message() : std::strerror(errno));
            break;
        }
        if (::flock(fd, LOCK_EX | LOCK_NB) == 0) lock_file = fd, folder = place;
        else ::close(fd);
    }
    if (lock_file < 0)
        note(NoticeLevel::Warning, "The render queue has no place to keep its projects (" +
                                       (problem.empty() ? options.folder.string() : problem) +
                                       "). Nothing can be rendered from it until the folder can be written.");
}

void RenderQueue::Core::load()
{
    const std::string file = (folder / "queue.json").string();
    std::error_code none;
    if (folder.empty() || !fs::exists(file, none)) return;
    auto text = read_file(file, largest_file);
    Result<QueueState> read = text ? queue_from_text(*text) : Result<QueueState>(text.error());
    if (!read) {
        // Never lost, and never written over: whoever can mend it finds it beside the new one.
        const std::string aside = file + ".damaged";
        fs::rename(file, aside, none);
        note(NoticeLevel::Warning, read.error().text() + " It was put aside as " + aside + "; the queue starts empty.");
        return;
    }
    at_once = read->at_once;
    size_t left = 0;
    for (Job& job : read->jobs) {
        if (job.state == JobState::Waiting || job.state == JobState::Interrupted) ++left;
        auto live = std::make_unique<LiveJob>();
        live->job = std::move(job);
        jobs.push_back(std::move(live));
    }
    held = left > 0;
    dirty = true;
    if (left)
        note(NoticeLevel::Info, counted_jobs(left) + (left == 1 ? " was" : " were") +
                                    " left from last time. The render queue goes on with " + (left == 1 ? "it" : "them") +
                                    " when you start it.");
}

void RenderQueue::Core::save(bool now)
{
    if (!unsaved || folder.empty()) return;
    if (!now && Clock::now() - saved_at < save_every) return;
    QueueState state{{}, held, at_once};
    for (const auto& live : jobs)
        if (!live->removing) state.jobs.push_back(live->job);
    const auto text = queue_text(state);
    const Status written = text ? write_file((folder / "queue.json").string(), *text) : Status(text.error());
    const std::string problem = written ? "" : written.error().text();
    if (problem != told_problem && !problem.empty()) note(NoticeLevel::Warning, "The render queue is not kept: " + problem);
    told_problem = problem;
    saved_at = Clock::now();
    unsaved = false;
}

void RenderQueue::Core::forget_snapshot(const Job& job)
{
    if (folder.empty() || job.snapshot.empty()) return;
    std::error_code ignored; // a copy that was never written need not be removed
    fs::remove(folder / job.snapshot, ignored);
}

void RenderQueue::Core::publish(bool now)
{
    if (!dirty) return;
    if (!now && Clock::now() - published_at < publish_every) return;
    auto next = std::make_shared<View>();
    next->held = held, next->at_once = at_once, next->folder = folder;
    for (const auto& live : jobs) {
        if (live->removing) continue;
        if (!live->shown) live->shown = std::make_shared<const Job>(live->job);
        next->jobs.push_back(live->shown);
    }
    {
        const std::lock_guard lock(mutex);
        next->revision = view->revision + 1;
        view = std::move(next);
    }
    dirty = false;
    published_at = Clock::now();
    if (options.on_change) options.on_change();
}

LiveJob* RenderQueue::Core::find(JobId id)
{
    const auto it = std::find_if(jobs.begin(), jobs.end(), [&](auto& live) { return live->job.id == id && !live->removing; });
    return it == jobs.end() ? nullptr : it->get();
}

void RenderQueue::Core::changed(LiveJob& live, bool to_keep)
{
    live.shown = nullptr;
    dirty = true;
    unsaved = unsaved || to_keep;
}

void RenderQueue::Core::note(NoticeLevel level, std::string text)
{
    {
        const std::lock_guard lock(mutex);
        notes.push_back({level, std::move(text)});
    }
    dirty = true; // whoever waits for changes takes the notes
}

void RenderQueue::Core::log(LiveJob& live, std::string text, bool error)
{
    add_log(live.job, std::move(text), error);
    const std::lock_guard lock(mutex);
    lines.push_back({live.job.id, live.job.request.title, live.job.log.back()});
}

} // namespace tessera
