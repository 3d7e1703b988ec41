#include "app/panels/viewer/viewer_panel.h"
#include "app/panels/viewer/play_bar.h"
#include "app/panels/viewer/time_ruler.h"
#include "app/panels/viewer/viewer_commands.h"
#include "app/panels/viewer/viewer_edits.h"
#include <imgui_internal.h>

namespace tessera {

namespace {

constexpr float toolbar_height = 28, info_height = 22, play_height = 32, fit_margin = 16;
/// Below this height of the panel only the picture is drawn, below the next its toolbar too.
constexpr float least_for_ruler = 220, least_for_toolbar = 120;
/// What may be uploaded in one frame of the interface: sixteen tiles take about a millisecond.
constexpr uint64_t upload_bytes = 16ull * shown_tile * shown_tile * 4;
constexpr int most_viewers = 16;

uint64_t next_stamp()
{
    static uint64_t stamp = 0; // of the interface's one thread
    return ++stamp;
}

} // namespace

ViewerPanel::ViewerPanel(Editor& editor)
    : editor_(editor), a_(editor.window(), editor.pictures()), b_(editor.window(), editor.pictures()),
      hover_probe_(editor.pictures()), pick_probe_(editor.pictures())
{
    add_viewer_commands(editor);
    editor.shows_frame = [&editor](double frame) {
        ViewerPanel* viewer = active(editor);
        return !viewer || viewer->shows(frame);
    };
    focus_stamp_ = next_stamp();
}

ViewerPanel* ViewerPanel::active(Editor& editor)
{
    ViewerPanel* latest = nullptr;
    for (int number = 1; number <= most_viewers; ++number) {
        auto* viewer = editor.find<ViewerPanel>("viewer", number);
        if (viewer && (!latest || viewer->focus_stamp_ > latest->focus_stamp_)) latest = viewer;
    }
    return latest;
}

std::string ViewerPanel::title() const
{
    const std::string own = slot_number > 1 ? "Viewer " + std::to_string(slot_number) : "Viewer";
    return shown_name_.empty() ? own : own + ": " + shown_name_;
}

// ---- what is viewed -------------------------------------------------------------------------------------------------

void ViewerPanel::find_viewed()
{
    const Project& project = *editor_.session().project();
    if (!viewer_ || !find_node(project, graph_, viewer_)) {
        graph_ = project.root;
        viewer_ = viewer_node(project, graph_, slot_number);
        if (!viewer_ && slot_number > 1) viewer_ = viewer_node(project, graph_, 1);
    }
    const auto input = [&](int i) {
        const NodeId node = viewer_ ? viewed_node(project, graph_, viewer_, i) : 0;
        return node ? NodeRef(graph_, node) : NodeRef(0, 0);
    };
    const NodeRef before = viewed_;
    viewed_ = input(state_.a);
    if (before.node != viewed_.node) info_ = nullptr;
    viewed_b_ = input(state_.b);
    if (state_.b_source == BufferSource::Snapshot) viewed_b_ = {compare_.snapshot.graph, compare_.snapshot.node};
    if (state_.b_source == BufferSource::Version)
        viewed_b_ = compare_.version ? same_place(project, viewed_, *compare_.version) : NodeRef(0, 0);
    const NodePlace place = find_node(project, viewed_.graph, viewed_.node);
    shown_name_ = place ? place.node->name : "";
}

PictureSpec ViewerPanel::spec_of(bool b) const
{
    PictureSpec spec;
    const ProjectPtr& current = editor_.session().project();
    const ProjectPtr& other = state_.b_source == BufferSource::Snapshot  ? compare_.snapshot.project
                              : state_.b_source == BufferSource::Version ? compare_.version
                                                                         : current;
    const Compare operation = b ? operation_of(state_.compare) : Compare::None;
    const bool alone = b && operation == Compare::None; // B's own picture
    spec.project = alone ? other : current;
    spec.graph = alone ? viewed_b_.graph : viewed_.graph;
    spec.node = alone ? viewed_b_.node : viewed_.node;
    spec.frame = editor_.frame_number();
    spec.view = state_.view;
    spec.layer = state_.layer;
    spec.look = state_.look;
    if (alone) spec.look.channels = state_.b_channels;
    if (operation != Compare::None) {
        spec.compare = operation;
        spec.compare_node = viewed_b_.node, spec.compare_graph = viewed_b_.graph;
        if (other != current) spec.compare_project = other;
    }
    return spec;
}

Rect ViewerPanel::format() const
{
    return info_ ? info_->format.window() : editor_.session().project()->settings.format.window();
}

double ViewerPanel::aspect() const
{
    if (!state_.pixel_aspect) return 1;
    const double aspect =
        info_ ? info_->format.pixel_aspect : editor_.session().project()->settings.format.pixel_aspect;
    return aspect > 0 ? aspect : 1;
}

PictureWish ViewerPanel::wish_of(const PictureSpec& spec, const ViewArea& area) const
{
    PictureWish wish;
    wish.picture = spec;
    // Until the picture's own windows are known all that can be seen is asked for.
    const Rect whole =
        info_ ? united(info_->format.window(), state_.clip_to_format ? Rect{} : info_->data_window) : format();
    wish.visible = visible(state_.camera, area, aspect(), whole);
    wish.zoom = state_.camera.zoom;
    wish.proxy = state_.proxy_on ? state_.proxy : 0;
    if (state_.region_on) wish.roi = state_.region;
    wish.paused = state_.paused;
    const bool own = drag_ != Drag::None && drag_ != Drag::Handle;
    wish.dragging = ImGui::IsMouseDown(0) && !own && editor_.session().revision() != pressed_revision_;
    const Playback& play = editor_.playback();
    wish.playing = play.playing();
    wish.refresh = refresh_;
    wish.ahead.enabled = play.playing() || state_.look_ahead;
    wish.ahead.first = play.in(), wish.ahead.last = play.out();
    wish.ahead.direction = play.playing() ? (play.speed() > 0 ? 1 : -1) : 0;
    wish.ahead.loop = play.mode == PlayMode::Loop;
    return wish;
}

void ViewerPanel::ask(const ViewArea& left, const ViewArea& right)
{
    if (ImGui::IsMouseDown(0) && !was_down_) pressed_revision_ = editor_.session().revision();
    was_down_ = ImGui::IsMouseDown(0);
    const bool operation = operation_of(state_.compare) != Compare::None;
    // An operation over the whole picture holds A already.
    if (!viewed_.node || (operation && viewed_b_.node && !state_.wiped))
        a_.feed().want_nothing();
    else
        a_.feed().want(wish_of(spec_of(false), left));
    if (!compares() || !viewed_b_.node || (operation && !viewed_.node))
        b_.feed().want_nothing();
    else
        b_.feed().want(wish_of(spec_of(true), right));
    for (TileTextures* tiles : {&a_, &b_})
        if (auto status = tiles->upload(upload_bytes);
            !status && std::exchange(told_, status.error().text()) != status.error().text())
            editor_.notices().add(status.error());
    if (a_.state().info && viewed_.node)
        info_ = a_.state().info;
    else if (!info_ && b_.state().info && viewed_.node && operation)
        info_ = b_.state().info; // until A's own is known
}

bool ViewerPanel::shows(double frame)
{
    if (!viewed_.node) return true;
    const bool operation = operation_of(state_.compare) != Compare::None;
    if (compares() && viewed_b_.node) {
        if (!b_.feed().shows(frame) && !b_.state().error) return false;
        if (operation && !state_.wiped) return true;
    }
    return a_.feed().shows(frame) || a_.state().error.has_value();
}

// ---- drawing --------------------------------------------------------------------------------------------------------

void ViewerPanel::draw(Editor& editor)
{
    const Ui& ui = editor.ui();
    if (editor.focused_panel() == "viewer#" + std::to_string(slot_number)) focus_stamp_ = next_stamp();
    find_viewed();
    if (full_screen_) return draw_full_screen(editor);
    const ImVec2 low = ImGui::GetCursorScreenPos(), size = ImGui::GetContentRegionAvail(),
                 high{low.x + size.x, low.y + size.y};
    if (size.x < 8 || size.y < 8) return;
    float top = low.y, bottom = high.y;
    if (size.y >= ui.px(least_for_toolbar)) {
        draw_toolbar(ui, low, size.x);
        top += ui.px(toolbar_height);
    }
    if (size.y >= ui.px(least_for_ruler)) {
        bottom -= ui.px(play_height);
        play_bar(editor, {low.x, bottom}, {high.x, high.y}, keys(), state_.look_ahead);
        bottom -= ui.px(time_ruler_height);
        const Playback& play = editor.playback();
        const TimeRuler ruler{play.first(), play.last(),        play.in(), play.out(),
                              play.frame(), a_.feed().cached(), keys()};
        const TimeRulerEdit edit =
            time_ruler(ui, "time", {low.x, bottom}, {high.x, bottom + ui.px(time_ruler_height)}, ruler);
        if (edit.frame) editor.playback().go_to(*edit.frame);
        if (edit.in) editor.playback().set_in(edit.in);
        if (edit.out) editor.playback().set_out(edit.out);
        if (state_.info) {
            bottom -= ui.px(info_height);
            draw_info(ui, {low.x, bottom}, size.x);
        }
    }
    draw_picture(ui, {low.x, top}, {high.x, bottom});
}

void ViewerPanel::draw_full_screen(Editor& editor)
{
    const Ui& ui = editor.ui();
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(size);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::Begin("full screen viewer", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoScrollWithMouse);
    ImGui::PopStyleVar();
    draw_picture(ui, {0, 0}, size);
    ImGui::End();
    if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape), false)) toggle_full_screen();
}

void ViewerPanel::draw_picture(const Ui& ui, ImVec2 low, ImVec2 high)
{
    if (high.x - low.x < 8 || high.y - low.y < 8) return;
    area_ = {{low.x, low.y}, {high.x, high.y}}, split_area_ = area_;
    if (splits())
        area_.high.x = std::floor((low.x + high.x) / 2 - ui.px(1)), split_area_.low.x = area_.high.x + ui.px(2);
    if (state_.fit) state_.camera = fitted(format(), area_, aspect(), full_screen_ ? 0 : ui.px(fit_margin));
    ask(area_, splits() ? split_area_ : area_);
    ImGui::SetCursorScreenPos(low);
    ImGui::BeginChild("picture", {high.x - low.x, high.y - low.y}, false,
                      ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoMove);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const std::string& surround = editor_.preferences().surround;
    constexpr ImU32 grey18 = IM_COL32(118, 118, 118, 255); // 0.18 as sRGB shows it
    list.AddRectFilled(low, high, surround == "black" ? IM_COL32_BLACK : surround == "grey" ? grey18 : ui.theme.window);
    handle_pointer(ui);
    draw_pictures(ui, list);
    if (picked_) draw_pick_line(ui, {low.x, high.y - ui.px(info_height)}, high.x - low.x);
    ImGui::EndChild();
}

} // namespace tessera
