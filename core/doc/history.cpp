#include "core/doc/history.h"

namespace tessera {

History::History(ProjectPtr project, size_t most) : most_(most)
{
    entries_.push_back({std::move(project), "", ""});
}

void History::push(ProjectPtr project, std::string label, std::string merge_key)
{
    if (project == current()) return;
    const bool merges = !sealed_ && at_ > 0 && !merge_key.empty() && entries_[at_].merge_key == merge_key;
    entries_.resize(at_ + 1);
    Entry entry{std::move(project), std::move(label), std::move(merge_key)};
    if (merges)
        entries_[at_] = std::move(entry);
    else
        entries_.push_back(std::move(entry)), ++at_;
    while (entries_.size() > most_ + 1) entries_.pop_front(), --at_;
    sealed_ = false;
}

const ProjectPtr& History::undo()
{
    if (can_undo()) --at_;
    sealed_ = true;
    return current();
}

const ProjectPtr& History::redo()
{
    if (can_redo()) ++at_;
    sealed_ = true;
    return current();
}

} // namespace tessera
