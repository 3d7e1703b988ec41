// What the pointer does in the graph.
#include "app/panels/graph/graph_panel.h"
#include <algorithm>

namespace tessera {

namespace {

constexpr float click_slack = 4, port_reach = 10, pipe_reach = 7;
constexpr double zoom_step = 1.15;
/// A shake: so many turns within so many seconds, each of so many pixels.
constexpr int shake_turns = 4;
constexpr double shake_seconds = 0.6;
constexpr float shake_pixels = 12;

float distance(ImVec2 a, ImVec2 b)
{
    return std::hypot(a.x - b.x, a.y - b.y);
}

bool inside(ImVec2 p, ImVec2 low, ImVec2 high)
{
    return p.x >= low.x && p.x < high.x && p.y >= low.y && p.y < high.y;
}

} // namespace

const GraphPanel::Box* GraphPanel::box_at(ImVec2 at) const
{
    const float grow = editor_.ui().px(3);
    for (auto it = boxes_.rbegin(); it != boxes_.rend(); ++it)
        if (inside(at, {it->low.x - grow, it->low.y - grow}, {it->high.x + grow, it->high.y + grow})) return &*it;
    return nullptr;
}

std::optional<GraphPanel::PipeEnd> GraphPanel::input_at(ImVec2 at, NodeId except) const
{
    const float reach = editor_.ui().px(port_reach);
    std::optional<PipeEnd> best;
    float least = reach;
    for (const Box& box : boxes_) {
        if (box.id == except) continue;
        for (size_t i = 0; i < box.inputs.size(); ++i) {
            ImVec2 p = input_point(box, i);
            (is_mask(box, i) ? p.x : p.y) += is_mask(box, i) ? editor_.ui().px(4) : -editor_.ui().px(4);
            const float d = distance(at, p);
            if (d < least) least = d, best = PipeEnd{box.id, box.inputs[i]};
        }
    }
    return best;
}

std::optional<GraphPanel::PipeEnd> GraphPanel::pipe_at(ImVec2 at) const
{
    const float reach = editor_.ui().px(pipe_reach), z = float(camera_.zoom) * editor_.ui().scale;
    for (const Box& box : boxes_)
        for (size_t i = 0; i < box.inputs.size(); ++i) {
            const auto it = box.node->inputs.find(box.inputs[i]);
            const Box* source = it == box.node->inputs.end() ? nullptr : box_of(it->second.node);
            if (!source) continue;
            const ImVec2 a = output_point(*source), d = input_point(box, i);
            if (!inside(at, {std::min(a.x, d.x) - 70 * z, std::min(a.y, d.y) - 70 * z}, {std::max(a.x, d.x) + 70 * z, std::max(a.y, d.y) + 70 * z}))
                continue;
            const float bend = std::clamp(std::abs(d.y - a.y) * 0.5f, 14 * z, 60 * z);
            const ImVec2 b{a.x, a.y + bend};
            const ImVec2 c = is_mask(box, i) ? ImVec2{d.x + std::max(20 * z, std::abs(d.x - a.x) * 0.4f), d.y} : ImVec2{d.x, d.y - bend};
            constexpr int steps = 24;
            for (int s = 0; s <= steps; ++s) {
                const float t = float(s) / steps, u = 1 - t;
                const ImVec2 p{u * u * u * a.x + 3 * u * u * t * b.x + 3 * u * t * t * c.x + t * t * t * d.x,
                               u * u * u * a.y + 3 * u * u * t * b.y + 3 * u * t * t * c.y + t * t * t * d.y};
                if (distance(at, p) < reach) return PipeEnd{box.id, box.inputs[i]};
            }
        }
    return std::nullopt;
}

bool GraphPanel::shaken(ImVec2 at)
{
    const double now = ImGui::GetTime();
    if (shake_.empty() || distance(shake_.back().second, at) > editor_.ui().px(shake_pixels)) shake_.emplace_back(now, at);
    std::erase_if(shake_, [&](const auto& s) { return now - s.first > shake_seconds; });
    int turns = 0;
    for (size_t i = 2; i < shake_.size(); ++i) {
        const float before = shake_[i - 1].second.x - shake_[i - 2].second.x, after = shake_[i].second.x - shake_[i - 1].second.x;
        turns += before * after < 0;
    }
    return turns >= shake_turns;
}

void GraphPanel::handle_pointer(Editor& editor)
{
    ImGui::SetCursorScreenPos(low_);
    const ImVec2 size{std::max(1.0f, high_.x - low_.x), std::max(1.0f, high_.y - low_.y)};
    ImGui::SetItemAllowOverlap();
    ImGui::InvisibleButton("canvas", size,
                           ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonMiddle | ImGuiButtonFlags_MouseButtonRight);
    ImGui::SetItemAllowOverlap();
    const ImGuiIO& io = ImGui::GetIO();
    const ImVec2 at = io.MousePos;
    const bool hovered = ImGui::IsItemHovered();
    if (hovered) pointer_ = to_graph(at);
    hovered_ = 0;
    hovered_pipe_.reset();
    if (hovered && drag_ == Drag::None) {
        if (const Box* box = box_at(at)) hovered_ = box->id;
        else hovered_pipe_ = pipe_at(at);
    }
    if (hovered && io.MouseWheel != 0) zoom_at(at, std::pow(zoom_step, double(io.MouseWheel)));
    if (ImGui::IsItemActivated()) press(editor, at);
    else if (ImGui::IsItemActive()) move(editor, at);
    if (ImGui::IsItemDeactivated()) release(editor, at);
    last_at_ = at;
}

void GraphPanel::press(Editor& editor, ImVec2 at)
{
    const ImGuiIO& io = ImGui::GetIO();
    press_at_ = last_at_ = at;
    moved_ = false;
    drag_offset_ = {};
    shake_.clear();
    Selection& s = editor.selection();
    const Box* box = box_at(at);
    if (ImGui::IsMouseDown(ImGuiMouseButton_Right)) {
        if (box && !s.nodes.contains(box->id)) s.nodes = {box->id}, s.last = box->id;
        ImGui::OpenPopup("graph menu");
        return;
    }
    if (ImGui::IsMouseDown(ImGuiMouseButton_Middle) || io.KeyAlt) {
        drag_ = Drag::Pan;
        return;
    }
    if (const auto end = input_at(at, 0); end && !(box && box->dot)) {
        const NodePlace p = find_node(*editor.session().project(), shown_, end->node);
        const auto it = p ? p.node->inputs.find(end->port) : decltype(p.node->inputs.find(""))();
        pipe_end_ = *end;
        pipe_source_ = p && it != p.node->inputs.end() ? it->second.node : 0;
        drag_ = pipe_source_ ? Drag::MovePipe : Drag::NewPipe;
        return;
    }
    if (box) {
        const ImVec2 out = output_point(*box);
        if (has_output(*box->node) && !box->dot && distance(at, out) < editor.ui().px(port_reach)) {
            drag_ = Drag::NewPipe;
            pipe_source_ = box->id;
            pipe_end_ = {};
            return;
        }
        if (io.KeyShift) {
            if (s.nodes.contains(box->id)) s.nodes.erase(box->id);
            else s.nodes.insert(box->id), s.last = box->id;
        } else if (!s.nodes.contains(box->id)) {
            s.nodes = {box->id};
        }
        if (s.nodes.contains(box->id)) s.last = box->id;
        if (io.KeyCtrl) {
            const Graph* g = find_graph(*editor.session().project(), shown_);
            for (const NodeId up : upstream_of(*g, std::vector<NodeId>{box->id})) s.nodes.insert(up);
        }
        pressed_ = box->id;
        drag_ = Drag::Nodes;
        if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
            drag_ = Drag::None;
            editor.commands().run(box->node->graph && io.KeyCtrl ? "graph.enter_group" : "graph.enter");
        }
        return;
    }
    if (const auto pipe = pipe_at(at); pipe && io.KeyCtrl) {
        const NodeId id = editor.session().project()->next_node;
        auto made = add_node(editor.session().project(), shown_, "dot", to_graph(at));
        if (made) made = insert_on_pipe(*made, shown_, id, pipe->node, pipe->port);
        if (editor.session().apply(std::move(made), "Add a dot")) s.nodes = {id}, s.last = id;
        return;
    }
    marquee_before_ = io.KeyShift ? s.nodes : std::set<NodeId>{};
    s.nodes = marquee_before_;
    drag_ = Drag::Marquee;
}

void GraphPanel::move(Editor& editor, ImVec2 at)
{
    if (distance(at, press_at_) > editor.ui().px(click_slack)) moved_ = true;
    if (!moved_) return;
    const double z = camera_.zoom * double(editor.ui().scale);
    switch (drag_) {
    case Drag::Pan:
        camera_.centre.x -= double(at.x - last_at_.x) / z;
        camera_.centre.y -= double(at.y - last_at_.y) / z;
        break;
    case Drag::Nodes: {
        const double grid = NodeMetrics::grid;
        drag_offset_ = {std::round(double(at.x - press_at_.x) / z / grid) * grid, std::round(double(at.y - press_at_.y) / z / grid) * grid};
        if (shaken(at)) {
            shake_.clear();
            editor.session().apply(extract_nodes(editor.session().project(), shown_, selected()), "Shake loose");
        }
        if (editor.selection().nodes.size() == 1) {
            const NodePlace p = find_node(*editor.session().project(), shown_, pressed_);
            if (p && p.node->inputs.empty()) {
                hovered_pipe_ = pipe_at(at);
                if (hovered_pipe_ && hovered_pipe_->node == pressed_) hovered_pipe_.reset();
            }
        }
        break;
    }
    case Drag::Marquee: {
        const ImVec2 a{std::min(press_at_.x, at.x), std::min(press_at_.y, at.y)}, b{std::max(press_at_.x, at.x), std::max(press_at_.y, at.y)};
        Selection& s = editor.selection();
        s.nodes = marquee_before_;
        for (const Box& box : boxes_)
            if (box.low.x < b.x && a.x < box.high.x && box.low.y < b.y && a.y < box.high.y) s.nodes.insert(box.id), s.last = box.id;
        break;
    }
    default: break;
    }
}

void GraphPanel::release(Editor& editor, ImVec2 at)
{
    const Drag was = std::exchange(drag_, Drag::None);
    Session& session = editor.session();
    if (was == Drag::Nodes && moved_) {
        auto edited = move_nodes(session.project(), shown_, selected(), drag_offset_);
        std::string label = "Move";
        const NodePlace p = find_node(*session.project(), shown_, pressed_);
        if (edited && editor.selection().nodes.size() == 1 && p && p.node->inputs.empty() && consumers_of(*p.graph, pressed_).empty()) {
            if (const auto pipe = pipe_at(at); pipe && pipe->node != pressed_)
                if (auto inserted = insert_on_pipe(*edited, shown_, pressed_, pipe->node, pipe->port)) edited = inserted, label = "Insert";
        }
        session.apply(std::move(edited), label);
    } else if (was == Drag::Nodes && !moved_ && !ImGui::GetIO().KeyShift && !ImGui::GetIO().KeyCtrl) {
        editor.selection().nodes = {pressed_};
        editor.selection().last = pressed_;
    } else if (was == Drag::NewPipe || was == Drag::MovePipe) {
        const auto end = input_at(at, pipe_source_);
        const Box* box = box_at(at);
        if (pipe_source_) {
            ProjectPtr base = session.project();
            if (was == Drag::MovePipe && !(end && *end == pipe_end_)) {
                if (!moved_) return;
                if (auto cut = disconnect(base, {shown_, pipe_end_.node}, pipe_end_.port)) base = *cut;
            }
            if (end) session.apply(connect(base, {shown_, end->node}, end->port, pipe_source_), "Connect");
            else if (box && box->id != pipe_source_ && !box->inputs.empty()) {
                const int main = box->op && !box->node->graph ? main_input(*box->op) : 0;
                session.apply(connect(base, {shown_, box->id}, box->inputs[size_t(std::max(0, main))], pipe_source_), "Connect");
            } else if (base != session.project()) session.apply(base, "Disconnect");
        } else if (box && box->id != pipe_end_.node && has_output(*box->node)) {
            session.apply(connect(session.project(), {shown_, pipe_end_.node}, pipe_end_.port, box->id), "Connect");
        }
    }
    session.seal();
}

} // namespace tessera
