#include "app/shell/ui.h"
#include <imgui_internal.h>

namespace tessera {

namespace {
constexpr float tip_delay = 0.6f; // seconds
}

bool icon_button(const Ui& ui, const char* id, const char* icon, const char* tip, bool on, bool enabled)
{
    ImGui::PushID(id);
    ImGui::BeginDisabled(!enabled);
    const float side = ImGui::GetFrameHeight();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool pressed = ImGui::InvisibleButton("##icon", {side, side});
    const bool hovered = ImGui::IsItemHovered(), held = ImGui::IsItemActive();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (hovered || held || on)
        list.AddRectFilled(at, {at.x + side, at.y + side},
                           held ? mixed(ui.theme.hover, ui.theme.accent, 0.35f) : hovered ? ui.theme.hover : ui.theme.raised,
                           ui.px(3));
    const ImVec2 size = ImGui::CalcTextSize(icon);
    const ImU32 colour = !enabled ? ui.theme.disabled : on ? ui.theme.accent : ui.theme.text;
    list.AddText({std::round(at.x + (side - size.x) / 2), std::round(at.y + (side - size.y) / 2)}, colour, icon);
    ImGui::EndDisabled();
    if (tip) tooltip(ui, tip);
    ImGui::PopID();
    return pressed;
}

std::string shortened(const std::string& text, float width)
{
    if (ImGui::CalcTextSize(text.c_str()).x <= width) return text;
    static const std::string dots = "\xe2\x80\xa6";
    size_t low = 0, high = text.size();
    while (low < high) {
        const size_t middle = (low + high + 1) / 2;
        if (ImGui::CalcTextSize((text.substr(0, middle) + dots).c_str()).x <= width) low = middle;
        else high = middle - 1;
    }
    while (low > 0 && (static_cast<unsigned char>(text[low]) & 0xC0) == 0x80) --low; // never inside a letter
    return text.substr(0, low) + dots;
}

void tooltip(const Ui& ui, const std::string& name, const std::string& key, const std::string& help)
{
    const ImGuiContext& g = *ImGui::GetCurrentContext();
    if (!ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled) || g.HoveredIdTimer < tip_delay) return;
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(ui.px(320));
    ImGui::TextUnformatted(name.c_str());
    if (!key.empty()) {
        ImGui::SameLine();
        ImGui::TextColored(ImGui::ColorConvertU32ToFloat4(ui.theme.secondary), "%s", key.c_str());
    }
    if (!help.empty()) {
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.secondary);
        ImGui::TextUnformatted(help.c_str());
        ImGui::PopStyleColor();
    }
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
}

void empty_state(const Ui& ui, const char* icon, const char* text)
{
    const ImVec2 space = ImGui::GetContentRegionAvail(), at = ImGui::GetCursorScreenPos();
    const float wrap = std::max(ui.px(80), std::min(space.x - ui.px(32), ui.px(360)));
    const ImVec2 size = ImGui::CalcTextSize(text, nullptr, false, wrap), sign = ImGui::CalcTextSize(icon);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float top = at.y + std::max(0.0f, (space.y - size.y - sign.y - ui.px(8)) / 2);
    list.AddText({std::round(at.x + (space.x - sign.x) / 2), top}, ui.theme.disabled, icon);
    ImGui::GetWindowDrawList()->AddText(ImGui::GetFont(), ImGui::GetFontSize(),
                                        {std::round(at.x + (space.x - size.x) / 2), top + sign.y + ui.px(8)},
                                        ui.theme.secondary, text, nullptr, wrap);
}

} // namespace tessera
