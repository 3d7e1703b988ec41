#include "app/session/session.h"
#include "core/doc/project_file.h"
#include <algorithm>

namespace tessera {

namespace {
constexpr size_t most_notices = 2000;
}

void Notices::add(NoticeLevel level, std::string text)
{
    if (!list_.empty() && list_.back().text == text && list_.back().level == level) {
        ++list_.back().times;
        list_.back().number = ++count_;
        list_.back().time = std::chrono::system_clock::now();
        return;
    }
    list_.push_back({level, std::move(text), std::chrono::system_clock::now(), ++count_});
    if (list_.size() > most_notices) list_.pop_front();
}

Session::Session(SessionOptions options, Notices& notices)
    : options_(std::move(options)), notices_(notices), history_(make_project())
{
    if (!options_.recovery_folder.empty()) recovery_ = std::make_unique<Recovery>(options_.recovery_folder);
    history_.mark_saved();
}

bool Session::apply(Result<ProjectPtr> edited, std::string label, std::string merge_key)
{
    if (!edited) {
        notices_.add(edited.error());
        return false;
    }
    if (*edited == project()) return true;
    history_.push(std::move(*edited), std::move(label), std::move(merge_key));
    moved();
    return true;
}

void Session::undo()
{
    if (!history_.can_undo()) return;
    history_.undo();
    moved();
}

void Session::redo()
{
    if (!history_.can_redo()) return;
    history_.redo();
    moved();
}

void Session::go_to(size_t position)
{
    position = std::min(position, history_.entries().size() - 1);
    while (history_.position() > position) history_.undo();
    while (history_.position() < position) history_.redo();
    moved();
}

void Session::moved()
{
    ++revision_;
    if (!recovery_) return;
    if (saved()) recovery_->discard();
    else recovery_->offer(project(), path_);
}

std::string Session::name() const
{
    return path_.empty() ? "Untitled" : std::filesystem::path(path_).stem().string();
}

void Session::became(ProjectPtr project, std::string path, bool is_saved)
{
    history_ = History(std::move(project));
    if (is_saved) history_.mark_saved();
    path_ = std::move(path);
    moved();
}

void Session::start(ProjectPtr project)
{
    became(std::move(project), {}, true);
}

Status Session::open(const std::string& path)
{
    TESSERA_TRY(loaded, load_project(path));
    for (const std::string& warning : loaded.warnings) notices_.add(NoticeLevel::Warning, warning);
    became(loaded.project, path, true);
    return {};
}

Status Session::restore(const Recovered& copy)
{
    TESSERA_TRY(project, Recovery::open(copy));
    restored(project, copy);
    return {};
}

void Session::restored(ProjectPtr project, const Recovered& copy)
{
    became(std::move(project), copy.project_path, false);
    // The old copy goes once this application keeps one of its own.
    if (recovery_) recovery_->flush();
    Recovery::remove(copy);
}

bool Session::saved_by_worker(const ProjectPtr& snapshot, const ProjectPtr& written, const std::string& path)
{
    path_ = path;
    if (written->folder == snapshot->folder) {
        history_.mark_saved(snapshot);
    } else if (project() != snapshot) {
        return false;
    } else {
        history_.seal();
        history_.push(written, "Save as " + std::filesystem::path(path).filename().string());
        history_.mark_saved();
    }
    moved();
    return true;
}

void Session::close()
{
    if (recovery_) recovery_->discard();
}

Status Session::save()
{
    if (path_.empty())
        return Error{ErrorKind::InvalidArgument, "the project has no file yet", "choose Save As and give it a name"};
    return save_as(path_);
}

Status Session::save_as(const std::string& path)
{
    TESSERA_CHECK(back_up(path, options_.backups));
    TESSERA_TRY(written, save_project(project(), path));
    history_.seal();
    // In another folder relative paths are other ones: that state is a step of its own.
    if (written->folder != project()->folder)
        history_.push(written, "Save as " + std::filesystem::path(path).filename().string());
    history_.mark_saved();
    path_ = path;
    moved();
    return {};
}

Status Session::save_new_version()
{
    if (path_.empty()) return save();
    return save_as(next_version(path_).string());
}

void Session::watch_recovery()
{
    if (!recovery_) return;
    const auto problem = recovery_->problem();
    const std::string text = problem ? problem->text() : "";
    if (text != told_problem_ && !text.empty()) notices_.add(NoticeLevel::Warning, "Autosave: " + text);
    told_problem_ = text;
}

void Selection::check(const Project& project)
{
    while (path.size() > 1 && !find_graph(project, path.back())) path.pop_back();
    if (path.empty()) path.push_back(project.root);
    const Graph* g = find_graph(project, path.back());
    if (!g) {
        path.assign(1, project.root);
        g = find_graph(project, project.root);
    }
    std::erase_if(nodes, [&](NodeId n) { return !g->nodes.contains(n); });
    if (!nodes.contains(last)) last = nodes.empty() ? 0 : *nodes.rbegin();
}

} // namespace tessera
