#include "app/widgets/colour_wheel.h"
#include "app/widgets/number_field.h"
#include <algorithm>
#include <cmath>
#include <imgui_internal.h>
#include <imgui_stdlib.h>

namespace tessera {

namespace {

constexpr float turn = 6.28318530718f;
constexpr int spokes = 72, rings = 5;

/// Wheels give numbers that read well.
double tidy(double v)
{
    return std::round(v * 1e5) / 1e5;
}

Color tidy(const Color& c)
{
    return {tidy(c.r), tidy(c.g), tidy(c.b), c.a};
}

/// A disc whose colour is `colour(angle, radius)`, both drawn and antialiased at its rim.
template <class F> void fill_disc(ImDrawList& list, ImVec2 centre, float radius, F colour)
{
    const ImVec2 uv = ImGui::GetFontTexUvWhitePixel();
    list.PrimReserve(spokes * 3 + spokes * (rings - 1) * 6, spokes * rings + 1);
    const auto base = ImDrawIdx(list._VtxCurrentIdx);
    list.PrimWriteVtx(centre, uv, colour(0.0f, 0.0f));
    for (int ring = 1; ring <= rings; ++ring)
        for (int i = 0; i < spokes; ++i) {
            const float angle = turn * float(i) / spokes, share = float(ring) / rings;
            list.PrimWriteVtx({centre.x + std::cos(angle) * radius * share, centre.y - std::sin(angle) * radius * share}, uv, colour(angle, share));
        }
    const auto at = [&](int ring, int i) { return ImDrawIdx(base + 1 + (ring - 1) * spokes + i % spokes); };
    for (int i = 0; i < spokes; ++i) list.PrimWriteIdx(base), list.PrimWriteIdx(at(1, i)), list.PrimWriteIdx(at(1, i + 1));
    for (int ring = 1; ring < rings; ++ring)
        for (int i = 0; i < spokes; ++i) {
            list.PrimWriteIdx(at(ring, i)), list.PrimWriteIdx(at(ring + 1, i)), list.PrimWriteIdx(at(ring + 1, i + 1));
            list.PrimWriteIdx(at(ring, i)), list.PrimWriteIdx(at(ring + 1, i + 1)), list.PrimWriteIdx(at(ring, i + 1));
        }
}

void draw_puck(const Ui& ui, ImDrawList& list, ImVec2 at, bool lit)
{
    list.AddCircle(at, ui.px(6), IM_COL32(0, 0, 0, 200), 24, ui.px(3));
    list.AddCircle(at, ui.px(6), lit ? ui.theme.accent : IM_COL32(235, 235, 235, 255), 24, std::max(1.0f, 1.5f * ui.scale));
}

/// One puck is held at a time: where it is while the pointer moves finely, and the colour it began with.
struct Held {
    ImVec2 at{};
    Color before;
};
Held& held()
{
    static Held state;
    return state;
}

/// What the pointer does with a puck on a disc; gives the new place in units of the radius.
std::optional<ImVec2> drag_puck(ImVec2 centre, float radius, ImVec2 puck, const Color& c, ColourEdit& edit, bool& ended)
{
    const ImGuiIO& io = ImGui::GetIO();
    if (ImGui::IsItemActivated()) held() = {io.KeyShift ? puck : io.MousePos, c};
    if (ImGui::IsItemActive()) {
        if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape), false)) {
            ImGui::ClearActiveID();
            edit = {held().before, true, true};
            ended = true;
            return {};
        }
        const bool began = ImGui::IsItemActivated();
        const float share = io.KeyShift ? 0.2f : 1.0f;
        if (!began) held().at.x += io.MouseDelta.x * share, held().at.y += io.MouseDelta.y * share;
        if (io.MouseDelta.x == 0 && io.MouseDelta.y == 0 && !(began && !io.KeyShift)) return {};
        return ImVec2{(held().at.x - centre.x) / radius, (centre.y - held().at.y) / radius};
    }
    if (ImGui::IsItemDeactivated()) edit = {c, true, false}, ended = true;
    return {};
}

} // namespace

ImU32 screen_colour(const Color& c)
{
    const auto code = [](double v) {
        return v > 0 ? int(std::lround(std::clamp(srgb_from_linear(v), 0.0, 1.0) * 255)) : 0; // NaN is black
    };
    return IM_COL32(code(c.r), code(c.g), code(c.b), 255);
}

bool colour_swatch(const Ui& ui, const char* id, const Color& c, ImVec2 size)
{
    const ImVec2 low = ImGui::GetCursorScreenPos(), high{low.x + size.x, low.y + size.y};
    const bool clicked = ImGui::InvisibleButton(id, size);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(low, high, screen_colour(c), ui.px(3));
    const float corner = ui.px(7);
    if (std::max({c.r, c.g, c.b}) > 1)
        list.AddTriangleFilled({high.x - corner, low.y}, {high.x, low.y}, {high.x, low.y + corner}, ui.theme.accent);
    if (std::min({c.r, c.g, c.b}) < 0)
        list.AddTriangleFilled({low.x, high.y - corner}, {low.x, high.y}, {low.x + corner, high.y}, ui.theme.animation);
    list.AddRect(low, high, ImGui::IsItemHovered() ? ui.theme.text : ui.theme.line, ui.px(3));
    return clicked;
}

std::optional<ColourEdit> colour_disc(const Ui& ui, const char* id, const Color& c, float side)
{
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const float radius = side / 2 - ui.px(4);
    const ImVec2 centre{low.x + side / 2, low.y + side / 2};
    ImGui::InvisibleButton(id, {side, side});
    const HueColour now = hue_of(c);
    const float angle = float(now.h) * turn;
    const ImVec2 puck{centre.x + std::cos(angle) * float(now.s) * radius, centre.y - std::sin(angle) * float(now.s) * radius};
    ColourEdit edit;
    bool changed = false;
    if (const auto to = drag_puck(centre, radius, puck, c, edit, changed)) {
        HueColour next = now;
        next.s = std::min(1.0, double(std::hypot(to->x, to->y)));
        if (next.s > 0.002) next.h = std::fmod(double(std::atan2(to->y, to->x)) / double(turn) + 1, 1.0);
        // Black has no hue to choose: it becomes a middle grey's worth.
        if (next.v <= 0) next.v = 0.18;
        edit.colour = tidy(rgb_of(next));
        edit.colour.a = c.a;
        changed = true;
    }
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const double value = std::clamp(now.v, 0.18, 1.0);
    fill_disc(list, centre, radius, [&](float a, float r) { return screen_colour(rgb_of({double(a / turn), double(r), value})); });
    list.AddCircle(centre, radius, ui.theme.line, spokes, ui.px(1.5f));
    draw_puck(ui, list, puck, ImGui::IsItemActive());
    return changed ? std::optional(edit) : std::nullopt;
}

std::optional<ColourEdit> balance_wheel(const Ui& ui, const char* id, const Color& c, double reach, float side)
{
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const float radius = side / 2 - ui.px(4);
    const ImVec2 centre{low.x + side / 2, low.y + side / 2};
    ImGui::InvisibleButton(id, {side, side});
    const Balance now = balance_of(c);
    const double length = std::max(1.0, std::hypot(now.point.x, now.point.y) / reach); // the puck stays on the wheel
    const ImVec2 puck{centre.x + float(now.point.x / reach / length) * radius, centre.y - float(now.point.y / reach / length) * radius};
    ColourEdit edit;
    bool changed = false;
    if (const auto to = drag_puck(centre, radius, puck, c, edit, changed)) {
        const double outside = std::max(1.0, double(std::hypot(to->x, to->y)));
        edit.colour = tidy(with_balance({now.mean, {double(to->x) / outside * reach, double(to->y) / outside * reach}}, c.a));
        changed = true;
    }
    if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(0))
        edit = {tidy(with_balance({now.mean, {}}, c.a)), true, false}, changed = true;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    fill_disc(list, centre, radius, [&](float a, float r) {
        const Color spread = with_balance({0.16, {double(std::cos(a) * r) * 0.14, double(std::sin(a) * r) * 0.14}}, 1);
        return faded(screen_colour(spread), 0.35f + 0.45f * r);
    });
    const ImU32 cross = faded(ui.theme.text, 0.25f);
    list.AddLine({centre.x - radius, centre.y}, {centre.x + radius, centre.y}, cross);
    list.AddLine({centre.x, centre.y - radius}, {centre.x, centre.y + radius}, cross);
    list.AddCircle(centre, radius, ui.theme.line, spokes, ui.px(1.5f));
    draw_puck(ui, list, puck, ImGui::IsItemActive());
    return changed ? std::optional(edit) : std::nullopt;
}

namespace {

/// A label and a field over the width that is left.
std::optional<NumberEdit> line(const Ui& ui, const char* id, const char* label, double value, double min, double max, double fallback, ImU32 mark = 0)
{
    const float left = ImGui::GetCursorPosX(), label_width = ui.px(76), field = ui.px(64);
    ImGui::AlignTextToFramePadding();
    ImGui::TextDisabled("%s", label);
    ImGui::SameLine(left + label_width, 0);
    NumberStyle style;
    style.min = min, style.max = max, style.fallback = fallback, style.mark = mark;
    auto edit = number_field(ui, id, value, field, style);
    ImGui::SameLine(0, ui.px(4));
    ImGui::PushID(id);
    if (auto slid = number_slider(ui, "slide", value, ImGui::GetContentRegionAvail().x, style)) edit = slid;
    ImGui::PopID();
    return edit;
}

struct Lines {
    const Ui& ui;
    Color colour; ///< as it is now
    std::optional<ColourEdit> edit;
    void set(Color next, const NumberEdit& by)
    {
        next.a = colour.a;
        edit = ColourEdit{next, by.finished, by.cancelled};
    }
};

void draw_rgb(Lines& l, bool with_alpha)
{
    const ImU32 marks[4] = {l.ui.theme.red, l.ui.theme.green, l.ui.theme.blue, l.ui.theme.alpha};
    static constexpr const char* names[4] = {"Red", "Green", "Blue", "Alpha"};
    double* const channels[4] = {&l.colour.r, &l.colour.g, &l.colour.b, &l.colour.a};
    for (int i = 0; i < (with_alpha ? 4 : 3); ++i)
        if (const auto by = line(l.ui, names[i], names[i], *channels[i], 0, 1, i == 3, marks[i])) {
            Color next = l.colour;
            double* const to[4] = {&next.r, &next.g, &next.b, &next.a};
            *to[i] = by->value;
            l.edit = ColourEdit{next, by->finished, by->cancelled};
        }
}

void draw_hsv(Lines& l)
{
    const HueColour hsv = hue_of(l.colour);
    if (const auto by = line(l.ui, "Hue", "Hue", hsv.h * 360, 0, 360, 0)) l.set(tidy(rgb_of({by->value / 360, hsv.s, hsv.v})), *by);
    if (const auto by = line(l.ui, "Saturation", "Saturation", hsv.s, 0, 1, 0)) l.set(tidy(rgb_of({hsv.h, std::clamp(by->value, 0.0, 1.0), hsv.v})), *by);
    if (const auto by = line(l.ui, "Value", "Value", hsv.v, 0, 1, 1)) l.set(tidy(rgb_of({hsv.h, hsv.s, by->value})), *by);
}

void draw_tint(Lines& l)
{
    const auto tint = tint_of(l.colour);
    if (!tint) {
        ImGui::PushStyleColor(ImGuiCol_Text, l.ui.theme.secondary);
        ImGui::TextWrapped("Temperature and intensity need channels above 0.");
        ImGui::PopStyleColor();
        return;
    }
    if (const auto by = line(l.ui, "Warmth", "Warmth", tint->temperature, -2, 2, 0)) l.set(tidy(color_of({by->value, tint->magenta, tint->intensity}, 1)), *by);
    if (const auto by = line(l.ui, "Magenta", "Magenta", tint->magenta, -1, 1, 0)) l.set(tidy(color_of({tint->temperature, by->value, tint->intensity}, 1)), *by);
    if (const auto by = line(l.ui, "Stops", "Stops", tint->intensity, -6, 6, 0)) l.set(tidy(color_of({tint->temperature, tint->magenta, by->value}, 1)), *by);
}

} // namespace

std::optional<ColourEdit> colour_editor(const Ui& ui, const Color& c, const Color& before, bool with_alpha)
{
    Lines l{ui, c, {}};
    const PopupFields fields(ui);
    const float side = ui.px(184), gap = ui.px(12), lines = ui.px(260);
    ImGui::BeginGroup();
    if (auto edit = colour_disc(ui, "disc", c, side)) l.edit = edit;
    const float half = (side - ui.px(4)) / 2;
    colour_swatch(ui, "now", c, {half, ui.px(24)});
    tooltip(ui, "Now");
    ImGui::SameLine(0, ui.px(4));
    if (colour_swatch(ui, "before", before, {half, ui.px(24)})) l.edit = ColourEdit{before, true, false};
    tooltip(ui, "Before", {}, "Click to go back to it.");
    static std::string hex; // of the one popup there is
    static bool typing = false;
    if (!typing) hex = hex_of(c);
    ImGui::AlignTextToFramePadding();
    ImGui::TextDisabled("sRGB");
    ImGui::SameLine();
    ImGui::SetNextItemWidth(side - (ImGui::GetCursorPosX() - ImGui::GetStyle().WindowPadding.x));
    const bool entered = ImGui::InputText("##hex", &hex, ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
    typing = ImGui::IsItemActive();
    if (entered || ImGui::IsItemDeactivatedAfterEdit())
        if (auto colour = color_of_hex(hex)) l.set(tidy(*colour), {0, true, false, {}});
    tooltip(ui, "As on an sRGB screen", {}, "#RRGGBB; clipped to what such a screen can show.");
    ImGui::EndGroup();
    ImGui::SameLine(0, gap);
    ImGui::BeginChild("lines", {lines, side + ui.px(60)});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, ui.px(2)});
    draw_rgb(l, with_alpha);
    ImGui::Dummy({0, ui.px(1)});
    draw_hsv(l);
    ImGui::Dummy({0, ui.px(1)});
    draw_tint(l);
    ImGui::PopStyleVar();
    ImGui::EndChild();
    return l.edit;
}

} // namespace tessera
