// Controls of colours: fields, swatch with its popup, eyedropper, and wheels for lift, gamma and gain.
#include "app/panels/properties/param_controls.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <array>

namespace tessera {

namespace {

constexpr float eyedropper_from = 200; ///< widths of the control from which the tool has room
constexpr std::array<const char*, 4> wheel_params{"lift", "gamma", "gain", "offset"};

Color colour_of(const Value& value)
{
    return {component(value, 0), component(value, 1), component(value, 2), component(value, 3)};
}

std::string owner_of(const NodeRows& node, const ParamRow& row)
{
    return std::to_string(node.ref.node) + "." + row.param->name;
}

/// An alpha of its own belongs to a colour that is not the same in every channel by default (a constant, not a gain).
bool has_alpha(const ParamRow& row)
{
    return !combines(*row.param);
}

} // namespace

void ParamControls::draw_colour(const NodeRows& node, const ParamRow& row, float width)
{
    const Ui& ui = editor_.ui();
    const float gap = ui.px(4), side = ImGui::GetFrameHeight();
    const bool dropper = width >= ui.px(eyedropper_from);
    const float tools = side + gap + (dropper ? side + gap : 0);
    const ImVec2 start = ImGui::GetCursorScreenPos();
    ImGui::BeginGroup();
    draw_numbers(node, row, width - tools);
    ImGui::EndGroup();
    const float bottom = ImGui::GetItemRectMax().y;
    ImGui::SetCursorScreenPos({start.x + width - tools + gap, start.y});
    if (colour_swatch(ui, "swatch", colour_of(row.value), {side, side})) {
        colour_before_ = colour_of(row.value);
        ImGui::OpenPopup("colour");
    }
    tooltip(ui, "Choose a colour", {}, "As it looks on an sRGB screen, roughly; the viewer shows it as it is.");
    if (dropper) {
        ImGui::SameLine(0, gap);
        draw_eyedropper(node, row);
    }
    draw_colour_popup(node, row);
    ImGui::SetCursorScreenPos({start.x, bottom});
    ImGui::Dummy({0, 0});
}

void ParamControls::draw_colour_popup(const NodeRows& node, const ParamRow& row)
{
    const Ui& ui = editor_.ui();
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(12), ui.px(12)});
    const bool open = ImGui::BeginPopup("colour");
    ImGui::PopStyleVar();
    if (!open) return;
    close_on_escape();
    {
        const WithFont strong(ui.fonts.strong);
        ImGui::TextUnformatted((node.place.node->name + "  " + row.param->label).c_str());
    }
    ImGui::SameLine(ImGui::GetContentRegionAvail().x - ui.px(24) + ImGui::GetStyle().WindowPadding.x);
    draw_eyedropper(node, row);
    if (const auto edit = colour_editor(ui, colour_of(row.value), colour_before_, has_alpha(row))) set_colour(node, row, *edit, has_alpha(row));
    ImGui::EndPopup();
}

void ParamControls::arm(const NodeRows& node, const ParamRow& row, PickFrom from)
{
    // The node may be gone, or have changed, when a colour comes: everything is looked up then.
    const auto take = [this, alive = std::weak_ptr(alive_), ref = node.ref, name = row.param->name, label = row.param->label](Color colour, bool finished) {
        if (alive.expired()) return;
        Session& session = editor_.session();
        const NodePlace place = find_node(*session.project(), ref.graph, ref.node);
        const OpDesc* op = place ? Registry::instance().find(place.node->op) : nullptr;
        const ParamDesc* param = op ? op->param(name) : nullptr;
        if (!param) return editor_.colour_pick().disarm();
        const double numbers[3] = {colour.r, colour.g, colour.b};
        session.apply(edit_numbers(session.project(), {ref}, *param, numbers, editor_.frame_number()), "Pick " + place.node->name + "." + name,
                      "pick " + std::to_string(ref.node) + "." + name);
        if (finished) session.seal();
    };
    editor_.colour_pick().arm(owner_of(node, row), take, from);
    editor_.notices().add(NoticeLevel::Info, "Pick a colour for " + row.param->label + " in the viewer: Ctrl and drag. Escape or the eyedropper again ends it.");
}

void ParamControls::draw_eyedropper(const NodeRows& node, const ParamRow& row)
{
    const Ui& ui = editor_.ui();
    ColourPick& pick = editor_.colour_pick();
    const bool armed = pick.armed_by(owner_of(node, row));
    if (tool(ui, "eyedropper", icon::eyedropper, "Pick a colour in the viewer; with Alt or by the right button, from the node's source", armed)) {
        if (armed) pick.disarm();
        else arm(node, row, ImGui::GetIO().KeyAlt ? PickFrom::Source : PickFrom::Shown);
    }
    if (ImGui::IsItemClicked(ImGuiMouseButton_Right)) arm(node, row, PickFrom::Source);
    if (armed && !ImGui::GetIO().WantTextInput && ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape), false)) pick.disarm();
}

// ---- wheels ---------------------------------------------------------------------------------------------------------

bool ParamControls::has_wheels(const OpDesc& op)
{
    return std::all_of(wheel_params.begin(), wheel_params.begin() + 3, [&](const char* name) {
        const ParamDesc* p = op.param(name);
        return p && p->type == ParamType::Color;
    });
}

void ParamControls::draw_wheels(const NodeRows& node, float width)
{
    const Ui& ui = editor_.ui();
    std::vector<const ParamRow*> rows;
    for (const char* name : wheel_params)
        for (const ParamRow& row : node.rows)
            if (row.param->name == name && row.param->type == ParamType::Color) rows.push_back(&row);
    const float gap = ui.px(12);
    int columns = int(rows.size());
    while (columns > 1 && (width - gap * float(columns - 1)) / float(columns) < ui.px(104)) columns = (columns + 1) / 2;
    const float each = std::floor((width - gap * float(columns - 1)) / float(columns));
    const float side = std::min(each, ui.px(168));
    const ImVec2 start = ImGui::GetCursorScreenPos();
    const float line = ImGui::GetFrameHeight(), height = line + side + ui.px(4) + line + ui.px(10);
    for (size_t i = 0; i < rows.size(); ++i) {
        const ParamRow& row = *rows[i];
        const ImVec2 low{start.x + float(int(i) % columns) * (each + gap), start.y + float(int(i) / columns) * height};
        ImGui::PushID(row.param->name.c_str());
        ImGui::PushID("wheel row");
        ImDrawList& list = *ImGui::GetWindowDrawList();
        const float text = ImGui::CalcTextSize(row.param->label.c_str()).x;
        list.AddText({std::round(low.x + (each - text) / 2), low.y + ui.px(4)}, row.state.changed ? ui.theme.text : ui.theme.secondary, row.param->label.c_str());
        const Color now = colour_of(row.value);
        const bool driven = row.state.driven;
        ImGui::BeginDisabled(driven);
        ImGui::SetCursorScreenPos({std::round(low.x + (each - side) / 2), low.y + line});
        // Around black small shifts matter, around white larger ones: an eighth of the usual range is the rim.
        const double reach = (row.param->max - row.param->min) / 8;
        if (const auto edit = balance_wheel(ui, "wheel", now, reach, side)) set_colour(node, row, *edit, false);
        ImGui::SetCursorScreenPos({low.x, low.y + line + side + ui.px(4)});
        // The master moves all channels together, and alpha with them where it stands with them.
        const double mean = balance_of(now).mean;
        NumberStyle style = style_of(row, 0);
        style.fallback = component(row.param->fallback, 0);
        style.mixed = false;
        const float field = std::min(ui.px(56), each / 2);
        auto edit = number_field(ui, "master", mean, field, style);
        ImGui::SameLine(0, ui.px(4));
        if (auto slid = number_slider(ui, "slide", mean, each - field - ui.px(4), style)) edit = slid;
        if (edit) {
            Color next{now.r + edit->value - mean, now.g + edit->value - mean, now.b + edit->value - mean, now.a};
            for (double* c : {&next.r, &next.g, &next.b}) *c = std::round(*c * 1e5) / 1e5;
            set_colour(node, row, {next, edit->finished, edit->cancelled}, false);
        }
        ImGui::EndDisabled();
        ImGui::PopID();
        ImGui::PopID();
    }
    const int lines = (int(rows.size()) + columns - 1) / columns;
    ImGui::SetCursorScreenPos({start.x, start.y + height * float(lines)});
    ImGui::Dummy({width, 0});
}

} // namespace tessera
