// The line over a node's parameters: its name, colour, switches, presets.
#include "app/panels/properties/properties_panel.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <imgui_internal.h>
#include <imgui_stdlib.h>

namespace tessera {

namespace {

constexpr int header_buttons = 6;
/// Muted hues of equal lightness, as the categories have.
constexpr int palette[] = {0x57697D, 0x85692E, 0x2F7472, 0x48763F, 0x3F69A0, 0x7459A0, 0x95507F, 0x82604A, 0x984F4B, 0x6B6B6B};

ImU32 colour_of_rgb(int rgb)
{
    return IM_COL32((rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255, 255);
}

} // namespace

void PropertiesPanel::draw_header(Open& open, bool& close)
{
    const Ui& ui = editor_.ui();
    const NodeRows& rows = *open.rows;
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x, height = ui.px(28), side = ImGui::GetFrameHeight();
    const ImVec2 high{low.x + width, low.y + height};
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(low, high, ui.theme.raised, ui.px(3));
    const NodeLook look = look_of(*rows.place.graph, open.node);
    const ImU32 colour = look.colour != NodeLook::own_colour ? colour_of_rgb(look.colour) : rows.op ? ui.theme.category(rows.op->menu) : ui.theme.category("");
    list.AddRectFilled(low, {low.x + ui.px(5), high.y}, colour, ui.px(3), ImDrawFlags_RoundCornersLeft);
    ImGui::SetCursorScreenPos(low);
    if (ImGui::InvisibleButton("colour", {ui.px(8), height})) ImGui::OpenPopup("node colour");
    if (ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    tooltip(ui, "Colour of the node");
    draw_colour_menu(open);
    ImGui::SetCursorScreenPos({low.x + ui.px(8), low.y + std::round((height - side) / 2)});
    if (icon_button(ui, "fold", open.collapsed ? icon::caret_right : icon::caret_down, open.collapsed ? "Unfold" : "Fold")) open.collapsed = !open.collapsed;
    const float buttons = float(header_buttons + (rows.op && ParamControls::has_wheels(*rows.op) ? 1 : 0)) * side;
    draw_name(open, low, high.x - buttons - ui.px(8));
    ImGui::SetCursorScreenPos({high.x - buttons - ui.px(2), low.y + std::round((height - side) / 2)});
    draw_header_buttons(open, close);
    ImGui::SetCursorScreenPos({low.x, high.y + ui.px(4)});
}

void PropertiesPanel::draw_name(Open& open, ImVec2 low, float right)
{
    const Ui& ui = editor_.ui();
    const NodeRows& rows = *open.rows;
    const Node& node = *rows.place.node;
    const float left = low.x + ui.px(34), height = ui.px(28), room = std::max(ui.px(24), right - left);
    const float y = std::round(low.y + (height - ImGui::GetFontSize()) / 2);
    if (naming_ == open.node) {
        ImGui::SetCursorScreenPos({left - ui.px(4), low.y + std::round((height - ImGui::GetFrameHeight()) / 2)});
        ImGui::SetNextItemWidth(std::min(room, ui.px(200)));
        if (naming_fresh_) ImGui::SetKeyboardFocusHere();
        const bool entered = ImGui::InputText("##name", &name_text_, ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
        const bool left_it = ImGui::IsItemDeactivated() && !naming_fresh_;
        naming_fresh_ = false;
        if (entered || left_it) {
            const bool escaped = ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape), false);
            naming_ = 0;
            if (!escaped && name_text_ != node.name) editor_.session().apply(rename(editor_.session().project(), rows.ref, name_text_), "Rename " + node.name + " to " + name_text_);
        }
        return;
    }
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float name_room = room * 0.75f;
    const WithFont strong(ui.fonts.strong);
    const std::string name = shortened(node.name, name_room);
    const float width = ImGui::CalcTextSize(name.c_str()).x;
    ImGui::SetCursorScreenPos({left, low.y});
    ImGui::InvisibleButton("name", {std::max(1.0f, width), height});
    if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(0)) naming_ = open.node, naming_fresh_ = true, name_text_ = node.name;
    list.AddText({left, y}, node.disabled ? ui.theme.disabled : ui.theme.text, name.c_str());
    if (node.disabled) list.AddLine({left, y + ImGui::GetFontSize() / 2}, {left + width, y + ImGui::GetFontSize() / 2}, ui.theme.disabled);
    ImGui::PushFont(ui.fonts.text);
    tooltip(ui, node.name, {}, "Double-click to rename it.");
    float x = left + width + ui.px(8);
    if (rows.targets.size() > 1) {
        const std::string many = std::to_string(rows.targets.size()) + " nodes";
        list.AddText({x, y}, ui.theme.accent, shortened(many, std::max(1.0f, right - x)).c_str());
        x += ImGui::CalcTextSize(many.c_str()).x + ui.px(8);
    }
    const std::string label = rows.op ? rows.op->label : node.op;
    if (x + ui.px(16) < right && !node.name.starts_with(label)) list.AddText({x, y}, ui.theme.secondary, shortened(label, right - x).c_str());
    ImGui::PopFont();
}

void PropertiesPanel::draw_colour_menu(Open& open)
{
    if (!ImGui::BeginPopup("node colour")) return;
    close_on_escape();
    const Ui& ui = editor_.ui();
    const NodeRef ref = open.rows->ref;
    NodeLook look = look_of(*open.rows->place.graph, open.node);
    const auto set = [&](int colour) {
        look.colour = colour;
        editor_.session().apply(set_look(editor_.session().project(), ref, look), "Colour " + open.rows->place.node->name);
        ImGui::CloseCurrentPopup();
    };
    for (size_t i = 0; i < std::size(palette); ++i) {
        if (i % 5) ImGui::SameLine(0, ui.px(4));
        ImGui::PushID(int(i));
        if (ImGui::ColorButton("##colour", ImGui::ColorConvertU32ToFloat4(colour_of_rgb(palette[i])), ImGuiColorEditFlags_NoTooltip, {ui.px(24), ui.px(24)})) set(palette[i]);
        ImGui::PopID();
    }
    if (ImGui::Selectable("As its category", look.colour == NodeLook::own_colour)) set(NodeLook::own_colour);
    ImGui::EndPopup();
}

void PropertiesPanel::draw_header_buttons(Open& open, bool& close)
{
    const Ui& ui = editor_.ui();
    const NodeRows& rows = *open.rows;
    const Node& node = *rows.place.node;
    Session& session = editor_.session();
    if (rows.op && ParamControls::has_wheels(*rows.op)) {
        const bool on = shows_wheels(open);
        if (icon_button(ui, "wheels", icon::adjust, on ? "Put the colour wheels away" : "Colour wheels", on)) open.wheels = !on;
        ImGui::SameLine(0, 0);
    }
    if (icon_button(ui, "off", icon::power, node.disabled ? "Switch the node on" : "Disable the node", node.disabled)) {
        ProjectPtr p = session.project();
        for (const NodeRef& ref : rows.targets)
            if (auto next = set_disabled(p, ref, !node.disabled)) p = *next;
            else editor_.notices().add(next.error());
        session.apply(p, (node.disabled ? "Enable " : "Disable ") + node.name);
    }
    ImGui::SameLine(0, 0);
    if (icon_button(ui, "presets", icon::bookmark, "Presets", false, rows.op != nullptr)) {
        read_presets(node.op);
        ImGui::OpenPopup("presets");
    }
    draw_presets(open);
    ImGui::SameLine(0, 0);
    if (icon_button(ui, "reset", icon::undo, "Reset every parameter", false, !node.params.empty())) {
        std::vector<std::string> names;
        for (const auto& [name, param] : node.params) names.push_back(name);
        session.apply(reset_params(session.project(), rows.targets, names), "Reset " + node.name);
    }
    ImGui::SameLine(0, 0);
    if (icon_button(ui, "help", icon::info, "What it does, with its formula", open.help, rows.op != nullptr)) open.help = !open.help, open.collapsed = false;
    ImGui::SameLine(0, 0);
    if (icon_button(ui, "pin", icon::pin, open.passing ? "Keep it open when another node is selected" : "Stays open; press to let the selection replace it", !open.passing))
        open.passing = !open.passing;
    ImGui::SameLine(0, 0);
    if (icon_button(ui, "close", icon::close, "Close")) close = true;
}

// ---- presets --------------------------------------------------------------------------------------------------------

void PropertiesPanel::read_presets(const std::string& op)
{
    presets_ = std::make_shared<PresetMenu>();
    presets_->op = op;
    editor_.workers().run([folder = editor_.config_folder() / "presets", op] { return load_presets(folder, op); },
                          [menu = presets_](Result<Presets> loaded) {
                              menu->ready = true;
                              if (loaded) menu->presets = std::move(*loaded);
                              else menu->error = loaded.error();
                          });
}

void PropertiesPanel::write_presets()
{
    editor_.workers().run([folder = editor_.config_folder() / "presets", op = presets_->op, presets = presets_->presets] { return save_presets(folder, op, presets); },
                          [this](const Status& saved) {
                              if (!saved) editor_.notices().add(saved.error());
                          });
}

void PropertiesPanel::draw_presets(Open& open)
{
    const Ui& ui = editor_.ui();
    // As wide from the start as it will be, so that it opens inside the window.
    ImGui::SetNextWindowSizeConstraints({ui.px(276), 0}, {ui.px(276), ui.px(420)});
    if (!ImGui::BeginPopup("presets")) return;
    std::optional<PopupFields> fields(std::in_place, ui); // gone before the popup ends
    close_on_escape();
    const std::string& node = open.rows->place.node->name;
    Session& session = editor_.session();
    ImGui::PushTextWrapPos(ui.px(280));
    if (!presets_ || !presets_->ready) {
        ImGui::TextDisabled("Being read\xe2\x80\xa6");
    } else if (presets_->error) {
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.error);
        ImGui::TextUnformatted(presets_->error->text().c_str());
        ImGui::PopStyleColor();
    } else {
        if (presets_->presets.empty()) ImGui::TextDisabled("No presets of this operator yet");
        std::string removed;
        for (const auto& [name, text] : presets_->presets) {
            ImGui::PushID(name.c_str());
            if (ImGui::Selectable(name.c_str(), false, 0, {ui.px(220), ui.px(24)})) {
                ProjectPtr p = session.project();
                int left_out = 0;
                std::optional<Error> error;
                for (const NodeRef& ref : open.rows->targets) {
                    const auto applied = apply_preset(p, ref, text);
                    if (applied) p = applied->project, left_out += applied->left_out;
                    else error = applied.error();
                }
                if (error) editor_.notices().add(*error);
                else session.apply(p, "Preset " + name + " on " + node);
                if (left_out) editor_.notices().add(NoticeLevel::Warning, "Preset " + name + ": " + std::to_string(left_out) + " expressions or links name what is not here; their numbers were taken.");
            }
            ImGui::SameLine(0, ui.px(4));
            if (icon_button(ui, "delete", icon::trash, "Delete the preset")) removed = name;
            ImGui::PopID();
        }
        if (!removed.empty()) presets_->presets.erase(removed), write_presets();
        ImGui::Separator();
        ImGui::SetNextItemWidth(ui.px(172));
        const bool entered = ImGui::InputTextWithHint("##name", "Name", &presets_->name, ImGuiInputTextFlags_EnterReturnsTrue);
        ImGui::SameLine(0, ui.px(4));
        const bool replaces = presets_->presets.contains(presets_->name);
        if ((ImGui::Button(replaces ? "Replace" : "Save", {ui.px(72), 0}) || entered) && !presets_->name.empty()) {
            if (const auto text = preset_of(session.project(), open.rows->ref)) {
                presets_->presets[presets_->name] = *text;
                presets_->name.clear();
                write_presets();
            } else {
                editor_.notices().add(text.error());
            }
        }
    }
    ImGui::PopTextWrapPos();
    fields.reset();
    ImGui::EndPopup();
}

} // namespace tessera
