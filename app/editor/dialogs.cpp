#include "app/editor/dialogs.h"

namespace tessera {

void Dialogs::draw(const Ui& ui)
{
    if (waiting_.empty()) return;
    if (!shown_) ImGui::OpenPopup("question"), shown_ = true;
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    const float width = std::min(ui.px(waiting_.front().width), screen.x - ui.px(16));
    ImGui::SetNextWindowPos({screen.x / 2, screen.y * 0.4f}, ImGuiCond_Always, {0.5f, 0.5f});
    ImGui::SetNextWindowSize({width, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(20), ui.px(16)});
    const bool drawing = ImGui::BeginPopupModal("question", nullptr, ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoMove |
                                                                         ImGuiWindowFlags_NoResize |
                                                                         ImGuiWindowFlags_NoSavedSettings);
    ImGui::PopStyleVar();
    if (!drawing) {
        shown_ = false;
        return;
    }
    const Question& question = waiting_.front();
    {
        const WithFont strong(ui.fonts.strong);
        ImGui::TextWrapped("%s", question.title.c_str());
    }
    if (!question.text.empty()) {
        ImGui::Dummy({0, ui.px(2)});
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.secondary);
        ImGui::TextWrapped("%s", question.text.c_str());
        ImGui::PopStyleColor();
    }
    if (question.body) ImGui::Dummy({0, ui.px(4)}), question.body(ui);
    ImGui::Dummy({0, ui.px(8)});
    // Buttons at the right end, the main one in the accent.
    float total = 0;
    const float pad = ui.px(16), gap = ui.px(8);
    for (const Choice& c : question.choices) total += ImGui::CalcTextSize(c.label.c_str()).x + 2 * pad + gap;
    ImGui::SetCursorPosX(std::max(ImGui::GetCursorPosX(), ImGui::GetWindowWidth() - total - ui.px(12)));
    const auto pressed = [](ImGuiKey key) { return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key), false); };
    int chosen = -1;
    const bool typing = ImGui::GetIO().WantTextInput;
    for (int i = 0; i < int(question.choices.size()); ++i) {
        const Choice& c = question.choices[size_t(i)];
        if (i) ImGui::SameLine(0, gap);
        const bool usable = !c.enabled || c.enabled();
        ImGui::BeginDisabled(!usable);
        if (c.main) {
            ImGui::PushStyleColor(ImGuiCol_Button, ui.theme.accent);
            ImGui::PushStyleColor(ImGuiCol_ButtonHovered, mixed(ui.theme.accent, IM_COL32_WHITE, 0.15f));
            ImGui::PushStyleColor(ImGuiCol_ButtonActive, mixed(ui.theme.accent, IM_COL32_BLACK, 0.15f));
            ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.on_accent);
        }
        const ImVec2 size{ImGui::CalcTextSize(c.label.c_str()).x + 2 * pad, ui.px(26)};
        if (ImGui::Button((c.label + "##" + std::to_string(i)).c_str(), size)) chosen = i;
        if (c.main) ImGui::PopStyleColor(4);
        ImGui::EndDisabled();
        if (c.main && usable && !typing && (pressed(ImGuiKey_Enter) || pressed(ImGuiKey_KeyPadEnter))) chosen = i;
    }
    if (pressed(ImGuiKey_Escape) && !typing) chosen = int(question.choices.size()) - 1;
    std::function<void()> run;
    if (chosen >= 0) {
        run = question.choices[size_t(chosen)].run;
        ImGui::CloseCurrentPopup();
        shown_ = false;
    }
    ImGui::EndPopup();
    if (chosen >= 0) waiting_.pop_front();
    if (run) run();
}

} // namespace tessera
