#include "app/overlays/handle_parts.h"

namespace tessera {

namespace {

/// A Vec2 whose slider reaches this far is a place or a length in the picture, not a factor.
constexpr double reaches_picture = 1000;

bool is_place(const ParamDesc& p)
{
    if (p.type != ParamType::Vec2 || p.standard) return false;
    // These are distances and sizes; the rest of the wide ones are places.
    for (const char* not_place : {"translate", "size", "scale", "offset", "spacing"})
        if (p.name.find(not_place) != std::string::npos) return false;
    return std::max(std::abs(p.min), std::abs(p.max)) >= reaches_picture;
}

void add_quad(const HandleNode& node, const char* prefix, bool faint, HandleSet& set)
{
    HandleLine quad{{}, true, faint};
    for (int i = 1; i <= 4; ++i) {
        const std::string name = prefix + std::to_string(i);
        if (!has(node, name, ParamType::Vec2)) return;
        quad.points.push_back(value_of(node, name, Vec2{}));
    }
    set.lines.push_back(std::move(quad));
}

} // namespace

std::vector<std::string> points_of(const HandleNode& node)
{
    std::vector<std::string> names;
    const bool transform = has_transform(node);
    for (const ParamDesc& p : node.op->params)
        if (is_place(p) && !(transform && p.name == "center")) names.push_back(p.name);
    return names;
}

void add_points(const HandleNode& node, HandleSet& set)
{
    add_quad(node, "from", true, set);
    add_quad(node, "to", false, set);
    for (const auto& [a, b] : {std::pair{"p0", "p1"}, {"point0", "point1"}, {"start", "end"}})
        if (has(node, a, ParamType::Vec2) && has(node, b, ParamType::Vec2))
            set.lines.push_back({{value_of(node, a, Vec2{}), value_of(node, b, Vec2{})}, false, false});
    for (const std::string& name : points_of(node))
        set.handles.push_back({name, HandleKind::Point, value_of(node, name, Vec2{})});
}

std::vector<ParamChange> drag_point(const HandleNode& node, const std::string& handle, const HandleDrag& drag)
{
    const Vec2 at = value_of(node, handle, Vec2{}) + (drag.to - drag.from);
    return {{handle, drag.snap ? snapped(at, node.picture, 8 * node.unit) : at}};
}

} // namespace tessera
