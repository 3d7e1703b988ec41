#include "app/widgets/number_field.h"
#include "core/doc/expression.h"
#include <algorithm>
#include <charconv>
#include <cmath>
#include <imgui_internal.h>
#include <imgui_stdlib.h>

namespace tessera {

namespace {

constexpr int shown_digits = 4;

class NoScope final : public ExpressionScope {
public:
    Result<ExpressionValue> parameter(std::string_view path, double) override
    {
        return Error{ErrorKind::InvalidArgument, "\"" + std::string(path) + "\" is not a number",
                     "type a calculation; an expression that follows other values is set from the field's menu"};
    }
    Result<ExpressionValue> curve(std::string_view path, double) override { return parameter(path, 0); }
};

Result<double> number_of(const std::string& text)
{
    TESSERA_TRY(expression, Expression::compile(text));
    NoScope scope;
    TESSERA_TRY(value, expression->evaluate(scope));
    if (value.n != 1 || !std::isfinite(value.v[0]))
        return Error{ErrorKind::InvalidArgument, "\"" + text + "\" gives no number", "check for a division by zero"};
    return value.v[0];
}

std::string trimmed(const std::string& text)
{
    const size_t a = text.find_first_not_of(" \t"), b = text.find_last_not_of(" \t");
    return a == std::string::npos ? "" : text.substr(a, b - a + 1);
}

} // namespace

Result<double> calculated(const std::string& typed, double present)
{
    const std::string text = trimmed(typed);
    if (text.empty()) return present;
    const bool assign = text.size() > 2 && text[1] == '=';
    const std::string rest = text.substr(assign ? 2 : 1);
    switch (text[0]) {
    case '+':
    case '-':
        if (!assign) break;
        {
            TESSERA_TRY(by, number_of(rest));
            return text[0] == '+' ? present + by : present - by;
        }
    case '*': {
        TESSERA_TRY(by, number_of(rest));
        return present * by;
    }
    case '/': {
        TESSERA_TRY(by, number_of(rest));
        if (by == 0) return Error{ErrorKind::InvalidArgument, "a division by zero gives no number", "divide by another"};
        return present / by;
    }
    case '^': {
        TESSERA_TRY(by, number_of(rest));
        const double power = std::pow(present, by);
        if (!std::isfinite(power))
            return Error{ErrorKind::InvalidArgument, "that power gives no number", "choose another exponent"};
        return power;
    }
    default: break;
    }
    return number_of(text);
}

std::string field_text(double value, int digits)
{
    if (!std::isfinite(value)) return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
    const double size = std::abs(value);
    char buffer[64];
    if (size != 0 && (size >= 1e9 || size < std::pow(10.0, -digits))) {
        const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific, 2).ptr;
        return {buffer, end};
    }
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, digits).ptr;
    std::string text(buffer, end);
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
    }
    return text == "-0" ? "0" : text;
}

namespace {

/// The one field that is being typed into or dragged.
struct Editing {
    ImGuiID id = 0;
    std::string text, problem;
    bool fresh = false;
    double drag_from = 0;
    float drag_moved = 0;
    bool dragging = false;
};
Editing& editing()
{
    static Editing state; // of the interface's one thread, like ImGui's own
    return state;
}

double sound(double v, const NumberStyle& style)
{
    if (style.whole) v = std::round(v);
    if (style.hard) v = std::clamp(v, style.min, style.max);
    return v;
}

/// Steps the digit left of the caret: 1.25 with the caret after the 2 goes up to 1.35.
int step_digit(ImGuiInputTextCallbackData* data)
{
    if (data->EventFlag != ImGuiInputTextFlags_CallbackHistory) return 0;
    const std::string text(data->Buf, size_t(data->BufTextLen));
    double value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return 0;
    size_t point = text.find('.');
    if (point == std::string::npos) point = text.size();
    size_t at = size_t(data->CursorPos);
    if (at > 0) --at;
    while (at < text.size() && !std::isdigit(static_cast<unsigned char>(text[at]))) ++at;
    const int power = at < point ? int(point - at) - 1 : -int(at - point);
    const double step = std::pow(10.0, power);
    const std::string stepped = field_text(value + (data->EventKey == ImGuiKey_UpArrow ? step : -step), std::max(shown_digits, -power));
    const int from_end = data->BufTextLen - data->CursorPos;
    data->DeleteChars(0, data->BufTextLen);
    data->InsertChars(0, stepped.c_str());
    data->CursorPos = std::clamp(data->BufTextLen - from_end, 0, data->BufTextLen);
    data->SelectionStart = data->SelectionEnd = data->CursorPos;
    return 0;
}

} // namespace

std::optional<NumberEdit> number_field(const Ui& ui, const char* id, double value, float width, const NumberStyle& style)
{
    ImGui::PushID(id);
    Editing& e = editing();
    const ImGuiID own = ImGui::GetID("number");
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const float height = ImGui::GetFrameHeight();
    const ImVec2 high{low.x + width, low.y + height};
    std::optional<NumberEdit> edit;
    if (e.id == own && !e.dragging) { // typing
        if (e.fresh) ImGui::SetKeyboardFocusHere(), e.fresh = false;
        ImGui::SetNextItemWidth(width);
        const bool accepted = ImGui::InputText("##text", &e.text,
                                               ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll |
                                                   ImGuiInputTextFlags_CallbackHistory,
                                               step_digit);
        const bool left = ImGui::IsItemDeactivated();
        if (!e.problem.empty()) {
            ImGui::GetWindowDrawList()->AddRect(low, high, ui.theme.error, ui.px(3));
            ImGui::SetTooltip("%s", e.problem.c_str());
        }
        if (accepted || (left && !ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape)))) {
            auto result = calculated(e.text, value);
            if (result) {
                edit = NumberEdit{sound(*result, style), true};
                e = {};
            } else {
                e.problem = result.error().text();
                e.fresh = accepted;
                if (!accepted) e = {};
            }
        } else if (left) {
            e = {};
        }
        ImGui::PopID();
        return edit;
    }
    ImGui::BeginDisabled(!style.enabled);
    ImGui::InvisibleButton("number", {width, height});
    const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
    const ImGuiIO& io = ImGui::GetIO();
    if (ImGui::IsItemActivated()) e = {own, {}, {}, false, value, 0, true};
    if (active && e.id == own) {
        e.drag_moved += io.MouseDelta.x;
        if (std::abs(e.drag_moved) > ui.px(3)) {
            ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
            const double speed = (style.max - style.min) / std::max(1.0, double(ui.px(240))) * (io.KeyShift ? 0.1 : io.KeyCtrl ? 10 : 1);
            e.drag_from += double(io.MouseDelta.x) * speed;
            const double now = sound(e.drag_from, style);
            if (now != value) edit = NumberEdit{now, false};
        }
    }
    if (ImGui::IsItemDeactivated() && e.id == own) {
        if (std::abs(e.drag_moved) <= ui.px(3)) {
            if (io.KeyCtrl) edit = NumberEdit{style.fallback, true}, e = {};
            else e = {own, field_text(value, 6), {}, true, 0, 0, false};
        } else {
            edit = NumberEdit{value, true};
            e = {};
        }
    }
    if (hovered && !active) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    ImU32 back = hovered || active ? ui.theme.hover : ui.theme.raised;
    if (style.tint) back = mixed(back, style.tint, 0.35f);
    list.AddRectFilled(low, high, back, ui.px(3));
    const double share = style.max > style.min ? std::clamp((value - style.min) / (style.max - style.min), 0.0, 1.0) : 0;
    if (share > 0)
        list.AddRectFilled({low.x, high.y - ui.px(2)}, {low.x + float(share) * width, high.y},
                           faded(active ? ui.theme.accent : ui.theme.secondary, 0.7f), ui.px(1));
    if (style.mark) list.AddRectFilled(low, {low.x + ui.px(2), high.y}, style.mark, ui.px(1));
    const std::string text = field_text(value, style.whole ? 0 : shown_digits);
    const ImVec2 size = ImGui::CalcTextSize(text.c_str());
    const ImU32 colour = !style.enabled ? ui.theme.disabled : value == style.fallback ? ui.theme.secondary : ui.theme.text;
    list.PushClipRect(low, high, true);
    list.AddText({std::round(low.x + std::max(ui.px(6), (width - size.x) / 2)), std::round(low.y + (height - size.y) / 2)}, colour, text.c_str());
    list.PopClipRect();
    ImGui::EndDisabled();
    ImGui::PopID();
    return edit;
}

} // namespace tessera
