#pragma once
// Work is never lost: while a project has unsaved edits, a copy of it lies in the recovery folder, at most a few seconds
// old. It is written on a thread of its own, whole or not at all, and removed when the project is saved or closed. What
// lies there when the application starts belongs to one that did not end well, and is offered.
#include "core/doc/document.h"
#include <chrono>
#include <filesystem>
#include <memory>
#include <vector>

namespace tessera {

/// A copy that an application which is no longer running left behind.
struct Recovered {
    std::filesystem::path file;    ///< in the recovery folder
    std::string project_path;      ///< where the project was saved; "" when it never was
    std::chrono::system_clock::time_point time;
};

class Recovery {
public:
    /// Copies go to `folder`, which is made when needed, not more often than every `interval`.
    explicit Recovery(std::filesystem::path folder, std::chrono::milliseconds interval = std::chrono::seconds(2));
    ~Recovery(); ///< writes what is pending; the copy stays unless discard() was called
    Recovery(const Recovery&) = delete;

    /// Offers the present state for copying; returns at once.
    void offer(ProjectPtr project, std::string project_path);
    /// The project is on disk: the copy is removed.
    void discard();
    /// Why the last copy could not be written; nothing when it could. Any thread.
    std::optional<Error> problem() const;
    /// Waits until what has been offered is on disk (tests, and before a crash report is written).
    void flush();

    /// Copies whose application is gone, newest first. Damaged ones are listed too: opening one tells what is wrong.
    static std::vector<Recovered> find(const std::filesystem::path& folder);
    /// The project of a copy, with the folder it had.
    static Result<ProjectPtr> open(const Recovered& copy);
    static void remove(const Recovered& copy);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Keeps the `most` newest backups of `path` beside it in a folder ".backups", as NAME.YYYYMMDD-HHMMSS.tess: copies the
/// file as it is before it is replaced. Nothing happens where there is no file yet.
Status back_up(const std::filesystem::path& path, int most);
/// "shot_v003.tess" to "shot_v004.tess", keeping the digits' width; "shot.tess" to "shot_v002.tess". The first number
/// from there that is free on disk.
std::filesystem::path next_version(const std::filesystem::path& path);

} // namespace tessera
