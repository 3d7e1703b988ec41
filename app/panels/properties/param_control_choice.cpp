// Which control a parameter has.
#include "app/panels/properties/param_controls.h"
#include "app/widgets/curve_field.h"

namespace tessera {

void ParamControls::draw_control(const NodeRows& node, const ParamRow& row, float width)
{
    switch (row.param->type) {
    case ParamType::Bool: return draw_bool(node, row);
    case ParamType::Int:
    case ParamType::Float:
    case ParamType::Vec2:
    case ParamType::Vec3:
    case ParamType::Vec4:
    case ParamType::Matrix: return draw_numbers(node, row, width);
    case ParamType::Color: return draw_colour(node, row, width);
    case ParamType::Enum: return draw_enum(node, row, width);
    case ParamType::String:
        // A selection of channels is switches; those of Shuffle and the like name more than channels.
        if (row.param->name == "channels") return draw_channels(node, row, width);
        return draw_text(node, row, width);
    case ParamType::File: return draw_file(node, row, width);
    case ParamType::Curve: return draw_curve(node, row, width);
    case ParamType::Shapes:
    case ParamType::Strokes:
    case ParamType::Tracks: break;
    }
    const auto* data = std::get_if<OpaqueData>(&row.value);
    ImGui::AlignTextToFramePadding();
    ImGui::TextDisabled(data && !data->json.empty() ? "Data, kept as it is" : "None");
}

void ParamControls::draw_curve(const NodeRows& node, const ParamRow& row, float width)
{
    const Ui& ui = editor_.ui();
    const auto* present = std::get_if<CurvePtr>(&row.value);
    const Curve curve = present && *present && !(*present)->empty() ? **present : straight_curve();
    const auto set = [&](const Curve& next, bool finished) {
        const Value value(std::make_shared<const Curve>(next));
        apply(node, row, edit_value(editor_.session().project(), node.targets, *row.param, value), "curve", finished, false);
    };
    (void)curve_field(ui, "small", curve, {width, ui.px(72)}, false);
    if (ImGui::IsItemClicked()) ImGui::OpenPopup("curve");
    tooltip(ui, "Click to edit it large");
    if (!ImGui::BeginPopup("curve")) return;
    close_on_escape();
    ImGui::TextUnformatted((node.place.node->name + "  " + row.param->label).c_str());
    ImGui::SameLine();
    ImGui::TextDisabled("double-click: a key, right-click: its menu");
    if (const auto edit = curve_field(ui, "large", curve, {ui.px(460), ui.px(340)}, true)) set(edit->curve, edit->finished);
    ImGui::EndPopup();
}

} // namespace tessera
