#include "app/editor/project_files.h"
#include "app/editor/editor.h"
#include "app/widgets/file_browser.h"
#include "core/doc/project_file.h"
#include <algorithm>

namespace tessera {

namespace fs = std::filesystem;

namespace {

constexpr size_t most_recent = 20;
constexpr size_t named_files = 6; ///< in a question; the rest are counted

std::string file_name(const std::string& path)
{
    return fs::path(path).filename().string();
}

/// The first few of a list, one a line, and how many more there are.
std::string some_of(const std::vector<std::string>& lines)
{
    std::string text;
    for (size_t i = 0; i < lines.size() && i < named_files; ++i) text += (i ? "\n" : "") + lines[i];
    if (lines.size() > named_files) text += "\nand " + std::to_string(lines.size() - named_files) + " more";
    return text;
}

} // namespace

ProjectFiles::ProjectFiles(Editor& editor) : editor_(editor), browser_(std::make_unique<FileBrowser>(editor.config_folder() / "places.json"))
{
}
ProjectFiles::~ProjectFiles() = default;

void ProjectFiles::add_commands()
{
    const auto add = [this](std::string id, std::string name, int order, std::string help, std::function<void()> run) {
        Command c;
        c.id = std::move(id), c.name = std::move(name), c.menu = "File", c.order = order;
        c.help = std::move(help), c.run = std::move(run);
        editor_.commands().add(std::move(c));
    };
    add("file.new", "New", 10, "An empty project.", [this] { new_project(); });
    add("file.open", "Open\xe2\x80\xa6", 20, "Another project.", [this] { choose_and_open(); });
    add("file.save", "Save", 110, "Writes the project; the file before is kept as a backup.", [this] { save(); });
    add("file.save_as", "Save as\xe2\x80\xa6", 120, "Writes the project to another file.", [this] { save_as(); });
    add("file.save_version", "Save new version", 130, "Writes the project with the next free version number.",
        [this] { save_version(); });
    add("file.import", "Import media\xe2\x80\xa6", 210, "Images, sequences and movies as Read nodes.", [this] { import(); });
    add("file.relink", "Find missing media", 220, "Looks for files that have moved.", [this] { check_media(false); });
    add("file.quit", "Quit", 900, "Leaves the application.", [this] {
        guard("leaving", [this] { quit(); });
    });
}

fs::path ProjectFiles::usual_folder() const
{
    if (!editor_.session().path().empty()) return fs::path(editor_.session().path()).parent_path();
    if (!editor_.preferences().recent_projects.empty())
        return fs::path(editor_.preferences().recent_projects.front()).parent_path();
    const char* home = std::getenv("HOME");
    return home && *home ? fs::path(home) : fs::path("/");
}

void ProjectFiles::remember(const std::string& path)
{
    auto& recent = editor_.preferences().recent_projects;
    std::erase(recent, path);
    recent.insert(recent.begin(), path);
    if (recent.size() > most_recent) recent.resize(most_recent);
    editor_.save_preferences_now();
}

void ProjectFiles::guard(const std::string& what, std::function<void()> then)
{
    if (saving_) return editor_.notices().add(NoticeLevel::Info, "The project is being saved; try again in a moment.");
    if (editor_.session().saved()) return then();
    Question q;
    q.title = "Save " + editor_.session().name() + " before " + what + "?";
    q.text = "It has edits that are not saved.";
    q.choices.push_back({"Save", [this, then] { save(then); }, true});
    q.choices.push_back({"Don't save", then});
    q.choices.push_back({"Cancel", {}});
    editor_.dialogs().ask(std::move(q));
}

void ProjectFiles::quit()
{
    if (!editor_.queue().running()) return editor_.quit();
    Question q;
    q.title = "Renders are running";
    q.text = "Leaving stops them after the frames that are done; the next start offers to go on with the rest.";
    q.choices.push_back({"Stop them and leave", [this] { editor_.quit(); }});
    q.choices.push_back({"Stay", {}, true});
    editor_.dialogs().ask(std::move(q));
}

void ProjectFiles::new_project()
{
    guard("starting a new one", [this] {
        ProjectSettings settings;
        settings.format = editor_.session().project()->settings.format;
        editor_.session().start(make_project(std::move(settings)));
        editor_.selection() = {};
        editor_.selection().check(*editor_.session().project());
        editor_.show_start_page(false);
    });
}

void ProjectFiles::open(const std::string& path)
{
    guard("opening another project", [this, path] { load(path); });
}

void ProjectFiles::load(const std::string& path)
{
    if (loading_) return;
    loading_ = true;
    std::error_code error;
    const std::string whole = fs::absolute(path, error).lexically_normal().string();
    auto task = editor_.tasks().begin("Opening " + file_name(whole), false);
    editor_.workers().run([whole] { return load_project(whole); }, [this, whole, task](const Result<LoadedProject>& loaded) {
        loading_ = false;
        task->finish();
        if (!loaded) {
            editor_.notices().add(loaded.error());
            if (editor_.session().path().empty() && editor_.session().saved()) editor_.show_start_page(true);
            return;
        }
        for (const std::string& warning : loaded->warnings) editor_.notices().add(NoticeLevel::Warning, warning);
        editor_.session().opened(loaded->project, whole);
        editor_.selection() = {};
        editor_.selection().check(*loaded->project);
        editor_.show_start_page(false);
        editor_.playback().set_range(loaded->project->settings.first_frame, loaded->project->settings.last_frame);
        editor_.playback().go_to(loaded->project->settings.first_frame);
        remember(whole);
        check_media(true);
    });
}

void ProjectFiles::choose_and_open()
{
    browser_->open({.mode = FileMode::Open, .title = "Open a project", .folder = usual_folder().string(), .filters = {project_files(), any_files()}},
                   [this](const std::vector<std::string>& paths) {
                       if (!paths.empty()) open(paths.front());
                   });
}

// ---- saving -------------------------------------------------------------------------------------------------------------

void ProjectFiles::write(const std::string& path, std::function<void()> then)
{
    if (saving_) return editor_.notices().add(NoticeLevel::Info, "The project is already being saved.");
    saving_ = true;
    const ProjectPtr snapshot = editor_.session().project();
    auto task = editor_.tasks().begin("Saving " + file_name(path), false);
    const int backups = editor_.session().options().backups;
    const auto work = [path, snapshot, backups]() -> Result<ProjectPtr> {
        TESSERA_CHECK(back_up(path, backups));
        return save_project(snapshot, path);
    };
    editor_.workers().run(work, [this, path, snapshot, then, task](const Result<ProjectPtr>& written) {
        saving_ = false;
        task->finish();
        if (!written) return editor_.notices().add(written.error());
        // Edits made meanwhile still have the paths of the old folder: they go into the file as well.
        if (!editor_.session().saved_by_worker(snapshot, *written, path)) return write(path, then);
        remember(path);
        editor_.notices().add(NoticeLevel::Info, "Saved " + file_name(path));
        if (then) then();
    });
}

void ProjectFiles::save(std::function<void()> then)
{
    if (editor_.session().path().empty()) save_as(std::move(then));
    else write(editor_.session().path(), std::move(then));
}

void ProjectFiles::save_as(std::function<void()> then)
{
    const std::string name = editor_.session().path().empty() ? "untitled.tess" : file_name(editor_.session().path());
    browser_->open({.mode = FileMode::Save, .title = "Save the project", .folder = usual_folder().string(), .filters = {project_files()}, .name = name},
                   [this, then](const std::vector<std::string>& paths) {
                       if (paths.empty()) return;
                       std::string path = paths.front();
                       if (fs::path(path).extension() != ".tess") path += ".tess";
                       write(path, then);
                   });
}

void ProjectFiles::save_version()
{
    if (editor_.session().path().empty()) return save_as();
    write(next_version(editor_.session().path()).string(), {});
}

// ---- what a crash left ------------------------------------------------------------------------------------------------

void ProjectFiles::look_for_copies(const fs::path& folder)
{
    editor_.workers().run([folder] { return Recovery::find(folder); }, [this](std::vector<Recovered> copies) {
        copies_ = std::move(copies);
        if (copies_.empty()) return;
        const Recovered& newest = copies_.front();
        const std::string name = newest.project_path.empty() ? "a project that was never saved" : file_name(newest.project_path);
        Question q;
        q.title = "Tessera did not end well last time";
        q.text = "Unsaved edits of " + name + " were kept" +
                 (copies_.size() > 1 ? ", and of " + std::to_string(copies_.size() - 1) + " more." : ".");
        q.choices.push_back({"Restore", [this, newest] { restore(newest); }, true});
        q.choices.push_back({"Discard", [this, newest] { forget_copy(newest); }});
        q.choices.push_back({"Later", {}});
        editor_.dialogs().ask(std::move(q));
    });
}

void ProjectFiles::restore(const Recovered& copy)
{
    guard("restoring the kept one", [this, copy] {
        editor_.workers().run([copy] { return Recovery::open(copy); }, [this, copy](const Result<ProjectPtr>& project) {
            if (!project) return editor_.notices().add(project.error());
            editor_.session().restored(*project, copy);
            std::erase_if(copies_, [&](const Recovered& c) { return c.file == copy.file; });
            editor_.selection() = {};
            editor_.selection().check(**project);
            editor_.show_start_page(false);
            editor_.notices().add(NoticeLevel::Info, "The kept edits are back. Save the project to keep them.");
        });
    });
}

void ProjectFiles::forget_copy(const Recovered& copy)
{
    Recovery::remove(copy);
    std::erase_if(copies_, [&](const Recovered& c) { return c.file == copy.file; });
}

// ---- media ------------------------------------------------------------------------------------------------------------

void ProjectFiles::drop(const std::vector<fs::path>& paths, Vec2 at)
{
    editor_.workers().run([paths] { return sort_dropped(paths); }, [this, at](Dropped dropped) {
        for (const std::string& problem : dropped.problems) editor_.notices().add(NoticeLevel::Warning, problem);
        if (!dropped.projects.empty()) return open(dropped.projects.front());
        if (dropped.media.empty()) return;
        const GraphId graph = editor_.selection().graph();
        auto imported = import_media(editor_.session().project(), graph, dropped.media, at);
        if (!imported) return editor_.notices().add(imported.error());
        if (!editor_.session().apply(imported->project, "Import media")) return;
        editor_.show_start_page(false);
        editor_.selection().nodes = {imported->nodes.begin(), imported->nodes.end()};
        editor_.selection().last = imported->nodes.back();
    });
}

void ProjectFiles::import()
{
    // Where the pointer is now, if that is over the graph, else in the middle of it.
    const Vec2 at = editor_.drop_place ? editor_.drop_place(ImGui::GetIO().MousePos) : Vec2{};
    browser_->open({.mode = FileMode::Media, .title = "Import media", .folder = usual_folder().string(), .several = true},
                   [this, at](const std::vector<std::string>& paths) { drop({paths.begin(), paths.end()}, at); });
}

void ProjectFiles::check_media(bool quiet)
{
    const ProjectPtr project = editor_.session().project();
    editor_.workers().run([project] { return find_missing(*project); }, [this, quiet](std::vector<MissingFile> missing) {
        if (!missing.empty()) ask_relink(std::move(missing));
        else if (!quiet) editor_.notices().add(NoticeLevel::Info, "Every file of the project is there.");
    });
}

void ProjectFiles::ask_relink(std::vector<MissingFile> missing)
{
    std::vector<std::string> lines;
    for (const MissingFile& m : missing) lines.push_back(m.node_path + ":  " + m.path);
    Question q;
    q.title = missing.size() == 1 ? "A file is missing" : std::to_string(missing.size()) + " files are missing";
    q.text = some_of(lines);
    q.width = 560;
    q.choices.push_back({"Look in a folder\xe2\x80\xa6", [this, missing] { choose_folder(missing); }, true});
    q.choices.push_back({"Go on without", {}});
    editor_.dialogs().ask(std::move(q));
}

void ProjectFiles::choose_folder(std::vector<MissingFile> missing)
{
    browser_->open({.mode = FileMode::Folder, .title = "Where to look for the missing files", .folder = usual_folder().string()},
                   [this, missing](const std::vector<std::string>& paths) {
                       if (!paths.empty()) search(missing, paths.front());
                   });
}

void ProjectFiles::search(std::vector<MissingFile> missing, const std::string& folder)
{
    auto task = editor_.tasks().begin("Looking for " + std::to_string(missing.size()) + " files");
    const auto work = [missing, folder, task] {
        return search_folder(missing, folder, [task] { return task->cancelled(); });
    };
    editor_.workers().run(work, [this, missing, folder, task](std::map<std::string, std::string> found) {
        task->finish();
        if (task->cancelled()) return;
        if (found.empty()) return editor_.notices().add(NoticeLevel::Warning, "None of the missing files is below " + folder + ".");
        editor_.session().apply(relink(editor_.session().project(), missing, found), "Find missing media");
        std::vector<MissingFile> left;
        for (const MissingFile& m : missing)
            if (!found.contains(m.path)) left.push_back(m);
        editor_.notices().add(NoticeLevel::Info, std::to_string(found.size()) + " found.");
        if (!left.empty()) ask_relink(std::move(left));
    });
}

void ProjectFiles::draw(const Ui& ui)
{
    browser_->draw(ui);
}

} // namespace tessera
