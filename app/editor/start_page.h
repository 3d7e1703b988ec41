#pragma once
// What stands in the window before there is a project: begin, go on with a recent one, look at a sample, take back what
// a crash left.
#include "app/editor/preferences.h"
#include "app/session/recovery.h"
#include "app/shell/ui.h"

namespace tessera {

class Editor;

/// A project that can be opened from the page.
struct StartEntry {
    std::string title, detail, path;
    bool there = true; ///< the file exists
};

/// The samples that lie beside the program, or in the share folder of where it is installed.
std::vector<StartEntry> find_samples(const std::filesystem::path& program);
/// Recent projects, with the time of the last change in words; looks at the disk.
std::vector<StartEntry> recent_entries(const std::vector<std::string>& paths);
/// "just now", "5 minutes ago", "yesterday 14:02", "3 May 2026".
std::string time_in_words(std::chrono::system_clock::time_point time, std::chrono::system_clock::time_point now);

class StartPage {
public:
    explicit StartPage(Editor& editor) : editor_(editor) {}
    void draw(ImVec2 low, ImVec2 high);

private:
    bool row(const StartEntry& entry, float width, const char* icon);
    void draw_list(const char* title, const std::vector<StartEntry>& entries, float width, const char* icon);
    void draw_copies(float width);
    void refresh();

    Editor& editor_;
    bool asked_ = false;
    std::vector<StartEntry> recent_, samples_;
};

} // namespace tessera
