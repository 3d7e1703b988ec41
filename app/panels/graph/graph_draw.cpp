// How the graph looks.
#include "app/panels/graph/graph_panel.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <imgui_stdlib.h>

namespace tessera {

namespace {

constexpr double text_zoom = 0.35; ///< below it nodes are plain rectangles

bool overlaps(ImVec2 a_low, ImVec2 a_high, ImVec2 b_low, ImVec2 b_high)
{
    return a_low.x < b_high.x && b_low.x < a_high.x && a_low.y < b_high.y && b_low.y < a_high.y;
}

} // namespace

void GraphPanel::draw_grid(const Ui& ui)
{
    const double step = NodeMetrics::grid * (camera_.zoom < 0.4 ? 32 : 8);
    const Vec2 a = to_graph(low_), b = to_graph(high_);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImU32 colour = faded(ui.theme.text, 0.05f);
    if ((b.x - a.x) / step > 200) return;
    for (double x = std::floor(a.x / step) * step; x < b.x; x += step) {
        const float sx = std::round(to_screen({x, 0}).x);
        list.AddLine({sx, low_.y}, {sx, high_.y}, colour);
    }
    for (double y = std::floor(a.y / step) * step; y < b.y; y += step) {
        const float sy = std::round(to_screen({0, y}).y);
        list.AddLine({low_.x, sy}, {high_.x, sy}, colour);
    }
}

void GraphPanel::draw_pipe(const Ui& ui, ImVec2 from, ImVec2 to, ImU32 colour, float thickness, bool side)
{
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float z = float(camera_.zoom) * ui.scale;
    const ImVec2 low{std::min(from.x, to.x) - 60 * z, std::min(from.y, to.y) - 60 * z},
        high{std::max(from.x, to.x) + 60 * z, std::max(from.y, to.y) + 60 * z};
    if (!overlaps(low, high, low_, high_)) return;
    const float reach = std::clamp(std::abs(to.y - from.y) * 0.5f, 14 * z, 60 * z);
    const ImVec2 c1{from.x, from.y + reach};
    const ImVec2 c2 = side ? ImVec2{to.x + std::max(20 * z, std::abs(to.x - from.x) * 0.4f), to.y} : ImVec2{to.x, to.y - reach};
    if (camera_.zoom < text_zoom / 2) list.AddLine(from, to, colour, 1);
    else list.AddBezierCubic(from, c1, c2, to, colour, thickness, camera_.zoom < 0.6 ? 10 : 0);
}

void GraphPanel::draw_pipes(const Ui& ui)
{
    const float thick = std::max(1.0f, 1.5f * ui.scale * float(std::min(1.0, camera_.zoom + 0.3)));
    for (const Box& box : boxes_) {
        for (size_t i = 0; i < box.inputs.size(); ++i) {
            const auto it = box.node->inputs.find(box.inputs[i]);
            if (it == box.node->inputs.end()) continue;
            if (drag_ == Drag::MovePipe && pipe_end_ == PipeEnd{box.id, box.inputs[i]}) continue;
            const Box* source = box_of(it->second.node);
            if (!source) continue;
            const bool bright = hovered_ == box.id || hovered_ == source->id || hovered_pipe_ == PipeEnd{box.id, box.inputs[i]};
            const ImU32 plain = mixed(ui.theme.panel, ui.theme.text, box.selected || source->selected ? 0.7f : 0.42f);
            draw_pipe(ui, output_point(*source), input_point(box, i), bright ? ui.theme.accent : plain, thick, is_mask(box, i));
        }
    }
    if (drag_ != Drag::NewPipe && drag_ != Drag::MovePipe) return;
    if (pipe_source_) {
        if (const Box* source = box_of(pipe_source_)) draw_pipe(ui, output_point(*source), last_at_, ui.theme.accent, thick, false);
    } else if (const Box* box = box_of(pipe_end_.node)) {
        const size_t i = size_t(std::find(box->inputs.begin(), box->inputs.end(), pipe_end_.port) - box->inputs.begin());
        draw_pipe(ui, last_at_, input_point(*box, i), ui.theme.accent, thick, is_mask(*box, i));
    }
}

void GraphPanel::draw_box(const Ui& ui, const Box& box)
{
    const float z = float(camera_.zoom) * ui.scale;
    if (!overlaps({box.low.x - 20 * z, box.low.y - 20 * z}, {box.high.x + 20 * z, box.high.y + 20 * z}, low_, high_)) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float round = 3 * z;
    const ImU32 header = box.op ? ui.theme.category(box.op->menu) : ui.theme.disabled;
    if (box.dot) {
        const ImVec2 c{(box.low.x + box.high.x) / 2, (box.low.y + box.high.y) / 2};
        list.AddCircleFilled(c, (box.high.x - box.low.x) / 2, mixed(ui.theme.text, header, 0.5f));
        if (box.selected) list.AddCircle(c, (box.high.x - box.low.x) / 2 + ui.px(2), ui.theme.accent, 0, ui.px(2));
        return;
    }
    list.AddRectFilled({box.low.x + z, box.low.y + 2 * z}, {box.high.x + z, box.high.y + 2 * z}, IM_COL32(0, 0, 0, 70), round);
    const ImU32 body = box.node->disabled ? mixed(header, ui.theme.panel, 0.6f) : header;
    list.AddRectFilled(box.low, box.high, ui.theme.raised, round);
    const float header_bottom = std::min(box.high.y, box.low.y + NodeMetrics::header * z);
    list.AddRectFilled(box.low, {box.high.x, header_bottom}, body, round,
                       header_bottom < box.high.y ? ImDrawFlags_RoundCornersTop : ImDrawFlags_RoundCornersAll);
    if (!box.op) { // an operator that is not here: hatched
        list.PushClipRect(box.low, box.high, true);
        for (float x = box.low.x - (box.high.y - box.low.y); x < box.high.x; x += 8 * z)
            list.AddLine({x, box.high.y}, {x + box.high.y - box.low.y, box.low.y}, faded(ui.theme.error, 0.7f), z);
        list.PopClipRect();
    }
    if (box.selected) list.AddRect({box.low.x - 1, box.low.y - 1}, {box.high.x + 1, box.high.y + 1}, ui.theme.accent, round, 0, ui.px(2));
    else if (hovered_ == box.id) list.AddRect(box.low, box.high, faded(ui.theme.text, 0.5f), round);
    if (camera_.zoom >= text_zoom) {
        const ImU32 white = box.node->disabled ? IM_COL32(255, 255, 255, 130) : IM_COL32(255, 255, 255, 235);
        ImFont* font = ui.fonts.text;
        const float size = std::min(font->FontSize, font->FontSize * float(camera_.zoom));
        const float width = box.high.x - box.low.x - 12 * z;
        ImVec2 extent = font->CalcTextSizeA(size, FLT_MAX, 0, box.node->name.c_str());
        const ImVec4 clip{box.low.x + 4 * z, box.low.y, box.high.x - 4 * z, box.high.y};
        const float x = extent.x < width ? (box.low.x + box.high.x - extent.x) / 2 : box.low.x + 6 * z;
        list.AddText(font, size, {std::round(x), std::round(box.low.y + (NodeMetrics::header * z - extent.y) / 2)}, white,
                     box.node->name.c_str(), nullptr, 0, &clip);
        if (!box.node->label.empty()) {
            const float small = std::min(ui.fonts.small->FontSize, ui.fonts.small->FontSize * float(camera_.zoom));
            extent = ui.fonts.small->CalcTextSizeA(small, FLT_MAX, 0, box.node->label.c_str());
            list.AddText(ui.fonts.small, small, {std::round(std::max(box.low.x + 6 * z, (box.low.x + box.high.x - extent.x) / 2)), header_bottom + z},
                         ui.theme.secondary, box.node->label.c_str(), nullptr, 0, &clip);
        }
    }
    if (box.node->disabled) {
        list.AddLine(box.low, box.high, faded(ui.theme.text, 0.6f), std::max(1.0f, 1.5f * z));
        list.AddLine({box.low.x, box.high.y}, {box.high.x, box.low.y}, faded(ui.theme.text, 0.6f), std::max(1.0f, 1.5f * z));
    }
    if (camera_.zoom >= text_zoom) draw_ports(ui, box);
}

void GraphPanel::draw_ports(const Ui& ui, const Box& box)
{
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float z = float(camera_.zoom) * ui.scale, r = 4 * z;
    const bool show_names = hovered_ == box.id || drag_ == Drag::NewPipe || drag_ == Drag::MovePipe;
    for (size_t i = 0; i < box.inputs.size(); ++i) {
        const bool connected = box.node->inputs.contains(box.inputs[i]);
        if (is_mask(box, i) && !connected && !show_names && !box.selected) continue;
        const ImVec2 p = input_point(box, i);
        const bool required = box.op && i < box.op->inputs.size() && box.op->inputs[i].required;
        const ImU32 colour = connected ? mixed(ui.theme.panel, ui.theme.text, 0.7f) : required ? ui.theme.warning : ui.theme.secondary;
        if (is_mask(box, i))
            list.AddTriangleFilled({p.x + 2 * r, p.y - r}, {p.x + 2 * r, p.y + r}, {p.x, p.y}, colour);
        else
            list.AddTriangleFilled({p.x - r, p.y - 2 * r}, {p.x + r, p.y - 2 * r}, {p.x, p.y}, colour);
        if (show_names && box.inputs.size() > 1) {
            const float size = ui.fonts.small->FontSize * float(std::min(1.0, camera_.zoom));
            const ImVec2 extent = ui.fonts.small->CalcTextSizeA(size, FLT_MAX, 0, box.inputs[i].c_str());
            const ImVec2 at = is_mask(box, i) ? ImVec2{p.x + 3 * r, p.y - extent.y / 2} : ImVec2{p.x - extent.x / 2, p.y - 2 * r - extent.y};
            list.AddText(ui.fonts.small, size, at, ui.theme.secondary, box.inputs[i].c_str());
        }
    }
}

void GraphPanel::draw_minimap(const Ui& ui)
{
    if (boxes_.size() < 2) return;
    const ImVec2 size{ui.px(160), ui.px(100)}, high{high_.x - ui.px(8), high_.y - ui.px(8)}, low{high.x - size.x, high.y - size.y};
    if (low.x < low_.x + ui.px(200) || low.y < low_.y + ui.px(80)) return;
    Vec2 least{1e30, 1e30}, most{-1e30, -1e30};
    for (const Box& b : boxes_) {
        const Vec2 a = to_graph(b.low), c = to_graph(b.high);
        least = {std::min(least.x, a.x), std::min(least.y, a.y)};
        most = {std::max(most.x, c.x), std::max(most.y, c.y)};
    }
    const Vec2 view_low = to_graph(low_), view_high = to_graph(high_);
    // Nothing to find when all of it is on the screen.
    if (view_low.x <= least.x && view_low.y <= least.y && view_high.x >= most.x && view_high.y >= most.y) return;
    least = {std::min(least.x, view_low.x), std::min(least.y, view_low.y)};
    most = {std::max(most.x, view_high.x), std::max(most.y, view_high.y)};
    const double fit = std::min(double(size.x) / (most.x - least.x), double(size.y) / (most.y - least.y));
    const auto map = [&](Vec2 p) { return ImVec2{low.x + float((p.x - least.x) * fit), low.y + float((p.y - least.y) * fit)}; };
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(low, high, faded(ui.theme.window, 0.9f), ui.px(3));
    for (const Box& b : boxes_) {
        const ImVec2 a = map(to_graph(b.low)), c = map(to_graph(b.high));
        list.AddRectFilled(a, {std::max(c.x, a.x + 1), std::max(c.y, a.y + 1)},
                           b.selected ? ui.theme.accent : b.op ? ui.theme.category(b.op->menu) : ui.theme.disabled);
    }
    list.AddRect(map(view_low), map(view_high), faded(ui.theme.text, 0.6f));
}

void GraphPanel::draw_breadcrumbs(Editor& editor)
{
    auto& path = editor.selection().path;
    if (path.size() < 2) return;
    const Ui& ui = editor.ui();
    ImGui::SetCursorScreenPos({low_.x + ui.px(8), low_.y + ui.px(6)});
    for (size_t i = 0; i < path.size(); ++i) {
        const NodePlace shown = shown_by(*editor.session().project(), path[i]);
        const std::string name = i == 0 ? editor.session().name() : shown ? shown.node->name : "?";
        ImGui::PushID(int(i));
        if (ImGui::SmallButton(name.c_str()) && i + 1 < path.size()) {
            path.resize(i + 1);
            editor.selection().nodes.clear();
            ImGui::PopID();
            return;
        }
        ImGui::PopID();
        if (i + 1 < path.size()) {
            ImGui::SameLine(0, ui.px(4));
            ImGui::TextDisabled("%s", icon::caret_right);
            ImGui::SameLine(0, ui.px(4));
        }
    }
}

void GraphPanel::draw_rename(Editor& editor)
{
    Selection& s = editor.selection();
    const NodePlace place = find_node(*editor.session().project(), shown_, renaming_.value_or(s.last));
    if (rename_wanted_ && place) {
        rename_wanted_ = false;
        renaming_ = place.node->id;
        rename_text_ = place.node->name;
        ImGui::OpenPopup("rename");
    }
    if (!renaming_) return;
    if (const Box* box = box_of(*renaming_)) ImGui::SetNextWindowPos({box->low.x, box->low.y - editor.ui().px(4)});
    if (!ImGui::BeginPopup("rename")) {
        renaming_.reset();
        return;
    }
    if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
    ImGui::SetNextItemWidth(editor.ui().px(160));
    if (ImGui::InputText("##name", &rename_text_, ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll)) {
        editor.session().apply(rename(editor.session().project(), {shown_, *renaming_}, rename_text_), "Rename");
        ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
}

void GraphPanel::draw_find(Editor& editor)
{
    if (!find_open_) return;
    const Ui& ui = editor.ui();
    const Graph* g = find_graph(*editor.session().project(), shown_);
    ImGui::SetCursorScreenPos({high_.x - ui.px(268), low_.y + ui.px(8)});
    ImGui::PushStyleColor(ImGuiCol_ChildBg, ui.theme.raised);
    if (ImGui::BeginChild("find", {ui.px(260), ui.px(220)}, true)) {
        if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
        ImGui::SetNextItemWidth(-ui.px(30));
        ImGui::InputTextWithHint("##find", "Name, class or label", &find_text_);
        ImGui::SameLine();
        if (icon_button(ui, "close", icon::close, "Close")) find_open_ = false;
        std::vector<std::pair<int, const Node*>> found;
        g->nodes.each([&](NodeId, const NodePtr& node) {
            const int score = std::max({fuzzy_score(find_text_, node->name), fuzzy_score(find_text_, node->op), fuzzy_score(find_text_, node->label)});
            if (score > 0) found.emplace_back(score, node.get());
        });
        std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
        for (const auto& [score, node] : found)
            if (ImGui::Selectable((node->name + "##" + std::to_string(node->id)).c_str())) {
                editor.selection().nodes = {node->id};
                editor.selection().last = node->id;
                frame_selection();
            }
    }
    ImGui::EndChild();
    ImGui::PopStyleColor();
    if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape))) find_open_ = false;
}

void GraphPanel::draw_context_menu(Editor& editor)
{
    if (!ImGui::BeginPopup("graph menu")) return;
    std::string run;
    for (const char* id : {"graph.create", "", "graph.copy", "graph.paste", "graph.duplicate", "graph.delete", "", "graph.disable",
                           "graph.rename", "graph.swap_inputs", "graph.extract", "", "graph.group", "graph.enter_group",
                           "graph.leave_group", "", "graph.auto_layout", "graph.frame"}) {
        const Command* c = editor.commands().find(id);
        if (!c) ImGui::Separator();
        else if (ImGui::MenuItem(c->name.c_str(), editor.key_of(id).c_str(), false, c->usable())) run = id;
    }
    ImGui::EndPopup();
    if (!run.empty()) editor.commands().run(run);
}

} // namespace tessera
