#include "app/panels/properties/properties_panel.h"
#include "app/shell/icons.h"
#include "app/widgets/number_field.h"
#include <algorithm>
#include <imgui_stdlib.h>
#include <nlohmann/json.hpp>

namespace tessera {

namespace {

constexpr size_t most_open = 10;
constexpr float label_share = 0.34f;

ImVec4 colour_of(ImU32 c)
{
    return ImGui::ColorConvertU32ToFloat4(c);
}

} // namespace

PropertiesPanel::PropertiesPanel(Editor& editor) : editor_(editor)
{
    editor.commands().add({"graph.enter", "Open the properties", "Node", "Show the parameters of the selected node.", "graph", [this] {
                               const Selection& s = editor_.selection();
                               if (s.last) open(s.graph(), s.last);
                               editor_.show_panel("properties");
                           }, [this] { return editor_.selection().last != 0; }, {}, 20});
}

std::string PropertiesPanel::state() const
{
    return nlohmann::json{{"modified_only", modified_only_}}.dump();
}

void PropertiesPanel::restore(const std::string& state)
{
    const auto j = nlohmann::json::parse(state, nullptr, false);
    if (j.is_object() && j.contains("modified_only") && j["modified_only"].is_boolean()) modified_only_ = j["modified_only"];
}

void PropertiesPanel::open(GraphId graph, NodeId node)
{
    const Open wanted{graph, node};
    std::erase(open_, wanted);
    open_.push_front(wanted);
    if (open_.size() > most_open) open_.pop_back();
}

void PropertiesPanel::draw(Editor& editor)
{
    const Ui& ui = editor.ui();
    const Selection& s = editor.selection();
    // A node that was just selected opens by itself, unless the list is pinned.
    if (!pinned_ && s.last && s.last != followed_) open(s.graph(), s.last);
    followed_ = s.last;
    const ProjectPtr project = editor.session().project();
    std::erase_if(open_, [&](const Open& o) { return !find_node(*project, o.graph, o.node); });
    if (open_.empty()) return empty_state(ui, icon::settings, "Select a node to see its parameters");
    ImGui::SetCursorPos({ui.px(8), ui.px(4)});
    ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x - ui.px(92));
    ImGui::InputTextWithHint("##filter", "Filter", &filter_);
    ImGui::SameLine();
    if (icon_button(ui, "modified", icon::check, "Only modified parameters", modified_only_)) modified_only_ = !modified_only_;
    ImGui::SameLine();
    if (icon_button(ui, "pin", icon::lock, "Keep these nodes open", pinned_)) pinned_ = !pinned_;
    ImGui::SameLine();
    if (icon_button(ui, "clear", icon::close, "Close all")) open_.clear();
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(8), ui.px(4)});
    if (ImGui::BeginChild("nodes", {0, 0}, false, ImGuiWindowFlags_AlwaysUseWindowPadding)) {
        std::vector<size_t> closed;
        for (size_t i = 0; i < open_.size(); ++i) {
            bool close = false;
            ImGui::PushID(int(open_[i].node));
            draw_node(editor, open_[i], close);
            ImGui::PopID();
            if (close) closed.push_back(i);
        }
        for (auto it = closed.rbegin(); it != closed.rend(); ++it) open_.erase(open_.begin() + long(*it));
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
}

void PropertiesPanel::draw_node(Editor& editor, Open& open, bool& close)
{
    const ProjectPtr project = editor.session().project(); // edits below make a new one; this one stays whole
    const NodePlace place = find_node(*project, open.graph, open.node);
    if (!place) return;
    const Ui& ui = editor.ui();
    draw_header(editor, open, place, close);
    if (open.collapsed) return;
    const OpDesc* op = Registry::instance().find(place.node->op);
    if (!op) {
        ImGui::TextColored(colour_of(ui.theme.error), "%s", icon::warning);
        ImGui::SameLine();
        ImGui::TextWrapped("The operator \"%s\" is not installed here. Its parameters are kept as they are.", place.node->op.c_str());
        return;
    }
    if (open.help) {
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.secondary);
        ImGui::TextWrapped("%s", op->help.c_str());
        ImGui::PopStyleColor();
    }
    draw_params(editor, place, *op);
    ImGui::Dummy({0, ui.px(4)});
}

void PropertiesPanel::draw_header(Editor& editor, Open& open, const NodePlace& place, bool& close)
{
    const Ui& ui = editor.ui();
    const OpDesc* op = Registry::instance().find(place.node->op);
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x, height = ui.px(28);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(low, {low.x + width, low.y + height}, ui.theme.raised, ui.px(3));
    list.AddRectFilled(low, {low.x + ui.px(4), low.y + height}, op ? ui.theme.category(op->menu) : ui.theme.error, ui.px(3), ImDrawFlags_RoundCornersLeft);
    ImGui::SetCursorScreenPos({low.x + ui.px(8), low.y + ui.px(2)});
    if (icon_button(ui, "fold", open.collapsed ? icon::caret_right : icon::caret_down, open.collapsed ? "Unfold" : "Fold")) open.collapsed = !open.collapsed;
    const float text_y = low.y + std::round((height - ImGui::GetFontSize()) / 2);
    {
        const WithFont strong(ui.fonts.strong);
        list.AddText({low.x + ui.px(36), text_y}, place.node->disabled ? ui.theme.disabled : ui.theme.text, place.node->name.c_str());
    }
    const float after = low.x + ui.px(44) + ui.fonts.strong->CalcTextSizeA(ui.fonts.strong->FontSize, FLT_MAX, 0, place.node->name.c_str()).x;
    const float buttons = low.x + width - ui.px(110);
    if (op && op->label != place.node->name && after < buttons)
        list.AddText({after, text_y}, ui.theme.secondary, shortened(op->label, buttons - after).c_str());
    ImGui::SetCursorScreenPos({low.x + width - ui.px(106), low.y + ui.px(2)});
    const NodeRef ref(place);
    if (icon_button(ui, "off", icon::eye, place.node->disabled ? "Switch on" : "Disable", !place.node->disabled))
        editor.session().apply(set_disabled(editor.session().project(), ref, !place.node->disabled), "Disable " + place.node->name);
    ImGui::SameLine(0, 0);
    if (icon_button(ui, "reset", icon::undo, "Reset every parameter")) {
        ProjectPtr p = editor.session().project();
        for (const auto& [name, param] : place.node->params)
            if (auto next = reset_param(p, ref, name)) p = *next;
        editor.session().apply(p, "Reset " + place.node->name);
    }
    ImGui::SameLine(0, 0);
    if (icon_button(ui, "help", icon::info, "What it does, with its formula", open.help)) open.help = !open.help;
    ImGui::SameLine(0, 0);
    if (icon_button(ui, "close", icon::close, "Close")) close = true;
    ImGui::SetCursorScreenPos({low.x, low.y + height + ui.px(4)});
}

void PropertiesPanel::draw_params(Editor& editor, const NodePlace& place, const OpDesc& op)
{
    const Ui& ui = editor.ui();
    std::string group;
    const double frame = editor.frame_number();
    for (const ParamDesc& param : op.params) {
        const auto it = place.node->params.find(param.name);
        if (modified_only_ && it == place.node->params.end()) continue;
        if (!filter_.empty() && !fuzzy_score(filter_, param.label)) continue;
        const std::string heading = param.standard ? "Mask and mix" : param.group;
        if (heading != group) {
            group = heading;
            ImGui::Dummy({0, ui.px(2)});
            const WithFont small(ui.fonts.small);
            ImGui::TextColored(colour_of(ui.theme.secondary), "%s", group.c_str());
        }
        Row row{NodeRef(place), &param, it == place.node->params.end() ? nullptr : &it->second, param.fallback, {}};
        if (auto value = value_at(*editor.session().project(), *place.graph, *place.node, param.name, param.type, param.fallback, frame)) row.value = *value;
        else row.error = value.error();
        ImGui::PushID(param.name.c_str());
        draw_row(editor, row);
        ImGui::PopID();
    }
}

void PropertiesPanel::draw_row(Editor& editor, const Row& row)
{
    const Ui& ui = editor.ui();
    const float whole = ImGui::GetContentRegionAvail().x, label = std::round(whole * label_share);
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const std::string text = shortened(row.param->label, label - ui.px(12));
    const float width = ImGui::CalcTextSize(text.c_str()).x;
    ImGui::InvisibleButton("label", {label - ui.px(8), ImGui::GetFrameHeight()});
    if (ImGui::IsItemClicked(ImGuiMouseButton_Right)) ImGui::OpenPopup("parameter menu");
    tooltip(ui, row.param->label, row.param->name, row.param->help);
    ImGui::GetWindowDrawList()->AddText({low.x + label - ui.px(12) - width, low.y + std::round((ImGui::GetFrameHeight() - ImGui::GetFontSize()) / 2)},
                                        row.set ? ui.theme.text : ui.theme.secondary, text.c_str());
    ImGui::SameLine(label, 0);
    const float field = whole - label;
    switch (row.param->type) {
    case ParamType::Bool: {
        bool on = component(row.value, 0) != 0;
        if (ImGui::Checkbox("##bool", &on)) set_value(editor, row, Value(on), true);
        break;
    }
    case ParamType::Color: draw_colour(editor, row, field); break;
    case ParamType::Enum: draw_choice(editor, row, field); break;
    case ParamType::String:
    case ParamType::File: draw_text(editor, row, field); break;
    case ParamType::Curve:
    case ParamType::Shapes:
    case ParamType::Strokes:
    case ParamType::Tracks: ImGui::TextDisabled("%s", to_text(row.value).c_str()); break;
    default: draw_numbers(editor, row, field); break;
    }
    draw_menu(editor, row);
    if (row.error) {
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.error);
        ImGui::TextWrapped("%s", row.error->text().c_str());
        ImGui::PopStyleColor();
    }
}

ImU32 PropertiesPanel::tint_of(const Ui& ui, const Row& row, int component, double frame)
{
    if (!row.set || size_t(component) >= row.set->sources.size()) return 0;
    const ParamSource& source = row.set->sources[size_t(component)];
    if (const auto* curve = std::get_if<CurvePtr>(&source)) {
        const auto& keys = (*curve)->keys();
        const bool key = std::any_of(keys.begin(), keys.end(), [&](const CurveKey& k) { return k.time == frame; });
        return key ? ui.theme.animation : mixed(ui.theme.raised, ui.theme.animation, 0.5f);
    }
    return std::holds_alternative<std::monostate>(source) ? 0 : ui.theme.expression;
}

void PropertiesPanel::draw_numbers(Editor& editor, const Row& row, float width)
{
    const Ui& ui = editor.ui();
    const int count = component_count(row.param->type);
    const int columns = row.param->type == ParamType::Matrix ? 4 : count;
    const float gap = ui.px(4), each = std::floor((width - gap * float(columns - 1)) / float(columns));
    const float left = ImGui::GetCursorPosX();
    for (int i = 0; i < count; ++i) {
        if (i % columns) ImGui::SameLine(0, gap);
        else if (i) ImGui::SetCursorPosX(left);
        NumberStyle style;
        style.min = row.param->min, style.max = row.param->max, style.hard = row.param->hard;
        style.whole = row.param->type == ParamType::Int;
        style.fallback = component(row.param->fallback, i);
        style.tint = tint_of(ui, row, i, editor.frame_number());
        if (const auto edit = number_field(ui, std::to_string(i).c_str(), component(row.value, i), each, style))
            set_number(editor, row, i, edit->value, edit->finished);
    }
}

void PropertiesPanel::draw_colour(Editor& editor, const Row& row, float width)
{
    const Ui& ui = editor.ui();
    const float swatch = ImGui::GetFrameHeight(), gap = ui.px(4);
    const float each = std::floor((width - swatch - gap * 4) / 4);
    const ImU32 marks[4] = {ui.theme.red, ui.theme.green, ui.theme.blue, ui.theme.alpha};
    for (int i = 0; i < 4; ++i) {
        if (i) ImGui::SameLine(0, gap);
        NumberStyle style;
        style.min = row.param->min, style.max = row.param->max, style.hard = row.param->hard;
        style.fallback = component(row.param->fallback, i);
        style.tint = tint_of(ui, row, i, editor.frame_number());
        style.mark = marks[i];
        if (const auto edit = number_field(ui, std::to_string(i).c_str(), component(row.value, i), each, style))
            set_number(editor, row, i, edit->value, edit->finished);
    }
    ImGui::SameLine(0, gap);
    float rgba[4];
    for (int i = 0; i < 4; ++i) rgba[i] = float(component(row.value, i));
    if (ImGui::ColorButton("##swatch", {rgba[0], rgba[1], rgba[2], 1}, ImGuiColorEditFlags_NoTooltip | ImGuiColorEditFlags_HDR, {swatch, swatch}))
        ImGui::OpenPopup("wheel");
    if (!ImGui::BeginPopup("wheel")) return;
    ImGui::SetNextItemWidth(ui.px(240));
    if (ImGui::ColorPicker3("##wheel", rgba, ImGuiColorEditFlags_PickerHueWheel | ImGuiColorEditFlags_HDR | ImGuiColorEditFlags_Float)) {
        Value value = row.value;
        for (int i = 0; i < 3; ++i) set_component(value, i, double(rgba[i]));
        set_value(editor, row, value, false);
    }
    if (ImGui::IsItemDeactivated()) editor.session().seal();
    ImGui::EndPopup();
}

void PropertiesPanel::draw_choice(Editor& editor, const Row& row, float width)
{
    const auto* text = std::get_if<std::string>(&row.value);
    ImGui::SetNextItemWidth(width);
    if (!ImGui::BeginCombo("##choice", text ? text->c_str() : "", ImGuiComboFlags_HeightLarge)) return;
    for (const std::string& choice : row.param->choices)
        if (ImGui::Selectable(choice.c_str(), text && *text == choice)) set_value(editor, row, Value(choice), true);
    ImGui::EndCombo();
}

void PropertiesPanel::draw_text(Editor& editor, const Row& row, float width)
{
    const auto* present = std::get_if<std::string>(&row.value);
    std::string text = present ? *present : "";
    ImGui::SetNextItemWidth(width);
    if (ImGui::InputText("##text", &text, ImGuiInputTextFlags_EnterReturnsTrue) || ImGui::IsItemDeactivatedAfterEdit())
        set_value(editor, row, Value(text), true);
}

void PropertiesPanel::draw_menu(Editor& editor, const Row& row)
{
    if (!ImGui::BeginPopup("parameter menu")) return;
    Session& session = editor.session();
    const double frame = editor.frame_number();
    const std::string what = row.param->label;
    const int count = component_count(row.param->type);
    if (ImGui::MenuItem("Reset", nullptr, false, row.set != nullptr))
        session.apply(reset_param(session.project(), row.ref, row.param->name), "Reset " + what);
    if (count > 0) {
        ImGui::Separator();
        if (ImGui::MenuItem("Set key")) {
            ProjectPtr p = session.project();
            for (int i = 0; i < count; ++i) {
                CurveKey key;
                key.time = frame, key.value = component(row.value, i);
                if (auto next = set_key(p, row.ref, row.param->name, i, key)) p = *next;
                else editor.notices().add(next.error());
            }
            session.apply(p, "Set key on " + what);
        }
        if (ImGui::MenuItem("Delete key")) {
            ProjectPtr p = session.project();
            for (int i = 0; i < count; ++i)
                if (auto next = remove_key(p, row.ref, row.param->name, i, frame)) p = *next;
            session.apply(p, "Delete key of " + what);
        }
        if (ImGui::MenuItem("No animation, expression or link", nullptr, false, row.set && !row.set->constant()))
            session.apply(set_source(session.project(), row.ref, row.param->name, std::monostate()), "Make " + what + " constant");
        ImGui::Separator();
        ImGui::SetNextItemWidth(editor.ui().px(260));
        const WithFont mono(editor.ui().fonts.mono);
        if (ImGui::InputTextWithHint("##expression", "Expression, such as frame / 10", &expression_text_, ImGuiInputTextFlags_EnterReturnsTrue)) {
            if (session.apply(set_source(session.project(), row.ref, row.param->name, ExpressionSource{expression_text_, nullptr}), "Expression on " + what)) {
                expression_text_.clear();
                ImGui::CloseCurrentPopup();
            }
        }
    }
    ImGui::EndPopup();
}

void PropertiesPanel::set_number(Editor& editor, const Row& row, int component_index, double number, bool finished)
{
    Session& session = editor.session();
    const std::string name = row.param->name;
    const std::string merge = std::to_string(row.ref.node) + "." + name + "." + std::to_string(component_index);
    const bool animated = row.set && size_t(component_index) < row.set->sources.size() &&
                          std::holds_alternative<CurvePtr>(row.set->sources[size_t(component_index)]);
    auto edited = [&]() -> Result<ProjectPtr> {
        if (animated) {
            CurveKey key;
            key.time = editor.frame_number(), key.value = number;
            return set_key(session.project(), row.ref, name, component_index, key);
        }
        const Value value = row.param->type == ParamType::Int ? Value(int(std::lround(number))) : Value(number);
        if (component_count(row.param->type) == 1) return set_param(session.project(), row.ref, name, value);
        return set_param(session.project(), row.ref, name, Value(number), component_index);
    }();
    session.apply(std::move(edited), "Set " + row.param->label, merge);
    if (finished) session.seal();
}

void PropertiesPanel::set_value(Editor& editor, const Row& row, const Value& value, bool finished)
{
    Session& session = editor.session();
    session.apply(set_param(session.project(), row.ref, row.param->name, value), "Set " + row.param->label,
                  std::to_string(row.ref.node) + "." + row.param->name);
    if (finished) session.seal();
}

} // namespace tessera
