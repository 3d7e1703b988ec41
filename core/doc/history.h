#pragma once
// Undo and redo: a stack of snapshots. Each entry is a whole project, which costs little because projects share what
// they have in common.
#include "core/doc/document.h"
#include <deque>

namespace tessera {

class History {
public:
    struct Entry {
        ProjectPtr project;
        std::string label;     ///< what was done, for the menu: "Set Blur1.size"
        std::string merge_key; ///< empty: never merged
    };

    /// Starts with `project`; keeps `most` entries besides it, the oldest are forgotten.
    explicit History(ProjectPtr project, size_t most = 500);

    const ProjectPtr& current() const { return entries_[at_].project; }
    /// Makes `project` current and forgets what could be redone. An entry with the same merge key as the current one,
    /// made right after it (a slider being dragged), takes its place. The current project itself is not recorded again.
    void push(ProjectPtr project, std::string label, std::string merge_key = {});
    /// Ends merging: the next push makes an entry of its own (the slider has been let go).
    void seal() { sealed_ = true; }

    bool can_undo() const { return at_ > 0; }
    bool can_redo() const { return at_ + 1 < entries_.size(); }
    /// What undo would take back and redo would do again; "" when there is nothing.
    std::string undo_label() const { return can_undo() ? entries_[at_].label : ""; }
    std::string redo_label() const { return can_redo() ? entries_[at_ + 1].label : ""; }
    /// The project before the last edit, now current; the current one when there is nothing to undo. Also seals.
    const ProjectPtr& undo();
    const ProjectPtr& redo();
    /// From the oldest to the newest, the one at `position` being current.
    const std::deque<Entry>& entries() const { return entries_; }
    size_t position() const { return at_; }

    /// Remembers that the current project is on disk.
    void mark_saved() { saved_ = current(); }
    /// The same of an earlier state, which a worker has written meanwhile.
    void mark_saved(const ProjectPtr& project) { saved_ = project; }
    bool is_saved() const { return saved_.lock() == current(); }
    /// The entry is the one that is on disk.
    bool is_saved(const Entry& entry) const { return saved_.lock() == entry.project; }

private:
    std::deque<Entry> entries_;
    size_t at_ = 0, most_;
    bool sealed_ = true;
    std::weak_ptr<const Project> saved_;
};

} // namespace tessera
