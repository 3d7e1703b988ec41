// The skeleton of a row: label, key button, what drives it; and the edits all controls make.
#include "app/panels/properties/param_controls.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <imgui_internal.h>

namespace tessera {

namespace {

constexpr float label_share = 0.34f, narrowest_label = 84, widest_label = 168;
constexpr const char* link_payload = "tessera parameter";
constexpr float animated_share = 0.35f, key_share = 0.85f, driven_share = 0.3f;

} // namespace

ParamControls::ParamControls(Editor& editor) : editor_(editor), browser_(editor.config_folder() / "places.json")
{
    editor_.take_drop = [this, alive = std::weak_ptr(alive_)](ImVec2 at, const std::vector<std::filesystem::path>& files) {
        return !alive.expired() && take_drop(at, files);
    };
}

ParamControls::~ParamControls() = default;

void ParamControls::begin()
{
    zones_.clear();
}

ParamControls::Grid ParamControls::grid_of(float width) const
{
    const Ui& ui = editor_.ui();
    Grid g;
    g.gap = ui.px(4);
    g.key = ui.px(20);
    g.label = std::clamp(std::round(width * label_share), std::min(ui.px(narrowest_label), width / 3), ui.px(widest_label));
    g.control = std::max(ui.px(40), width - g.label - g.gap * 2 - g.key);
    return g;
}

ImU32 ParamControls::tint_of(const Ui& ui, const ParamRow& row, int i)
{
    switch (size_t(i) < row.by.size() ? row.by[size_t(i)] : DrivenBy::Constant) {
    case DrivenBy::Curve:
    case DrivenBy::Key: return ui.theme.animation;
    case DrivenBy::Expression:
    case DrivenBy::Link: return ui.theme.expression;
    case DrivenBy::Constant: break;
    }
    return 0;
}

NumberStyle ParamControls::style_of(const ParamRow& row, int i) const
{
    NumberStyle style;
    const ParamDesc& p = *row.param;
    style.min = p.min, style.max = p.max, style.hard = p.hard;
    style.whole = p.type == ParamType::Int;
    style.fallback = component(p.fallback, i);
    style.tint = tint_of(editor_.ui(), row, i);
    const DrivenBy by = size_t(i) < row.by.size() ? row.by[size_t(i)] : DrivenBy::Constant;
    const bool driven = by == DrivenBy::Expression || by == DrivenBy::Link;
    style.tint_share = by == DrivenBy::Key ? key_share : driven ? driven_share : animated_share;
    style.enabled = !driven;
    style.mixed = row.mixed & (1u << i);
    return style;
}

void ParamControls::draw_row(const NodeRows& node, const ParamRow& row, float width)
{
    const Grid grid = grid_of(width);
    const ImVec2 low = ImGui::GetCursorScreenPos();
    ImGui::PushID(row.param->name.c_str());
    fields_.clear();
    control_ = grid.control;
    draw_label(node, row, grid);
    ImGui::SetCursorScreenPos({low.x + grid.label + grid.gap, low.y});
    ImGui::BeginGroup();
    draw_control(node, row, grid.control);
    ImGui::EndGroup();
    const float height = std::max(ImGui::GetFrameHeight(), ImGui::GetItemRectMax().y - low.y);
    accept_link(node, row, low, {low.x + width, low.y + height});
    if (component_count(row.param->type) > 0) {
        ImGui::SetCursorScreenPos({low.x + width - grid.key, low.y});
        draw_key_button(node, row);
    }
    ImGui::SetCursorScreenPos({low.x, low.y + height});
    draw_driver(node, row, grid);
    draw_menu(node, row);
    const ImVec2 end = ImGui::GetCursorScreenPos();
    ImGui::SetCursorScreenPos({low.x, end.y});
    ImGui::Dummy({width, 0});
    ImGui::PopID();
}

void ParamControls::draw_label(const NodeRows& node, const ParamRow& row, const Grid& grid)
{
    const Ui& ui = editor_.ui();
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const float height = ImGui::GetFrameHeight(), dot = ui.px(10);
    ImGui::InvisibleButton("label", {grid.label, height});
    const bool hovered = ImGui::IsItemHovered();
    if (ImGui::IsItemClicked(ImGuiMouseButton_Right)) ImGui::OpenPopup("parameter menu");
    if (ImGui::BeginDragDropSource()) {
        link_from_ = {node.ref.graph, node.ref.node, row.param->name, -1};
        ImGui::SetDragDropPayload(link_payload, "", 1);
        ImGui::Text("%s  %s.%s", icon::link, node.place.node->name.c_str(), row.param->name.c_str());
        ImGui::TextDisabled("Drop on a parameter to link it; with Ctrl as an expression");
        ImGui::EndDragDropSource();
    } else {
        std::string help = row.param->help;
        const std::string range = range_text(*row.param);
        help += (help.empty() ? "" : "\n") + std::string("Default: ") + default_text(*row.param) + (range.empty() ? "" : ". Usual range: " + range) + ".";
        tooltip(ui, row.param->label, row.param->name, help);
    }
    const std::string text = shortened(row.param->label, grid.label - dot - ui.px(2));
    const float text_width = ImGui::CalcTextSize(text.c_str()).x;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float y = std::round(low.y + (height - ImGui::GetFontSize()) / 2);
    list.AddText({std::round(low.x + grid.label - dot - text_width), y}, hovered || row.state.changed ? ui.theme.text : ui.theme.secondary, text.c_str());
    if (row.state.changed) list.AddCircleFilled({low.x + grid.label - ui.px(3), std::round(low.y + height / 2)}, ui.px(2), ui.theme.accent, 12);
}

void ParamControls::draw_key_button(const NodeRows& node, const ParamRow& row)
{
    const Ui& ui = editor_.ui();
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const ImVec2 size{ui.px(20), ImGui::GetFrameHeight()};
    const bool pressed = ImGui::InvisibleButton("key", size);
    const bool hovered = ImGui::IsItemHovered();
    const ParamState& s = row.state;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 c{low.x + size.x / 2, std::round(low.y + size.y / 2)};
    const float r = ui.px(4.5f);
    const ImU32 idle = hovered ? ui.theme.text : ui.theme.disabled;
    if (s.driven) {
        const ImVec2 sign = ImGui::CalcTextSize(icon::link);
        list.AddText({std::round(c.x - sign.x / 2), std::round(c.y - sign.y / 2)}, ui.theme.expression, icon::link);
        tooltip(ui, "Driven by an expression or a link", {}, "Click to edit it.");
    } else {
        if (s.key_here) list.AddQuadFilled({c.x, c.y - r}, {c.x + r, c.y}, {c.x, c.y + r}, {c.x - r, c.y}, ui.theme.animation);
        if (!s.all_keys_here)
            list.AddQuad({c.x, c.y - r}, {c.x + r, c.y}, {c.x, c.y + r}, {c.x - r, c.y}, s.animated ? ui.theme.animation : idle, std::max(1.0f, 1.2f * ui.scale));
        tooltip(ui, s.all_keys_here ? "Remove the key of this frame" : "Set a key on this frame");
    }
    if (!pressed) return;
    if (s.driven) return open_expression(node, row, row.driver.component);
    const double frame = node.frame;
    const ProjectPtr& p = editor_.session().project();
    if (s.all_keys_here) editor_.session().apply(remove_keys(p, node.targets, *row.param, frame), "Remove key of " + subject(node, row));
    else editor_.session().apply(add_keys(p, node.targets, *row.param, frame), "Set key on " + subject(node, row));
}

void ParamControls::draw_driver(const NodeRows& node, const ParamRow& row, const Grid& grid)
{
    const Ui& ui = editor_.ui();
    const WithFont small(ui.fonts.small);
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const float left = low.x + grid.label + grid.gap;
    if (!row.driver.text.empty()) {
        std::string text = row.driver.text;
        if (row.driver.component >= 0) text = component_name(row.param->type, row.driver.component) + ": " + text;
        const float height = ImGui::GetFontSize() + ui.px(4);
        ImGui::SetCursorScreenPos({left, low.y});
        const std::string whole = (row.driver.link ? std::string("linked to ") : std::string()) + text;
        const std::string shown = shortened(whole, grid.control);
        const float width = ImGui::CalcTextSize(shown.c_str()).x;
        if (ImGui::InvisibleButton("driver", {std::max(1.0f, width), height})) {
            if (row.driver.link && row.driver.target && jump) jump(row.driver.target->graph->id, row.driver.target->node->id);
            else open_expression(node, row, row.driver.component);
        }
        const bool hovered = ImGui::IsItemHovered();
        if (hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
        tooltip(ui, whole, {}, row.driver.link && row.driver.target ? "Click to open that node." : "Click to edit.");
        ImDrawList& list = *ImGui::GetWindowDrawList();
        list.AddText({left, low.y + ui.px(1)}, ui.theme.expression, shown.c_str());
        if (hovered) list.AddLine({left, low.y + height - ui.px(2)}, {left + width, low.y + height - ui.px(2)}, ui.theme.expression);
        ImGui::SetCursorScreenPos({low.x, low.y + height});
    }
    if (row.error) {
        ImGui::SetCursorScreenPos({left, ImGui::GetCursorScreenPos().y + ui.px(1)});
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.error);
        ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + grid.control + grid.key);
        ImGui::Text("%s %s", icon::warning, row.error->text().c_str());
        ImGui::PopTextWrapPos();
        ImGui::PopStyleColor();
    }
}

void ParamControls::accept_link(const NodeRows& node, const ParamRow& row, ImVec2 low, ImVec2 high)
{
    const ImGuiPayload* dragged = ImGui::GetDragDropPayload();
    if (!dragged || !dragged->IsDataType(link_payload) || component_count(row.param->type) == 0) return;
    if (!ImGui::BeginDragDropTargetCustom({low, high}, ImGui::GetID("link target"))) return;
    const ImGuiPayload* payload = ImGui::AcceptDragDropPayload(link_payload, ImGuiDragDropFlags_AcceptNoDrawDefaultRect | ImGuiDragDropFlags_AcceptBeforeDelivery);
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    int part = -1;
    ImVec2 a = low, b = high;
    if (fields_.size() > 1)
        for (size_t i = 0; i < fields_.size(); ++i)
            if (mouse.x >= fields_[i].first.x && mouse.x < fields_[i].second.x && mouse.y >= fields_[i].first.y && mouse.y < fields_[i].second.y)
                part = int(i), a = fields_[i].first, b = fields_[i].second;
    if (payload) {
        ImGui::GetWindowDrawList()->AddRect(a, b, editor_.ui().theme.expression, editor_.ui().px(3), 0, editor_.ui().px(1.5f));
        if (payload->IsDelivery()) {
            ProjectPtr p = editor_.session().project();
            Result<ProjectPtr> linked = p;
            for (const NodeRef& ref : node.targets) {
                linked = make_link(p, {ref.graph, ref.node, row.param->name, part}, link_from_, ImGui::GetIO().KeyCtrl);
                if (!linked) break;
                p = *linked;
            }
            editor_.session().apply(std::move(linked), "Link " + subject(node, row));
        }
    }
    ImGui::EndDragDropTarget();
}

// ---- edits ----------------------------------------------------------------------------------------------------------

std::string ParamControls::subject(const NodeRows& node, const ParamRow& row) const
{
    if (node.targets.size() > 1) return row.param->label + " of " + std::to_string(node.targets.size()) + " nodes";
    return node.place.node->name + "." + row.param->name;
}

void ParamControls::apply(const NodeRows& node, const ParamRow& row, Result<ProjectPtr> edited, const std::string& part, bool finished, bool cancelled)
{
    Session& session = editor_.session();
    const std::string merge = std::to_string(node.ref.node) + "." + row.param->name + "." + part;
    if (cancelled) { // what the drag has done so far is one step of the history
        const History& history = session.history();
        if (dragging_ == merge && history.entries()[history.position()].merge_key == merge) session.undo();
        dragging_.clear();
        return;
    }
    const bool done = session.apply(std::move(edited), "Set " + subject(node, row), merge);
    dragging_ = finished || !done ? std::string() : merge;
    if (finished) session.seal();
    editor_.window().keep_drawing(2);
}

void ParamControls::set_number(const NodeRows& node, const ParamRow& row, int i, const NumberEdit& edit)
{
    const ProjectPtr& p = editor_.session().project();
    // A drag that ends where it is has nothing to set, but its step of the history is complete.
    if (edit.finished && !edit.cancelled && edit.relative.empty() && !row.mixed && i >= 0 && edit.value == component(row.value, i)) {
        dragging_.clear();
        return editor_.session().seal();
    }
    auto edited = edit.relative.empty() ? edit_number(p, node.targets, *row.param, i, edit.value, node.frame)
                                        : edit_relative(p, node.targets, *row.param, i, edit.relative, node.frame);
    apply(node, row, std::move(edited), std::to_string(i), edit.finished, edit.cancelled);
}

void ParamControls::set_colour(const NodeRows& node, const ParamRow& row, const ColourEdit& edit, bool with_alpha)
{
    const double numbers[4] = {edit.colour.r, edit.colour.g, edit.colour.b, edit.colour.a};
    apply(node, row, edit_numbers(editor_.session().project(), node.targets, *row.param, std::span(numbers, with_alpha ? 4 : 3), node.frame), "colour",
          edit.finished, edit.cancelled);
}

void ParamControls::set_value(const NodeRows& node, const ParamRow& row, const Value& value)
{
    apply(node, row, edit_value(editor_.session().project(), node.targets, *row.param, value), "value", true, false);
}

} // namespace tessera
