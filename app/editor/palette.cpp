#include "app/editor/palette.h"
#include <algorithm>
#include <imgui_stdlib.h>

namespace tessera {

namespace {

constexpr float row = 22;
constexpr int most_shown = 14;

struct Found {
    const Command* command = nullptr;
    int score = 0;
};

std::vector<Found> matches(const Commands& commands, const std::string& query)
{
    std::vector<Found> found;
    for (const auto& [id, command] : commands.all()) {
        int score = std::max(fuzzy_score(query, command.name), fuzzy_score(query, command.menu + " " + command.name) - 1);
        if (score <= 0) continue;
        const auto& recent = commands.recent();
        const auto it = std::find(recent.begin(), recent.end(), id);
        if (it != recent.end()) score += std::max(1, 20 - int(it - recent.begin()));
        found.push_back({&command, score});
    }
    std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.score > b.score; });
    return found;
}

} // namespace

void Palette::draw(const Ui& ui, Commands& commands, const KeyMap& keys)
{
    if (opening_) {
        ImGui::OpenPopup("palette");
        query_.clear(), chosen_ = 0, opening_ = false;
    }
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    const float width = std::min(ui.px(560), screen.x - ui.px(32));
    ImGui::SetNextWindowPos({(screen.x - width) / 2, screen.y * 0.16f});
    ImGui::SetNextWindowSize({width, 0});
    if (!ImGui::BeginPopup("palette", ImGuiWindowFlags_NoMove)) return;
    if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
    ImGui::SetNextItemWidth(-1);
    if (ImGui::InputTextWithHint("##query", "What do you want to do?", &query_)) chosen_ = 0;
    const std::vector<Found> found = matches(commands, query_);
    const auto pressed = [](ImGuiKey key) { return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key)); };
    if (pressed(ImGuiKey_DownArrow)) ++chosen_;
    if (pressed(ImGuiKey_UpArrow)) --chosen_;
    chosen_ = std::clamp(chosen_, 0, std::max(0, int(found.size()) - 1));
    std::string run;
    const int shown = std::clamp(int(found.size()), 1, most_shown);
    if (ImGui::BeginChild("list", {0, (ui.px(row) + ImGui::GetStyle().ItemSpacing.y) * float(shown)})) {
        for (int i = 0; i < int(found.size()); ++i) {
            const Command& c = *found[size_t(i)].command;
            ImGui::PushID(i);
            ImGui::BeginDisabled(!c.usable());
            const ImVec2 at = ImGui::GetCursorScreenPos();
            if (ImGui::Selectable("##row", i == chosen_, 0, {0, ui.px(row)})) run = c.id;
            if (i == chosen_ && (pressed(ImGuiKey_DownArrow) || pressed(ImGuiKey_UpArrow))) ImGui::SetScrollHereY();
            ImDrawList& list = *ImGui::GetWindowDrawList();
            const float y = at.y + ui.px(3);
            list.AddText({at.x + ui.px(8), y}, c.usable() ? ui.theme.text : ui.theme.disabled, c.name.c_str());
            const std::string key = keys.text_of(c.id);
            const float right = at.x + ImGui::GetContentRegionAvail().x - ui.px(8);
            float x = right - ImGui::CalcTextSize(key.c_str()).x;
            list.AddText({x, y}, ui.theme.secondary, key.c_str());
            if (!c.menu.empty())
                list.AddText({at.x + ui.px(16) + ImGui::CalcTextSize(c.name.c_str()).x, y}, ui.theme.disabled,
                             c.menu.c_str());
            ImGui::EndDisabled();
            ImGui::PopID();
        }
        if (found.empty()) ImGui::TextDisabled("No command is called that.");
    }
    ImGui::EndChild();
    if ((pressed(ImGuiKey_Enter) || pressed(ImGuiKey_KeyPadEnter)) && !found.empty())
        run = found[size_t(chosen_)].command->id;
    if (!run.empty() || pressed(ImGuiKey_Escape)) ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
    if (!run.empty()) commands.run(run);
}

} // namespace tessera
