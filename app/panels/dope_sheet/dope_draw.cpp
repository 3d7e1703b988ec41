// How the rows of the dope sheet are drawn.
#include "app/panels/curves/time_ruler.h"
#include "app/panels/dope_sheet/dope_panel.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {
constexpr float key_size = 5;
/// Keys closer than this many pixels are drawn as marks instead of diamonds.
constexpr float least_gap = 4;
} // namespace

float DopePanel::row_top(size_t visible) const
{
    return low_.y + float(visible) * editor_.ui().px(row_height) - scroll_;
}

void DopePanel::draw_rows()
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 ruler{low_.x, low_.y - ui.px(ruler_height)};
    list.AddRectFilled({low_.x, ruler.y - ui.px(bar_height - ruler_height)}, {high_.x, ruler.y}, ui.theme.raised);
    list.AddRectFilled(low_, high_, ui.theme.window);
    list.PushClipRect(low_, high_, true);
    draw_time_grid(ui, list, time_, editor_.playback(), low_, high_);
    const float height = ui.px(row_height);
    for (size_t i = 0; i < visible_.size(); ++i) {
        const float top = row_top(i);
        if (top + height < low_.y || top > high_.y) continue;
        const DopeRow& row = list_.rows[visible_[i]];
        if (row.kind == DopeRow::Kind::Node || row.kind == DopeRow::Kind::Summary)
            list.AddRectFilled({low_.x, top}, {high_.x, top + height},
                               faded(ui.theme.text, row.kind == DopeRow::Kind::Summary ? 0.05f : 0.025f));
        list.AddLine({low_.x, top + height - 0.5f}, {high_.x, top + height - 0.5f}, faded(ui.theme.line, 0.6f));
        if (row.clip) draw_clip(row, top);
        draw_keys(row, top);
    }
    draw_scale_grips();
    if (drag_.kind == Drag::Marquee) {
        const ImVec2 a{std::min(drag_.from.x, pointer_.x), std::min(drag_.from.y, pointer_.y)},
            b{std::max(drag_.from.x, pointer_.x), std::max(drag_.from.y, pointer_.y)};
        list.AddRectFilled(a, b, faded(ui.theme.accent, 0.12f));
        list.AddRect(a, b, ui.theme.accent);
    }
    list.PopClipRect();
    draw_ruler(ui, list, time_, editor_.playback(), ruler, {high_.x, low_.y});
    draw_play_head(ui, list, time_, editor_.playback(), ruler, high_);
}

void DopePanel::draw_clip(const DopeRow& row, float top)
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const FoundRange* found = range_of(row);
    const float height = ui.px(row_height), y0 = top + ui.px(3), y1 = top + height - ui.px(3);
    const ImU32 colour = ui.theme.category(row.clip->kind == Clip::Kind::Read ? "Image" : "Time");
    const WithFont small(ui.fonts.small);
    const auto label = [&](float left, float right, const std::string& text, ImU32 ink) {
        const float a = std::max(left, low_.x) + ui.px(6), width = std::min(right, high_.x) - a - ui.px(4);
        if (width > ui.px(16))
            list.AddText({a, std::round((y0 + y1 - ImGui::GetFontSize()) / 2)}, ink, shortened(text, width).c_str());
    };
    if (!found) return;
    if (!found->problem.empty())
        return label(low_.x, high_.x, std::string(icon::warning) + "  " + found->problem, ui.theme.error);
    const bool dragged =
        drag_.clip.node == row.ref.node && drag_.clip.graph == row.ref.graph && drag_.kind >= Drag::MoveClip;
    ClipRange range = found->range;
    if (dragged && drag_.kind != Drag::TrimLast) range.first += drag_.by;
    if (dragged && drag_.kind != Drag::TrimFirst) range.last += drag_.by;
    if (row.clip->kind == Clip::Kind::Read && range.still) {
        list.AddRectFilled({low_.x, y0}, {high_.x, y1}, faded(colour, 0.35f));
        return label(low_.x, high_.x, "Still", ui.theme.secondary);
    }
    // A bar covers its last frame whole, half a frame to each side of the marks.
    const float x0 = time_.to_screen(range.first - 0.5), x1 = time_.to_screen(range.last + 0.5);
    if (row.clip->kind == Clip::Kind::FrameHold && x1 < high_.x)
        list.AddRectFilled({x1, y0 + ui.px(5)}, {high_.x, y1 - ui.px(5)}, faded(colour, 0.5f));
    if (x1 < low_.x || x0 > high_.x) return;
    list.AddRectFilled({x0, y0}, {x1, y1}, dragged ? mixed(colour, ui.theme.accent, 0.3f) : colour, ui.px(3));
    list.AddRect({x0, y0}, {x1, y1}, dragged ? ui.theme.accent : faded(ui.theme.line, 0.8f), ui.px(3));
    const ImU32 ink = IM_COL32(255, 255, 255, 230); // category colours are of one lightness in every theme
    std::string text = std::to_string(range.first) + " \xe2\x80\x93 " + std::to_string(range.last);
    if (row.clip->kind == Clip::Kind::FrameHold) text = std::to_string(range.first);
    if (!row.clip->movable) text = std::string(icon::lock) + " " + text;
    if (row.clip->kind == Clip::Kind::FrameHold && x1 - x0 < ui.px(40))
        label(x1, x1 + ui.px(120), "holds " + text, ui.theme.text);
    else
        label(x0, x1, text, ink);
    if (!row.clip->trimmable) return;
    for (const float x : {x0 + ui.px(3), x1 - ui.px(3)})
        list.AddLine({x, y0 + ui.px(4)}, {x, y1 - ui.px(4)}, faded(ink, 0.5f), ui.px(1));
}

void DopePanel::draw_keys(const DopeRow& row, float top)
{
    if (row.times.empty()) return;
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float middle = std::round(top + ui.px(row_height) / 2) + 0.5f, r = ui.px(key_size);
    if (!row.clip && row.times.size() > 1) {
        const float a = time_.to_screen(row.times.front()), b = time_.to_screen(row.times.back()), h = ui.px(2);
        list.AddRectFilled({a, middle - h}, {b, middle + h},
                           faded(ui.theme.animation, row.kind == DopeRow::Kind::Component ? 0.18f : 0.3f), h);
    }
    const double slack = time_.per_pixel() * double(r);
    const auto begin = std::lower_bound(row.times.begin(), row.times.end(), time_.low - slack);
    const auto end = std::upper_bound(begin, row.times.end(), time_.high + slack);
    const bool dense = float(end - begin) * ui.px(least_gap) > high_.x - low_.x;
    float last = -FLT_MAX;
    const bool any_selected = !keys->empty();
    for (auto it = begin; it != end; ++it) {
        const float x = time_.to_screen(*it);
        const bool selected = any_selected && selected_at(list_, row, *it, *keys);
        if (dense && !selected && x - last < 1) continue; // one mark a pixel is all there is room for
        last = x;
        if (dense) {
            const float w = ui.px(selected ? 1.5f : 1);
            list.AddRectFilled({x - w, middle - r}, {x + w, middle + r},
                               selected ? ui.theme.accent : ui.theme.animation);
        } else {
            draw_diamond(list, {std::round(x) + 0.5f, middle}, r, selected ? ui.theme.accent : ui.theme.animation,
                         ui.theme.window);
        }
    }
}

/// A bracket over the selected keys, in the summary's row: its ends scale them in time.
void DopePanel::draw_scale_grips()
{
    const auto extent = time_extent(*keys);
    if (!extent || extent->first == extent->second || visible_.empty()) return;
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float top = row_top(0), height = ui.px(row_height);
    const float a = time_.to_screen(extent->first) - ui.px(8), b = time_.to_screen(extent->second) + ui.px(8);
    list.AddRectFilled({a, top + ui.px(2)}, {b, top + height - ui.px(2)}, faded(ui.theme.accent, 0.12f), ui.px(3));
    for (const float x : {a, b})
        list.AddRectFilled({x - ui.px(2), top + ui.px(3)}, {x + ui.px(2), top + height - ui.px(3)}, ui.theme.accent,
                           ui.px(1));
}

} // namespace tessera
