#include "app/panels/graph/create_menu.h"
#include "core/op/description.h"
#include <algorithm>
#include <imgui_stdlib.h>

namespace tessera {

namespace {

struct Found {
    const OpDesc* op = nullptr;
    int score = 0;
};

std::vector<Found> matches(const std::string& query, const std::vector<std::string>& recent)
{
    std::vector<Found> found;
    for (const auto& [id, op] : Registry::instance().all()) {
        if (op.internal) continue;
        int score = std::max(fuzzy_score(query, op.label), fuzzy_score(query, op.menu + " " + op.label) / 2);
        if (score <= 0) continue;
        const auto it = std::find(recent.begin(), recent.end(), id);
        if (it != recent.end()) score += std::max(1, 30 - int(it - recent.begin()));
        found.push_back({&op, score});
    }
    std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.score > b.score; });
    return found;
}

} // namespace

std::string CreateMenu::draw(Editor& editor)
{
    const Ui& ui = editor.ui();
    if (opening_) {
        ImGui::OpenPopup("create node");
        query_.clear(), chosen_ = 0, opening_ = false;
    }
    const float width = ui.px(280), height = ui.px(320);
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({std::clamp(at_.x, 0.0f, std::max(0.0f, screen.x - width)),
                             std::clamp(at_.y, 0.0f, std::max(0.0f, screen.y - height))});
    ImGui::SetNextWindowSize({width, height});
    open_ = ImGui::BeginPopup("create node", ImGuiWindowFlags_NoMove);
    if (!open_) return {};
    if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
    ImGui::SetNextItemWidth(-1);
    if (ImGui::InputTextWithHint("##query", "Node to add", &query_)) chosen_ = 0;
    const auto found = matches(query_, editor.preferences().recent_nodes);
    const auto pressed = [](ImGuiKey key) { return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key)); };
    if (pressed(ImGuiKey_DownArrow)) ++chosen_;
    if (pressed(ImGuiKey_UpArrow)) --chosen_;
    chosen_ = std::clamp(chosen_, 0, std::max(0, int(found.size()) - 1));
    std::string result;
    if (ImGui::BeginChild("list")) {
        for (int i = 0; i < int(found.size()); ++i) {
            const OpDesc& op = *found[size_t(i)].op;
            ImGui::PushID(i);
            const ImVec2 at = ImGui::GetCursorScreenPos();
            if (ImGui::Selectable("##row", i == chosen_, 0, {0, ui.px(22)})) result = op.id;
            if (i == chosen_ && (pressed(ImGuiKey_DownArrow) || pressed(ImGuiKey_UpArrow))) ImGui::SetScrollHereY();
            tooltip(ui, op.label, {}, op.help.substr(0, op.help.find(". ") + 1));
            ImDrawList& list = *ImGui::GetWindowDrawList();
            list.AddRectFilled({at.x + ui.px(4), at.y + ui.px(6)}, {at.x + ui.px(14), at.y + ui.px(16)},
                               ui.theme.category(op.menu), ui.px(2));
            list.AddText({at.x + ui.px(22), at.y + ui.px(3)}, ui.theme.text, op.label.c_str());
            const float menu = ImGui::CalcTextSize(op.menu.c_str()).x;
            list.AddText({at.x + ImGui::GetContentRegionAvail().x - menu - ui.px(6), at.y + ui.px(3)}, ui.theme.secondary,
                         op.menu.c_str());
            ImGui::PopID();
        }
        if (found.empty()) ImGui::TextDisabled("No node is called that.");
    }
    ImGui::EndChild();
    if ((pressed(ImGuiKey_Enter) || pressed(ImGuiKey_KeyPadEnter) || pressed(ImGuiKey_Tab)) && !found.empty() &&
        !ImGui::IsWindowAppearing())
        result = found[size_t(chosen_)].op->id;
    if (!result.empty() || pressed(ImGuiKey_Escape)) ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
    if (!result.empty()) {
        auto& recent = editor.preferences().recent_nodes;
        std::erase(recent, result);
        recent.insert(recent.begin(), result);
    }
    return result;
}

} // namespace tessera
