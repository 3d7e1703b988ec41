// The lines below the picture: what it is, and the values under the pointer.
#include "app/panels/viewer/probe_text.h"
#include "app/panels/viewer/viewer_edits.h"
#include "app/panels/viewer/viewer_panel.h"
#include <cstdio>

namespace tessera {

namespace {

constexpr float line = 22;
/// The region's pixels are asked for in rectangles of this side at most; more say nothing more.
constexpr int pick_limit = 16384;

/// Writes along a line; what has no room is left out, with all that follows.
class LineWriter {
public:
    LineWriter(const Ui& ui, ImVec2 low, float width)
        : ui_(ui), x_(low.x + ui.px(8)), end_(low.x + width - ui.px(8)),
          y_(low.y + std::round((ui.px(line) - ImGui::GetFontSize()) / 2))
    {
    }
    /// `width`: of its column, so that what follows does not dance; 0: as wide as it is.
    bool write(const std::string& text, ImU32 colour, float width = 0, float after = 8)
    {
        const float wide = std::max(width, ImGui::CalcTextSize(text.c_str()).x);
        if (full_ || x_ + wide > end_) return full_ = true, false;
        ImGui::GetWindowDrawList()->AddText({std::round(x_), y_}, colour, text.c_str());
        x_ += wide + ui_.px(after);
        return true;
    }
    float x() const { return x_; }

private:
    const Ui& ui_;
    float x_, end_, y_;
    bool full_ = false;
};

void write_channels(const Ui& ui, LineWriter& w, const Layer& layer, const std::array<double, 4>& v)
{
    const ImU32 colours[4] = {ui.theme.red, ui.theme.green, ui.theme.blue, ui.theme.alpha};
    for (int i = 0; i < 4; ++i)
        w.write(probe_number(v[size_t(i)]), has_slot(layer, i) ? colours[i] : ui.theme.disabled, ui.px(56), 4);
}

} // namespace

void ViewerPanel::probe_pointer()
{
    const Rect shown = info_ ? united(info_->format.window(), info_->data_window) : format();
    const int x = int(std::floor(std::clamp(pointer_.x, -1e8, 1e8))),
              y = int(std::floor(std::clamp(pointer_.y, -1e8, 1e8)));
    if (!hovered_ || !viewed_.node || state_.paused || !shown.contains(x, y) || editor_.playback().playing())
        return hover_probe_.want_nothing();
    const bool b = splits() && ImGui::GetIO().MousePos.x >= float(split_area_.low.x);
    hover_probe_.want({spec_of(b && viewed_b_.node), {x, y, x + 1, y + 1}});
}

void ViewerPanel::give_pick()
{
    if (!picked_ || !viewed_.node) return pick_probe_.want_nothing();
    ProbeWish wish{spec_of(false), intersected(*picked_, {-pick_limit, -pick_limit, pick_limit * 2, pick_limit * 2})};
    if (pick_source_)
        if (const NodeId source = source_of(*editor_.session().project(), viewed_.graph, viewed_.node))
            wish.picture.node = source;
    if (wish.area.empty()) return;
    pick_probe_.want(wish);
    const auto result = pick_probe_.result();
    if (!result || pick_probe_.busy() || pick_given_ || !(result->area == wish.area) || result->error) return;
    const auto& v = result->scene.average;
    pick_given_ = true;
    editor_.colour_pick().give({v[0], v[1], v[2], v[3]}, pick_finished_);
}

void ViewerPanel::draw_info(const Ui& ui, ImVec2 low, float width)
{
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(low, {low.x + width, low.y + ui.px(line)}, ui.theme.panel);
    const WithFont small(ui.fonts.small);
    LineWriter w(ui, low, width - ui.px(56));
    char text[160];
    std::snprintf(text, sizeof text, "%.4g %%", state_.camera.zoom * 100);
    w.write(text, ui.theme.text, ui.px(44));
    const Rect f = format();
    w.write(format_label(f, info_ ? info_->format.pixel_aspect : 1), ui.theme.secondary);
    if (info_ && !(info_->data_window == f)) {
        const Rect& d = info_->data_window;
        std::snprintf(text, sizeof text, "[%d %d %d %d]", d.x0, d.y0, d.x1, d.y1);
        w.write(text, ui.theme.disabled);
    }
    const Layer* layer = info_ ? info_->layer(state_.layer) : nullptr;
    w.write(layer ? channels_text(*layer) : state_.layer, info_ && !layer ? ui.theme.warning : ui.theme.secondary, 0,
            16);
    // 8 or 10 bits, at the right end.
    ImGui::SetCursorScreenPos({low.x + width - ui.px(52), low.y});
    ImGui::PushID("bits");
    if (ImGui::InvisibleButton("##bits", {ui.px(48), ui.px(line)})) state_.bits = state_.bits == 8 ? 10 : 8;
    std::snprintf(text, sizeof text, "%d bit", state_.bits);
    const ImVec2 size = ImGui::CalcTextSize(text);
    list.AddText({low.x + width - ui.px(8) - size.x, low.y + std::round((ui.px(line) - size.y) / 2)},
                 ImGui::IsItemHovered() ? ui.theme.text : ui.theme.secondary, text);
    {
        const WithFont normal(ui.fonts.text);
        tooltip(ui, "Bits of the display's values", {}, "Click for 8 or 10.");
    }
    ImGui::PopID();
    if (!hovered_ || !viewed_.node) return;
    std::snprintf(text, sizeof text, "x %d  y %d", int(std::floor(pointer_.x)), int(std::floor(pointer_.y)));
    w.write(text, ui.theme.text, ui.px(92), 12);
    const auto probe = hover_probe_.result();
    if (!probe || probe->error) return;
    if (probe->outside) return void(w.write("outside the data window", ui.theme.disabled));
    write_channels(ui, w, probe->layer, probe->scene.average);
    if (probe->not_finite) w.write("NaN or infinite", ui.theme.warning);
    w.write("", 0, 0, 8);
    w.write(hsv_text(probe->scene.average), ui.theme.secondary, ui.px(168), 8);
    w.write(code_text(probe->shown.average, state_.bits), ui.theme.secondary, ui.px(92), 8);
}

void ViewerPanel::draw_pick_line(const Ui& ui, ImVec2 low, float width)
{
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(low, {low.x + width, low.y + ui.px(line)}, ui.theme.panel);
    list.AddRectFilled(low, {low.x + width, low.y + 1}, ui.theme.line);
    const WithFont small(ui.fonts.small);
    LineWriter w(ui, low, width);
    const Rect& r = *picked_;
    char text[120];
    if (r.pixels() == 1)
        std::snprintf(text, sizeof text, "Pixel %d %d", r.x0, r.y0);
    else
        std::snprintf(text, sizeof text, "Region %d\xc3\x97%d", r.width(), r.height());
    w.write(std::string(text) + (pick_source_ ? " of the source" : ""),
            pick_source_ ? ui.theme.animation : ui.theme.error, ui.px(108));
    const auto probe = pick_probe_.result();
    if (!probe) return void(w.write("\xe2\x80\xa6", ui.theme.secondary));
    if (probe->error) return void(w.write(probe->error->text(), ui.theme.error));
    const bool one = r.pixels() == 1;
    if (!one) w.write("avg", ui.theme.secondary, 0, 4);
    write_channels(ui, w, probe->layer, probe->scene.average);
    if (!one) {
        w.write("min", ui.theme.secondary, 0, 4);
        write_channels(ui, w, probe->layer, probe->scene.low);
        w.write("max", ui.theme.secondary, 0, 4);
        write_channels(ui, w, probe->layer, probe->scene.high);
    }
    w.write(hsv_text(probe->scene.average), ui.theme.secondary, ui.px(168), 8);
    w.write(code_text(probe->shown.average, state_.bits), ui.theme.secondary);
}

} // namespace tessera
