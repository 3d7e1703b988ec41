// The line at the bottom: what is being worked on and how to stop it, memory against its budgets, how colours are
// managed; and the notes that come up above it and go away by themselves.
#include "app/editor/editor.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <cstdio>

namespace tessera {

namespace {

constexpr float status_height = 22;
constexpr double toast_seconds = 6, error_toast_seconds = 12;
constexpr int most_toasts = 4;

std::string memory_text(const char* name, uint64_t used, uint64_t budget)
{
    constexpr double gib = double(1ull << 30);
    char text[64];
    if (budget) std::snprintf(text, sizeof text, "%s %.1f / %.1f GiB", name, double(used) / gib, double(budget) / gib);
    else std::snprintf(text, sizeof text, "%s %.1f GiB", name, double(used) / gib);
    return text;
}

} // namespace

void Editor::draw_status_bar()
{
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    const float height = ui_->px(status_height), top = size.y - height;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled({0, top}, size, ui_->theme.window);
    const WithFont font(ui_->fonts.small);
    const float y = top + std::round((height - ImGui::GetFontSize()) / 2), gap = ui_->px(16);

    // Right: the device and its memory, from the end to the left.
    float right = size.x - ui_->px(12);
    const auto put_right = [&](const std::string& text, ImU32 colour, const std::string& tip) {
        const float width = ImGui::CalcTextSize(text.c_str()).x;
        right -= width;
        list.AddText({right, y}, colour, text.c_str());
        if (!tip.empty() && ImGui::IsMouseHoveringRect({right, top}, {right + width, size.y}, false)) ImGui::SetTooltip("%s", tip.c_str());
        right -= gap;
    };
    if (Engine* engine = this->engine()) {
        const EngineStats stats = engine->stats();
        const DeviceCaps caps = engine->device_caps();
        const bool tight = stats.vram_used > stats.vram_budget * 9 / 10;
        put_right(memory_text(caps.cpu ? "Device" : "GPU", stats.vram_used, stats.vram_budget),
                  tight ? ui_->theme.warning : ui_->theme.secondary, caps.name);
        put_right(memory_text("RAM", stats.ram_used, stats.ram_budget), ui_->theme.secondary, "Cached pixels in memory, of the budget for them");
    } else if (const auto error = evaluation_->error()) {
        put_right(std::string(icon::warning) + " No device", ui_->theme.error, error->text());
    } else {
        put_right("Opening the device", ui_->theme.secondary, "");
    }
    const ProjectSettings& settings = session_->project()->settings;
    if (size.x > ui_->px(900))
        put_right(settings.working_space + (settings.color_config.empty() ? "" : " \xc2\xb7 own configuration"), ui_->theme.secondary,
                  "The working colour space; change it in the project's settings");

    // Left: the project, then what is being done.
    float x = ui_->px(12);
    const std::string name = session_->name() + (session_->saved() ? "" : " \xe2\x80\xa2");
    list.AddText({x, y}, session_->saved() ? ui_->theme.secondary : ui_->theme.text, name.c_str());
    if (!session_->saved() && ImGui::IsMouseHoveringRect({x, top}, {x + ImGui::CalcTextSize(name.c_str()).x, size.y}, false))
        ImGui::SetTooltip("Edited since it was saved. A copy for emergencies is kept meanwhile.");
    x += ImGui::CalcTextSize(name.c_str()).x + gap;
    const auto tasks = tasks_.running();
    for (size_t i = 0; i < tasks.size() && x < right - ui_->px(160); ++i) {
        Task& task = *tasks[i];
        const std::string text = shortened(task.name(), ui_->px(220));
        list.AddText({x, y}, ui_->theme.text, text.c_str());
        x += ImGui::CalcTextSize(text.c_str()).x + ui_->px(8);
        const float bar = ui_->px(72), middle = top + height / 2;
        list.AddRectFilled({x, middle - ui_->px(2)}, {x + bar, middle + ui_->px(2)}, ui_->theme.raised, ui_->px(2));
        const double share = task.progress();
        if (share >= 0)
            list.AddRectFilled({x, middle - ui_->px(2)}, {x + bar * float(std::min(1.0, share)), middle + ui_->px(2)},
                               ui_->theme.accent, ui_->px(2));
        else {
            const float at = float(std::fmod(ImGui::GetTime(), 1.2) / 1.2);
            list.AddRectFilled({x + bar * at * 0.7f, middle - ui_->px(2)}, {x + bar * (at * 0.7f + 0.3f), middle + ui_->px(2)},
                               ui_->theme.accent, ui_->px(2));
        }
        x += bar + ui_->px(4);
        if (task.can_cancel()) {
            ImGui::SetCursorScreenPos({x, top});
            ImGui::PushID(int(i));
            if (ImGui::InvisibleButton("cancel", {height, height})) task.cancel();
            ImGui::PopID();
            const ImVec2 sign = ImGui::CalcTextSize(icon::close);
            list.AddText({x + (height - sign.x) / 2, y}, ImGui::IsItemHovered() ? ui_->theme.text : ui_->theme.secondary, icon::close);
            if (ImGui::IsItemHovered()) ImGui::SetTooltip("Stop");
            x += height;
        }
        x += ui_->px(8);
        if (share < 0) window_->keep_drawing(1); // else whoever moves it wakes the window
    }
    if (tasks.empty() && !notices_.all().empty()) {
        const Notice& last = notices_.all().back();
        const std::string line = shortened(last.text.substr(0, last.text.find('\n')), std::max(0.0f, right - x - gap));
        const ImU32 colour = last.level == NoticeLevel::Error     ? ui_->theme.error
                             : last.level == NoticeLevel::Warning ? ui_->theme.warning
                                                                  : ui_->theme.disabled;
        ImGui::SetCursorScreenPos({x, top});
        const float width = ImGui::CalcTextSize(line.c_str()).x;
        if (width > 0 && ImGui::InvisibleButton("last notice", {width, height})) show_panel("log");
        list.AddText({x, y}, colour, line.c_str());
    }
}

void Editor::draw_toasts()
{
    const auto now = std::chrono::system_clock::now();
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    float bottom = size.y - ui_->px(status_height + 12);
    ImDrawList& list = *ImGui::GetForegroundDrawList();
    const float width = std::min(ui_->px(360), size.x - ui_->px(32)), pad = ui_->px(12);
    const auto& all = notices_.all();
    int shown = 0;
    for (auto it = all.rbegin(); it != all.rend() && shown < most_toasts; ++it) {
        const double age = std::chrono::duration<double>(now - it->time).count();
        if (age > error_toast_seconds) break;
        if (it->number <= toasts_dismissed_ || (age > toast_seconds && it->level == NoticeLevel::Info)) continue;
        ++shown;
        const ImU32 colour = it->level == NoticeLevel::Error     ? ui_->theme.error
                             : it->level == NoticeLevel::Warning ? ui_->theme.warning
                                                                 : ui_->theme.secondary;
        std::string words = it->text.size() > 400 ? it->text.substr(0, 400) + "\xe2\x80\xa6" : it->text;
        if (it->times > 1) words += "  (" + std::to_string(it->times) + " times)";
        const float sign = ui_->px(20);
        const ImVec2 text = ImGui::CalcTextSize(words.c_str(), nullptr, false, width - 2 * pad - sign);
        const ImVec2 low{size.x - width - ui_->px(12), bottom - text.y - 2 * pad}, high{size.x - ui_->px(12), bottom};
        list.AddRectFilled({low.x + ui_->px(1), low.y + ui_->px(2)}, {high.x + ui_->px(1), high.y + ui_->px(2)},
                           IM_COL32(0, 0, 0, 70), ui_->px(3));
        list.AddRectFilled(low, high, ui_->theme.raised, ui_->px(3));
        list.AddRect(low, high, ui_->theme.line, ui_->px(3));
        list.AddRectFilled(low, {low.x + ui_->px(3), high.y}, colour, ui_->px(3), ImDrawFlags_RoundCornersLeft);
        const char* mark = it->level == NoticeLevel::Error ? icon::error : it->level == NoticeLevel::Warning ? icon::warning : icon::info;
        list.AddText({low.x + pad, low.y + pad}, colour, mark);
        list.AddText(ImGui::GetFont(), ImGui::GetFontSize(), {low.x + pad + sign, low.y + pad}, ui_->theme.text, words.c_str(),
                     nullptr, width - 2 * pad - sign);
        // A click sends it away before its time.
        if (ImGui::IsMouseHoveringRect(low, high, false) && ImGui::IsMouseClicked(0)) toasts_dismissed_ = it->number;
        bottom = low.y - ui_->px(8);
    }
}

} // namespace tessera
