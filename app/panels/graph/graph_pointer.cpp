// What the pointer does in the graph.
#include "app/panels/graph/graph_panel.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

constexpr float click_slack = 4;
constexpr double zoom_step = 1.15;
/// A shake: so many turns within so many seconds, each of so many pixels.
constexpr int shake_turns = 4;
constexpr double shake_seconds = 0.6;
constexpr float shake_pixels = 12;
/// How far a node being dropped finds a pipe, in graph units.
constexpr double drop_reach = 16;

float distance(ImVec2 a, ImVec2 b)
{
    return std::hypot(a.x - b.x, a.y - b.y);
}

bool inside(ImVec2 p, ImVec2 low, ImVec2 high)
{
    return p.x >= low.x && p.x < high.x && p.y >= low.y && p.y < high.y;
}

} // namespace

bool GraphPanel::shaken(ImVec2 at)
{
    const double now = ImGui::GetTime();
    if (shake_.empty() || distance(shake_.back().second, at) > editor_.ui().px(shake_pixels))
        shake_.emplace_back(now, at);
    std::erase_if(shake_, [&](const auto& s) { return now - s.first > shake_seconds; });
    int turns = 0;
    for (size_t i = 2; i < shake_.size(); ++i) {
        const float before = shake_[i - 1].second.x - shake_[i - 2].second.x,
                    after = shake_[i].second.x - shake_[i - 1].second.x;
        turns += before * after < 0;
    }
    return turns >= shake_turns;
}

void GraphPanel::hover(ImVec2 at)
{
    hovered_ = 0;
    hovered_pipe_ = {};
    if (!pointer_over_ && drag_ == Drag::None) return;
    const Vec2 point = to_graph(at);
    if (drag_ == Drag::Nodes) {
        if (moved_) hovered_pipe_ = pipe_for_drop(point);
        return;
    }
    if (drag_ != Drag::None && drag_ != Drag::NewPipe && drag_ != Drag::MovePipe && drag_ != Drag::MoveSource) return;
    const SceneNode* node = node_at(scene_, point, reach());
    if (node) hovered_ = node->id;
    if (drag_ == Drag::None) {
        if (!node) hovered_pipe_ = pipe_at(scene_, point, reach());
    } else if (drag_ != Drag::MoveSource && pipe_source_) {
        hovered_pipe_.end = drop_target(point);
    }
}

void GraphPanel::handle_pointer()
{
    ImGui::SetCursorScreenPos(low_);
    const ImVec2 size{std::max(1.0f, high_.x - low_.x), std::max(1.0f, high_.y - low_.y)};
    ImGui::SetItemAllowOverlap();
    ImGui::InvisibleButton("canvas", size,
                           ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonMiddle |
                               ImGuiButtonFlags_MouseButtonRight);
    ImGui::SetItemAllowOverlap();
    const ImGuiIO& io = ImGui::GetIO();
    const ImVec2 at = io.MousePos;
    pointer_over_ = ImGui::IsItemHovered();
    if (pointer_over_) pointer_ = to_graph(at);
    if (pointer_over_ && io.MouseWheel != 0) zoom_at(at, std::pow(zoom_step, double(io.MouseWheel)));
    if (pointer_over_ && io.MouseWheelH != 0) camera_.centre.x -= double(io.MouseWheelH) * 60 / camera_.zoom;
    if (ImGui::IsItemActivated())
        press(at);
    else if (ImGui::IsItemActive())
        move(at);
    if (ImGui::IsItemDeactivated()) release(at);
    hover(at);
    if (drag_ == Drag::None && hovered_pipe_ && !io.KeyCtrl) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    last_at_ = at;
}

// ---- pressing -------------------------------------------------------------------------------------------------------

void GraphPanel::press(ImVec2 at)
{
    const ImGuiIO& io = ImGui::GetIO();
    press_at_ = last_at_ = at;
    press_graph_ = to_graph(at);
    moved_ = false;
    drag_offset_ = {};
    guides_.clear();
    moving_.clear();
    shake_.clear();
    const bool right = ImGui::IsMouseDown(ImGuiMouseButton_Right), middle = ImGui::IsMouseDown(ImGuiMouseButton_Middle);
    if (io.KeyAlt && (right || middle)) {
        drag_ = Drag::Zoom;
        return;
    }
    if (middle || (io.KeyAlt && !right)) {
        drag_ = Drag::Pan;
        return;
    }
    const SceneNode* node = node_at(scene_, press_graph_, reach());
    if (right) return press_right(node, press_graph_);
    ImVec2 map_low, map_high;
    Vec2 least, most;
    if (minimap_rect(map_low, map_high, least, most) && inside(at, map_low, map_high)) {
        drag_ = Drag::Minimap;
        return move(at);
    }
    if (press_ports(press_graph_, node)) return;
    if (node) return press_node(*node);
    if (const PipeHit pipe = pipe_at(scene_, press_graph_, reach())) {
        if (io.KeyCtrl) return add_dot(pipe, press_graph_);
        const SceneNode* n = scene_.find(pipe.end.node);
        pipe_end_ = pipe.end;
        pipe_source_ = n->node->inputs.find(pipe.end.port)->second.node;
        drag_ = pipe.along > 0.5 ? Drag::MovePipe : Drag::MoveSource;
        return;
    }
    if (press_note(press_graph_)) return;
    marquee_before_ = io.KeyShift ? editor_.selection().nodes : std::set<NodeId>{};
    drag_ = Drag::Marquee;
}

void GraphPanel::press_right(const SceneNode* node, Vec2 at)
{
    Selection& s = editor_.selection();
    if (node) {
        if (!s.nodes.contains(node->id)) select_only(node->id);
        s.last = node->id;
        ImGui::OpenPopup("node menu");
        return;
    }
    const NoteHit hit = note_at(scene_, at, reach());
    if (hit.note && hit.part != NotePart::Body) {
        if (!notes_selected_.contains(hit.note->id)) select_nothing(), notes_selected_ = {hit.note->id};
        editing_note_ = hit.note->id;
        ImGui::OpenPopup("note menu");
        return;
    }
    ImGui::OpenPopup("graph menu");
}

/// Ports lie outside the body, so that moving a node never takes a pipe off.
bool GraphPanel::press_ports(Vec2 at, const SceneNode* node)
{
    const auto within = [&](const SceneNode& n) {
        return at.x >= n.low().x && at.x < n.high().x && at.y >= n.low().y && at.y < n.high().y;
    };
    if (node && (node->dot || within(*node))) return false;
    if (const PipeEnd end = input_at(scene_, at, reach())) {
        const auto& inputs = scene_.find(end.node)->node->inputs;
        const auto it = inputs.find(end.port);
        pipe_end_ = end;
        pipe_source_ = it == inputs.end() ? 0 : it->second.node;
        drag_ = pipe_source_ ? Drag::MovePipe : Drag::NewPipe;
        return true;
    }
    const SceneNode* out = output_at(scene_, at, reach());
    if (!out) return false;
    // Where a pipe already leaves, its start is pulled along only from its own upper half; the port itself makes
    // another.
    pipe_end_ = {};
    pipe_source_ = out->id;
    drag_ = Drag::NewPipe;
    return true;
}

void GraphPanel::press_node(const SceneNode& node)
{
    const ImGuiIO& io = ImGui::GetIO();
    Selection& s = editor_.selection();
    pressed_ = node.id;
    if (io.KeyShift) {
        if (s.nodes.contains(node.id))
            s.nodes.erase(node.id);
        else
            s.nodes.insert(node.id);
    } else if (!s.nodes.contains(node.id)) {
        select_only(node.id);
    }
    if (s.nodes.contains(node.id)) s.last = node.id;
    if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left) && !io.KeyShift) {
        drag_ = Drag::None;
        if (node.node->graph)
            enter_group();
        else
            editor_.commands().run("graph.enter");
        return;
    }
    drag_ = Drag::Nodes;
    moving_ = s.nodes;
    moving_.insert(notes_selected_.begin(), notes_selected_.end());
    moving_.insert(node.id);
    if (io.KeyCtrl)
        if (const Graph* g = find_graph(*project(), shown_))
            for (const NodeId up : upstream_of(*g, std::vector<NodeId>{node.id})) moving_.insert(up);
}

bool GraphPanel::press_note(Vec2 at)
{
    const NoteHit hit = note_at(scene_, at, reach());
    if (!hit.note || hit.part == NotePart::Body) return false;
    const bool shift = ImGui::GetIO().KeyShift;
    pressed_note_ = editing_note_ = hit.note->id;
    note_part_ = hit.part;
    if (!shift && !notes_selected_.contains(hit.note->id)) select_nothing();
    if (shift && notes_selected_.contains(hit.note->id))
        notes_selected_.erase(hit.note->id);
    else
        notes_selected_.insert(hit.note->id);
    if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
        popup_wanted_ = Popup::Note;
        drag_ = Drag::None;
        return true;
    }
    drag_ = Drag::Note;
    if (hit.part == NotePart::Corner) return true;
    moving_ = editor_.selection().nodes;
    for (const NoteId id : notes_selected_) {
        moving_.insert(id);
        for (const NotePtr& note : scene_.notes)
            if (note->id == id) {
                for (const NodeId held : nodes_in(scene_, *note)) moving_.insert(held);
                for (const NoteId held : notes_in(scene_, *note)) moving_.insert(held);
            }
    }
    return true;
}

void GraphPanel::add_dot(const PipeHit& pipe, Vec2 at)
{
    const NodeId id = project()->next_node;
    auto made = add_node(project(), shown_, "dot", at);
    if (made) made = insert_on_pipe(*made, shown_, id, pipe.end.node, pipe.end.port);
    if (editor_.session().apply(std::move(made), "Add a dot")) select_only(id);
    refresh_scene();
}

// ---- dragging -------------------------------------------------------------------------------------------------------

void GraphPanel::pan_at_edges(ImVec2 at)
{
    const float edge = editor_.ui().px(20);
    const auto push = [&](float v, float low, float high) {
        return v < low + edge ? v - low - edge : v > high - edge ? v - high + edge : 0.0f;
    };
    const float x = push(at.x, low_.x, high_.x), y = push(at.y, low_.y, high_.y);
    if (x == 0 && y == 0) return;
    constexpr double speed = 0.25;
    camera_.centre = camera_.centre + Vec2{double(x), double(y)} * (speed / double(unit()));
    editor_.window().keep_drawing(2);
}

void GraphPanel::move(ImVec2 at)
{
    if (distance(at, press_at_) > editor_.ui().px(click_slack)) moved_ = true;
    if (!moved_ && drag_ != Drag::Minimap) return;
    switch (drag_) {
    case Drag::Pan: camera_.centre = camera_.centre - (to_graph(at) - to_graph(last_at_)); break;
    case Drag::Zoom: zoom_at(press_at_, std::pow(1.008, double(at.x - last_at_.x - (at.y - last_at_.y)))); break;
    case Drag::Nodes: move_nodes_to(at); break;
    case Drag::Note: {
        const Vec2 by = to_graph(at) - press_graph_;
        constexpr double grid = NodeMetrics::grid;
        drag_offset_ = {std::round(by.x / grid) * grid, std::round(by.y / grid) * grid};
        pan_at_edges(at);
        break;
    }
    case Drag::Marquee: move_marquee(at); break;
    case Drag::NewPipe:
    case Drag::MovePipe:
    case Drag::MoveSource: pan_at_edges(at); break;
    case Drag::Minimap: {
        ImVec2 low, high;
        Vec2 least, most;
        if (minimap_rect(low, high, least, most))
            camera_.centre = {least.x + double((at.x - low.x) / (high.x - low.x)) * (most.x - least.x),
                              least.y + double((at.y - low.y) / (high.y - low.y)) * (most.y - least.y)};
        break;
    }
    case Drag::None: break;
    }
}

void GraphPanel::move_nodes_to(ImVec2 at)
{
    if (shaken(at)) {
        shake_.clear();
        const std::vector<NodeId> nodes = selected();
        if (editor_.session().apply(extract_nodes(project(), shown_, nodes), "Shake loose")) refresh_scene();
    }
    pan_at_edges(at);
    const SceneNode* lead = scene_.find(pressed_);
    if (!lead) return;
    constexpr double snap_pixels = 8;
    Snap snap = snapped(
        scene_, *lead, [&](NodeId id) { return moving_.contains(id); }, to_graph(at) - press_graph_,
        snap_pixels / camera_.zoom);
    drag_offset_ = snap.offset;
    guides_ = std::move(snap.guides);
}

void GraphPanel::move_marquee(ImVec2 at)
{
    pan_at_edges(at);
    press_at_ = to_screen(press_graph_);
    const Vec2 p = to_graph(at);
    const Vec2 a{std::min(press_graph_.x, p.x), std::min(press_graph_.y, p.y)},
        b{std::max(press_graph_.x, p.x), std::max(press_graph_.y, p.y)};
    Selection& s = editor_.selection();
    s.nodes = marquee_before_;
    for (const SceneNode& n : scene_.nodes) {
        const Vec2 low = n.low(), high = n.high();
        if (low.x < b.x && a.x < high.x && low.y < b.y && a.y < high.y) s.nodes.insert(n.id), s.last = n.id;
    }
    notes_selected_.clear();
    for (const NotePtr& note : scene_.notes) {
        const Vec2 end = note->position + note->size;
        if (note->position.x >= a.x && note->position.y >= a.y && end.x <= b.x && end.y <= b.y)
            notes_selected_.insert(note->id);
    }
}

PipeHit GraphPanel::pipe_for_drop(Vec2 at) const
{
    const SceneNode* n = moving_.size() == 1 ? scene_.find(pressed_) : nullptr;
    if (!n || !n->output || n->inputs.empty() || n->has_consumers || !n->node->inputs.empty()) return {};
    Reach r = reach();
    r.pipe = drop_reach;
    const PipeHit under = pipe_at(scene_, at, r);
    if (under) return under;
    r.pipe = n->size.x * 0.4 / r.scale; // a node that lies upon a pipe is meant to be in it
    return pipe_at(scene_, n->centre + drag_offset_, r);
}

PipeEnd GraphPanel::drop_target(Vec2 at) const
{
    const SceneNode* node = node_at(scene_, at, reach());
    if (const PipeEnd end = input_at(scene_, at, reach(), pipe_source_, true); end && !(node && node->id != end.node))
        return end;
    if (!node || node->id == pipe_source_ || node->inputs.empty()) return {};
    const int main = node->op && !node->node->graph ? main_input(*node->op) : 0;
    if (main >= 0 && node->inputs[size_t(main)].source < 0) return {node->id, node->inputs[size_t(main)].name};
    for (const SceneInput& input : node->inputs)
        if (input.source < 0 && !input.mask) return {node->id, input.name};
    return {node->id, node->inputs[size_t(std::max(0, main))].name};
}

// ---- letting go -----------------------------------------------------------------------------------------------------

void GraphPanel::release(ImVec2 at)
{
    const Vec2 point = to_graph(at);
    switch (drag_) {
    case Drag::Nodes: release_nodes(point); break;
    case Drag::Note: release_note(); break;
    case Drag::NewPipe:
    case Drag::MovePipe:
    case Drag::MoveSource:
        if (moved_) release_pipe(point);
        break;
    case Drag::Marquee:
        if (!moved_ && !ImGui::GetIO().KeyShift) select_nothing();
        break;
    default: break;
    }
    drag_ = Drag::None;
    moved_ = false;
    moving_.clear();
    guides_.clear();
    drag_offset_ = {};
    editor_.session().seal();
    refresh_scene();
}

void GraphPanel::release_nodes(Vec2 at)
{
    const ImGuiIO& io = ImGui::GetIO();
    if (!moved_) {
        if (!io.KeyShift && !io.KeyCtrl) select_only(pressed_);
        return;
    }
    std::vector<NodeId> nodes, notes;
    for (const NodeId id : moving_) (scene_.index.contains(id) ? nodes : notes).push_back(id);
    const PipeHit pipe = pipe_for_drop(at);
    auto edited = move_all(project(), shown_, nodes, notes, drag_offset_);
    std::string label = "Move";
    if (edited && pipe)
        if (auto inserted = insert_on_pipe(*edited, shown_, pressed_, pipe.end.node, pipe.end.port))
            edited = inserted, label = "Insert";
    editor_.session().apply(std::move(edited), label);
}

void GraphPanel::release_note()
{
    if (!moved_) {
        if (!ImGui::GetIO().KeyShift) select_nothing(), notes_selected_ = {pressed_note_};
        return;
    }
    if (note_part_ == NotePart::Corner) {
        const Graph* g = find_graph(*project(), shown_);
        const NotePtr* old = g ? g->notes.find(pressed_note_) : nullptr;
        if (!old) return;
        Note note = **old;
        note.size = {std::max(48.0, note.size.x + drag_offset_.x), std::max(32.0, note.size.y + drag_offset_.y)};
        editor_.session().apply(set_note(project(), shown_, std::move(note)), "Resize note");
        return;
    }
    std::vector<NodeId> nodes, notes;
    for (const NodeId id : moving_) (scene_.index.contains(id) ? nodes : notes).push_back(id);
    editor_.session().apply(move_all(project(), shown_, nodes, notes, drag_offset_), "Move");
}

void GraphPanel::release_pipe(Vec2 at)
{
    Session& session = editor_.session();
    const bool from_input = (drag_ == Drag::NewPipe && !pipe_source_) || drag_ == Drag::MoveSource;
    if (from_input) { // the pipe's upper end was carried
        const SceneNode* node = node_at(scene_, at, reach());
        if (!node) node = output_at(scene_, at, reach());
        if (node && node->id != pipe_end_.node && node->output)
            session.apply(connect(project(), {shown_, pipe_end_.node}, pipe_end_.port, node->id), "Connect");
        else if (!node && drag_ == Drag::MoveSource)
            session.apply(disconnect(project(), {shown_, pipe_end_.node}, pipe_end_.port), "Disconnect");
        return;
    }
    const PipeEnd end = drop_target(at);
    if (drag_ == Drag::MovePipe && end == pipe_end_) return;
    ProjectPtr base = project();
    if (drag_ == Drag::MovePipe)
        if (auto cut = disconnect(base, {shown_, pipe_end_.node}, pipe_end_.port)) base = *cut;
    if (end)
        session.apply(connect(base, {shown_, end.node}, end.port, pipe_source_), "Connect");
    else if (base != project())
        session.apply(base, "Disconnect");
}

} // namespace tessera
