#include "app/panels/scopes/graticule.h"
#include <algorithm>
#include <numbers>
#include <utility>

namespace tessera {

namespace {

constexpr float pi = std::numbers::pi_v<float>;
/// The direction of skin of every hue on the vectorscope: the I axis of NTSC.
constexpr float skin_degrees = 123;

ImU32 line_colour(const Ui& ui, bool strong)
{
    return faded(ui.theme.secondary, strong ? 0.55f : 0.22f);
}

void label(const Ui& ui, ImDrawList& list, ImVec2 at, const char* text, float x_share, float y_share, ImU32 colour)
{
    ImFont* font = ui.fonts.small;
    const float size = font->FontSize;
    const ImVec2 extent = font->CalcTextSizeA(size, FLT_MAX, 0, text);
    list.AddText(font, size, {std::round(at.x - extent.x * x_share), std::round(at.y - extent.y * y_share)}, colour, text);
}

void draw_levels_across(const Ui& ui, ImDrawList& list, const ScopeArea& a)
{
    for (const int percent : {0, 25, 50, 75, 100}) {
        const float x = std::round(a.low.x + a.width() * float(percent) / 100);
        list.AddLine({x, a.low.y}, {x, a.high.y}, line_colour(ui, percent % 50 == 0), 1);
        label(ui, list, {x, a.high.y + ui.px(3)}, std::to_string(percent).c_str(), percent == 0 ? 0.0f : percent == 100 ? 1.0f : 0.5f, 0,
              ui.theme.secondary);
    }
}

void draw_levels_up(const Ui& ui, ImDrawList& list, const ScopeArea& a)
{
    // Close lines only where there is room for them.
    const int step = a.height() > ui.px(160) ? 10 : 25;
    for (int percent = 0; percent <= 100; percent += step) {
        const float y = std::round(a.high.y - a.height() * float(percent) / 100);
        const bool strong = percent % 50 == 0;
        list.AddLine({a.low.x, y}, {a.high.x, y}, line_colour(ui, strong), 1);
        if (step == 25 || percent % 20 == 0 || strong)
            label(ui, list, {a.low.x - ui.px(5), y}, std::to_string(percent).c_str(), 1, 0.5f, ui.theme.secondary);
    }
}

void draw_vector_lines(const Ui& ui, ImDrawList& list, const ScopeArea& a, float zoom)
{
    const ImVec2 middle = vector_place(a, zoom, {0, 0});
    const float radius = a.width() / 2;
    list.AddCircle(middle, radius, line_colour(ui, true), 96, 1);
    list.AddCircle(middle, radius / 2, line_colour(ui, false), 64, 1);
    list.AddLine({middle.x - radius, middle.y}, {middle.x + radius, middle.y}, line_colour(ui, false), 1);
    list.AddLine({middle.x, middle.y - radius}, {middle.x, middle.y + radius}, line_colour(ui, false), 1);
    const float angle = skin_degrees * pi / 180;
    const ImVec2 skin{middle.x + std::cos(angle) * radius, middle.y - std::sin(angle) * radius};
    list.AddLine(middle, skin, faded(ui.theme.accent, 0.7f), std::max(1.0f, ui.scale));
    label(ui, list, {skin.x - ui.px(4), skin.y + ui.px(2)}, "skin", 1, 1, faded(ui.theme.accent, 0.9f));
}

void draw_targets(const Ui& ui, ImDrawList& list, const ScopeArea& a, float zoom)
{
    constexpr struct {
        const char* name;
        float r, g, b;
    } targets[] = {{"R", 1, 0, 0}, {"Mg", 1, 0, 1}, {"B", 0, 0, 1}, {"Cy", 0, 1, 1}, {"G", 0, 1, 0}, {"Yl", 1, 1, 0}};
    list.PushClipRect({a.low.x - ui.px(20), a.low.y - ui.px(16)}, {a.high.x + ui.px(20), a.high.y + ui.px(16)}, true);
    for (const auto& t : targets)
        for (const float share : {0.75f, 1.0f}) {
            const ImVec2 p = vector_place(a, zoom, chroma(t.r * share, t.g * share, t.b * share));
            const float half = ui.px(share < 1 ? 6 : 4);
            const ImU32 colour = line_colour(ui, true);
            list.AddRect({p.x - half, p.y - half}, {p.x + half, p.y + half}, colour, 0, 0, 1);
            if (share < 1) label(ui, list, {p.x, p.y - half - ui.px(2)}, t.name, 0.5f, 1, ui.theme.text);
        }
    list.PopClipRect();
}

} // namespace

ScopeArea trace_area(const Ui& ui, ScopeKind kind, ImVec2 low, ImVec2 high)
{
    const float edge = ui.px(8);
    ScopeArea a{{low.x + edge, low.y + edge}, {high.x - edge, high.y - edge}};
    if (kind == ScopeKind::Histogram) a.high.y -= ui.px(14);
    else if (kind != ScopeKind::Vectorscope) a.low.x += ui.px(24);
    if (kind == ScopeKind::Parade) a.low.y += ui.px(14);
    if (kind == ScopeKind::Vectorscope) {
        const float side = std::max(0.0f, std::floor(std::min(a.width(), a.height())));
        a.low = {std::round((low.x + high.x - side) / 2), std::round((low.y + high.y - side) / 2)};
        a.high = {a.low.x + side, a.low.y + side};
    }
    a.high.x = std::max(a.high.x, a.low.x + 1), a.high.y = std::max(a.high.y, a.low.y + 1);
    return a;
}

std::array<float, 2> chroma(float r, float g, float b)
{
    const float y = 0.2126f * r + 0.7152f * g + 0.0722f * b; // BT.709, as are the two divisors
    return {(b - y) / 1.8556f, (r - y) / 1.5748f};
}

ImVec2 vector_place(const ScopeArea& a, float zoom, std::array<float, 2> c)
{
    return {a.low.x + a.width() * (0.5f + c[0] * zoom), a.high.y - a.height() * (0.5f + c[1] * zoom)};
}

void draw_graticule(const Ui& ui, ImDrawList& list, ScopeKind kind, const ScopeArea& a, float zoom)
{
    if (kind == ScopeKind::Vectorscope) {
        draw_vector_lines(ui, list, a, zoom);
        return draw_targets(ui, list, a, zoom);
    }
    if (kind == ScopeKind::Histogram) return draw_levels_across(ui, list, a);
    draw_levels_up(ui, list, a);
    if (kind != ScopeKind::Parade) return;
    const std::pair<const char*, ImU32> names[] = {{"R", ui.theme.red}, {"G", ui.theme.green}, {"B", ui.theme.blue}};
    for (int i = 0; i < 3; ++i) {
        const float x = std::round(a.low.x + a.width() * float(i) / 3);
        if (i) list.AddLine({x, a.low.y}, {x, a.high.y}, line_colour(ui, true), 1);
        label(ui, list, {x + a.width() / 6, a.low.y - ui.px(3)}, names[i].first, 0.5f, 1, names[i].second);
    }
}

void draw_mark(const Ui& ui, ImDrawList& list, ScopeKind kind, const ScopeArea& a, float zoom,
               const std::array<double, 4>& shown, float across)
{
    const auto level = [&](int c) { return float(std::clamp(shown[size_t(c)], 0.0, 1.0)); };
    const ImU32 colours[] = {ui.theme.red, ui.theme.green, ui.theme.blue};
    const float thick = std::max(1.0f, ui.scale * 1.5f), r = ui.px(4);
    if (kind == ScopeKind::Vectorscope) {
        const ImVec2 p = vector_place(a, zoom, chroma(level(0), level(1), level(2)));
        if (p.x < a.low.x || p.y < a.low.y || p.x > a.high.x || p.y > a.high.y) return;
        list.AddCircle(p, r + 1, ui.theme.line, 16, thick);
        return list.AddCircle(p, r, ui.theme.accent, 16, thick);
    }
    const float luma = 0.2126f * level(0) + 0.7152f * level(1) + 0.0722f * level(2);
    for (int c = 0; c < 3; ++c) {
        const bool one = kind == ScopeKind::WaveformLuma;
        const float v = one ? luma : level(c);
        const ImU32 colour = one ? ui.theme.accent : colours[c];
        if (kind == ScopeKind::Histogram) {
            const float x = std::round(a.low.x + a.width() * v);
            list.AddTriangleFilled({x - r, a.low.y}, {x + r, a.low.y}, {x, a.low.y + r * 1.4f}, colour);
            list.AddLine({x, a.low.y}, {x, a.high.y}, faded(colour, 0.6f), 1);
            continue;
        }
        const float y = std::round(a.high.y - a.height() * v);
        const bool parade = kind == ScopeKind::Parade;
        const float x0 = parade ? a.low.x + a.width() * float(c) / 3 : a.low.x, x1 = parade ? x0 + a.width() / 3 : a.high.x;
        list.AddTriangleFilled({x0, y - r}, {x0, y + r}, {x0 + r * 1.4f, y}, colour);
        if (across >= 0 && across <= 1) list.AddCircle({x0 + (x1 - x0) * across, y}, r, colour, 16, thick);
        if (one) break;
    }
}

} // namespace tessera
