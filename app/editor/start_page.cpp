#include "app/editor/start_page.h"
#include "app/editor/editor.h"
#include "app/editor/project_files.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <ctime>

namespace tessera {

namespace fs = std::filesystem;
using std::chrono::system_clock;

namespace {

constexpr float page_width = 860, row_height = 44;

struct Sample {
    const char *file, *title, *detail;
};
constexpr Sample known_samples[] = {
    {"greenscreen/greenscreen.tess", "Green screen",
     "Key, despill, light wrap and grade over a moving background: 48 frames on real plates"},
};

std::tm local_time(system_clock::time_point t)
{
    const std::time_t seconds = system_clock::to_time_t(t);
    std::tm parts{};
    localtime_r(&seconds, &parts);
    return parts;
}

} // namespace

std::vector<StartEntry> find_samples(const fs::path& program)
{
    std::vector<StartEntry> found;
    std::vector<fs::path> places;
    fs::path at = program.parent_path();
    for (int up = 0; up < 4 && !at.empty(); ++up, at = at.parent_path()) {
        places.push_back(at / "share/tessera/samples");
        places.push_back(at / "samples");
    }
    std::error_code error;
    for (const Sample& sample : known_samples)
        for (const fs::path& place : places)
            if (fs::exists(place / sample.file, error)) {
                found.push_back({sample.title, sample.detail, (place / sample.file).string(), true});
                break;
            }
    return found;
}

std::string time_in_words(system_clock::time_point time, system_clock::time_point now)
{
    const double seconds = std::chrono::duration<double>(now - time).count();
    if (seconds < 60) return "just now";
    const auto count = [](int n, const char* what) {
        return std::to_string(n) + " " + what + (n == 1 ? "" : "s") + " ago";
    };
    if (seconds < 3600) return count(int(seconds / 60), "minute");
    const std::tm then = local_time(time), today = local_time(now);
    char text[64];
    if (then.tm_yday == today.tm_yday && then.tm_year == today.tm_year) {
        std::strftime(text, sizeof text, "today %H:%M", &then);
        return text;
    }
    const std::tm day_before = local_time(now - std::chrono::hours(24));
    const bool yesterday = then.tm_yday == day_before.tm_yday && then.tm_year == day_before.tm_year;
    std::strftime(text, sizeof text, yesterday ? "yesterday %H:%M" : "%e %B %Y", &then);
    return text[0] == ' ' ? text + 1 : text;
}

std::vector<StartEntry> recent_entries(const std::vector<std::string>& paths)
{
    std::vector<StartEntry> entries;
    for (const std::string& path : paths) {
        StartEntry entry;
        entry.path = path;
        entry.title = fs::path(path).stem().string();
        std::error_code error;
        const auto time = fs::last_write_time(path, error);
        entry.there = !error;
        const std::string folder = fs::path(path).parent_path().string();
        if (entry.there) {
            const auto age = fs::file_time_type::clock::now() - time;
            const auto when = system_clock::now() - std::chrono::duration_cast<system_clock::duration>(age);
            entry.detail = time_in_words(when, system_clock::now()) + "  \xc2\xb7  " + folder;
        } else {
            entry.detail = "not there any more  \xc2\xb7  " + folder;
        }
        entries.push_back(std::move(entry));
    }
    return entries;
}

void StartPage::refresh()
{
    if (asked_) return;
    asked_ = true;
    struct Both {
        std::vector<StartEntry> recent, samples;
    };
    editor_.workers().run(
        [paths = editor_.preferences().recent_projects] {
            std::error_code error;
            return Both{recent_entries(paths), find_samples(fs::read_symlink("/proc/self/exe", error))};
        },
        [this](Both both) { recent_ = std::move(both.recent), samples_ = std::move(both.samples); });
}

bool StartPage::row(const StartEntry& entry, float width, const char* icon)
{
    const Ui& ui = editor_.ui();
    const ImVec2 at = ImGui::GetCursorScreenPos(), size{width, ui.px(row_height)};
    ImGui::PushID(entry.path.c_str());
    const bool pressed = ImGui::InvisibleButton("row", size);
    ImGui::PopID();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (ImGui::IsItemHovered())
        list.AddRectFilled(at, {at.x + size.x, at.y + size.y}, ImGui::IsItemActive() ? ui.theme.hover : ui.theme.raised, ui.px(3));
    list.AddText({at.x + ui.px(12), at.y + ui.px(14)}, ui.theme.secondary, icon);
    const float x = at.x + ui.px(40), room = width - ui.px(48);
    list.AddText({x, at.y + ui.px(5)}, entry.there ? ui.theme.text : ui.theme.disabled, shortened(entry.title, room).c_str());
    const WithFont small(ui.fonts.small);
    list.AddText({x, at.y + ui.px(24)}, ui.theme.secondary, shortened(entry.detail, room).c_str());
    return pressed;
}

void StartPage::draw_list(const char* title, const std::vector<StartEntry>& entries, float width, const char* icon)
{
    const Ui& ui = editor_.ui();
    {
        const WithFont strong(ui.fonts.strong);
        ImGui::TextUnformatted(title);
    }
    ImGui::Dummy({0, ui.px(2)});
    for (const StartEntry& entry : entries)
        if (row(entry, width, icon)) editor_.files().open(entry.path);
}

void StartPage::draw_copies(float width)
{
    const Ui& ui = editor_.ui();
    const std::vector<Recovered> copies = editor_.files().copies();
    if (copies.empty()) return;
    {
        const WithFont strong(ui.fonts.strong);
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.accent);
        ImGui::TextUnformatted("Unsaved work was kept");
        ImGui::PopStyleColor();
    }
    ImGui::Dummy({0, ui.px(2)});
    for (size_t i = 0; i < copies.size() && i < 4; ++i) {
        const Recovered& copy = copies[i];
        StartEntry entry;
        entry.path = copy.file.string();
        entry.title = copy.project_path.empty() ? "Untitled" : fs::path(copy.project_path).stem().string();
        entry.detail = "Last edit " + time_in_words(copy.time, system_clock::now()) + "  \xc2\xb7  click to restore";
        const float button = ui.px(76);
        if (row(entry, width - button, icon::undo)) editor_.files().restore(copy);
        ImGui::SameLine(0, ui.px(4));
        ImGui::SetCursorPosY(ImGui::GetCursorPosY() + ui.px(10));
        if (ImGui::Button(("Discard##" + entry.path).c_str(), {button - ui.px(4), ui.px(24)})) editor_.files().forget_copy(copy);
        ImGui::SetCursorPosY(ImGui::GetCursorPosY() + ui.px(10));
    }
    ImGui::Dummy({0, ui.px(16)});
}

void StartPage::draw(ImVec2 low, ImVec2 high)
{
    refresh();
    const Ui& ui = editor_.ui();
    ImGui::SetCursorScreenPos(low);
    if (ImGui::BeginChild("start page", {high.x - low.x, high.y - low.y}, false)) {
        const float width = std::min(ui.px(page_width), high.x - low.x - ui.px(48));
        const float left = (high.x - low.x - width) / 2;
        const float top = std::max(ui.px(24), (high.y - low.y) * 0.14f);
        ImGui::SetCursorPos({left, top});
        ImGui::BeginGroup();
        {
            const WithFont large(ui.fonts.large);
            ImGui::TextUnformatted("Tessera");
        }
        ImGui::TextDisabled("%s", TESSERA_VERSION);
        ImGui::EndGroup();
        const float column = std::round(width * 0.3f), gap = ui.px(40), body = top + ui.px(76);
        ImGui::SetCursorPos({left, body});
        ImGui::BeginGroup();
        const auto action = [&](const char* icon, const char* label, const char* command) {
            StartEntry entry{label, editor_.key_of(command), command, true};
            if (row(entry, column, icon)) editor_.commands().run(command);
        };
        action(icon::add, "New project", "file.new");
        action(icon::folder, "Open a project", "file.open");
        action(icon::picture, "Import media", "file.import");
        ImGui::EndGroup();
        ImGui::SetCursorPos({left + column + gap, body});
        ImGui::BeginGroup();
        const float rest = width - column - gap;
        draw_copies(rest);
        if (!recent_.empty()) {
            draw_list("Recent", {recent_.begin(), recent_.begin() + std::min<long>(8, long(recent_.size()))}, rest, icon::file);
            ImGui::Dummy({0, ui.px(16)});
        }
        if (!samples_.empty()) draw_list("Samples", samples_, rest, icon::film);
        ImGui::Dummy({0, ui.px(16)});
        ImGui::TextDisabled("Or drop images, movies or a project here.");
        ImGui::EndGroup();
    }
    ImGui::EndChild();
}

} // namespace tessera
