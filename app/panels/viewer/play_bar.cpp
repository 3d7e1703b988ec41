#include "app/panels/viewer/play_bar.h"
#include "app/editor/editor.h"
#include "app/panels/viewer/ruler_scale.h"
#include "app/shell/icons.h"
#include "app/widgets/number_field.h"
#include <algorithm>
#include <cmath>
#include <cstdio>

namespace tessera {

namespace {

enum class Sign { First, PreviousKey, Previous, Backward, Stop, Forward, Next, NextKey, Last };

constexpr float button = 26, field = 56, small_field = 40;

void triangle(ImDrawList& list, ImVec2 c, float r, bool left, ImU32 colour)
{
    const float tip = left ? -r : r;
    list.AddTriangleFilled({c.x - tip * 0.8f, c.y - r}, {c.x - tip * 0.8f, c.y + r}, {c.x + tip, c.y}, colour);
}

void draw_sign(const Ui& ui, ImDrawList& list, Sign sign, ImVec2 c, ImU32 colour)
{
    const float r = ui.px(4), bar = std::max(1.0f, ui.px(1.5f));
    const bool left =
        sign == Sign::First || sign == Sign::PreviousKey || sign == Sign::Previous || sign == Sign::Backward;
    const float side = left ? -1 : 1;
    const auto stroke = [&](float x) { list.AddRectFilled({x - bar / 2, c.y - r}, {x + bar / 2, c.y + r}, colour); };
    const auto diamond = [&](float x) {
        const float d = ui.px(3);
        list.AddQuadFilled({x - d, c.y}, {x, c.y - d}, {x + d, c.y}, {x, c.y + d}, colour);
    };
    switch (sign) {
    case Sign::Stop: list.AddRectFilled({c.x - r, c.y - r}, {c.x + r, c.y + r}, colour); break;
    case Sign::Backward:
    case Sign::Forward: triangle(list, c, r * 1.4f, left, colour); break;
    case Sign::Previous:
    case Sign::Next:
        triangle(list, {c.x - side * ui.px(1), c.y}, r, left, colour);
        stroke(c.x - side * ui.px(6));
        break;
    case Sign::PreviousKey:
    case Sign::NextKey:
        triangle(list, {c.x - side * ui.px(4), c.y}, r, left, colour);
        diamond(c.x + side * ui.px(4));
        break;
    case Sign::First:
    case Sign::Last:
        triangle(list, {c.x - side * ui.px(1), c.y}, r, left, colour);
        stroke(c.x + side * ui.px(5));
        break;
    }
}

void transport(Editor& editor, Sign sign, const char* command, bool on, bool enabled = true)
{
    const Ui& ui = editor.ui();
    const Command* c = editor.commands().find(command);
    if (!c) return;
    ImGui::PushID(command);
    ImGui::BeginDisabled(!enabled);
    const ImVec2 at = ImGui::GetCursorScreenPos(), size{ui.px(button), ImGui::GetFrameHeight()};
    if (ImGui::InvisibleButton("##transport", size)) editor.commands().run(command);
    const bool hovered = ImGui::IsItemHovered(), held = ImGui::IsItemActive();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (hovered || held || on)
        list.AddRectFilled(at, {at.x + size.x, at.y + size.y},
                           held      ? mixed(ui.theme.hover, ui.theme.accent, 0.35f)
                           : hovered ? ui.theme.hover
                                     : ui.theme.raised,
                           ui.px(3));
    const ImVec2 centre{std::round(at.x + size.x / 2), std::round(at.y + size.y / 2)};
    draw_sign(ui, list, sign, centre, !enabled ? ui.theme.disabled : on ? ui.theme.accent : ui.theme.text);
    ImGui::EndDisabled();
    tooltip(ui, c->name, editor.key_of(command), c->help);
    ImGui::PopID();
    ImGui::SameLine(0, 0);
}

void label(const Ui& ui, const char* text)
{
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const WithFont small(ui.fonts.small);
    const ImVec2 size = ImGui::CalcTextSize(text);
    ImGui::GetWindowDrawList()->AddText({at.x, at.y + std::round((ui.px(24) - size.y) / 2)}, ui.theme.secondary, text);
    ImGui::Dummy({size.x, ui.px(24)});
    ImGui::SameLine(0, ui.px(4));
}

std::optional<int> frame_field(const Ui& ui, const char* id, int value, int low, int high, int fallback, float width,
                               const char* tip)
{
    NumberStyle style;
    style.min = low, style.max = std::max(low + 1, high), style.hard = true, style.whole = true,
    style.fallback = fallback;
    const auto edit = number_field(ui, id, value, ui.px(width), style);
    tooltip(ui, tip);
    ImGui::SameLine(0, ui.px(4));
    return edit ? std::optional(int(std::lround(edit->value))) : std::nullopt;
}

void draw_rate(const Ui& ui, const Playback& p)
{
    char text[48];
    if (p.playing() && p.measured_rate() > 0)
        std::snprintf(text, sizeof text, "%.1f / %.4g fps", p.measured_rate(), p.rate);
    else
        std::snprintf(text, sizeof text, "%.4g fps", p.rate);
    const bool slow = p.playing() && p.measured_rate() > 0 && p.measured_rate() < p.rate * std::abs(p.speed()) * 0.95;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ui.px(96);
    const ImVec2 size = ImGui::CalcTextSize(text);
    ImGui::GetWindowDrawList()->AddText({at.x + width - size.x, at.y + std::round((ui.px(24) - size.y) / 2)},
                                        slow ? ui.theme.warning : ui.theme.secondary, text);
    ImGui::Dummy({width, ui.px(24)});
    tooltip(ui, "Frames a second", {}, "Shown lately, and what the project asks for.");
}

void draw_right(Editor& editor, float right, float y, bool wide, bool& look_ahead)
{
    const Ui& ui = editor.ui();
    Playback& p = editor.playback();
    const float each = ui.px(24);
    const float width = each * 3 + ui.px(12) + ui.px(96) + (wide ? ui.px(small_field + 4 + 34) : 0);
    ImGui::SetCursorScreenPos({right - width, y});
    if (wide) {
        label(ui, "Step");
        if (const auto by =
                frame_field(ui, "increment", p.increment, 1, 100, 10, small_field, "Frames that Shift and an arrow go"))
            p.increment = *by;
    }
    const char* modes[] = {"Once: stops at the end", "Loop: starts again at the end",
                           "Bounce: turns round at the ends"};
    const char* signs[] = {icon::once, icon::loop, icon::bounce};
    if (icon_button(ui, "mode", signs[int(p.mode)], modes[int(p.mode)])) p.mode = PlayMode((int(p.mode) + 1) % 3);
    ImGui::SameLine(0, ui.px(2));
    const bool every = p.pace == PlayPace::EveryFrame;
    if (icon_button(ui, "pace", icon::clock,
                    every ? "Every frame is shown, however long it takes"
                          : "Real time: frames are left out to keep the rate",
                    !every))
        p.pace = every ? PlayPace::RealTime : PlayPace::EveryFrame;
    ImGui::SameLine(0, ui.px(2));
    if (icon_button(ui, "ahead", icon::film, "Cache frames in the background", look_ahead)) look_ahead = !look_ahead;
    ImGui::SameLine(0, ui.px(8));
    draw_rate(ui, p);
}

} // namespace

void play_bar(Editor& editor, ImVec2 low, ImVec2 high, std::span<const double> keys, bool& look_ahead)
{
    const Ui& ui = editor.ui();
    Playback& p = editor.playback();
    ImGui::PushID("play bar");
    const float y = low.y + std::round((high.y - low.y - ui.px(24)) / 2), width = high.x - low.x;
    const float middle_width = ui.px(button) * 9 + ui.px(field + 8);
    const bool ends = width > middle_width + ui.px(500), right = width > middle_width + ui.px(220);
    if (ends) {
        ImGui::SetCursorScreenPos({low.x + ui.px(8), y});
        label(ui, "In");
        if (const auto in =
                frame_field(ui, "in", p.in(), p.first(), p.last(), p.first(), field, "First frame that is played"))
            p.set_in(*in == p.first() ? std::nullopt : std::optional(*in));
        label(ui, "Out");
        if (const auto out =
                frame_field(ui, "out", p.out(), p.first(), p.last(), p.last(), field, "Last frame that is played"))
            p.set_out(*out == p.last() ? std::nullopt : std::optional(*out));
        const WithFont mono(ui.fonts.mono);
        const std::string code = timecode(p.frame(), p.rate);
        if (width > middle_width + ui.px(620)) {
            const ImVec2 at = ImGui::GetCursorScreenPos();
            ImGui::GetWindowDrawList()->AddText(
                {at.x + ui.px(8), at.y + std::round((ui.px(24) - ImGui::GetFontSize()) / 2)}, ui.theme.secondary,
                code.c_str());
        }
    }
    const float left = right ? low.x + std::round((width - middle_width) / 2)
                             : low.x + std::max(ui.px(4), std::round((width - middle_width) / 2));
    ImGui::SetCursorScreenPos({left, y});
    transport(editor, Sign::First, "play.first_frame", false);
    transport(editor, Sign::PreviousKey, "play.previous_key", false, !keys.empty());
    transport(editor, Sign::Previous, "play.previous_frame", false);
    transport(editor, Sign::Backward, "play.backward", p.speed() < 0);
    ImGui::SameLine(0, ui.px(4));
    if (const auto frame = frame_field(ui, "frame", p.frame(), p.first(), p.last(), -1e9, field, "The frame shown"))
        p.go_to(*frame);
    transport(editor, Sign::Stop, "play.stop", false, p.playing());
    transport(editor, Sign::Forward, "play.forward", p.speed() > 0);
    transport(editor, Sign::Next, "play.next_frame", false);
    transport(editor, Sign::NextKey, "play.next_key", false, !keys.empty());
    transport(editor, Sign::Last, "play.last_frame", false);
    if (right) draw_right(editor, high.x - ui.px(8), y, ends, look_ahead);
    ImGui::PopID();
}

} // namespace tessera
