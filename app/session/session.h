#pragma once
// The open project: its snapshot, its history, its file, and the copy that survives a crash. Only the interface's thread
// uses it; everyone else is handed snapshots.
#include "app/session/recovery.h"
#include "core/doc/edit.h"
#include "core/doc/history.h"
#include <functional>
#include <set>

namespace tessera {

enum class NoticeLevel { Info, Warning, Error };

/// Something to tell the user, shown as a passing note and kept in the log.
struct Notice {
    NoticeLevel level = NoticeLevel::Info;
    std::string text;
    std::chrono::system_clock::time_point time;
    uint64_t number = 0; ///< counts up
    int times = 1;       ///< how often it came in a row
};

/// What has been told, newest last.
class Notices {
public:
    void add(NoticeLevel level, std::string text);
    void add(const Error& error) { add(NoticeLevel::Error, error.text()); }
    const std::deque<Notice>& all() const { return list_; }
    void clear() { list_.clear(); }

private:
    std::deque<Notice> list_;
    uint64_t count_ = 0;
};

struct SessionOptions {
    std::filesystem::path recovery_folder; ///< empty: no recovery copies (tests)
    int backups = 10;                      ///< kept beside the project at each save; 0: none
};

class Session {
public:
    Session(SessionOptions options, Notices& notices);

    const ProjectPtr& project() const { return history_.current(); }
    const History& history() const { return history_; }
    /// Counts up whenever the current project changes.
    uint64_t revision() const { return revision_; }

    /// Makes the result of an edit current. An error is told and changes nothing; false then. `merge_key`: edits of one
    /// drag become one step of the history.
    bool apply(Result<ProjectPtr> edited, std::string label, std::string merge_key = {});
    /// The drag has ended.
    void seal() { history_.seal(); }
    void undo();
    void redo();
    /// To an entry of the history.
    void go_to(size_t position);

    // ---- the file -----------------------------------------------------------------------------------------------

    const std::string& path() const { return path_; }
    /// File name without its ending; "Untitled" when it was never saved.
    std::string name() const;
    bool saved() const { return history_.is_saved(); }

    void start(ProjectPtr project); ///< a new project that has no file
    Status open(const std::string& path);
    Status restore(const Recovered& copy);
    Status save();                          ///< InvalidArgument when it has no file yet
    Status save_as(const std::string& path);
    Status save_new_version();
    /// Takes note that `snapshot` was written to `path` by a worker, `written` being what save_project gave. The edits made
    /// meanwhile stay; false when they must be written again because paths changed with the folder.
    bool saved_by_worker(const ProjectPtr& snapshot, const ProjectPtr& written, const std::string& path);
    /// As open, with what a worker has loaded.
    void opened(ProjectPtr project, const std::string& path) { became(std::move(project), path, true); }
    void restored(ProjectPtr project, const Recovered& copy);
    /// The application ends in order: the recovery copy goes, what is unsaved was given up.
    void close();
    const SessionOptions& options() const { return options_; }
    /// Tells what keeps the recovery copy from being written, once each; call now and then.
    void watch_recovery();

private:
    void became(ProjectPtr project, std::string path, bool is_saved);
    void moved();

    SessionOptions options_;
    Notices& notices_;
    History history_;
    std::string path_;
    std::unique_ptr<Recovery> recovery_;
    std::string told_problem_;
    uint64_t revision_ = 1;
};

/// The selection in the node graph, and which graph is shown.
struct Selection {
    std::vector<GraphId> path;     ///< groups entered, from the root graph; never empty
    std::set<NodeId> nodes;        ///< in the graph shown
    NodeId last = 0;               ///< the one chosen last: new nodes go after it
    GraphId graph() const { return path.back(); }
    /// Forgets what the project no longer has (after undo).
    void check(const Project& project);
};

} // namespace tessera
