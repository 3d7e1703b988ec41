#include "app/panels/curves/time_ruler.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {
constexpr float number_gap = 64; ///< between the numbers of the ruler, at 96 dots an inch
}

int frame_at(const Axis& time, float x)
{
    return int(std::clamp(std::round(time.from_screen(x)), -1e9, 1e9));
}

void draw_ruler(const Ui& ui, ImDrawList& list, const Axis& time, const Playback& playback, ImVec2 low, ImVec2 high)
{
    list.AddRectFilled(low, high, ui.theme.raised);
    list.PushClipRect(low, high, true);
    const float in = time.to_screen(playback.in()), out = time.to_screen(playback.out());
    list.AddRectFilled({low.x, high.y - ui.px(3)}, high, faded(ui.theme.line, 0.6f));
    list.AddRectFilled({in, high.y - ui.px(3)}, {out, high.y},
                       playback.has_in() || playback.has_out() ? ui.theme.accent : ui.theme.secondary);
    const float gap = ui.px(number_gap);
    const double step = tick_step(time, gap, true);
    const WithFont small(ui.fonts.small);
    for (const Tick& t : ticks(time, gap, true)) {
        const float x = std::round(time.to_screen(t.value)) + 0.5f;
        list.AddLine({x, high.y - ui.px(t.strong ? 10 : 6)}, {x, high.y - ui.px(3)},
                     t.strong ? ui.theme.secondary : ui.theme.disabled);
        if (t.strong)
            list.AddText({x + ui.px(3), low.y + ui.px(3)}, ui.theme.secondary, tick_text(t.value, step).c_str());
    }
    list.PopClipRect();
    list.AddLine({low.x, high.y - 0.5f}, {high.x, high.y - 0.5f}, ui.theme.line);
}

void draw_time_grid(const Ui& ui, ImDrawList& list, const Axis& time, const Playback& playback, ImVec2 low, ImVec2 high)
{
    for (const Tick& t : ticks(time, ui.px(number_gap), true)) {
        const float x = std::round(time.to_screen(t.value)) + 0.5f;
        list.AddLine({x, low.y}, {x, high.y}, faded(ui.theme.text, t.strong ? 0.07f : 0.03f));
    }
    const ImU32 outside = faded(ui.theme.line, ui.theme.kind == ThemeKind::Dark ? 0.45f : 0.25f);
    const float in = std::clamp(time.to_screen(playback.in()), low.x, high.x),
                out = std::clamp(time.to_screen(playback.out()), low.x, high.x);
    if (in > low.x) list.AddRectFilled(low, {in, high.y}, outside);
    if (out < high.x) list.AddRectFilled({out, low.y}, high, outside);
}

void draw_play_head(const Ui& ui, ImDrawList& list, const Axis& time, const Playback& playback, ImVec2 ruler_low,
                    ImVec2 high)
{
    const float x = std::round(time.to_screen(playback.frame())) + 0.5f;
    if (x < ruler_low.x || x > high.x) return;
    list.AddLine({x, ruler_low.y + ui.px(ruler_height)}, {x, high.y}, ui.theme.accent, std::max(1.0f, ui.scale));
    const WithFont small(ui.fonts.small);
    const std::string text = std::to_string(playback.frame());
    const ImVec2 size = ImGui::CalcTextSize(text.c_str());
    const float half = size.x / 2 + ui.px(5),
                middle = std::clamp(x, ruler_low.x + half, std::max(ruler_low.x + half, high.x - half));
    const ImVec2 a{middle - half, ruler_low.y + ui.px(2)},
        b{middle + half, ruler_low.y + ui.px(ruler_height) - ui.px(5)};
    list.AddRectFilled(a, b, ui.theme.accent, ui.px(3));
    list.AddTriangleFilled({x - ui.px(4), b.y}, {x + ui.px(4), b.y}, {x, b.y + ui.px(5)}, ui.theme.accent);
    list.AddText({std::round(middle - size.x / 2), std::round((a.y + b.y - size.y) / 2)}, ui.theme.on_accent,
                 text.c_str());
}

void draw_diamond(ImDrawList& list, ImVec2 at, float r, ImU32 fill, ImU32 edge)
{
    const ImVec2 p[4] = {{at.x, at.y - r}, {at.x + r, at.y}, {at.x, at.y + r}, {at.x - r, at.y}};
    list.AddConvexPolyFilled(p, 4, fill);
    list.AddPolyline(p, 4, edge, ImDrawFlags_Closed, 1);
}

void draw_key(ImDrawList& list, ImVec2 at, float r, Interpolation rule, bool broken, ImU32 fill, ImU32 edge)
{
    switch (rule) {
    case Interpolation::Constant: {
        const float s = r * 0.8f;
        list.AddRectFilled({at.x - s, at.y - s}, {at.x + s, at.y + s}, fill);
        list.AddRect({at.x - s, at.y - s}, {at.x + s, at.y + s}, edge);
        break;
    }
    case Interpolation::Linear: draw_diamond(list, at, r * 1.15f, fill, edge); break;
    case Interpolation::Smooth:
        list.AddCircleFilled(at, r * 0.95f, fill, 12);
        list.AddCircle(at, r * 0.95f, edge, 12);
        break;
    case Interpolation::Cubic:
        list.AddCircleFilled(at, r, fill, 12);
        list.AddCircleFilled(at, r * 0.5f, edge, 8);
        break;
    case Interpolation::CatmullRom: {
        const ImVec2 p[3] = {{at.x, at.y - r * 1.1f}, {at.x + r, at.y + r * 0.8f}, {at.x - r, at.y + r * 0.8f}};
        list.AddConvexPolyFilled(p, 3, fill);
        list.AddPolyline(p, 3, edge, ImDrawFlags_Closed, 1);
        break;
    }
    case Interpolation::Bezier:
        if (broken) {
            list.AddTriangleFilled({at.x, at.y}, {at.x - r, at.y - r}, {at.x - r, at.y + r}, fill);
            list.AddTriangleFilled({at.x, at.y}, {at.x + r, at.y + r}, {at.x + r, at.y - r}, fill);
        } else {
            list.AddNgonFilled(at, r * 1.05f, fill, 6);
            list.AddNgon(at, r * 1.05f, edge, 6);
        }
        break;
    }
}

bool sign_button(const Ui& ui, const char* id, const std::string& name, const std::string& key, const std::string& help,
                 bool on, bool enabled, const std::function<void(ImDrawList&, ImVec2, ImU32)>& draw)
{
    ImGui::PushID(id);
    ImGui::BeginDisabled(!enabled);
    const float side = ImGui::GetFrameHeight();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool pressed = ImGui::InvisibleButton("##sign", {side, side});
    const bool hovered = ImGui::IsItemHovered(), held = ImGui::IsItemActive();
    ImGui::EndDisabled();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (hovered || held || on)
        list.AddRectFilled(at, {at.x + side, at.y + side},
                           held      ? mixed(ui.theme.hover, ui.theme.accent, 0.35f)
                           : hovered ? ui.theme.hover
                                     : ui.theme.raised,
                           ui.px(3));
    draw(list, {at.x + side / 2, at.y + side / 2}, !enabled ? ui.theme.disabled : on ? ui.theme.accent : ui.theme.text);
    tooltip(ui, name, key, help);
    ImGui::PopID();
    return pressed;
}

} // namespace tessera
