#include "app/panels/viewer/handle_draw.h"

namespace tessera {

namespace {

constexpr ImU32 shade = IM_COL32(0, 0, 0, 170);

void draw_handle(const Ui& ui, ImDrawList& list, const Grip& h, ImVec2 c, bool hot, ImU32 colour)
{
    const float r = ui.px(hot ? 5 : 4), edge = ui.px(1);
    const ImU32 fill = hot ? ui.theme.text : colour;
    const auto diamond = [&](float d, ImU32 with) {
        list.AddQuadFilled({c.x - d, c.y}, {c.x, c.y - d}, {c.x + d, c.y}, {c.x, c.y + d}, with);
    };
    switch (h.kind) {
    case HandleKind::Point:
    case HandleKind::Turn:
        list.AddCircleFilled(c, r + edge, shade);
        list.AddCircleFilled(c, r, fill);
        break;
    case HandleKind::Corner:
    case HandleKind::Edge: {
        const float s = h.kind == HandleKind::Edge ? r - ui.px(1) : r;
        list.AddRectFilled({c.x - s - edge, c.y - s - edge}, {c.x + s + edge, c.y + s + edge}, shade);
        list.AddRectFilled({c.x - s, c.y - s}, {c.x + s, c.y + s}, fill);
        break;
    }
    case HandleKind::Skew: diamond(r + 2 * edge, shade), diamond(r + edge / 2, fill); break;
    case HandleKind::Centre: {
        const float arm = r * 2.5f;
        list.AddCircle(c, r + ui.px(2), shade, 0, ui.px(3));
        list.AddCircle(c, r + ui.px(2), fill, 0, ui.px(1.5f));
        list.AddLine({c.x - arm, c.y}, {c.x + arm, c.y}, fill), list.AddLine({c.x, c.y - arm}, {c.x, c.y + arm}, fill);
        break;
    }
    }
}

} // namespace

void draw_handle_set(const Ui& ui, ImDrawList& list, const HandleSet& set, const std::function<ImVec2(Vec2)>& to_window,
                     const std::string& hot, ImU32 colour)
{
    for (const HandleLine& line : set.lines)
        for (size_t i = 0; i + (line.closed ? 0 : 1) < line.points.size(); ++i) {
            const ImVec2 a = to_window(line.points[i]), b = to_window(line.points[(i + 1) % line.points.size()]);
            list.AddLine(a, b, line.faint ? faded(shade, 0.5f) : shade, ui.px(3));
            list.AddLine(a, b, faded(colour, line.faint ? 0.4f : 0.9f), std::max(1.0f, ui.scale));
        }
    for (const Grip& h : set.handles) draw_handle(ui, list, h, to_window(h.at), h.name == hot, colour);
    // Points are named where there are several.
    if (set.handles.size() < 2) return;
    const WithFont small(ui.fonts.small);
    for (const Grip& h : set.handles)
        if (h.kind == HandleKind::Point) {
            const ImVec2 c = to_window(h.at);
            list.AddText({c.x + ui.px(9), c.y + ui.px(3)}, shade, h.name.c_str());
            list.AddText({c.x + ui.px(8), c.y + ui.px(2)}, colour, h.name.c_str());
        }
}

} // namespace tessera
