// What is drawn in the picture's place: the picture, what lies over it, and what is said where there is none.
#include "app/panels/viewer/handle_draw.h"
#include "app/panels/viewer/viewer_panel.h"
#include "app/shell/icons.h"
#include <chrono>
#include <imgui_internal.h>

namespace tessera {

namespace {

constexpr double busy_after = 0.2; // seconds

double steady_seconds()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Text with a dark edge, readable on any picture.
void text_on_picture(ImDrawList& list, ImVec2 at, ImU32 colour, const std::string& text)
{
    list.AddText({at.x + 1, at.y + 1}, IM_COL32(0, 0, 0, 200), text.c_str());
    list.AddText(at, colour, text.c_str());
}

void dashed(ImDrawList& list, ImVec2 a, ImVec2 b, ImU32 colour, float dash)
{
    const float length = std::hypot(b.x - a.x, b.y - a.y);
    constexpr int most = 2000; // a window far larger than the screen
    if (length < 1 || length / (2 * dash) > most) return list.AddLine(a, b, colour);
    const ImVec2 d{(b.x - a.x) / length, (b.y - a.y) / length};
    for (float t = 0; t < length; t += 2 * dash)
        list.AddLine({a.x + d.x * t, a.y + d.y * t},
                     {a.x + d.x * std::min(length, t + dash), a.y + d.y * std::min(length, t + dash)}, colour);
}

} // namespace

ImVec2 ViewerPanel::at(Vec2 image) const
{
    const Vec2 p = to_window(state_.camera, area_, aspect(), image);
    // Far off the screen numbers lose their fractions; drawing needs none there.
    const auto near = [](double v) { return float(std::clamp(std::round(v), -1e5, 1e5)); };
    return {near(p.x), near(p.y)};
}

void ViewerPanel::draw_pictures(const Ui& ui, ImDrawList& list)
{
    const bool operation = operation_of(state_.compare) != Compare::None;
    const auto clipped = [&](const ViewArea& area) {
        ImVec2 low{float(area.low.x), float(area.low.y)}, high{float(area.high.x), float(area.high.y)};
        if (state_.clip_to_format) {
            const Rect f = format();
            const Vec2 a = to_window(state_.camera, area, aspect(), {double(f.x0), double(f.y1)}),
                       b = to_window(state_.camera, area, aspect(), {double(f.x1), double(f.y0)});
            low = {std::max(low.x, float(std::round(a.x))), std::max(low.y, float(std::round(a.y)))};
            high = {std::min(high.x, float(std::round(b.x))), std::min(high.y, float(std::round(b.y)))};
        }
        list.PushClipRect(low, high, true);
    };
    const double pixel = aspect();
    const int wanted = wanted_level(state_.camera.zoom, state_.proxy_on ? state_.proxy : 0);
    clipped(area_);
    if (viewed_.node) a_.draw(list, state_.camera, area_, pixel, wanted);
    if (compares() && !splits() && viewed_b_.node) {
        const bool line = !operation || state_.wiped;
        ImageCut cut;
        if (line) {
            const WipeHandles h = wipe_on_screen(ui);
            cut = {float(h.across.x), float(h.across.y), float(h.across.x * h.centre.x + h.across.y * h.centre.y)};
        }
        b_.draw(list, state_.camera, area_, pixel, wanted, line ? float(state_.wipe.opacity) : 1.0f, cut);
    }
    list.PopClipRect();
    if (splits()) {
        clipped(split_area_);
        if (viewed_b_.node) b_.draw(list, state_.camera, split_area_, pixel, wanted);
        list.PopClipRect();
    }
    list.PushClipRect({float(area_.low.x), float(area_.low.y)}, {float(area_.high.x), float(area_.high.y)}, true);
    if (!viewed_.node) draw_nothing(ui);
    if (state_.overlays && viewed_.node) draw_guides(ui, list);
    if (state_.region_on) draw_region(ui, list);
    if (state_.overlays) draw_handles(ui, list);
    if (compares() && !splits() && (!operation || state_.wiped)) draw_wipe(ui, list);
    draw_pick(ui, list);
    const auto& error = a_.state().error ? a_.state().error : b_.state().error;
    if (viewed_.node && error && error->kind != ErrorKind::Cancelled) draw_problem(ui, list, *error);
    draw_busy(ui, list);
    list.PopClipRect();
    if (splits()) {
        const float x = float(area_.high.x);
        list.AddRectFilled({x, float(area_.low.y)}, {x + ui.px(2), float(area_.high.y)}, ui.theme.line);
        text_on_picture(list, {float(area_.low.x) + ui.px(8), float(area_.low.y) + ui.px(6)}, ui.theme.text,
                        "A  " + shown_name_);
        text_on_picture(list, {float(split_area_.low.x) + ui.px(8), float(area_.low.y) + ui.px(6)}, ui.theme.text,
                        viewed_b_.node ? "B" : "B: nothing is connected");
    } else if (compares() && !viewed_b_.node && viewed_.node) {
        const std::string what =
            state_.b_source == BufferSource::Version && compare_.reading ? "The version is being read\xe2\x80\xa6"
            : !compare_.problem.empty() && state_.b_source == BufferSource::Version ? compare_.problem
            : state_.b_source == BufferSource::Version
                ? "That version has no node of this name."
                : "B has nothing: select a node and press " +
                      editor_.key_of("viewer.b_input" + std::to_string(state_.b + 1)).substr(0, 7) + ".";
        text_on_picture(list, {float(area_.low.x) + ui.px(8), float(area_.low.y) + ui.px(6)}, ui.theme.warning, what);
    }
}

// ---- guides ---------------------------------------------------------------------------------------------------------

void ViewerPanel::draw_windows(const Ui& ui, ImDrawList& list)
{
    const WithFont small(ui.fonts.small);
    const Rect f = format();
    const ImVec2 low = at({double(f.x0), double(f.y1)}), high = at({double(f.x1), double(f.y0)});
    const ImU32 line = IM_COL32(140, 140, 140, 150), label = IM_COL32(190, 190, 190, 255);
    if (state_.guides.format) {
        list.AddRect({low.x - 1, low.y - 1}, {high.x + 1, high.y + 1}, line);
        const std::string text = format_label(f, info_ ? info_->format.pixel_aspect : 1);
        const ImVec2 size = ImGui::CalcTextSize(text.c_str());
        if (high.x - low.x > size.x * 2)
            text_on_picture(list, {high.x - size.x - ui.px(4), high.y + ui.px(2)}, label, text);
    }
    if (!state_.guides.data_window || !info_ || info_->data_window.empty() || info_->data_window == f) return;
    const Rect d = info_->data_window;
    const ImVec2 a = at({double(d.x0), double(d.y1)}), b = at({double(d.x1), double(d.y0)});
    const ImU32 colour = IM_COL32(200, 200, 200, 170);
    const float dash = ui.px(4);
    dashed(list, a, {b.x, a.y}, colour, dash), dashed(list, {b.x, a.y}, b, colour, dash);
    dashed(list, b, {a.x, b.y}, colour, dash), dashed(list, {a.x, b.y}, a, colour, dash);
    const std::string from = std::to_string(d.x0) + ", " + std::to_string(d.y0),
                      to = std::to_string(d.x1) + ", " + std::to_string(d.y1);
    const ImVec2 size = ImGui::CalcTextSize(to.c_str());
    text_on_picture(list, {a.x + ui.px(4), b.y - ui.px(16)}, label, from);
    text_on_picture(list, {b.x - size.x - ui.px(4), a.y + ui.px(2)}, label, to);
}

void ViewerPanel::draw_masks(const Ui&, ImDrawList& list, double pixel)
{
    if (state_.guides.mask <= 0) return;
    const Rect f = format();
    const Box2 clear = masked(f, pixel, state_.guides.mask);
    const ImVec2 low = at({double(f.x0), double(f.y1)}), high = at({double(f.x1), double(f.y0)});
    const ImVec2 a = at({clear.low.x, clear.high.y}), b = at({clear.high.x, clear.low.y});
    const ImU32 shade = IM_COL32(0, 0, 0, 170), edge = IM_COL32(160, 160, 160, 160);
    list.AddRectFilled(low, {high.x, a.y}, shade), list.AddRectFilled({low.x, b.y}, high, shade);
    list.AddRectFilled({low.x, a.y}, {a.x, b.y}, shade), list.AddRectFilled({b.x, a.y}, {high.x, b.y}, shade);
    list.AddRect(a, b, edge);
}

void ViewerPanel::draw_guides(const Ui& ui, ImDrawList& list)
{
    const WithFont small(ui.fonts.small);
    const Rect f = format();
    const double pixel = info_ ? info_->format.pixel_aspect : 1;
    draw_masks(ui, list, pixel);
    const Box2 whole = state_.guides.mask > 0 ? masked(f, pixel, state_.guides.mask)
                                              : Box2{{double(f.x0), double(f.y0)}, {double(f.x1), double(f.y1)}};
    const ImU32 line = IM_COL32(230, 230, 230, 120);
    // Safe areas and thirds are of what stays clear of the mask.
    const auto inset = [&](double share, const char* name) {
        const Vec2 d{(whole.high.x - whole.low.x) * (1 - share) / 2, (whole.high.y - whole.low.y) * (1 - share) / 2};
        const ImVec2 a = at({whole.low.x + d.x, whole.high.y - d.y}), b = at({whole.high.x - d.x, whole.low.y + d.y});
        list.AddRect(a, b, line);
        text_on_picture(list, {a.x + ui.px(4), a.y + ui.px(2)}, IM_COL32(230, 230, 230, 200), name);
    };
    if (state_.guides.action_safe) inset(action_safe_share, "Action 93 %");
    if (state_.guides.title_safe) inset(title_safe_share, "Title 90 %");
    if (state_.guides.thirds)
        for (const double t : {1 / 3.0, 2 / 3.0}) {
            const double x = whole.low.x + (whole.high.x - whole.low.x) * t,
                         y = whole.low.y + (whole.high.y - whole.low.y) * t;
            list.AddLine(at({x, whole.high.y}), at({x, whole.low.y}), line);
            list.AddLine(at({whole.low.x, y}), at({whole.high.x, y}), line);
        }
    if (state_.guides.centre) {
        const ImVec2 c = at({(f.x0 + f.x1) / 2.0, (f.y0 + f.y1) / 2.0});
        const float arm = ui.px(12);
        list.AddLine({c.x - arm, c.y}, {c.x + arm + 1, c.y}, line),
            list.AddLine({c.x, c.y - arm}, {c.x, c.y + arm + 1}, line);
    }
    draw_windows(ui, list);
}

void ViewerPanel::draw_region(const Ui& ui, ImDrawList& list)
{
    if (!state_.region) return;
    const HandleSet set = handles_of(region_node());
    draw_handle_set(
        ui, list, set, [this](Vec2 p) { return at(p); }, hot_handle_, ui.theme.warning);
    const WithFont small(ui.fonts.small);
    const Rect r = *state_.region;
    const ImVec2 corner = at({double(r.x0), double(r.y1)});
    text_on_picture(list, {corner.x + ui.px(8), corner.y + ui.px(4)}, ui.theme.warning,
                    "Region " + std::to_string(r.width()) + "\xc3\x97" + std::to_string(r.height()));
}

void ViewerPanel::draw_handles(const Ui& ui, ImDrawList& list)
{
    draw_handle_set(
        ui, list, handles_, [this](Vec2 p) { return at(p); }, held_handle_.empty() ? hot_handle_ : held_handle_,
        ui.theme.accent);
}

void ViewerPanel::draw_wipe(const Ui& ui, ImDrawList& list)
{
    const WipeHandles h = wipe_on_screen(ui);
    const auto point = [](Vec2 p) { return ImVec2(float(p.x), float(p.y)); };
    const double far = 2 * std::hypot(area_.size().x, area_.size().y);
    const ImU32 line = IM_COL32(232, 163, 61, 160), shade = IM_COL32(0, 0, 0, 120);
    for (const auto& [colour, thick] : {std::pair{shade, ui.px(3)}, {line, ui.px(1)}})
        list.AddLine(point(h.centre + h.along * far), point(h.centre - h.along * far), colour, thick);
    list.AddLine(point(h.centre), point(h.opacity), ui.theme.accent, ui.px(1.5f));
    list.AddLine(point(h.centre), point(h.angle), ui.theme.accent, ui.px(1.5f));
    const auto knob = [&](Vec2 p, WipePart part, float r) {
        list.AddCircleFilled(point(p), r + ui.px(1.5f), IM_COL32(0, 0, 0, 160));
        list.AddCircleFilled(point(p), r, wipe_part_ == part ? ui.theme.text : ui.theme.accent);
    };
    knob(h.angle, WipePart::Angle, ui.px(4)), knob(h.opacity, WipePart::Opacity, ui.px(4)),
        knob(h.centre, WipePart::Centre, ui.px(5));
    if (wipe_part_ == WipePart::None) return;
    const WithFont small(ui.fonts.small);
    char text[48];
    if (wipe_part_ == WipePart::Angle)
        std::snprintf(text, sizeof text, "%.0f\xc2\xb0", state_.wipe.angle);
    else if (wipe_part_ == WipePart::Opacity)
        std::snprintf(text, sizeof text, "%.0f %%", state_.wipe.opacity * 100);
    else
        return;
    text_on_picture(list, {point(h.centre).x + ui.px(12), point(h.centre).y + ui.px(8)}, ui.theme.text, text);
}

void ViewerPanel::draw_pick(const Ui& ui, ImDrawList& list)
{
    if (!picked_) return;
    const ImVec2 low = at({double(picked_->x0), double(picked_->y1)}),
                 high = at({double(picked_->x1), double(picked_->y0)});
    const float least = ui.px(4); // a single pixel is still seen
    const ImVec2 grow{std::max(0.0f, least - (high.x - low.x)) / 2, std::max(0.0f, least - (high.y - low.y)) / 2};
    list.AddRect({low.x - grow.x - 1, low.y - grow.y - 1}, {high.x + grow.x + 1, high.y + grow.y + 1},
                 IM_COL32(0, 0, 0, 200));
    list.AddRect({low.x - grow.x, low.y - grow.y}, {high.x + grow.x, high.y + grow.y},
                 pick_source_ ? ui.theme.animation : ui.theme.error);
}

// ---- what is said ---------------------------------------------------------------------------------------------------

void ViewerPanel::draw_busy(const Ui& ui, ImDrawList& list)
{
    const FeedState& s = a_.state().busy_since > 0 ? a_.state() : b_.state();
    if (s.busy_since <= 0) return;
    const double since = steady_seconds() - s.busy_since;
    if (since < busy_after) return editor_.window().keep_drawing(2);
    const float y = float(area_.high.y), width = float(area_.size().x) * float(std::clamp(s.progress, 0.0, 1.0));
    list.AddRectFilled({float(area_.low.x), y - ui.px(2)}, {float(area_.low.x) + width, y}, ui.theme.accent);
    char text[160];
    std::snprintf(text, sizeof text, "%s, frame %d   %.0f %%", shown_name_.c_str(), editor_.playback().frame(),
                  s.progress * 100);
    const WithFont small(ui.fonts.small);
    const ImVec2 size = ImGui::CalcTextSize(text);
    const ImVec2 high{float(area_.high.x) - ui.px(8), y - ui.px(8)},
        low{high.x - size.x - ui.px(12), high.y - size.y - ui.px(6)};
    list.AddRectFilled(low, high, IM_COL32(20, 20, 20, 200), ui.px(3));
    list.AddText({low.x + ui.px(6), low.y + ui.px(3)}, ui.theme.text, text);
}

void ViewerPanel::draw_problem(const Ui& ui, ImDrawList& list, const Error& error)
{
    const ImVec2 low{float(area_.low.x), float(area_.low.y)}, high{float(area_.high.x), float(area_.high.y)};
    list.AddRectFilled(low, high, IM_COL32(20, 20, 20, 165)); // the last picture, dimmed
    const float width = std::min(ui.px(440), high.x - low.x - ui.px(32)), pad = ui.px(16);
    if (width < ui.px(80)) return;
    std::string message = error.message.empty() ? "The picture cannot be made" : error.message, remedy = error.remedy;
    for (std::string* text : {&message, &remedy}) {
        if (text->empty()) continue;
        (*text)[0] = char(std::toupper(static_cast<unsigned char>((*text)[0])));
        if (text->back() != '.') *text += '.';
    }
    std::string where = error.node.empty() ? shown_name_ : error.node;
    if (error.frame) where += ", frame " + std::to_string(int(std::lround(*error.frame)));
    const float wrap = width - 2 * pad;
    const ImVec2 m = ImGui::CalcTextSize(message.c_str(), nullptr, false, wrap),
                 r = ImGui::CalcTextSize(remedy.c_str(), nullptr, false, wrap);
    const float height = pad * 2 + ImGui::GetFontSize() + ui.px(8) + m.y + (remedy.empty() ? 0 : ui.px(8) + r.y);
    const ImVec2 a{std::round((low.x + high.x - width) / 2), std::round((low.y + high.y - height) / 2)},
        b{a.x + width, a.y + height};
    list.AddRectFilled(a, b, ui.theme.panel, ui.px(3));
    list.AddRectFilled(a, {a.x + ui.px(3), b.y}, ui.theme.error, ui.px(3), ImDrawFlags_RoundCornersLeft);
    float y = a.y + pad;
    {
        const WithFont strong(ui.fonts.strong);
        list.AddText({a.x + pad, y}, ui.theme.error, icon::error);
        list.AddText({a.x + pad + ui.px(24), y}, ui.theme.text, where.c_str());
        y += ImGui::GetFontSize() + ui.px(8);
    }
    list.AddText(ImGui::GetFont(), ImGui::GetFontSize(), {a.x + pad, y}, ui.theme.text, message.c_str(), nullptr, wrap);
    list.AddText(ImGui::GetFont(), ImGui::GetFontSize(), {a.x + pad, y + m.y + ui.px(8)}, ui.theme.secondary,
                 remedy.c_str(), nullptr, wrap);
}

void ViewerPanel::draw_nothing(const Ui& ui)
{
    ImGui::SetCursorScreenPos({float(area_.low.x), float(area_.low.y)});
    const std::string number = std::to_string((state_.a + 1) % 10);
    const std::string text = viewer_ ? "Input " + number + " has nothing. Select a node and press " + number + "."
                                     : std::string("Select a node and press 1");
    ImGui::BeginGroup();
    empty_state(ui, icon::eye, text.c_str());
    ImGui::EndGroup();
}

} // namespace tessera
