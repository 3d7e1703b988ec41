// What the pointer does over the picture: pan and zoom, handles, the wipe, the region of interest, picking.
#include "app/panels/viewer/viewer_edits.h"
#include "app/panels/viewer/viewer_panel.h"
#include <imgui_internal.h>

namespace tessera {

namespace {

constexpr float reach = 9;          // of a handle, in the design's pixels
constexpr double wheel_step = 1.2;  // zoom of one notch
constexpr double drag_zoom = 0.008; // powers of e for a pixel dragged

Rect rect_between(Vec2 a, Vec2 b)
{
    const auto [x0, x1] = std::minmax(a.x, b.x);
    const auto [y0, y1] = std::minmax(a.y, b.y);
    return rounded_out(std::floor(x0), std::floor(y0), std::floor(x1) + 1, std::floor(y1) + 1);
}

/// The region of interest has the handles of a box.
const OpDesc& region_op()
{
    static const OpDesc op = [] {
        OpDesc d;
        ParamDesc box;
        box.name = "box", box.type = ParamType::Vec4;
        d.params.push_back(std::move(box));
        return d;
    }();
    return op;
}

} // namespace

HandleNode ViewerPanel::region_node() const
{
    HandleNode node;
    node.op = &region_op();
    const Rect r = state_.region.value_or(Rect{});
    node.values["box"] = Vec4{double(r.x0), double(r.y0), double(r.x1), double(r.y1)};
    node.picture = format(), node.aspect = aspect(), node.unit = 1 / state_.camera.zoom;
    return node;
}

WipeHandles ViewerPanel::wipe_on_screen(const Ui& ui) const
{
    return wipe_handles(state_.wipe, to_window(state_.camera, area_, aspect(), state_.wipe.centre), double(ui.scale));
}

void ViewerPanel::update_handles()
{
    const Selection& selection = editor_.selection();
    const NodeRef owner(selection.graph(), selection.nodes.size() == 1 ? *selection.nodes.begin() : 0);
    const bool same_owner = owner.graph == handle_owner_.graph && owner.node == handle_owner_.node;
    const double unit = 1 / state_.camera.zoom, frame = editor_.frame_number();
    if (!same_owner || handle_revision_ != editor_.session().revision() || handle_frame_ != frame) {
        handle_owner_ = owner, handle_revision_ = editor_.session().revision(), handle_frame_ = frame;
        handle_now_ = owner.node ? handle_node(*editor_.session().project(), owner, frame) : HandleNode{};
    }
    handle_now_.unit = unit * double(editor_.ui().scale);
    handle_now_.picture = format();
    handle_now_.aspect = info_ ? info_->format.pixel_aspect : 1;
    handles_ = handles_of(handle_now_);
}

void ViewerPanel::handle_pointer(const Ui& ui)
{
    const ImVec2 low{float(area_.low.x), float(area_.low.y)};
    const ImVec2 high{float(splits() ? split_area_.high.x : area_.high.x), float(area_.high.y)};
    ImGui::SetCursorScreenPos(low);
    ImGui::InvisibleButton("pointer", {high.x - low.x, high.y - low.y},
                           ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonMiddle |
                               ImGuiButtonFlags_MouseButtonRight);
    ImGui::SetItemAllowOverlap();
    hovered_ = ImGui::IsItemHovered() || ImGui::IsItemActive();
    const ImGuiIO& io = ImGui::GetIO();
    const Vec2 window{double(io.MousePos.x), double(io.MousePos.y)};
    const bool right_half = splits() && window.x >= split_area_.low.x && drag_ == Drag::None;
    const ViewArea& under = right_half ? split_area_ : area_;
    pointer_ = to_image(state_.camera, under, aspect(), window);
    update_handles();
    if (ImGui::IsItemHovered() && io.MouseWheel != 0) {
        state_.camera = zoomed_at(state_.camera, under, aspect(), window, std::pow(wheel_step, double(io.MouseWheel)));
        state_.fit = false;
    }
    if (drag_ == Drag::None && ImGui::IsItemHovered()) {
        const Grip* hot = state_.overlays
                              ? handle_at(handles_, pointer_, 1 / state_.camera.zoom, aspect(), double(ui.px(reach)))
                              : nullptr;
        if (!hot && state_.region_on && state_.region) {
            const HandleSet region = handles_of(region_node());
            hot = handle_at(region, pointer_, 1 / state_.camera.zoom, aspect(), double(ui.px(reach)));
            hot_handle_ = hot ? hot->name : "";
        } else {
            hot_handle_ = hot ? hot->name : "";
        }
        const bool wiping = compares() && !splits() && (operation_of(state_.compare) == Compare::None || state_.wiped);
        wipe_part_ = wiping ? wipe_part_at(wipe_on_screen(ui), window, double(ui.px(reach))) : WipePart::None;
        if (editor_.colour_pick().armed() || (io.KeyCtrl && hot_handle_.empty()) || region_wanted_)
            ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    }
    if (ImGui::IsItemActivated())
        press(ui, window, pointer_);
    else if (drag_ != Drag::None && ImGui::IsItemActive())
        move(ui, window, pointer_);
    if (drag_ != Drag::None && !ImGui::IsItemActive()) release();
    if (ImGui::IsItemClicked(ImGuiMouseButton_Right) && io.KeyCtrl) clear_pick();
    if (hovered_ && ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape), false)) {
        region_wanted_ = false;
        if (picked_ || editor_.colour_pick().armed()) clear_pick();
    }
    probe_pointer();
    give_pick();
}

void ViewerPanel::press(const Ui& ui, Vec2 window, Vec2 image)
{
    const ImGuiIO& io = ImGui::GetIO();
    pressed_window_ = last_window_ = window, pressed_image_ = image, pressed_camera_ = state_.camera;
    pressed_wipe_ = state_.wipe;
    if (io.MouseDown[ImGuiMouseButton_Middle]) {
        drag_ = io.KeyAlt || io.MouseDown[ImGuiMouseButton_Left] ? Drag::Zoom : Drag::Pan;
    } else if (io.MouseDown[ImGuiMouseButton_Right]) {
        drag_ = io.KeyAlt ? Drag::Zoom : Drag::None;
    } else if (editor_.colour_pick().armed() || (io.KeyCtrl && hot_handle_.empty())) {
        drag_ = Drag::Pick;
        pick_source_ = io.KeyAlt || (editor_.colour_pick().armed() && editor_.colour_pick().from() == PickFrom::Source);
        pick_finished_ = false;
        move(ui, window, image);
    } else if (io.KeyAlt) {
        drag_ = Drag::Pan;
    } else if (region_wanted_) {
        drag_ = Drag::NewRegion;
    } else if (wipe_part_ != WipePart::None) {
        drag_ = Drag::Wipe;
    } else if (!hot_handle_.empty()) {
        const bool own = std::any_of(handles_.handles.begin(), handles_.handles.end(),
                                     [&](const Grip& h) { return h.name == hot_handle_; }) &&
                         state_.overlays;
        drag_ = own ? Drag::Handle : Drag::Region;
        held_handle_ = hot_handle_;
        handle_before_ = own ? handle_now_ : region_node();
    }
}

void ViewerPanel::move(const Ui& ui, Vec2 window, Vec2 image)
{
    const ImGuiIO& io = ImGui::GetIO();
    const bool moved = window.x != pressed_window_.x || window.y != pressed_window_.y;
    switch (drag_) {
    case Drag::None: break;
    case Drag::Pan: {
        const Vec2 by = window - last_window_;
        state_.camera.centre =
            state_.camera.centre - Vec2{by.x / (state_.camera.zoom * aspect()), -by.y / state_.camera.zoom};
        if (moved) state_.fit = false;
        break;
    }
    case Drag::Zoom: {
        const double by = std::exp(((window.x - pressed_window_.x) - (window.y - pressed_window_.y)) * drag_zoom);
        state_.camera = zoomed_at(pressed_camera_, area_, aspect(), pressed_window_, by);
        state_.fit = false;
        break;
    }
    case Drag::Wipe: {
        WipeHandles h = wipe_handles(pressed_wipe_, to_window(state_.camera, area_, aspect(), pressed_wipe_.centre),
                                     double(ui.scale));
        state_.wipe = wipe_dragged(state_.wipe, wipe_part_, h, window, image, double(ui.scale), io.KeyShift);
        break;
    }
    case Drag::Handle: {
        if (!moved) break;
        const HandleDrag drag{pressed_image_, image, io.KeyShift, io.KeyCtrl};
        const auto changes = dragged(handle_before_, held_handle_, drag);
        if (changes.empty()) break;
        const NodePlace place = find_node(*editor_.session().project(), handle_owner_.graph, handle_owner_.node);
        if (!place) break;
        editor_.session().apply(changed(editor_.session().project(), handle_owner_, changes, editor_.frame_number()),
                                "Drag " + place.node->name,
                                "handle " + std::to_string(handle_owner_.node) + "." + held_handle_);
        break;
    }
    case Drag::Region: {
        const auto changes = dragged(handle_before_, held_handle_, {pressed_image_, image, io.KeyShift, io.KeyCtrl});
        if (changes.empty()) break;
        const Vec4 box = std::get<Vec4>(changes.front().value);
        const Rect region = rounded_out(box.x, box.y, box.z, box.w);
        if (!region.empty()) state_.region = region;
        break;
    }
    case Drag::NewRegion:
        if (moved) state_.region = rect_between(pressed_image_, image), state_.region_on = true;
        break;
    case Drag::Pick: {
        const Rect area = rect_between(io.KeyShift ? pressed_image_ : image, image);
        if (!picked_ || !(*picked_ == area)) picked_ = area, pick_given_ = false;
        break;
    }
    }
    last_window_ = window;
}

void ViewerPanel::release()
{
    if (drag_ == Drag::Handle) editor_.session().seal();
    if (drag_ == Drag::NewRegion) region_wanted_ = false;
    if (drag_ == Drag::Pick) pick_finished_ = true, pick_given_ = false;
    drag_ = Drag::None;
    held_handle_.clear();
}

} // namespace tessera
