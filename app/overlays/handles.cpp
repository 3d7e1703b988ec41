#include "app/overlays/handle_parts.h"
#include <algorithm>

namespace tessera {

bool has(const HandleNode& node, std::string_view name, ParamType type)
{
    return node.op && std::any_of(node.op->params.begin(), node.op->params.end(),
                                  [&](const ParamDesc& p) { return p.name == name && p.type == type; });
}

HandleSet handles_of(const HandleNode& node)
{
    HandleSet set;
    if (!node.op) return set;
    for (const std::string& box : boxes_of(node)) add_box(node, box, set);
    add_points(node, set);
    if (has_transform(node)) add_transform(node, set);
    return set;
}

const Grip* handle_at(const HandleSet& set, Vec2 image, double unit, double aspect, double reach)
{
    const Grip* nearest = nullptr;
    double least = reach * unit;
    for (const Grip& h : set.handles) {
        const double d = std::hypot((h.at.x - image.x) * aspect, h.at.y - image.y);
        if (d <= least) least = d, nearest = &h;
    }
    return nearest;
}

std::vector<ParamChange> dragged(const HandleNode& node, const std::string& handle, const HandleDrag& drag)
{
    if (!node.op) return {};
    const HandleSet set = handles_of(node);
    if (std::none_of(set.handles.begin(), set.handles.end(), [&](const Grip& h) { return h.name == handle; }))
        return {};
    const size_t dot = handle.find('.');
    if (dot != std::string::npos && handle.substr(0, dot) != "scale") return drag_box(node, handle, drag);
    const std::vector<std::string> points = points_of(node);
    if (std::find(points.begin(), points.end(), handle) != points.end()) return drag_point(node, handle, drag);
    return drag_transform(node, handle, drag);
}

Vec2 snapped(Vec2 point, const Rect& picture, double reach)
{
    const auto along = [&](double v, double low, double high) {
        for (const double line : {low, high, (low + high) / 2, low + (high - low) / 3, low + (high - low) * 2 / 3})
            if (std::abs(v - line) <= reach) return line;
        return std::round(v);
    };
    return {along(point.x, picture.x0, picture.x1), along(point.y, picture.y0, picture.y1)};
}

HandleNode handle_node(const Project& project, NodeRef ref, double frame)
{
    HandleNode node;
    const NodePlace place = find_node(project, ref.graph, ref.node);
    if (!place) return node;
    node.op = Registry::instance().find(place.node->op);
    if (!node.op) return node;
    for (const ParamDesc& p : node.op->params) {
        auto value = value_at(project, *place.graph, *place.node, p.name, p.type, p.fallback, frame);
        node.values[p.name] = value ? std::move(*value) : p.fallback;
    }
    node.picture = project.settings.format.window();
    node.aspect = project.settings.format.pixel_aspect;
    return node;
}

Result<ProjectPtr> changed(const ProjectPtr& project, NodeRef ref, std::span<const ParamChange> changes, double frame)
{
    ProjectPtr p = project;
    for (const ParamChange& change : changes) {
        const int count = component_count(type_of(change.value));
        for (int i = 0; i < count; ++i) {
            const NodePlace place = find_node(*p, ref.graph, ref.node);
            if (!place) return Error{ErrorKind::NotFound, "the node is no longer there", "select it again"};
            const auto it = place.node->params.find(change.param);
            const ParamSource* source = it != place.node->params.end() && size_t(i) < it->second.sources.size()
                                            ? &it->second.sources[size_t(i)]
                                            : nullptr;
            const double number = component(change.value, i);
            if (source && std::holds_alternative<CurvePtr>(*source)) {
                CurveKey key;
                key.time = frame, key.value = number;
                TESSERA_TRY(keyed, set_key(p, ref, change.param, i, key));
                p = keyed;
            } else if (!source || std::holds_alternative<std::monostate>(*source)) {
                TESSERA_TRY(set, count == 1 ? set_param(p, ref, change.param, change.value)
                                            : set_param(p, ref, change.param, Value(number), i));
                p = set;
            }
        }
    }
    return p;
}

} // namespace tessera
