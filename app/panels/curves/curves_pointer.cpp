// What the pointer does in the graph of the curve editor.
#include "app/panels/curves/curves_panel.h"
#include "app/panels/curves/time_ruler.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

constexpr float key_reach = 8, line_reach = 6, box_reach = 6, click_slack = 3;
constexpr double zoom_step = 1.2;
constexpr double least_frames = 0.5, most_frames = 1e7, least_values = 1e-7, most_values = 1e9;

float distance(ImVec2 a, ImVec2 b)
{
    return std::hypot(a.x - b.x, a.y - b.y);
}

} // namespace

bool CurvesPanel::inside_graph(ImVec2 p) const
{
    return p.x >= low_.x && p.x < high_.x && p.y >= low_.y && p.y < high_.y;
}

const CurvesPanel::Spot* CurvesPanel::spot_at(ImVec2 at) const
{
    const Spot* best = nullptr;
    float least = editor_.ui().px(key_reach);
    for (const Spot& s : spots_) {
        if (!lines_[s.line].focused) continue;
        const float d = distance(s.at, at) - (s.selected ? 0.5f : 0); // of two at one place the selected one
        if (d < least) least = d, best = &s;
    }
    return best;
}

const CurvesPanel::HandleSpot* CurvesPanel::handle_at(ImVec2 at) const
{
    const HandleSpot* best = nullptr;
    float least = editor_.ui().px(key_reach);
    for (const HandleSpot& h : handles_)
        if (const float d = distance(h.at, at); d < least) least = d, best = &h;
    return best;
}

std::optional<size_t> CurvesPanel::line_at(ImVec2 at) const
{
    std::optional<size_t> best;
    float least = editor_.ui().px(line_reach);
    for (size_t i = 0; i < lines_.size(); ++i) {
        const Line& line = lines_[i];
        float d = distance_to_line(line.points, {at.x, at.y});
        if (const auto s = samples_.find(line.listed->ref); s != samples_.end()) {
            std::vector<ScreenPoint> driven;
            for (const auto& [t, v] : s->second.values)
                driven.push_back({time_.to_screen(t), value_.to_screen(line.view.to_view(v))});
            d = std::min(d, distance_to_line(driven, {at.x, at.y}));
        }
        if (!line.focused) d += editor_.ui().px(2);
        if (d < least) least = d, best = i;
    }
    return best;
}

bool CurvesPanel::box_side_at(ImVec2 at, int& side_x, int& side_y) const
{
    const auto box = box_on_screen();
    if (!box) return false;
    const auto [a, b] = *box;
    const float reach = editor_.ui().px(box_reach);
    side_x = std::abs(at.x - a.x) < reach ? -1 : std::abs(at.x - b.x) < reach ? 1 : 0;
    side_y = std::abs(at.y - a.y) < reach ? 1 : std::abs(at.y - b.y) < reach ? -1 : 0; // up is more
    const bool near = at.x > a.x - reach && at.x < b.x + reach && at.y > a.y - reach && at.y < b.y + reach;
    return near && (side_x != 0 || side_y != 0);
}

void CurvesPanel::handle_pointer()
{
    const Ui& ui = editor_.ui();
    const ImVec2 corner{low_.x - ui.px(value_axis_width), low_.y - ui.px(ruler_height)};
    ImGui::SetCursorScreenPos(corner);
    ImGui::InvisibleButton("graph", {high_.x - corner.x, high_.y - corner.y},
                           ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonMiddle |
                               ImGuiButtonFlags_MouseButtonRight);
    const ImGuiIO& io = ImGui::GetIO();
    hovered_ = ImGui::IsItemHovered();
    pointer_ = io.MousePos;
    if (hovered_ && io.MouseWheel != 0) wheel(pointer_);
    if (ImGui::IsItemActivated())
        press(pointer_);
    else if (ImGui::IsItemActive()) {
        if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape), false))
            cancel_drag();
        else
            move(pointer_);
    }
    if (ImGui::IsItemDeactivated()) release(pointer_);
    if (!hovered_ || drag_.kind != Drag::None) return;
    int x = 0, y = 0;
    if (handle_at(pointer_) || spot_at(pointer_))
        ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    else if (box_side_at(pointer_, x, y))
        ImGui::SetMouseCursor(x && y ? (x == y ? ImGuiMouseCursor_ResizeNESW : ImGuiMouseCursor_ResizeNWSE)
                              : x    ? ImGuiMouseCursor_ResizeEW
                                     : ImGuiMouseCursor_ResizeNS);
}

void CurvesPanel::wheel(ImVec2 at)
{
    const ImGuiIO& io = ImGui::GetIO();
    const double factor = std::pow(zoom_step, double(io.MouseWheel));
    const bool on_ruler = at.y < low_.y, on_values = at.x < low_.x;
    if (!on_values && !io.KeyShift) zoom(time_, time_.from_screen(at.x), factor, least_frames, most_frames);
    if (!on_ruler && !io.KeyCtrl) zoom(value_, value_.from_screen(at.y), factor, least_values, most_values);
}

void CurvesPanel::begin(Drag kind, ImVec2 at)
{
    drag_ = {};
    drag_.kind = kind, drag_.from = at;
    drag_.base = editor_.session().project();
    drag_.selection = *keys;
    drag_.merge = "curves drag " + std::to_string(++drags_);
    for (const Line& line : lines_) {
        drag_.views[line.listed->ref] = line.view;
        frozen_views_[line.listed->ref] = line.view;
        if (!line.listed->channel.has_keys()) continue;
        for (const CurveKey& k : line.listed->channel.curve->keys()) {
            if (!keys->contains(line.listed->ref, k.time)) continue;
            CurveKey shown = k;
            shown.value = line.view.to_view(k.value);
            drag_.bounds.add(shown);
        }
    }
}

void CurvesPanel::press(ImVec2 at)
{
    const ImGuiIO& io = ImGui::GetIO();
    if (ImGui::IsMouseClicked(ImGuiMouseButton_Right)) {
        if (const Spot* s = spot_at(at); s && !s->selected) {
            keys->clear();
            const Line& line = lines_[s->line];
            keys->add(line.listed->ref, line.listed->channel.curve->keys()[s->key].time);
        }
        return;
    }
    if (ImGui::IsMouseClicked(ImGuiMouseButton_Middle) || (io.KeyAlt && !io.KeyCtrl)) return begin(Drag::Pan, at);
    if (at.y < low_.y) {
        begin(Drag::Scrub, at);
        return editor_.playback().go_to(frame_at(time_, at.x));
    }
    if (at.x < low_.x) return begin(Drag::Pan, at);
    if (io.KeyCtrl && io.KeyAlt) return insert_at(at);
    if (const HandleSpot* h = handle_at(at)) {
        begin(Drag::Handle, at);
        drag_.channel = lines_[h->line].listed->ref, drag_.key = h->key, drag_.in = h->in;
        return;
    }
    if (const Spot* s = spot_at(at)) {
        const Line& line = lines_[s->line];
        const double time = line.listed->channel.curve->keys()[s->key].time;
        if (io.KeyShift)
            keys->toggle(line.listed->ref, time);
        else if (!s->selected)
            keys->clear(), keys->add(line.listed->ref, time);
        return begin(Drag::Keys, at);
    }
    int x = 0, y = 0;
    if (box_side_at(at, x, y)) {
        begin(Drag::Box, at);
        drag_.side_x = x, drag_.side_y = y;
        return;
    }
    const auto box = box_on_screen();
    const auto line = line_at(at);
    if (box && !io.KeyShift && !line && at.x > box->first.x && at.x < box->second.x && at.y > box->first.y &&
        at.y < box->second.y)
        return begin(Drag::Keys, at);
    begin(Drag::Marquee, at);
}

void CurvesPanel::move(ImVec2 at)
{
    const ImGuiIO& io = ImGui::GetIO();
    if (drag_.kind == Drag::Scrub) return editor_.playback().go_to(frame_at(time_, at.x));
    if (drag_.kind == Drag::Pan) {
        pan(time_, io.MouseDelta.x), pan(value_, io.MouseDelta.y);
        return;
    }
    if (!drag_.moved && distance(at, drag_.from) < editor_.ui().px(click_slack)) return;
    drag_.moved = true;
    if (drag_.kind == Drag::Keys) drag_keys(at);
    if (drag_.kind == Drag::Handle) drag_handle(at);
    if (drag_.kind == Drag::Box) drag_box(at);
}

void CurvesPanel::drag_keys(ImVec2 at)
{
    const ImGuiIO& io = ImGui::GetIO();
    double dt = time_.from_screen(at.x) - time_.from_screen(drag_.from.x);
    double dv = value_.from_screen(at.y) - value_.from_screen(drag_.from.y);
    if (io.KeyShift) (std::abs(at.x - drag_.from.x) > std::abs(at.y - drag_.from.y) ? dv : dt) = 0;
    const bool snap = snap_ != io.KeyCtrl;
    const auto edit =
        edit_keys(drag_.base, drag_.selection, [&](const ChannelRef& ref, const Curve& c, const KeyTimes& k) {
            const auto channel = find_channel(*drag_.base, ref);
            const bool frames = snap && !(channel && channel->kind == ChannelKind::Lookup);
            KeyTransform t;
            t.whole_frames = frames;
            t.time_by = frames && std::abs(dt) < 0.5 ? 0 : dt;
            t.value_by = dv / drag_.views[ref].factor;
            return transformed(c, k, t);
        });
    drag_.applied |= apply(edit, "Move " + described(*drag_.base, drag_.selection), drag_.merge);
}

void CurvesPanel::drag_handle(ImVec2 at)
{
    const ChannelRef& ref = drag_.channel;
    const auto channel = find_channel(*drag_.base, ref);
    if (!channel || !channel->has_keys() || drag_.key >= channel->curve->keys().size()) return;
    const Curve& curve = *channel->curve;
    const double value = drag_.views[ref].from_view(value_.from_screen(at.y));
    const CurveKey key =
        with_handle(curve, drag_.key, drag_.in, time_.from_screen(at.x), value, ImGui::GetIO().KeyCtrl);
    KeySelection one;
    one.add(ref, key.time);
    auto edit = edit_keys(drag_.base, one,
                          [&](const ChannelRef&, const Curve& c, const KeyTimes&) { return with_keys(c, {key}); });
    if (edit) edit->selection = *keys; // the tangents of the others stay in sight
    drag_.applied |= apply(std::move(edit), "Change a tangent of " + path_of(*drag_.base, ref), drag_.merge);
}

void CurvesPanel::drag_box(ImVec2 at)
{
    const ImGuiIO& io = ImGui::GetIO();
    const KeyBounds& b = drag_.bounds;
    const bool centred = io.KeyShift;
    const auto scale = [&](int side, double low, double high, double from, double to, double& pivot) {
        pivot = centred ? (low + high) / 2 : side > 0 ? low : high;
        const double extent = (side > 0 ? high : low) - pivot;
        return side == 0 || high - low <= 0 || extent == 0 ? 1.0 : (extent + to - from) / extent;
    };
    double time_pivot = 0, value_pivot = 0;
    const double time_factor =
        scale(drag_.side_x, b.first, b.last, time_.from_screen(drag_.from.x), time_.from_screen(at.x), time_pivot);
    const double value_factor =
        scale(drag_.side_y, b.low, b.high, value_.from_screen(drag_.from.y), value_.from_screen(at.y), value_pivot);
    const bool snap = snap_ != io.KeyCtrl;
    const auto edit =
        edit_keys(drag_.base, drag_.selection, [&](const ChannelRef& ref, const Curve& c, const KeyTimes& k) {
            const auto channel = find_channel(*drag_.base, ref);
            KeyTransform t;
            t.whole_frames = snap && !(channel && channel->kind == ChannelKind::Lookup);
            t.time_factor = time_factor, t.time_pivot = time_pivot;
            t.value_factor = value_factor, t.value_pivot = drag_.views[ref].from_view(value_pivot);
            return transformed(c, k, t);
        });
    drag_.applied |= apply(edit, "Scale " + described(*drag_.base, drag_.selection), drag_.merge);
}

void CurvesPanel::select_inside(ImVec2 a, ImVec2 b)
{
    const ImGuiIO& io = ImGui::GetIO();
    if (!io.KeyShift && !io.KeyCtrl) keys->clear();
    for (const Spot& s : spots_) {
        const Line& line = lines_[s.line];
        if (!line.focused || s.at.x < a.x || s.at.x > b.x || s.at.y < a.y || s.at.y > b.y) continue;
        const double time = line.listed->channel.curve->keys()[s.key].time;
        if (!io.KeyCtrl)
            keys->add(line.listed->ref, time);
        else if (keys->contains(line.listed->ref, time))
            keys->toggle(line.listed->ref, time);
    }
}

void CurvesPanel::insert_at(ImVec2 at)
{
    const auto line = line_at(at);
    const auto focused = focused_channels();
    ChannelRef ref;
    if (line)
        ref = lines_[*line].listed->ref;
    else if (focused.size() == 1)
        ref = focused.front();
    else
        return editor_.notices().add(
            NoticeLevel::Info,
            "Ctrl+Alt+click on a curve inserts a key; choose one parameter at the left to insert anywhere.");
    const double exact = time_.from_screen(at.x), time = snap_ ? std::round(exact) : exact;
    if (apply(insert_key(editor_.session().project(), ref, time),
              "Insert a key of " + path_of(*editor_.session().project(), ref)))
        editor_.session().seal();
}

void CurvesPanel::cancel_drag()
{
    // Where the drag came back to its beginning there is no step to take back.
    if (drag_.applied && editor_.session().project() != drag_.base) {
        editor_.session().undo();
        *keys = drag_.selection;
        refresh();
    }
    drag_ = {};
}

void CurvesPanel::release(ImVec2 at)
{
    const Drag kind = drag_.kind;
    if (kind == Drag::Marquee && drag_.moved)
        select_inside({std::min(drag_.from.x, at.x), std::min(drag_.from.y, at.y)},
                      {std::max(drag_.from.x, at.x), std::max(drag_.from.y, at.y)});
    if (kind == Drag::Marquee && !drag_.moved) {
        // A click: on a curve it chooses that one, elsewhere it lets the keys go.
        const auto line = line_at(at);
        if (!ImGui::GetIO().KeyShift) keys->clear();
        if (line) {
            if (!ImGui::GetIO().KeyShift) focused_.clear();
            focused_.insert(lines_[*line].listed->ref);
            expression_revision_ = 0;
        }
    }
    if (drag_.applied) editor_.session().seal();
    if (ImGui::IsMouseReleased(ImGuiMouseButton_Right) && kind == Drag::None && inside_graph(at))
        ImGui::OpenPopup("curves menu");
    drag_ = {};
}

} // namespace tessera
