#include "app/widgets/number_field.h"
#include <algorithm>
#include <cmath>
#include <imgui_internal.h>
#include <imgui_stdlib.h>

namespace tessera {

namespace {

constexpr int most_digits = 4;
constexpr float drag_threshold = 3;

/// The one field that is being typed into or dragged. Of the interface's one thread, like ImGui's own state.
struct Editing {
    ImGuiID id = 0;
    std::string text, problem;
    bool fresh = false, dragging = false, moved = false, forward = false, backward = false;
    double from = 0, at = 0; ///< of a drag: the value at its start, and now (before rounding)
    float travel = 0;
    int frame = 0;           ///< when it was last drawn
};
Editing& editing()
{
    static Editing state;
    return state;
}

/// How Tab finds its way: the field drawn last, and the field that is to begin typing.
struct Order {
    ImGuiID last = 0;    ///< drawn last in this frame
    ImGuiID wanted = 0;  ///< begins typing when it is drawn
    bool next = false;   ///< the next one drawn begins typing
    int next_frame = 0;
};
Order& order()
{
    static Order state;
    return state;
}

double sound(double v, const NumberStyle& style)
{
    if (style.whole) v = std::round(v);
    if (style.hard) v = std::clamp(v, style.min, style.max);
    return v;
}

bool pressed(ImGuiKey key)
{
    return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key), false);
}

/// Arrows step the digit; Tab is remembered for the field.
int on_key(ImGuiInputTextCallbackData* data)
{
    if (data->EventFlag == ImGuiInputTextFlags_CallbackCompletion) {
        (ImGui::GetIO().KeyShift ? editing().backward : editing().forward) = true;
        return 0;
    }
    const int steps = (data->EventKey == ImGuiKey_UpArrow ? 1 : -1) * (ImGui::GetIO().KeyShift ? 10 : 1);
    const bool all = data->SelectionStart != data->SelectionEnd;
    const std::string text(data->Buf, size_t(data->BufTextLen));
    // With everything selected, as typing begins, the last digit is the one.
    const Typed next = stepped_digit({text, all ? data->BufTextLen : data->CursorPos}, steps);
    if (next.text == text) return 0;
    data->DeleteChars(0, data->BufTextLen);
    data->InsertChars(0, next.text.c_str());
    data->CursorPos = data->SelectionStart = data->SelectionEnd = next.caret;
    return 0;
}

void begin_typing(ImGuiID id, double value, const NumberStyle& style)
{
    Editing e;
    e.id = id, e.fresh = true;
    if (!style.mixed) e.text = field_text(value, style.whole ? 0 : 6);
    editing() = e;
}

void draw_back(const Ui& ui, ImVec2 low, ImVec2 high, bool lit, const NumberStyle& style)
{
    ImDrawList& list = *ImGui::GetWindowDrawList();
    // As the fields around it: popups, which are raised themselves, have darker ones.
    ImU32 back = lit ? ui.theme.hover : ImGui::GetColorU32(ImGuiCol_FrameBg);
    if (style.tint) back = mixed(back, style.tint, style.tint_share);
    list.AddRectFilled(low, high, back, ui.px(3));
    if (style.mark) list.AddRectFilled({low.x, low.y + ui.px(3)}, {low.x + ui.px(2), high.y - ui.px(3)}, style.mark, ui.px(1));
}

/// As many digits as the field has room for: nothing is cut off.
std::string fitting_text(double value, float room, bool whole)
{
    for (int digits = whole ? 0 : most_digits; digits > 0; --digits) {
        const std::string text = field_text(value, digits);
        if (ImGui::CalcTextSize(text.c_str()).x <= room) return text;
    }
    return field_text(value, 0);
}

std::optional<NumberEdit> typing(const Ui& ui, double value, float width, const NumberStyle& style)
{
    Editing& e = editing();
    const ImVec2 low = ImGui::GetCursorScreenPos(), high{low.x + width, low.y + ImGui::GetFrameHeight()};
    e.frame = ImGui::GetFrameCount();
    if (e.fresh) ImGui::SetKeyboardFocusHere();
    const bool fresh = std::exchange(e.fresh, false);
    ImGui::SetNextItemWidth(width);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {ui.px(6), ImGui::GetStyle().FramePadding.y});
    const bool entered = ImGui::InputText("##text", &e.text,
                                          ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll |
                                              ImGuiInputTextFlags_CallbackHistory | ImGuiInputTextFlags_CallbackCompletion,
                                          on_key);
    ImGui::PopStyleVar();
    const bool left = ImGui::IsItemDeactivated() && !fresh;
    ImGui::GetWindowDrawList()->AddRect(low, high, e.problem.empty() ? ui.theme.accent : ui.theme.error, ui.px(3));
    if (!e.problem.empty() && ImGui::IsItemActive()) ImGui::SetTooltip("%s", e.problem.c_str());
    if (left && pressed(ImGuiKey_Escape)) {
        e = {};
        return {};
    }
    const bool tab = e.forward || e.backward;
    if (!entered && !left && !tab) return {};
    const std::string text = e.text;
    if (text.empty() || (!style.mixed && text == field_text(value, style.whole ? 0 : 6))) { // left as it was
        if (e.forward) order().next = true, order().next_frame = ImGui::GetFrameCount();
        if (e.backward) order().wanted = order().last;
        e = {};
        if (tab) ImGui::ClearActiveID();
        return {};
    }
    const auto result = calculated(text, value);
    if (!result) {
        e.problem = result.error().text();
        e.forward = e.backward = false;
        e.fresh = entered; // the text stays, to be mended
        if (left && !entered) e = {};
        return {};
    }
    if (e.forward) order().next = true, order().next_frame = ImGui::GetFrameCount();
    if (e.backward) order().wanted = order().last;
    e = {};
    if (tab) ImGui::ClearActiveID();
    return NumberEdit{sound(*result, style), true, false, is_relative(text) ? text : std::string()};
}

std::optional<NumberEdit> dragging(const Ui& ui, ImGuiID own, double value, const NumberStyle& style)
{
    Editing& e = editing();
    const ImGuiIO& io = ImGui::GetIO();
    if (ImGui::IsItemActivated() && !io.KeyAlt) {
        e = {};
        e.id = own, e.dragging = true, e.from = e.at = value;
        e.frame = ImGui::GetFrameCount();
        return {}; // the pointer's way to where it was pressed is no part of the drag
    }
    if (e.id != own || !e.dragging) return {};
    e.frame = ImGui::GetFrameCount();
    if (ImGui::IsItemActive()) {
        if (pressed(ImGuiKey_Escape)) {
            const NumberEdit edit{e.from, true, true, {}};
            const bool moved = e.moved;
            e = {};
            ImGui::ClearActiveID();
            return moved ? std::optional(edit) : std::nullopt;
        }
        e.travel += io.MouseDelta.x;
        if (!e.moved && std::abs(e.travel) <= ui.px(drag_threshold)) return {};
        ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
        const double speed = drag_speed(style.min, style.max, style.whole) / double(ui.scale) * (io.KeyShift ? 0.1 : io.KeyCtrl ? 10 : 1);
        e.moved = true;
        e.at += double(io.MouseDelta.x) * speed;
        if (style.hard) e.at = std::clamp(e.at, style.min, style.max);
        const double now = sound(rounded_drag(e.at, style.min, style.max, style.whole, io.KeyShift), style);
        if (now != value && io.MouseDelta.x != 0) return NumberEdit{now, false, false, {}};
        return {};
    }
    if (ImGui::IsItemDeactivated()) {
        const bool moved = e.moved;
        e = {};
        if (moved) return NumberEdit{value, true, false, {}};
        if (io.KeyCtrl) return NumberEdit{style.fallback, true, false, {}};
        begin_typing(own, value, style);
        ui.window.keep_drawing(2);
    }
    return {};
}

} // namespace

void close_on_escape()
{
    if (pressed(ImGuiKey_Escape) && !ImGui::GetIO().WantTextInput && !editing().id && !ImGui::IsAnyItemActive()) ImGui::CloseCurrentPopup();
}

PopupFields::PopupFields(const Ui& ui)
{
    ImGui::PushStyleColor(ImGuiCol_FrameBg, ui.theme.window);
    ImGui::PushStyleColor(ImGuiCol_FrameBgHovered, ui.theme.panel);
    ImGui::PushStyleColor(ImGuiCol_Button, ui.theme.hover);
}

std::optional<NumberEdit> number_field(const Ui& ui, const char* id, double value, float width, const NumberStyle& style)
{
    ImGui::PushID(id);
    const ImGuiID own = ImGui::GetID("number");
    Editing& e = editing();
    Order& tabs = order();
    const int frame = ImGui::GetFrameCount();
    // A field that was typed into and is no longer drawn (its panel closed) is let go.
    if (e.id && e.frame + 2 < frame && !e.fresh) e = {};
    if (style.enabled && ((tabs.next && frame - tabs.next_frame <= 1) || tabs.wanted == own)) {
        tabs.next = false, tabs.wanted = 0;
        begin_typing(own, value, style);
        ui.window.keep_drawing(2);
    }
    std::optional<NumberEdit> edit;
    if (e.id == own && !e.dragging) {
        edit = typing(ui, value, width, style);
        order().last = own;
        ImGui::PopID();
        return edit;
    }
    order().last = own;
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const ImVec2 high{low.x + width, low.y + ImGui::GetFrameHeight()};
    ImGui::BeginDisabled(!style.enabled);
    ImGui::InvisibleButton("number", {width, high.y - low.y});
    const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
    if (style.enabled) edit = dragging(ui, own, value, style);
    if (hovered && !active) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    draw_back(ui, low, high, hovered || active, style);
    const float pad = ui.px(6);
    const std::string text = style.mixed ? "\xe2\x80\x94" : fitting_text(value, width - 2 * pad, style.whole);
    const bool solid = style.tint && style.tint_share > 0.7f;
    const ImU32 colour = solid                                    ? ui.theme.window
                         : style.tint                             ? ui.theme.text
                         : !style.enabled                         ? ui.theme.disabled
                         : value == style.fallback                ? ui.theme.secondary
                                                                  : ui.theme.text;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRect(low, high, true);
    list.AddText({low.x + pad, std::round(low.y + (high.y - low.y - ImGui::GetFontSize()) / 2)}, colour, text.c_str());
    list.PopClipRect();
    if (active) list.AddRect(low, high, ui.theme.accent, ui.px(3));
    ImGui::EndDisabled();
    ImGui::PopID();
    return edit;
}

std::optional<NumberEdit> number_slider(const Ui& ui, const char* id, double value, float width, const NumberStyle& style)
{
    ImGui::PushID(id);
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const float height = ImGui::GetFrameHeight(), middle = std::round(low.y + height / 2), radius = ui.px(6);
    ImGui::BeginDisabled(!style.enabled);
    ImGui::InvisibleButton("slider", {width, height});
    const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
    const ImGuiIO& io = ImGui::GetIO();
    const float left = low.x + radius, right = low.x + width - radius;
    std::optional<NumberEdit> edit;
    static double before = 0; // of the one slider that can be held
    static float held = 0;
    if (ImGui::IsItemActivated()) before = value, held = io.MousePos.x;
    if (active && pressed(ImGuiKey_Escape)) {
        ImGui::ClearActiveID();
        if (value != before) edit = NumberEdit{before, true, true, {}};
    } else if (active && !io.KeyCtrl && right > left && io.MouseDown[0]) {
        if (!ImGui::IsItemActivated()) held += io.MouseDelta.x * (io.KeyShift ? 0.1f : 1.0f);
        const double share = std::clamp(double((held - left) / (right - left)), 0.0, 1.0);
        const double wanted = style.min + share * (style.max - style.min);
        const double now = sound(rounded_drag(wanted, style.min, style.max, style.whole, io.KeyShift), style);
        if (now != value) edit = NumberEdit{now, false, false, {}};
    }
    if (ImGui::IsItemDeactivated() && !edit) {
        if (io.KeyCtrl) edit = NumberEdit{style.fallback, true, false, {}};
        else if (value != before) edit = NumberEdit{value, true, false, {}};
    }
    const auto place = [&](double v) {
        const double share = style.max > style.min ? std::clamp((v - style.min) / (style.max - style.min), 0.0, 1.0) : 0;
        return std::round(left + float(share) * (right - left));
    };
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float x = place(value), origin = place(std::clamp(style.fallback, style.min, style.max));
    const float line = ui.px(2);
    list.AddRectFilled({left, middle - line / 2}, {right, middle + line / 2}, ui.theme.line, line);
    const ImU32 lit = !style.enabled ? ui.theme.disabled : active ? ui.theme.accent : style.tint ? style.tint : ui.theme.secondary;
    if (!style.mixed) {
        list.AddRectFilled({std::min(x, origin), middle - line / 2}, {std::max(x, origin), middle + line / 2}, lit);
        list.AddCircleFilled({x, middle}, hovered || active ? ui.px(5) : ui.px(4), active ? ui.theme.accent : hovered ? ui.theme.text : lit, 20);
    }
    list.AddRectFilled({origin, middle - ui.px(4)}, {origin + ui.px(1), middle + ui.px(4)}, ui.theme.disabled);
    ImGui::EndDisabled();
    ImGui::PopID();
    return edit;
}

} // namespace tessera
