#include "app/panels/log/log_panel.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <imgui_stdlib.h>
#include <nlohmann/json.hpp>
#include <sstream>

namespace tessera {

namespace {

constexpr float chosen_height = 84;

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return text;
}

const char* sign_of(NoticeLevel level)
{
    return level == NoticeLevel::Error ? icon::error : level == NoticeLevel::Warning ? icon::warning : icon::info;
}

ImU32 colour_of(const Theme& theme, NoticeLevel level)
{
    return level == NoticeLevel::Error ? theme.error : level == NoticeLevel::Warning ? theme.warning : theme.secondary;
}

} // namespace

std::vector<size_t> filtered_log(const std::deque<LogEntry>& entries, const LogFilter& filter)
{
    std::vector<std::string> words;
    std::istringstream in(lower(filter.words));
    for (std::string word; in >> word;) words.push_back(word);
    std::vector<size_t> shown;
    for (size_t i = 0; i < entries.size(); ++i) {
        const LogEntry& e = entries[i];
        if (!(e.level == NoticeLevel::Error ? filter.errors : e.level == NoticeLevel::Warning ? filter.warnings : filter.info)) continue;
        const std::string text = words.empty() ? "" : lower(e.source + " " + e.text);
        if (std::all_of(words.begin(), words.end(), [&](auto& w) { return text.find(w) != std::string::npos; })) shown.push_back(i);
    }
    return shown;
}

std::string LogPanel::state() const
{
    return nlohmann::json{{"info", filter_.info}, {"warnings", filter_.warnings}, {"errors", filter_.errors}, {"follow", follow_}}.dump();
}

void LogPanel::restore(const std::string& state)
{
    const auto j = nlohmann::json::parse(state, nullptr, false);
    if (!j.is_object()) return;
    const auto flag = [&](const char* name, bool& value) {
        if (j.contains(name) && j[name].is_boolean()) value = j[name];
    };
    flag("info", filter_.info), flag("warnings", filter_.warnings), flag("errors", filter_.errors), flag("follow", follow_);
}

void LogPanel::draw(Editor&)
{
    const Ui& ui = editor_.ui();
    const LogBook& log = editor_.log();
    if (revision_ != log.revision() || !(used_ == filter_)) {
        shown_ = filtered_log(log.entries(), filter_);
        revision_ = log.revision(), used_ = filter_;
        scroll_ = true;
        if (chosen_ >= log.entries().size()) chosen_ = SIZE_MAX;
    }
    draw_toolbar();
    if (log.entries().empty()) return empty_state(ui, icon::info, "What the application does, warnings and errors, and what renders print appear here.");
    if (shown_.empty()) return empty_state(ui, icon::search, "No line passes the filter.");
    const float below = chosen_ == SIZE_MAX ? 0 : ui.px(chosen_height);
    if (ImGui::BeginChild("lines", {0, ImGui::GetContentRegionAvail().y - below})) {
        const bool at_end = ImGui::GetScrollY() >= ImGui::GetScrollMaxY() - 1;
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
        ImGuiListClipper clipper;
        clipper.Begin(int(shown_.size()), ui.px(22));
        while (clipper.Step())
            for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) draw_row(log.entries()[shown_[size_t(i)]], shown_[size_t(i)]);
        clipper.End();
        ImGui::PopStyleVar();
        // Scrolling away from the end stops following it.
        if (ImGui::IsWindowHovered() && ImGui::GetIO().MouseWheel != 0) follow_ = at_end && ImGui::GetIO().MouseWheel < 0;
        if (follow_ && scroll_) ImGui::SetScrollHereY(1), scroll_ = false, editor_.window().keep_drawing(2);
    }
    ImGui::EndChild();
    if (below > 0) draw_chosen(below);
}

void LogPanel::draw_toolbar()
{
    const Ui& ui = editor_.ui();
    LogBook& log = editor_.log();
    size_t counts[3] = {};
    for (const LogEntry& e : log.entries()) ++counts[size_t(e.level)];
    ImGui::SetCursorPos({ui.px(8), ui.px(4)});
    const auto level = [&](const char* id, NoticeLevel which, bool& on, const char* name) {
        const std::string label = std::string(sign_of(which)) + " " + std::to_string(counts[size_t(which)]) + "##" + id;
        ImGui::PushStyleColor(ImGuiCol_Button, on ? ui.theme.raised : ui.theme.panel);
        ImGui::PushStyleColor(ImGuiCol_Text, on ? colour_of(ui.theme, which) : ui.theme.disabled);
        if (ImGui::Button(label.c_str())) on = !on;
        ImGui::PopStyleColor(2);
        tooltip(ui, name, "", on ? "Shown; press to leave them out." : "Left out; press to show them.");
        ImGui::SameLine(0, ui.px(4));
    };
    level("errors", NoticeLevel::Error, filter_.errors, "Errors");
    level("warnings", NoticeLevel::Warning, filter_.warnings, "Warnings");
    level("info", NoticeLevel::Info, filter_.info, "Information");
    const float buttons = 3 * ImGui::GetFrameHeight() + ui.px(24);
    ImGui::SetNextItemWidth(std::max(ui.px(48), std::min(ui.px(260), ImGui::GetContentRegionAvail().x - buttons)));
    ImGui::InputTextWithHint("##words", "Filter", &filter_.words);
    ImGui::SameLine(ImGui::GetWindowWidth() - buttons + ui.px(8));
    if (icon_button(ui, "follow", icon::down, "Follow the end", follow_)) follow_ = !follow_, scroll_ = true;
    ImGui::SameLine(0, ui.px(4));
    if (icon_button(ui, "copy", icon::file, nullptr, false, !shown_.empty())) copy_shown();
    tooltip(ui, "Copy all that is shown", "", log.file().empty() ? "" : "The whole log is kept in " + log.file() + ".");
    ImGui::SameLine(0, ui.px(4));
    if (icon_button(ui, "clear", icon::trash, "Clear the list; the log file stays", false, !log.entries().empty())) {
        log.clear();
        chosen_ = SIZE_MAX;
    }
}

void LogPanel::draw_row(const LogEntry& entry, size_t index)
{
    const Ui& ui = editor_.ui();
    const float width = ImGui::GetContentRegionAvail().x, height = ui.px(22);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::PushID(int(index));
    if (ImGui::InvisibleButton("line", {width, height})) chosen_ = chosen_ == index ? SIZE_MAX : index;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 high{at.x + width, at.y + height};
    if (chosen_ == index) {
        list.AddRectFilled(at, high, ui.theme.raised);
        list.AddRectFilled(at, {at.x + ui.px(2), high.y}, ui.theme.accent);
    } else if (ImGui::IsItemHovered()) {
        list.AddRectFilled(at, high, mixed(ui.theme.panel, ui.theme.raised, 0.6f));
    }
    if (ImGui::BeginPopupContextItem("menu")) {
        if (ImGui::MenuItem("Copy line")) ImGui::SetClipboardText(log_line(entry).c_str());
        if (ImGui::MenuItem("Copy all that is shown")) copy_shown();
        ImGui::EndPopup();
    }
    ImGui::PopID();
    const float y = at.y + std::round((height - ImGui::GetFontSize()) / 2);
    float x = at.x + ui.px(12);
    list.AddText({x, y}, ui.theme.secondary, time_of_day(entry.time).c_str());
    x += ui.px(68);
    list.AddText({x, y}, colour_of(ui.theme, entry.level), sign_of(entry.level));
    x += ui.px(24);
    if (!entry.source.empty()) {
        const std::string source = shortened(entry.source, ui.px(140));
        list.AddText({x, y}, ui.theme.secondary, source.c_str());
        x += ImGui::CalcTextSize(source.c_str()).x + ui.px(12);
    }
    float right = high.x - ui.px(8);
    if (entry.times > 1) {
        const std::string times = "\xc3\x97 " + std::to_string(entry.times);
        right -= ImGui::CalcTextSize(times.c_str()).x;
        list.AddText({right, y}, ui.theme.secondary, times.c_str());
        right -= ui.px(8);
    }
    const std::string text = shortened(entry.text.substr(0, std::min(entry.text.find('\n'), size_t(600))), std::max(0.0f, right - x));
    list.AddText({x, y}, entry.level == NoticeLevel::Info ? ui.theme.text : colour_of(ui.theme, entry.level), text.c_str());
}

/// The chosen line with all of its words.
void LogPanel::draw_chosen(float height)
{
    const Ui& ui = editor_.ui();
    const LogEntry& entry = editor_.log().entries()[chosen_];
    ImGui::PushStyleColor(ImGuiCol_ChildBg, ui.theme.raised);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(12), ui.px(8)});
    if (ImGui::BeginChild("chosen", {0, height}, false, ImGuiWindowFlags_AlwaysUseWindowPadding)) {
        const float button = ImGui::GetFrameHeight() + ui.px(8);
        ImGui::PushTextWrapPos(ImGui::GetWindowWidth() - button - ui.px(12));
        ImGui::TextUnformatted(entry.text.c_str());
        ImGui::PopTextWrapPos();
        ImGui::SetCursorPos({ImGui::GetWindowWidth() - button, ui.px(6)});
        if (icon_button(ui, "copy line", icon::file, "Copy the line")) ImGui::SetClipboardText(log_line(entry).c_str());
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
    ImGui::PopStyleColor();
}

void LogPanel::copy_shown() const
{
    std::string text;
    for (const size_t i : shown_) text += log_line(editor_.log().entries()[i]) + "\n";
    ImGui::SetClipboardText(text.c_str());
    editor_.notices().add(NoticeLevel::Info, std::to_string(shown_.size()) + (shown_.size() == 1 ? " line was copied." : " lines were copied."));
}

} // namespace tessera
