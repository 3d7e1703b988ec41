#pragma once
// The life of the project's file as the user meets it: new, open, save, versions, what to do about unsaved changes,
// copies that outlived a crash, media that has moved, files dropped on the window. Reading and writing happen on a
// worker; the interface goes on meanwhile.
#include "app/session/import.h"
#include "app/session/recovery.h"
#include "app/shell/ui.h"
#include <memory>

namespace tessera {

class Editor;
class FileBrowser;

class ProjectFiles {
public:
    explicit ProjectFiles(Editor& editor);
    ~ProjectFiles();
    void add_commands();

    /// Does `then` once there is nothing unsaved, after asking where there is. `what`: "opening another project".
    void guard(const std::string& what, std::function<void()> then);
    void new_project();
    /// Opens a file, after the guard.
    void open(const std::string& path);
    /// Opens it at once: for the start, when there is nothing to lose.
    void load(const std::string& path);
    void choose_and_open();
    /// `then` runs when it is on disk.
    void save(std::function<void()> then = {});
    void save_as(std::function<void()> then = {});
    void save_version();
    void restore(const Recovered& copy);
    /// Asks about copies that a crash left, when there are any.
    void look_for_copies(const std::filesystem::path& folder);
    const std::vector<Recovered>& copies() const { return copies_; }
    void forget_copy(const Recovered& copy);
    /// Files dropped on the window become Read nodes at `at` of the graph shown; a project is opened.
    void drop(const std::vector<std::filesystem::path>& paths, Vec2 at);
    void import();
    /// Looks for missing media, and offers to find it. `quiet`: says nothing when all is there.
    void check_media(bool quiet);
    /// Draws the file browser when it is open. Each frame.
    void draw(const Ui& ui);
    bool saving() const { return saving_; }

private:
    void write(const std::string& path, std::function<void()> then);
    void quit();
    void ask_relink(std::vector<MissingFile> missing);
    void search(std::vector<MissingFile> missing, const std::string& folder);
    void choose_folder(std::vector<MissingFile> missing);
    void remember(const std::string& path);
    std::filesystem::path usual_folder() const;

    Editor& editor_;
    std::unique_ptr<FileBrowser> browser_;
    std::vector<Recovered> copies_;
    bool saving_ = false, loading_ = false;
};

} // namespace tessera
