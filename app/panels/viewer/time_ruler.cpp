#include "app/panels/viewer/time_ruler.h"
#include <algorithm>
#include <imgui_internal.h>

namespace tessera {

namespace {

enum Dragged { nothing, head, in_bracket, out_bracket };

constexpr float number_room = 44, line_room = 5, bracket_reach = 6, bar = 3;

void draw_scale(const Ui& ui, ImDrawList& list, ImVec2 low, ImVec2 high, const TimeRuler& r, const RulerScale& s)
{
    const WithFont small(ui.fonts.small);
    const int numbers = number_step(s.cell(), ui.px(number_room)),
              lines = line_step(numbers, s.cell(), ui.px(line_room));
    const float base = high.y - ui.px(bar + 3);
    const auto from = [](int first, int step) { return first - ((first % step) + step) % step; };
    for (int f = from(r.first, lines); f <= r.last; f += lines) {
        if (f < r.first) continue;
        const float x = std::round(s.x_of(f));
        const bool number = f % numbers == 0;
        list.AddLine({x, base - ui.px(number ? 6 : 3)}, {x, base}, number ? ui.theme.secondary : ui.theme.disabled);
        if (!number) continue;
        const std::string text = std::to_string(f);
        const float width = ImGui::CalcTextSize(text.c_str()).x;
        const float at = std::clamp(x - width / 2, low.x + ui.px(2), high.x - width - ui.px(2));
        list.AddText({std::round(at), low.y + ui.px(3)},
                     f >= r.in && f <= r.out ? ui.theme.secondary : ui.theme.disabled, text.c_str());
    }
}

void draw_bracket(const Ui& ui, ImDrawList& list, float x, float top, float bottom, float foot, bool hot)
{
    const ImU32 colour = hot ? ui.theme.accent : ui.theme.text;
    const float thick = ui.px(2);
    const float left = foot > 0 ? x : x - thick;
    list.AddRectFilled({left, top}, {left + thick, bottom}, colour);
    for (const float y : {top, bottom - thick})
        list.AddRectFilled({std::min(x, x + foot), y}, {std::max(x, x + foot), y + thick}, colour);
}

void draw_head(const Ui& ui, ImDrawList& list, ImVec2 low, ImVec2 high, const TimeRuler& r, const RulerScale& s)
{
    const WithFont small(ui.fonts.small);
    const float x = std::round(s.x_of(r.frame));
    if (s.cell() > ui.px(3))
        list.AddRectFilled({x - s.cell() / 2, low.y + ui.px(16)}, {x + s.cell() / 2, high.y},
                           faded(ui.theme.accent, 0.25f));
    list.AddRectFilled({x - std::max(0.5f, ui.scale * 0.5f), low.y + ui.px(15)},
                       {x + std::max(0.5f, ui.scale * 0.5f), high.y}, ui.theme.accent);
    const std::string text = std::to_string(r.frame);
    const ImVec2 size = ImGui::CalcTextSize(text.c_str());
    const float width = size.x + ui.px(8);
    const float left = std::round(std::clamp(x - width / 2, low.x, std::max(low.x, high.x - width)));
    list.AddRectFilled({left, low.y + ui.px(1)}, {left + width, low.y + ui.px(16)}, ui.theme.accent, ui.px(3));
    list.AddText({left + ui.px(4), low.y + ui.px(8.5f) - std::round(size.y / 2)}, ui.theme.on_accent, text.c_str());
}

} // namespace

TimeRulerEdit time_ruler(const Ui& ui, const char* id, ImVec2 low, ImVec2 high, const TimeRuler& r)
{
    TimeRulerEdit edit;
    if (high.x - low.x < ui.px(24)) return edit;
    const RulerScale s{double(r.first), double(r.last), low.x + ui.px(8), high.x - ui.px(8)};
    const float in_x = std::round(s.x_of(r.in) - s.cell() / 2), out_x = std::round(s.x_of(r.out) + s.cell() / 2);
    ImGui::PushID(id);
    ImGui::SetCursorScreenPos(low);
    ImGui::InvisibleButton("ruler", {high.x - low.x, high.y - low.y});
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    ImGuiStorage& kept = *ImGui::GetStateStorage();
    const ImGuiID key = ImGui::GetID("dragged");
    const auto under = [&] {
        if (std::abs(mouse.x - in_x) <= ui.px(bracket_reach) && mouse.y > low.y + ui.px(14)) return in_bracket;
        if (std::abs(mouse.x - out_x) <= ui.px(bracket_reach) && mouse.y > low.y + ui.px(14)) return out_bracket;
        return head;
    };
    const bool hovered = ImGui::IsItemHovered();
    if (ImGui::IsItemActivated()) kept.SetInt(key, under());
    edit.active = ImGui::IsItemActive();
    const int dragged = edit.active ? kept.GetInt(key, nothing) : nothing;
    const int hot = edit.active ? dragged : hovered ? int(under()) : int(nothing);
    if (hot == in_bracket || hot == out_bracket) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    const int frame = s.whole_frame_at(mouse.x);
    if (dragged == head && frame != r.frame) edit.frame = frame;
    if (dragged == in_bracket && frame != r.in) edit.in = std::min(frame, r.out);
    if (dragged == out_bracket && frame != r.out) edit.out = std::max(frame, r.in);

    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRect(low, high, true);
    list.AddRectFilled(low, high, ui.theme.window);
    list.AddRectFilled({in_x, low.y}, {out_x, high.y}, ui.theme.panel);
    draw_scale(ui, list, low, high, r, s);
    for (const auto& [first, last] : r.cached)
        list.AddRectFilled({s.x_of(first) - s.cell() / 2, high.y - ui.px(bar)}, {s.x_of(last) + s.cell() / 2, high.y},
                           faded(ui.theme.good, 0.85f));
    for (const double time : r.keys) {
        const float x = std::round(s.x_of(time)), y = high.y - ui.px(bar + 6), d = ui.px(3);
        if (x >= low.x && x <= high.x)
            list.AddQuadFilled({x - d, y}, {x, y - d}, {x + d, y}, {x, y + d}, ui.theme.animation);
    }
    draw_bracket(ui, list, in_x, low.y + ui.px(16), high.y - ui.px(bar), ui.px(5), hot == in_bracket);
    draw_bracket(ui, list, out_x, low.y + ui.px(16), high.y - ui.px(bar), -ui.px(5), hot == out_bracket);
    draw_head(ui, list, low, high, r, s);
    list.PopClipRect();
    ImGui::PopID();
    return edit;
}

} // namespace tessera
