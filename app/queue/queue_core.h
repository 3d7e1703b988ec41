#pragma once
// The render queue's own thread: the only one that touches jobs, processes and files. Included by app/queue alone.
#include "core/time/pace.h"
#include "app/queue/render_process.h"
#include "app/queue/render_queue.h"
#include <atomic>
#include <deque>
#include <mutex>
#include <thread>

namespace tessera {

/// A job with what only a running application knows of it.
struct LiveJob {
    using Clock = std::chrono::steady_clock;
    Job job;
    std::shared_ptr<const Job> shown; ///< as it was published; none when it has changed since
    std::deque<RenderRun> runs;       ///< of this start, the first being rendered
    std::unique_ptr<RenderProcess> process;
    Pace pace;
    bool urgent = false;    ///< begin at once
    bool removing = false;  ///< goes when its process has ended
    bool said_done = false;
    std::optional<Clock::time_point> kill_at; ///< a cancelled process is ended then
    Clock::time_point counted; ///< job.seconds counts up to here
};

struct RenderQueue::Core {
    explicit Core(QueueOptions options);
    ~Core();

    void send(std::function<void(Core&)> wish);
    void run();

    // Wishes, on the thread.
    void add(JobId id, const ProjectPtr& project, JobRequest request, bool now);
    void retry(JobId id, bool now);
    void pause(JobId id, bool paused);
    void pause_all(bool paused);
    void cancel(JobId id);
    void cancel_all();
    void remove(JobId id);
    void clear_finished();
    void move(JobId id, size_t position);
    void set_held(bool on);
    void set_at_once(int jobs);

    // Its steps.
    void open_folder();
    void load();
    void begin_jobs();
    void begin_run(LiveJob& live);
    void read(LiveJob& live);
    void take_line(LiveJob& live, const RenderProcess::Line& line);
    void end_run(LiveJob& live, ProcessEnd end);
    void finish(LiveJob& live, JobState state);
    void take_wishes();
    void wait();
    void count_time(LiveJob& live);
    void end_all();
    void save(bool now);
    void publish(bool now);
    void forget_snapshot(const Job& job);

    LiveJob* find(JobId id);
    void changed(LiveJob& live, bool to_keep = true);
    void note(NoticeLevel level, std::string text);
    void log(LiveJob& live, std::string text, bool error);

    const QueueOptions options;
    std::filesystem::path folder; ///< the one that is ours; empty when there is none: nothing is kept then
    int lock_file = -1, waker = -1;
    std::vector<std::unique_ptr<LiveJob>> jobs;
    bool held = false, stopping = false;
    int at_once = 1;
    bool dirty = false;       ///< there is something to publish
    bool unsaved = false;     ///< and something to write, soon
    std::string told_problem; ///< of writing
    LiveJob::Clock::time_point saved_at{}, published_at{};

    mutable std::mutex mutex; ///< guards what follows
    std::vector<std::function<void(Core&)>> wishes;
    std::shared_ptr<const View> view = std::make_shared<View>();
    std::vector<QueueNote> notes;
    std::vector<QueueLine> lines;

    std::atomic<JobId> next_id{1};
    std::thread thread;
};

} // namespace tessera
