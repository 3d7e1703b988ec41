#include "app/panels/graph/graph_panel.h"
#include "app/panels/graph/graph_background.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <nlohmann/json.hpp>

namespace tessera {

namespace {

constexpr double least_zoom = 0.04, most_zoom = 3;
/// Layers and errors are looked for again at most this often: playing changes the frame all the time.
constexpr double status_every = 0.3;

} // namespace

GraphPanel::GraphPanel(Editor& editor) : editor_(editor), background_(std::make_shared<Background>())
{
    add_commands();
    editor.drop_place = [this](ImVec2 at) {
        const bool here = at.x >= low_.x && at.x < high_.x && at.y >= low_.y && at.y < high_.y;
        return to_graph(here ? at : ImVec2{(low_.x + high_.x) / 2, (low_.y + high_.y) / 2});
    };
}

GraphPanel::~GraphPanel()
{
    editor_.drop_place = {};
    background_->gone = true;
    for (const auto& [id, stamp] : stamps_)
        if (stamp.texture) editor_.window().graphics().drop_texture(stamp.texture);
}

std::string GraphPanel::state() const
{
    return nlohmann::json{{"minimap", minimap_},
                          {"expressions", show_links_},
                          {"channels", show_channels_},
                          {"time", show_costs_},
                          {"fusion", show_fusion_}}
        .dump();
}

void GraphPanel::restore(const std::string& state)
{
    const auto j = nlohmann::json::parse(state, nullptr, false);
    const auto read = [&](const char* name, bool& target) {
        if (j.is_object() && j.contains(name) && j[name].is_boolean()) target = j[name];
    };
    read("minimap", minimap_), read("expressions", show_links_), read("channels", show_channels_);
    read("time", show_costs_), read("fusion", show_fusion_);
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

Reach GraphPanel::reach() const
{
    Reach r;
    // Targets stay as large on the screen when the camera is far away, within reason.
    r.scale = std::clamp(1 / camera_.zoom, 0.5, 4.0);
    return r;
}

bool GraphPanel::visible(Vec2 low, Vec2 high) const
{
    const ImVec2 a = to_screen(low), b = to_screen(high);
    return a.x < high_.x && low_.x < b.x && a.y < high_.y && low_.y < b.y;
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

void GraphPanel::select_only(NodeId node)
{
    editor_.selection().nodes = {node};
    editor_.selection().last = node;
    notes_selected_.clear();
}

void GraphPanel::select_nothing()
{
    editor_.selection().nodes.clear();
    notes_selected_.clear();
}

Vec2 GraphPanel::shift_of(NodeId id) const
{
    return moving_.empty() || !moving_.contains(id) ? Vec2{} : drag_offset_;
}

void GraphPanel::follow_graph()
{
    editor_.selection().check(*project());
    const GraphId graph = editor_.selection().graph();
    if (graph != shown_) {
        if (shown_) cameras_[shown_] = camera_;
        const auto known = cameras_.find(graph);
        if (known != cameras_.end())
            camera_ = known->second;
        else
            frame_wanted_ = true;
        shown_ = graph;
        scene_revision_ = 0;
        drag_ = Drag::None;
        moving_.clear();
        notes_selected_.clear();
    }
}

void GraphPanel::refresh_scene()
{
    const uint64_t revision = editor_.session().revision();
    const double frame = editor_.frame_number();
    if (scene_revision_ == revision && (!scene_.live_labels || scene_frame_ == frame)) return;
    const Ui& ui = editor_.ui();
    const auto width = [&](std::string_view text, bool small) {
        const ImFont* font = small ? ui.fonts.small : ui.fonts.text;
        return font->CalcTextSizeA(font->FontSize, FLT_MAX, 0, text.data(), text.data() + text.size()).x / ui.scale;
    };
    scene_ = build_scene(*project(), shown_, frame, width);
    scene_revision_ = revision, scene_frame_ = frame;
    std::erase_if(notes_selected_, [&](NoteId id) {
        return std::none_of(scene_.notes.begin(), scene_.notes.end(), [&](const NotePtr& n) { return n->id == id; });
    });
}

void GraphPanel::refresh_status()
{
    const uint64_t revision = editor_.session().revision();
    const double frame = editor_.frame_number(), now = ImGui::GetTime();
    const bool current = status_revision_ == revision && status_frame_ == frame && background_->status_graph == shown_;
    if (current || background_->status_busy || scene_.nodes.empty()) return;
    if (now - status_at_ < status_every) {
        editor_.window().keep_drawing(1);
        return;
    }
    status_at_ = now, status_revision_ = revision, status_frame_ = frame;
    background_->status_busy = true;
    editor_.workers().run([b = background_, p = project(), g = shown_,
                           frame] { return graph_status(p, g, frame, *b->params, [&] { return b->gone.load(); }); },
                          [b = background_, g = shown_](StatusMap& map) {
                              b->status = std::move(map), b->status_graph = g, b->status_busy = false;
                          });
}

void GraphPanel::draw(Editor& editor)
{
    const Ui& ui = editor.ui();
    low_ = ImGui::GetWindowPos();
    high_ = {low_.x + ImGui::GetWindowWidth(), low_.y + ImGui::GetWindowHeight()};
    follow_graph();
    refresh_scene();
    if (frame_wanted_ && high_.x - low_.x > 1) {
        frame_wanted_ = false;
        frame_selection();
    }
    handle_pointer();
    follow_graph(); // a double click may have entered a group
    refresh_scene();
    refresh_status();
    if (show_fusion_) refresh_plan();
    if (show_costs_) refresh_costs();
    age_stamps();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRect(low_, high_, true);
    draw_grid();
    draw_notes(Note::Kind::Backdrop);
    if (show_fusion_) draw_fusion();
    draw_pipes();
    if (show_links_) draw_links();
    draw_plain_nodes();
    draw_notes(Note::Kind::Sticky);
    draw_dragged_pipe();
    draw_diamonds();
    for (const Guide& g : guides_) list.AddLine(to_screen(g.from), to_screen(g.to), ui.theme.accent, 1);
    if (drag_ == Drag::Marquee && moved_) {
        const ImVec2 a{std::min(press_at_.x, last_at_.x), std::min(press_at_.y, last_at_.y)},
            b{std::max(press_at_.x, last_at_.x), std::max(press_at_.y, last_at_.y)};
        list.AddRectFilled(a, b, faded(ui.theme.accent, 0.12f));
        list.AddRect(a, b, ui.theme.accent);
    }
    if (minimap_) draw_minimap();
    draw_legend();
    list.PopClipRect();
    draw_breadcrumbs();
    if (scene_.nodes.empty() && scene_.notes.empty()) {
        ImGui::SetCursorScreenPos(low_);
        empty_state(ui, icon::add, "Tab to add a node, or drop files here");
    }
    draw_hints();
    draw_rename();
    draw_note_editor();
    draw_colour();
    draw_find();
    draw_context_menu();
    const std::string op = create_menu_.draw(editor);
    if (!op.empty()) create(op, create_branch_ || create_menu_.branch());
}

void GraphPanel::frame(Vec2 low, Vec2 high, double most)
{
    camera_.centre = (low + high) * 0.5;
    const double s = double(editor_.ui().scale);
    const double width = double(high_.x - low_.x) / s, height = double(high_.y - low_.y) / s;
    constexpr double margin = 48;
    camera_.zoom = std::clamp(
        std::min((width - margin) / std::max(high.x - low.x, 1.0), (height - margin) / std::max(high.y - low.y, 1.0)),
        least_zoom, most);
}

void GraphPanel::frame_selection()
{
    Vec2 low{1e30, 1e30}, high{-1e30, -1e30};
    const auto take = [&](Vec2 a, Vec2 b) {
        low = {std::min(low.x, a.x), std::min(low.y, a.y)};
        high = {std::max(high.x, b.x), std::max(high.y, b.y)};
    };
    for (const NodeId id : editor_.selection().nodes)
        if (const SceneNode* n = scene_.find(id)) take(n->low(), n->high());
    for (const NotePtr& note : scene_.notes)
        if (notes_selected_.contains(note->id)) take(note->position, note->position + note->size);
    if (high.x < low.x) low = scene_.low, high = scene_.high;
    frame(low, high, 1);
}

void GraphPanel::zoom_at(ImVec2 at, double factor)
{
    const Vec2 before = to_graph(at);
    camera_.zoom = std::clamp(camera_.zoom * factor, least_zoom, most_zoom);
    // At 100 % texts are sharpest: stop there for a moment.
    if (std::abs(camera_.zoom - 1) < 0.04) camera_.zoom = 1;
    camera_.centre = camera_.centre + (before - to_graph(at));
}

} // namespace tessera
