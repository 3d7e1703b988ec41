// What the pointer does in the dope sheet.
#include "app/panels/curves/time_ruler.h"
#include "app/panels/dope_sheet/dope_panel.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

constexpr float key_reach = 7, edge_reach = 6, grip_reach = 6, click_slack = 3;
constexpr double zoom_step = 1.2, least_frames = 2, most_frames = 1e7;

} // namespace

const DopeRow* DopePanel::row_at(float y) const
{
    const float place = (y - low_.y + scroll_) / editor_.ui().px(row_height);
    if (y < low_.y || place < 0 || size_t(place) >= visible_.size()) return nullptr;
    return &list_.rows[visible_[size_t(place)]];
}

std::optional<double> DopePanel::time_at(const DopeRow& row, float x) const
{
    return nearest_time(row.times, time_.from_screen(x), time_.per_pixel() * double(editor_.ui().px(key_reach)));
}

DopePanel::Drag DopePanel::clip_part_at(const DopeRow& row, float x) const
{
    const FoundRange* found = row.clip ? range_of(row) : nullptr;
    if (!found || !found->problem.empty() || (found->range.still && row.clip->kind == Clip::Kind::Read))
        return Drag::None;
    const float a = time_.to_screen(found->range.first - 0.5), b = time_.to_screen(found->range.last + 0.5);
    const float reach = std::min(editor_.ui().px(edge_reach), (b - a) / 4);
    if (row.clip->trimmable && std::abs(x - a) <= reach) return Drag::TrimFirst;
    if (row.clip->trimmable && std::abs(x - b) <= reach) return Drag::TrimLast;
    return x >= a && x <= b ? Drag::MoveClip : Drag::None;
}

DopePanel::Drag DopePanel::grip_at(ImVec2 at) const
{
    const auto extent = time_extent(*keys);
    if (!extent || extent->first == extent->second || visible_.empty()) return Drag::None;
    const Ui& ui = editor_.ui();
    if (at.y < row_top(0) || at.y > row_top(0) + ui.px(row_height)) return Drag::None;
    if (std::abs(at.x - time_.to_screen(extent->first) + ui.px(8)) < ui.px(grip_reach)) return Drag::ScaleFirst;
    return std::abs(at.x - time_.to_screen(extent->second) - ui.px(8)) < ui.px(grip_reach) ? Drag::ScaleLast
                                                                                           : Drag::None;
}

void DopePanel::handle_pointer()
{
    const Ui& ui = editor_.ui();
    const ImVec2 corner{low_.x, low_.y - ui.px(ruler_height)};
    if (high_.x - corner.x < 1 || high_.y - corner.y < 1) return;
    ImGui::SetCursorScreenPos(corner);
    ImGui::InvisibleButton("rows", {high_.x - corner.x, high_.y - corner.y},
                           ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonMiddle |
                               ImGuiButtonFlags_MouseButtonRight);
    const ImGuiIO& io = ImGui::GetIO();
    hovered_ = ImGui::IsItemHovered();
    pointer_ = io.MousePos;
    const bool over_labels =
        pointer_.x < low_.x && pointer_.y >= low_.y && pointer_.y < high_.y && ImGui::IsWindowHovered();
    if (io.MouseWheel != 0 && (over_labels || (hovered_ && io.KeyShift)))
        scroll_ -= io.MouseWheel * ui.px(row_height) * 2;
    else if (io.MouseWheel != 0 && hovered_)
        zoom(time_, time_.from_screen(pointer_.x), std::pow(zoom_step, double(io.MouseWheel)), least_frames,
             most_frames);
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
    const DopeRow* row = row_at(pointer_.y);
    if (grip_at(pointer_) != Drag::None) return ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    if (!row) return;
    if (time_at(*row, pointer_.x)) return ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    const Drag part = clip_part_at(*row, pointer_.x);
    if (part == Drag::TrimFirst || part == Drag::TrimLast)
        ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    else if (part == Drag::MoveClip)
        ImGui::SetMouseCursor(row->clip->movable ? ImGuiMouseCursor_Hand : ImGuiMouseCursor_NotAllowed);
}

void DopePanel::begin(Drag kind, ImVec2 at)
{
    drag_ = {};
    drag_.kind = kind, drag_.from = at;
    drag_.base = editor_.session().project();
    drag_.selection = *keys;
    drag_.extent = time_extent(*keys).value_or(std::pair(0.0, 0.0));
    drag_.merge = "dope sheet drag " + std::to_string(++drags_);
}

void DopePanel::press(ImVec2 at)
{
    const ImGuiIO& io = ImGui::GetIO();
    const DopeRow* row = row_at(at.y);
    const auto found = row ? time_at(*row, at.x) : std::optional<double>();
    const bool on_key = found.has_value();
    const double time = found.value_or(0);
    if (ImGui::IsMouseClicked(ImGuiMouseButton_Right)) {
        if (on_key && !selected_at(list_, *row, time, *keys)) *keys = keys_of_row(list_, *row, time);
        return;
    }
    if (ImGui::IsMouseClicked(ImGuiMouseButton_Middle) || io.KeyAlt) return begin(Drag::Pan, at);
    if (at.y < low_.y) {
        begin(Drag::Scrub, at);
        return editor_.playback().go_to(frame_at(time_, at.x));
    }
    if (const Drag grip = grip_at(at); grip != Drag::None) return begin(grip, at);
    if (on_key) {
        const KeySelection here = keys_of_row(list_, *row, time);
        const bool on = selected_at(list_, *row, time, *keys);
        if (io.KeyShift) {
            for (const auto& [ref, times] : here.keys)
                if (keys->contains(ref, time) == on) keys->toggle(ref, time);
        } else if (!on) {
            *keys = here;
        }
        return begin(Drag::Keys, at);
    }
    const Drag part = row ? clip_part_at(*row, at.x) : Drag::None;
    if (part != Drag::None) {
        if (!row->clip->movable)
            return editor_.notices().add(NoticeLevel::Info,
                                         row->label + " cannot be moved here: " + row->clip->fixed + ".");
        begin(part, at);
        drag_.clip = row->ref.node_ref(), drag_.range = range_of(*row)->range;
        return;
    }
    // The bar between the first and the last key takes all of them along.
    const double t = time_.from_screen(at.x);
    const float middle =
        row ? row_top(0) + std::floor((at.y - row_top(0)) / editor_.ui().px(row_height)) * editor_.ui().px(row_height) +
                  editor_.ui().px(row_height) / 2
            : 0;
    const bool on_bar = row && !row->clip && row->times.size() > 1 && t > row->times.front() && t < row->times.back() &&
                        std::abs(at.y - middle) < editor_.ui().px(5);
    if (on_bar) {
        *keys = keys_of_row(list_, *row);
        return begin(Drag::Keys, at);
    }
    begin(Drag::Marquee, at);
}

void DopePanel::move(ImVec2 at)
{
    const ImGuiIO& io = ImGui::GetIO();
    if (drag_.kind == Drag::Scrub) return editor_.playback().go_to(frame_at(time_, at.x));
    if (drag_.kind == Drag::Pan) {
        pan(time_, io.MouseDelta.x);
        scroll_ -= io.MouseDelta.y;
        return;
    }
    if (!drag_.moved && std::hypot(at.x - drag_.from.x, at.y - drag_.from.y) < editor_.ui().px(click_slack)) return;
    drag_.moved = true;
    if (drag_.kind == Drag::Keys || drag_.kind == Drag::ScaleFirst || drag_.kind == Drag::ScaleLast) drag_keys(at);
    if (drag_.kind >= Drag::MoveClip) drag_clip(at);
}

void DopePanel::drag_keys(ImVec2 at)
{
    const ImGuiIO& io = ImGui::GetIO();
    const double by = time_.from_screen(at.x) - time_.from_screen(drag_.from.x);
    KeyTransform t;
    t.whole_frames = !io.KeyCtrl;
    if (drag_.kind == Drag::Keys) {
        t.time_by = t.whole_frames ? std::round(by) : by;
    } else {
        // About the other end, or with Shift about the play head.
        const double moving = drag_.kind == Drag::ScaleFirst ? drag_.extent.first : drag_.extent.second;
        t.time_pivot = io.KeyShift                      ? editor_.frame_number()
                       : drag_.kind == Drag::ScaleFirst ? drag_.extent.second
                                                        : drag_.extent.first;
        if (moving != t.time_pivot)
            t.time_factor = std::max(least_time_factor, (moving + by - t.time_pivot) / (moving - t.time_pivot));
    }
    const auto edit = edit_keys(drag_.base, drag_.selection, [&](const ChannelRef&, const Curve& c, const KeyTimes& k) {
        return transformed(c, k, t);
    });
    const std::string what = described(*drag_.base, drag_.selection);
    drag_.applied |= apply(edit, (drag_.kind == Drag::Keys ? "Move " : "Scale ") + what, drag_.merge);
}

void DopePanel::drag_clip(ImVec2 at)
{
    int by = int(std::lround(time_.from_screen(at.x) - time_.from_screen(drag_.from.x)));
    const int length = drag_.range.last - drag_.range.first;
    if (drag_.kind == Drag::TrimFirst) by = std::min(by, length);
    if (drag_.kind == Drag::TrimLast) by = std::max(by, -length);
    if (by == drag_.by) return;
    auto edited = drag_.kind == Drag::MoveClip
                      ? moved_clip(drag_.base, drag_.clip, by)
                      : trimmed_clip(drag_.base, drag_.clip, drag_.range, drag_.kind == Drag::TrimLast, by);
    const std::string name = path_of(*drag_.base, drag_.clip.graph, drag_.clip.node);
    const bool done = editor_.session().apply(std::move(edited),
                                              (drag_.kind == Drag::MoveClip ? "Move " : "Trim ") + name, drag_.merge);
    if (done) drag_.by = by, drag_.applied = true;
    refresh();
}

void DopePanel::select_inside(ImVec2 a, ImVec2 b)
{
    const ImGuiIO& io = ImGui::GetIO();
    if (!io.KeyShift) keys->clear();
    const float height = editor_.ui().px(row_height);
    for (size_t i = 0; i < visible_.size(); ++i) {
        const float middle = row_top(i) + height / 2;
        if (middle < a.y || middle > b.y) continue;
        add_between(list_, list_.rows[visible_[i]], time_.from_screen(a.x), time_.from_screen(b.x), *keys);
    }
}

void DopePanel::cancel_drag()
{
    // Where the drag came back to its beginning there is no step to take back.
    if (drag_.applied && editor_.session().project() != drag_.base) {
        editor_.session().undo();
        *keys = drag_.selection;
        refresh();
    }
    drag_ = {};
}

void DopePanel::release(ImVec2 at)
{
    const Drag kind = drag_.kind;
    if (kind == Drag::Marquee && drag_.moved)
        select_inside({std::min(drag_.from.x, at.x), std::min(drag_.from.y, at.y)},
                      {std::max(drag_.from.x, at.x), std::max(drag_.from.y, at.y)});
    else if (kind == Drag::Marquee && !ImGui::GetIO().KeyShift)
        keys->clear();
    if (drag_.applied) {
        editor_.session().seal();
        // Shown where it was let go until the worker has asked for its range again.
        if (kind >= Drag::MoveClip)
            if (const auto found = ranges_.find({drag_.clip.graph, drag_.clip.node}); found != ranges_.end()) {
                if (kind != Drag::TrimLast) found->second.range.first += drag_.by;
                if (kind != Drag::TrimFirst) found->second.range.last += drag_.by;
            }
    }
    if (ImGui::IsMouseReleased(ImGuiMouseButton_Right) && kind == Drag::None) ImGui::OpenPopup("dope menu");
    drag_ = {};
}

} // namespace tessera
