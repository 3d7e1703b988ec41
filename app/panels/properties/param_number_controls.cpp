// Controls of numbers: fields in columns, one field with a slider, switches, matrices.
#include "app/panels/properties/param_controls.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

constexpr float narrowest_field = 38, widest_lone_field = 96, narrowest_slider = 56;

} // namespace

bool ParamControls::tool(const Ui& ui, const char* id, const char* sign, const char* tip, bool on)
{
    const float side = ImGui::GetFrameHeight();
    const ImVec2 low = ImGui::GetCursorScreenPos(), size = ImGui::CalcTextSize(sign);
    const bool pressed = ImGui::InvisibleButton(id, {side, side});
    const bool hovered = ImGui::IsItemHovered();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (hovered) list.AddRectFilled(low, {low.x + side, low.y + side}, ui.theme.hover, ui.px(3));
    list.AddText({std::round(low.x + (side - size.x) / 2), std::round(low.y + (side - size.y) / 2)}, hovered ? ui.theme.text : on ? ui.theme.accent : ui.theme.secondary, sign);
    tooltip(ui, tip);
    return pressed;
}

bool ParamControls::split(const NodeRows& node, const ParamRow& row) const
{
    const int count = component_count(row.param->type);
    const double first = component(row.value, 0);
    for (int i = 1; i < count; ++i)
        if (component(row.value, i) != first || row.by[size_t(i)] != row.by[0]) return true;
    if (row.mixed) return true;
    return split_.contains(std::to_string(node.ref.node) + "." + row.param->name);
}

void ParamControls::draw_split_button(const NodeRows& node, const ParamRow& row)
{
    const int count = component_count(row.param->type);
    const std::string key = std::to_string(node.ref.node) + "." + row.param->name;
    const bool open = split(node, row);
    if (!tool(editor_.ui(), "split", icon::columns, open ? "One number for all" : "A number for each", false)) return;
    if (!open) {
        split_.insert(key);
        return;
    }
    split_.erase(key);
    // Numbers that differ become the first of them.
    NumberEdit edit;
    edit.value = component(row.value, 0), edit.finished = true;
    bool differ = false;
    for (int i = 1; i < count; ++i) differ |= component(row.value, i) != edit.value;
    if (differ) apply(node, row, edit_number(editor_.session().project(), node.targets, *row.param, -1, edit.value, node.frame), "all", true, false);
}

void ParamControls::draw_combined(const NodeRows& node, const ParamRow& row, float width, float column)
{
    const Ui& ui = editor_.ui();
    const NumberStyle style = style_of(row, 0);
    const int whole = component_count(row.param->type) > 1 ? -1 : 0;
    const float lone = std::min(std::max(column, ui.px(48)), ui.px(widest_lone_field));
    const float slider = width - lone - ui.px(6);
    const bool slides = slider >= ui.px(narrowest_slider) && style.max > style.min && style.max - style.min <= 10000;
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const float field = slides ? lone : width;
    if (const auto edit = number_field(ui, "0", component(row.value, 0), field, style)) set_number(node, row, whole, *edit);
    fields_.push_back({low, {low.x + field, low.y + ImGui::GetFrameHeight()}});
    if (!slides) return;
    ImGui::SameLine(0, ui.px(6));
    if (const auto edit = number_slider(ui, "s", component(row.value, 0), slider, style)) set_number(node, row, whole, *edit);
}

void ParamControls::draw_numbers(const NodeRows& node, const ParamRow& row, float width)
{
    const Ui& ui = editor_.ui();
    const int count = component_count(row.param->type);
    const float gap = ui.px(4), tools = ui.px(24) + gap;
    const bool can_combine = combines(*row.param);
    const float four = std::floor((control_ - ui.px(60) - gap * 3) / 4); // what a colour with its tools leaves
    if (count == 1) return draw_combined(node, row, width, four);
    const float room = can_combine ? width - tools : width;
    if (can_combine && !split(node, row)) {
        draw_combined(node, row, room, four);
    } else {
        const bool colour = row.param->type == ParamType::Color;
        const ImU32 marks[4] = {ui.theme.red, ui.theme.green, ui.theme.blue, ui.theme.alpha};
        int columns = count == 16 ? 4 : count;
        while (columns > 1 && (room - gap * float(columns - 1)) / float(columns) < ui.px(narrowest_field)) columns = (columns + 1) / 2;
        const float each = std::floor((room - gap * float(columns - 1)) / float(columns));
        const ImVec2 start = ImGui::GetCursorScreenPos();
        const float line = ImGui::GetFrameHeight() + ui.px(2);
        for (int i = 0; i < count; ++i) {
            const ImVec2 low{start.x + float(i % columns) * (each + gap), start.y + float(i / columns) * line};
            ImGui::SetCursorScreenPos(low);
            NumberStyle style = style_of(row, i);
            if (colour) style.mark = marks[i];
            if (const auto edit = number_field(ui, std::to_string(i).c_str(), component(row.value, i), each, style)) set_number(node, row, i, *edit);
            const std::string part = component_name(row.param->type, i);
            if (!part.empty()) tooltip(ui, row.param->label + " " + part, row.param->name + "." + part);
            fields_.push_back({low, {low.x + each, low.y + ImGui::GetFrameHeight()}});
        }
        if (can_combine) ImGui::SetCursorScreenPos({start.x + room + gap, start.y});
    }
    if (!can_combine) return;
    if (!split(node, row)) ImGui::SameLine(0, gap);
    draw_split_button(node, row);
}

void ParamControls::draw_bool(const NodeRows& node, const ParamRow& row)
{
    const Ui& ui = editor_.ui();
    const bool on = component(row.value, 0) != 0, mixed = row.mixed & 1;
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const float height = ImGui::GetFrameHeight(), side = ui.px(16);
    const NumberStyle style = style_of(row, 0);
    ImGui::BeginDisabled(!style.enabled);
    const bool pressed = ImGui::InvisibleButton("box", {height, height});
    const ImVec2 a{low.x, std::round(low.y + (height - side) / 2)}, b{a.x + side, a.y + side};
    ImDrawList& list = *ImGui::GetWindowDrawList();
    ImU32 back = ImGui::IsItemHovered() ? ui.theme.hover : ui.theme.raised;
    if (style.tint) back = tessera::mixed(back, style.tint, style.tint_share);
    list.AddRectFilled(a, b, back, ui.px(3));
    if (mixed || on) {
        const char* sign = mixed ? "\xe2\x80\x94" : icon::check;
        const ImVec2 size = ImGui::CalcTextSize(sign);
        list.AddText({std::round(a.x + (side - size.x) / 2), std::round(a.y + (side - size.y) / 2)}, ui.theme.accent, sign);
    }
    ImGui::EndDisabled();
    fields_.push_back({a, b});
    if (pressed) apply(node, row, edit_number(editor_.session().project(), node.targets, *row.param, 0, on && !mixed ? 0 : 1, node.frame), "0", true, false);
}

} // namespace tessera
