// What commands do to a viewer.
#include "app/panels/viewer/viewer_edits.h"
#include "app/panels/viewer/viewer_panel.h"
#include <ctime>

namespace tessera {

void ViewerPanel::view_input(int input, bool b)
{
    const Selection& selection = editor_.selection();
    const ProjectPtr& project = editor_.session().project();
    const NodePlace place = find_node(*project, selection.graph(), selection.last);
    if (place && place.node->op != "viewer" && selection.nodes.contains(selection.last)) {
        auto made = connect_viewer(project, selection.graph(), selection.last, input, slot_number, !b);
        if (!made) return editor_.notices().add(made.error());
        editor_.session().apply(made->project, "View " + place.node->name, "view in " + std::to_string(made->viewer));
        viewer_ = made->viewer, graph_ = selection.graph();
    }
    if (b) {
        state_.b = input, state_.b_source = BufferSource::Input;
        if (!compares()) toggle_wipe();
    } else {
        state_.a = input;
    }
}

void ViewerPanel::fit(bool height_only)
{
    state_.fit = !height_only;
    state_.camera = fitted(format(), area_, aspect(), editor_.ui().px(height_only ? 0 : 16), height_only);
}

void ViewerPanel::zoom_to(double zoom)
{
    const Vec2 about = hovered_ ? to_window(state_.camera, area_, aspect(), pointer_) : area_.middle();
    state_.camera = zoomed_at(state_.camera, area_, aspect(), about, zoom / state_.camera.zoom);
    state_.fit = false;
}

void ViewerPanel::toggle_wipe()
{
    if (operation_of(state_.compare) != Compare::None) {
        state_.wiped = !state_.wiped;
        return;
    }
    state_.compare = state_.compare == CompareMode::Wipe ? CompareMode::Off : CompareMode::Wipe;
    if (state_.compare == CompareMode::Wipe &&
        !area_.contains(to_window(state_.camera, area_, aspect(), state_.wipe.centre)))
        centre_wipe();
}

void ViewerPanel::centre_wipe()
{
    state_.wipe.centre = to_image(state_.camera, area_, aspect(), area_.middle());
    state_.wipe.angle = 0, state_.wipe.opacity = 1;
}

void ViewerPanel::swap_buffers()
{
    if (state_.b_source != BufferSource::Input) return;
    std::swap(state_.a, state_.b);
    std::swap(state_.look.channels, state_.b_channels);
}

void ViewerPanel::step_layer(int by)
{
    if (info_) state_.layer = neighbour_layer(info_->layers, state_.layer, by);
}

void ViewerPanel::step_view(int by)
{
    const std::vector<std::string>& views = editor_.session().project()->settings.views;
    const auto it = std::find(views.begin(), views.end(), state_.view);
    const int count = int(views.size()), at = it == views.end() ? 0 : int(it - views.begin());
    if (count > 0) state_.view = views[size_t(((at + by) % count + count) % count)];
}

void ViewerPanel::toggle_channels(ShownChannels channels, bool b)
{
    ShownChannels& shown = b ? state_.b_channels : state_.look.channels;
    shown = toggled(shown, channels);
    if (!b && !compares()) state_.b_channels = shown; // until the buffers are told apart both show the same
}

void ViewerPanel::toggle_region()
{
    if (!state_.region) {
        const Rect f = format(); // the middle half, to be dragged from there
        state_.region = Rect{f.x0 + f.width() / 4, f.y0 + f.height() / 4, f.x1 - f.width() / 4, f.y1 - f.height() / 4};
    }
    state_.region_on = !state_.region_on;
}

void ViewerPanel::draw_new_region()
{
    region_wanted_ = true;
}

void ViewerPanel::take_snapshot()
{
    if (!viewed_.node) return;
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    char clock[16];
    std::strftime(clock, sizeof clock, "%H:%M", &local);
    compare_.snapshot = {editor_.session().project(), viewed_.graph, viewed_.node, shown_name_ + ", " + clock};
    editor_.notices().add(NoticeLevel::Info,
                          "Snapshot of " + compare_.snapshot.name + " taken. Choose it as B to compare.");
}

void ViewerPanel::toggle_full_screen()
{
    full_screen_ = !full_screen_;
    if (editor_.window().full_screen() != full_screen_) editor_.window().toggle_full_screen();
    // Alone in the dock it has the keys, wherever the pointer is.
    const std::string id = "viewer#" + std::to_string(slot_number);
    if (full_screen_) alone_ = editor_.dock().maximized() == id;
    if ((editor_.dock().maximized() == id) != full_screen_ && !alone_) editor_.dock().toggle_maximized(id);
    state_.fit = true;
    editor_.window().keep_drawing(4);
}

void ViewerPanel::clear_pick()
{
    picked_.reset();
    pick_probe_.want_nothing();
    editor_.colour_pick().disarm();
}

const std::vector<double>& ViewerPanel::keys()
{
    const Selection& selection = editor_.selection();
    if (keys_revision_ != editor_.session().revision() || keys_nodes_ != selection.nodes) {
        keys_revision_ = editor_.session().revision(), keys_nodes_ = selection.nodes;
        const std::vector<NodeId> nodes(selection.nodes.begin(), selection.nodes.end());
        keys_ = key_times(*editor_.session().project(), selection.graph(), nodes);
    }
    return keys_;
}

} // namespace tessera
