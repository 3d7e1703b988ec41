#include "app/panels/graph/graph_panel.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <imgui_stdlib.h>
#include <nlohmann/json.hpp>

namespace tessera {

namespace {

constexpr double least_zoom = 0.05, most_zoom = 4;

} // namespace

GraphPanel::GraphPanel(Editor& editor) : editor_(editor)
{
    add_commands();
}

std::string GraphPanel::state() const
{
    return nlohmann::json{{"minimap", minimap_}}.dump();
}

void GraphPanel::restore(const std::string& state)
{
    const auto j = nlohmann::json::parse(state, nullptr, false);
    if (j.is_object() && j.contains("minimap") && j["minimap"].is_boolean()) minimap_ = j["minimap"];
}

ImVec2 GraphPanel::to_screen(Vec2 p) const
{
    const double z = camera_.zoom * double(editor_.ui().scale);
    return {float((p.x - camera_.centre.x) * z) + (low_.x + high_.x) / 2,
            float((p.y - camera_.centre.y) * z) + (low_.y + high_.y) / 2};
}

Vec2 GraphPanel::to_graph(ImVec2 p) const
{
    const double z = camera_.zoom * double(editor_.ui().scale);
    return {double(p.x - (low_.x + high_.x) / 2) / z + camera_.centre.x,
            double(p.y - (low_.y + high_.y) / 2) / z + camera_.centre.y};
}

std::vector<NodeId> GraphPanel::selected() const
{
    const Selection& s = editor_.selection();
    std::vector<NodeId> list;
    for (const NodeId id : s.nodes)
        if (id != s.last) list.push_back(id);
    if (s.last && s.nodes.contains(s.last)) list.push_back(s.last);
    return list;
}

void GraphPanel::draw(Editor& editor)
{
    const Ui& ui = editor.ui();
    low_ = ImGui::GetWindowPos();
    high_ = {low_.x + ImGui::GetWindowWidth(), low_.y + ImGui::GetWindowHeight()};
    editor.selection().check(*editor.session().project());
    const GraphId graph = editor.selection().graph();
    if (graph != shown_) {
        if (shown_) cameras_[shown_] = camera_;
        const auto known = cameras_.find(graph);
        if (known != cameras_.end()) camera_ = known->second;
        else frame_wanted_ = true;
        shown_ = graph;
    }
    if (frame_wanted_ && high_.x - low_.x > 1) {
        frame_wanted_ = false;
        frame_selection();
    }
    handle_pointer(editor);
    lay_out(editor);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRect(low_, high_, true);
    draw_grid(ui);
    draw_pipes(ui);
    for (const Box& box : boxes_) draw_box(ui, box);
    if (drag_ == Drag::Marquee) {
        const ImVec2 a{std::min(press_at_.x, last_at_.x), std::min(press_at_.y, last_at_.y)},
            b{std::max(press_at_.x, last_at_.x), std::max(press_at_.y, last_at_.y)};
        list.AddRectFilled(a, b, faded(ui.theme.accent, 0.12f));
        list.AddRect(a, b, ui.theme.accent);
    }
    if (minimap_) draw_minimap(ui);
    list.PopClipRect();
    draw_breadcrumbs(editor);
    const Graph* g = find_graph(*editor.session().project(), graph);
    if (g && g->nodes.empty()) {
        ImGui::SetCursorScreenPos(low_);
        empty_state(ui, icon::add, "Tab to add a node, or drop files here");
    }
    draw_rename(editor);
    draw_find(editor);
    draw_context_menu(editor);
    const std::string op = create_menu_.draw(editor);
    if (!op.empty()) create(op, create_branch_);
}

void GraphPanel::lay_out(Editor& editor)
{
    boxes_.clear();
    box_index_.clear();
    const ProjectPtr& project = editor.session().project();
    const Graph* g = find_graph(*project, shown_);
    if (!g) return;
    const float z = float(camera_.zoom) * editor.ui().scale;
    const Selection& selection = editor.selection();
    g->nodes.each([&](NodeId id, const NodePtr& node) {
        const Vec2* at = g->positions.find(id);
        Vec2 p = at ? *at : Vec2{};
        if (drag_ == Drag::Nodes && moved_ && selection.nodes.contains(id)) p.x += drag_offset_.x, p.y += drag_offset_.y;
        const ImVec2 c = to_screen(p);
        Box box;
        box.id = id;
        box.node = node.get();
        box.op = Registry::instance().find(node->op);
        box.dot = node->op == "dot";
        const float half_width = (box.dot ? NodeMetrics::dot / 2 : NodeMetrics::width / 2) * z;
        const float height = box.dot ? NodeMetrics::dot : NodeMetrics::header + (node->label.empty() ? 0 : NodeMetrics::line);
        box.low = {std::round(c.x - half_width), std::round(c.y - height / 2 * z)};
        box.high = {std::round(c.x + half_width), std::round(c.y + height / 2 * z)};
        box.selected = selection.nodes.contains(id);
        box.inputs = input_names(*project, *node);
        box_index_[id] = boxes_.size();
        boxes_.push_back(std::move(box));
    });
}

const GraphPanel::Box* GraphPanel::box_of(NodeId id) const
{
    const auto it = box_index_.find(id);
    return it == box_index_.end() ? nullptr : &boxes_[it->second];
}

bool GraphPanel::is_mask(const Box& box, size_t input)
{
    return box.op && input < box.op->inputs.size() && box.op->inputs[input].kind == PortDesc::Kind::Mask;
}

ImVec2 GraphPanel::input_point(const Box& box, size_t input) const
{
    if (is_mask(box, input)) return {box.high.x, (box.low.y + box.high.y) / 2};
    // The main input is the one in the middle; others beside it, in order.
    std::vector<size_t> images;
    for (size_t i = 0; i < box.inputs.size(); ++i)
        if (!is_mask(box, i)) images.push_back(i);
    const size_t at = size_t(std::find(images.begin(), images.end(), input) - images.begin());
    const float step = (box.high.x - box.low.x) / float(images.size() + 1);
    return {std::round(box.low.x + step * float(at + 1)), box.low.y};
}

ImVec2 GraphPanel::output_point(const Box& box) const
{
    return {std::round((box.low.x + box.high.x) / 2), box.high.y};
}

void GraphPanel::frame_selection()
{
    const Graph* g = find_graph(*editor_.session().project(), shown_ ? shown_ : editor_.selection().graph());
    if (!g || g->nodes.empty()) return;
    const auto& chosen = editor_.selection().nodes;
    Vec2 least{1e30, 1e30}, most{-1e30, -1e30};
    g->nodes.each([&](NodeId id, const NodePtr&) {
        if (!chosen.empty() && !chosen.contains(id)) return;
        const Vec2* p = g->positions.find(id);
        const Vec2 at = p ? *p : Vec2{};
        least = {std::min(least.x, at.x), std::min(least.y, at.y)};
        most = {std::max(most.x, at.x), std::max(most.y, at.y)};
    });
    if (most.x < least.x) return;
    camera_.centre = {(least.x + most.x) / 2, (least.y + most.y) / 2};
    const double s = double(editor_.ui().scale);
    const double width = double(high_.x - low_.x) / s, height = double(high_.y - low_.y) / s;
    const double margin = NodeMetrics::column;
    camera_.zoom = std::clamp(std::min(width / (most.x - least.x + 1.6 * margin), height / (most.y - least.y + margin)),
                              least_zoom, 1.0);
}

void GraphPanel::zoom_at(ImVec2 at, double factor)
{
    const Vec2 before = to_graph(at);
    camera_.zoom = std::clamp(camera_.zoom * factor, least_zoom, most_zoom);
    const Vec2 after = to_graph(at);
    camera_.centre.x += before.x - after.x, camera_.centre.y += before.y - after.y;
}

void GraphPanel::open_create_menu()
{
    create_branch_ = false;
    ImVec2 at = ImGui::GetIO().MousePos;
    if (at.x < low_.x || at.x > high_.x || at.y < low_.y || at.y > high_.y)
        at = {(low_.x + high_.x) / 2, (low_.y + high_.y) / 2};
    pointer_ = to_graph(at);
    create_menu_.open(at);
}

void GraphPanel::create(const std::string& op, bool branch)
{
    CreateWhere where;
    where.selected = selected();
    where.branch = branch;
    if (where.selected.empty()) where.at = pointer_;
    const OpDesc* desc = Registry::instance().find(op);
    auto made = create_node(editor_.session().project(), shown_, op, where);
    if (!made) return editor_.notices().add(made.error());
    if (!editor_.session().apply(made->project, "Create " + (desc ? desc->label : op))) return;
    editor_.selection().nodes = {made->node};
    editor_.selection().last = made->node;
}

void GraphPanel::start_rename()
{
    rename_wanted_ = true;
}

void GraphPanel::add_commands()
{
    Commands& commands = editor_.commands();
    const auto has_selection = [this] { return !editor_.selection().nodes.empty(); };
    const auto add = [&](std::string id, std::string name, std::string menu, int order, std::string help,
                         std::function<void()> run, std::function<bool()> enabled = {}) {
        commands.add({std::move(id), std::move(name), std::move(menu), std::move(help), "graph", std::move(run),
                      std::move(enabled), {}, order});
    };
    const auto edit = [this](std::string label, std::function<Result<ProjectPtr>(const ProjectPtr&, GraphId)> f) {
        return [this, label, f] { editor_.session().apply(f(editor_.session().project(), shown_), label); };
    };
    add("graph.create", "Add a node", "Node", 10, "Find a node by a few letters.", [this] { open_create_menu(); });
    for (const auto& [command, op] : {std::pair{"transform", "transform"}, {"merge", "merge"}, {"grade", "grade"}, {"blur", "blur"},
                                      {"read", "read"}, {"write", "write"}, {"dot", "dot"}, {"copy", "copy"},
                                      {"color_correct", "color_correct"}})
        if (const OpDesc* desc = Registry::instance().find(op))
            add(std::string("create.") + command, desc->label, "Node/Create", 10, desc->help,
                [this, id = desc->id] { create(id, false); });
    add("graph.delete", "Delete", "Edit", 130, "Remove the selected nodes and close the gap.",
        edit("Delete", [this](const ProjectPtr& p, GraphId g) { return delete_nodes(p, g, selected()); }), has_selection);
    add("graph.copy", "Copy", "Edit", 110, "Copy the selected nodes as text.", [this] {
        if (auto text = copy_nodes(editor_.session().project(), shown_, selected())) ImGui::SetClipboardText(text->c_str());
        else editor_.notices().add(text.error());
    }, has_selection);
    add("graph.cut", "Cut", "Edit", 105, "Copy the selected nodes and remove them.", [this] {
        editor_.commands().run("graph.copy");
        editor_.commands().run("graph.delete");
    }, has_selection);
    add("graph.paste", "Paste", "Edit", 120, "Add the nodes on the clipboard.", [this] {
        const char* text = ImGui::GetClipboardText();
        const NodeId first = editor_.session().project()->next_node;
        auto pasted = paste_nodes(editor_.session().project(), shown_, text ? text : "", {NodeMetrics::grid * 4, NodeMetrics::grid * 4});
        if (!editor_.session().apply(std::move(pasted), "Paste")) return;
        editor_.selection().nodes.clear();
        const Graph* g = find_graph(*editor_.session().project(), shown_);
        g->nodes.each([&](NodeId id, const NodePtr&) {
            if (id >= first) editor_.selection().nodes.insert(id), editor_.selection().last = id;
        });
    });
    add("graph.duplicate", "Duplicate", "Edit", 125, "A copy of the selected nodes beside them.",
        edit("Duplicate", [this](const ProjectPtr& p, GraphId g) {
            return duplicate_nodes(p, g, selected(), {NodeMetrics::column, 0});
        }), has_selection);
    add("graph.select_all", "Select all", "Edit", 140, "", [this] {
        const Graph* g = find_graph(*editor_.session().project(), shown_);
        g->nodes.each([&](NodeId id, const NodePtr&) {
            editor_.selection().nodes.insert(id), editor_.selection().last = id;
        });
    });
    add("graph.disable", "Disable", "Node", 110, "Switch the selected nodes off or on.",
        edit("Disable", [this](const ProjectPtr& p, GraphId g) { return toggle_disabled(p, g, selected()); }), has_selection);
    add("graph.rename", "Rename", "Node", 120, "", [this] { start_rename(); }, has_selection);
    add("graph.swap_inputs", "Swap A and B", "Node", 130, "Exchange the first two inputs.",
        edit("Swap inputs", [this](const ProjectPtr& p, GraphId g) { return swap_inputs(p, g, editor_.selection().last); }),
        has_selection);
    add("graph.extract", "Extract", "Node", 140, "Take the selected nodes out of the line.",
        edit("Extract", [this](const ProjectPtr& p, GraphId g) {
            return extract_nodes(p, g, selected(), {NodeMetrics::column, 0});
        }), has_selection);
    add("graph.group", "Group", "Node", 210, "Put the selected nodes into a group.",
        edit("Group", [this](const ProjectPtr& p, GraphId g) { return group(p, g, selected()); }), has_selection);
    add("graph.expand", "Expand the group", "Node", 220, "Put the nodes of the group in its place.",
        edit("Expand group", [this](const ProjectPtr& p, GraphId g) { return ungroup(p, {g, editor_.selection().last}); }),
        has_selection);
    add("graph.enter_group", "Enter the group", "Node", 230, "Show the graph inside.", [this] {
        const NodePlace p = find_node(*editor_.session().project(), shown_, editor_.selection().last);
        if (!p || !p.node->graph) return;
        editor_.selection().path.push_back(p.node->graph);
        editor_.selection().nodes.clear();
    }, has_selection);
    add("graph.leave_group", "Leave the group", "Node", 240, "Show the graph around this one.", [this] {
        auto& path = editor_.selection().path;
        if (path.size() < 2) return;
        path.pop_back();
        editor_.selection().nodes.clear();
    }, [this] { return editor_.selection().path.size() > 1; });
    add("graph.auto_layout", "Lay out", "Node", 310, "Arrange the selected nodes, or all of them.",
        edit("Lay out", [this](const ProjectPtr& p, GraphId g) {
            std::vector<NodeId> nodes = selected();
            if (nodes.size() < 2) {
                nodes.clear();
                find_graph(*p, g)->nodes.each([&](NodeId id, const NodePtr&) { nodes.push_back(id); });
            }
            return auto_layout(p, g, nodes);
        }));
    for (const auto& [id, name, how] : {std::tuple{"columns", "Align in a column", Align::Columns}, {"rows", "Align in a row", Align::Rows},
                                        {"across", "Spread across", Align::SpreadAcross}, {"down", "Spread down", Align::SpreadDown}})
        add(std::string("graph.align_") + id, name, "Node", 320, "",
            edit(name, [this, h = how](const ProjectPtr& p, GraphId g) { return align_nodes(p, g, selected(), h); }), has_selection);
    add("graph.frame", "Frame", "View", 10, "The selected nodes, or all, fill the panel.", [this] { frame_selection(); });
    add("graph.zoom_in", "Zoom in", "View", 20, "", [this] { zoom_at({(low_.x + high_.x) / 2, (low_.y + high_.y) / 2}, 1.25); });
    add("graph.zoom_out", "Zoom out", "View", 30, "", [this] { zoom_at({(low_.x + high_.x) / 2, (low_.y + high_.y) / 2}, 0.8); });
    add("graph.find", "Find a node", "Edit", 210, "By name, class or label.", [this] { find_open_ = true, find_text_.clear(); });
    add("graph.minimap", "Mini-map", "View", 110, "", [this] { minimap_ = !minimap_; });
    const auto walk = [this](bool up, bool extend) {
        const Graph* g = find_graph(*editor_.session().project(), shown_);
        Selection& s = editor_.selection();
        const NodePtr* node = g ? g->nodes.find(s.last) : nullptr;
        if (!node) return;
        NodeId next = 0;
        if (up) {
            for (const std::string& port : input_names(*editor_.session().project(), **node)) {
                const auto it = (*node)->inputs.find(port);
                const bool main = Registry::instance().find((*node)->op) && port == "B";
                if (it != (*node)->inputs.end() && (!next || main)) next = it->second.node;
            }
        } else if (const auto below = consumers_of(*g, s.last); !below.empty()) {
            next = below.front().node;
        }
        if (!next) return;
        if (!extend) s.nodes.clear();
        s.nodes.insert(next);
        s.last = next;
    };
    add("graph.walk_up", "Select what feeds it", "", 0, "", [walk] { walk(true, false); }, has_selection);
    add("graph.walk_down", "Select what takes it", "", 0, "", [walk] { walk(false, false); }, has_selection);
    add("graph.extend_up", "Also select what feeds it", "", 0, "", [walk] { walk(true, true); }, has_selection);
    add("graph.extend_down", "Also select what takes it", "", 0, "", [walk] { walk(false, true); }, has_selection);
}

} // namespace tessera
