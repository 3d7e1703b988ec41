#include "app/panels/viewer/tool_button.h"
#include "app/shell/icons.h"

namespace tessera {

namespace {

bool popup_below(const char* id, ImVec2 low, ImVec2 high, bool pressed)
{
    if (pressed) ImGui::OpenPopup(id);
    if (!ImGui::IsPopupOpen(id)) return false;
    ImGui::SetNextWindowPos({low.x, high.y + 2});
    return ImGui::BeginPopup(id);
}

} // namespace

bool menu_button(const Ui& ui, const char* id, const std::string& text, float width, bool marked,
                 const std::string& name, const std::string& help)
{
    ImGui::PushID(id);
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const float height = ImGui::GetFrameHeight();
    const ImVec2 high{low.x + width, low.y + height};
    const bool pressed = ImGui::InvisibleButton("##button", {width, height});
    const bool hovered = ImGui::IsItemHovered();
    tooltip(ui, name, {}, help);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(low, high, hovered ? ui.theme.hover : ui.theme.raised, ui.px(3));
    const std::string fits = shortened(text, width - ui.px(22));
    list.AddText({low.x + ui.px(6), std::round(low.y + (height - ImGui::GetFontSize()) / 2)},
                 marked ? ui.theme.accent : ui.theme.text, fits.c_str());
    const float r = ui.px(3), x = high.x - ui.px(10), y = std::round((low.y + high.y) / 2);
    list.AddTriangleFilled({x - r, y - r * 0.5f}, {x + r, y - r * 0.5f}, {x, y + r * 0.7f}, ui.theme.secondary);
    ImGui::PopID();
    return popup_below(id, low, high, pressed);
}

bool icon_menu(const Ui& ui, const char* id, const char* icon, bool marked, const std::string& name,
               const std::string& help)
{
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const bool pressed = icon_button(ui, id, icon, nullptr, marked);
    tooltip(ui, name, {}, help);
    return popup_below(id, low, {low.x + ImGui::GetFrameHeight(), low.y + ImGui::GetFrameHeight()}, pressed);
}

bool letter_button(const Ui& ui, const char* id, const char* letter, bool on, ImU32 colour, const std::string& name,
                   const std::string& key, const std::string& help)
{
    ImGui::PushID(id);
    const ImVec2 low = ImGui::GetCursorScreenPos(), size{ui.px(22), ImGui::GetFrameHeight()};
    const bool pressed = ImGui::InvisibleButton("##letter", size);
    const bool hovered = ImGui::IsItemHovered();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 high{low.x + size.x, low.y + size.y};
    if (on)
        list.AddRectFilled(low, high, faded(colour, 0.28f), ui.px(3));
    else if (hovered)
        list.AddRectFilled(low, high, ui.theme.hover, ui.px(3));
    if (on) list.AddRectFilled({low.x + ui.px(3), high.y - ui.px(2)}, {high.x - ui.px(3), high.y}, colour, ui.px(1));
    const ImVec2 text = ImGui::CalcTextSize(letter);
    list.AddText({std::round(low.x + (size.x - text.x) / 2), std::round(low.y + (size.y - text.y) / 2)},
                 on ? ui.theme.text : colour, letter);
    tooltip(ui, name, key, help);
    ImGui::PopID();
    return pressed;
}

} // namespace tessera
