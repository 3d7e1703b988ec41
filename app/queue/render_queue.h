#pragma once
// The render queue: jobs rendered one after the other (or several at once) in processes of their own, while the window
// goes on. One thread owns the jobs, their processes and their files; everyone else sends it wishes and looks at
// snapshots, so nothing here ever waits for a disk or a process.
#include "app/queue/queue_file.h"
#include "app/session/session.h"
#include "core/doc/document.h"
#include <filesystem>
#include <functional>
#include <memory>

namespace tessera {

struct QueueOptions {
    /// Where the queue and the projects' copies are kept; made when needed. When another running application uses it, a
    /// folder beside it is taken (".2", ".3", ...).
    std::filesystem::path folder;
    std::string program;             ///< that renders; empty: found by find_render_program()
    std::function<void()> on_change; ///< any thread: there is something new to look at
    std::chrono::milliseconds grace{3000}; ///< between asking a cancelled process to end and ending it
};

/// Something to tell the user.
struct QueueNote {
    NoticeLevel level = NoticeLevel::Info;
    std::string text;
};
/// A line that a process has printed, or what happened to a job: for the log.
struct QueueLine {
    JobId job = 0;
    std::string title;
    LogLine line;
};

class RenderQueue {
public:
    /// Reads what an earlier application left; jobs that were not finished are held until they are started again.
    explicit RenderQueue(QueueOptions options);
    ~RenderQueue(); ///< interrupts what is being rendered (finished frames stay) and writes the queue
    RenderQueue(const RenderQueue&) = delete;
    RenderQueue& operator=(const RenderQueue&) = delete;

    // ---- wishes: any thread, return at once ------------------------------------------------------------------------

    /// Adds a render of the project as it is now; a copy is kept until the job is removed. It begins when its turn comes;
    /// `now`: at once, whatever else is rendered, and even while the queue is held.
    JobId add(ProjectPtr project, JobRequest request, bool now = false);
    void start(JobId job);  ///< a waiting, failed, cancelled or interrupted one: renders what is missing, at once
    void retry(JobId job);  ///< the same when its turn comes
    void retry_replacing(JobId job); ///< retry, and files that exist may be replaced
    void retry_continuing(JobId job); ///< retry; files that are up to date stay, other ones are replaced
    void pause(JobId job);  ///< its process is stopped where it is, and keeps its memory
    void resume(JobId job);
    void cancel(JobId job); ///< complete frames stay, half ones are removed
    void remove(JobId job); ///< takes it out of the list, cancelled first; the rendered files stay
    void clear_finished();  ///< removes those that are done or cancelled
    /// Moves a job before the one that is at `position` now (the number of jobs: to the end).
    void move(JobId job, size_t position);
    void hold(bool held);   ///< begin no further jobs; what is being rendered goes on
    void set_at_once(int jobs);
    void pause_all();       ///< pauses what is being rendered, and holds the rest
    void resume_all();
    void cancel_all();

    // ---- looking: any thread ----------------------------------------------------------------------------------------

    struct View {
        std::vector<std::shared_ptr<const Job>> jobs; ///< in their order
        bool held = false;
        int at_once = 1;
        uint64_t revision = 0; ///< counts up with every change
        std::filesystem::path folder;
    };
    std::shared_ptr<const View> view() const;
    /// Something is being rendered, paused, or about to be.
    bool running() const;
    /// What is to be told, once each.
    std::vector<QueueNote> take_notes();
    std::vector<QueueLine> take_lines();

private:
    struct Core;
    std::unique_ptr<Core> core_;
};

} // namespace tessera
