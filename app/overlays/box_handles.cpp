#include "app/overlays/handle_parts.h"

namespace tessera {

namespace {

struct Sides {
    bool left = false, bottom = false, right = false, top = false;
};

Sides sides_of(const std::string& part)
{
    const auto names = [&](const char* side) { return part.find(side) != std::string::npos; };
    return {names("left"), names("bottom"), names("right"), names("top")};
}

} // namespace

std::vector<std::string> boxes_of(const HandleNode& node)
{
    std::vector<std::string> names;
    for (const ParamDesc& p : node.op->params)
        if (p.type == ParamType::Vec4 && (p.name == "box" || p.name == "area" || p.name.ends_with("_box")))
            names.push_back(p.name);
    return names;
}

void add_box(const HandleNode& node, const std::string& param, HandleSet& set)
{
    const Vec4 b = value_of(node, param, Vec4{});
    const double x = (b.x + b.z) / 2, y = (b.y + b.w) / 2;
    set.lines.push_back({{{b.x, b.y}, {b.z, b.y}, {b.z, b.w}, {b.x, b.w}}, true, false});
    const auto add = [&](const char* part, HandleKind kind, Vec2 at) {
        set.handles.push_back({param + "." + part, kind, at});
    };
    add("centre", HandleKind::Centre, {x, y});
    add("left", HandleKind::Edge, {b.x, y}), add("right", HandleKind::Edge, {b.z, y});
    add("bottom", HandleKind::Edge, {x, b.y}), add("top", HandleKind::Edge, {x, b.w});
    add("left_bottom", HandleKind::Corner, {b.x, b.y}), add("right_bottom", HandleKind::Corner, {b.z, b.y});
    add("right_top", HandleKind::Corner, {b.z, b.w}), add("left_top", HandleKind::Corner, {b.x, b.w});
}

std::vector<ParamChange> drag_box(const HandleNode& node, const std::string& handle, const HandleDrag& drag)
{
    const size_t dot = handle.find('.');
    const std::string param = handle.substr(0, dot), part = handle.substr(dot + 1);
    const Vec4 was = value_of(node, param, Vec4{});
    const Vec2 by = drag.to - drag.from;
    const auto place = [&](Vec2 p) {
        return drag.snap ? snapped(p, node.picture, 8 * node.unit) : Vec2{std::round(p.x), std::round(p.y)};
    };
    if (part == "centre") {
        const Vec2 low = place(Vec2{was.x, was.y} + by);
        return {{param, Vec4{low.x, low.y, was.z + low.x - was.x, was.w + low.y - was.y}}};
    }
    const Sides sides = sides_of(part);
    const Vec2 low = place(Vec2{was.x, was.y} + by), high = place(Vec2{was.z, was.w} + by);
    Vec4 box = was;
    if (sides.left) box.x = std::min(low.x, was.z);
    if (sides.bottom) box.y = std::min(low.y, was.w);
    if (sides.right) box.z = std::max(high.x, was.x);
    if (sides.top) box.w = std::max(high.y, was.y);
    if (drag.alternate) { // about the middle
        if (sides.left) box.z = was.z - (box.x - was.x);
        if (sides.right) box.x = was.x - (box.z - was.z);
        if (sides.bottom) box.w = was.w - (box.y - was.y);
        if (sides.top) box.y = was.y - (box.w - was.w);
    }
    return {{param, box}};
}

} // namespace tessera
