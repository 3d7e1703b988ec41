// M = T(translate) T(center) A^-1 (R S K) A T(-center), as the Transform operator has it: K is X Y or Y X with
// X = [1 skew_x; 0 1] and Y = [1 0; skew_y 1], and A folds the pixel aspect in, so that turning is of the picture as it
// is shown. A handle at local point v (from the centre, in square pixels) lies at R S K v; dragging it to h solves that
// equation for the one parameter the handle stands for.
#include "app/overlays/handle_parts.h"

namespace tessera {

namespace {

/// How far the lever that turns stands out, in window pixels.
constexpr double lever = 72;
/// Turning goes in these steps with Shift, scaling in tenths, skewing in twentieths.
constexpr double turn_step = 15, scale_step = 0.1, skew_step = 0.05;

struct Values {
    Vec2 translate, scale, center;
    double rotate = 0, skew_x = 0, skew_y = 0;
    bool uniform = false, yx = false;
};

Values values_of(const HandleNode& n)
{
    Values v;
    v.translate = value_of(n, "translate", Vec2{});
    v.rotate = value_of(n, "rotate", 0.0);
    v.scale = value_of(n, "scale", Vec2{1, 1});
    v.uniform = value_of(n, "uniform", false);
    v.center = value_of(n, "center", Vec2{});
    v.skew_x = value_of(n, "skew_x", 0.0), v.skew_y = value_of(n, "skew_y", 0.0);
    v.yx = value_of(n, "skew_order", std::string("XY")) == "YX";
    return v;
}

Mat3 skew_of(const Values& v)
{
    const Mat3 x{{1, v.skew_x, 0, 0, 1, 0, 0, 0, 1}}, y{{1, 0, 0, v.skew_y, 1, 0, 0, 0, 1}};
    return v.yx ? y * x : x * y;
}

Vec2 scale_of(const Values& v)
{
    return {v.scale.x, v.uniform ? v.scale.x : v.scale.y};
}

Mat3 linear_of(const Values& v, double aspect)
{
    const Vec2 s = scale_of(v);
    return scaling(1 / aspect, 1) * (rotation(v.rotate) * scaling(s.x, s.y) * skew_of(v)) * scaling(aspect, 1);
}

Mat3 matrix_of(const Values& v, double aspect)
{
    return translation(v.translate.x + v.center.x, v.translate.y + v.center.y) * linear_of(v, aspect) *
           translation(-v.center.x, -v.center.y);
}

/// A corner, the middle of a side, or the place of a skew handle before the transform; by name.
Vec2 local_point(const HandleNode& n, const std::string& name)
{
    const double x0 = n.picture.x0, y0 = n.picture.y0, x1 = n.picture.x1, y1 = n.picture.y1;
    const double x = (x0 + x1) / 2, y = (y0 + y1) / 2;
    if (name == "scale.left_bottom") return {x0, y0};
    if (name == "scale.right_bottom") return {x1, y0};
    if (name == "scale.right_top") return {x1, y1};
    if (name == "scale.left_top") return {x0, y1};
    if (name == "scale.left") return {x0, y};
    if (name == "scale.right") return {x1, y};
    if (name == "scale.bottom") return {x, y0};
    if (name == "scale.top") return {x, y1};
    if (name == "skew_x") return {(x + x1) / 2, y1};
    if (name == "skew_y") return {x1, (y + y1) / 2};
    return {x, y};
}

double stepped(double value, double step, bool snap)
{
    return snap ? std::round(value / step) * step : value;
}

Vec2 turn_point(const HandleNode& n, const Values& v)
{
    const Mat3 turned = scaling(1 / n.aspect, 1) * rotation(v.rotate);
    return v.translate + v.center + transformed(turned, {lever * n.unit, 0});
}

std::vector<ParamChange> drag_move(const HandleNode& n, const Values& v, const HandleDrag& drag)
{
    Vec2 by = drag.to - drag.from;
    if (drag.alternate) { // the centre alone: the picture stays where it is
        const Mat3 back = inverted(linear_of(v, n.aspect));
        if (back == Mat3{{0, 0, 0, 0, 0, 0, 0, 0, 0}}) return {};
        Vec2 center = v.center + transformed(back, by);
        if (drag.snap) center = snapped(center, n.picture, 8 * n.unit);
        const Vec2 d = center - v.center, moved = transformed(linear_of(v, n.aspect), d);
        return {{"center", center}, {"translate", v.translate - d + moved}};
    }
    if (drag.snap) (std::abs(by.x) * n.aspect >= std::abs(by.y) ? by.y : by.x) = 0;
    Vec2 translate = v.translate + by;
    if (drag.snap) translate = {std::round(translate.x), std::round(translate.y)};
    return {{"translate", translate}};
}

std::vector<ParamChange> drag_turn(const HandleNode& n, const Values& v, const HandleDrag& drag)
{
    constexpr double degrees = 180 / 3.14159265358979323846;
    const Vec2 pivot = v.translate + v.center;
    const auto angle = [&](Vec2 p) { return std::atan2(p.y - pivot.y, (p.x - pivot.x) * n.aspect) * degrees; };
    double by = angle(drag.to) - angle(drag.from);
    by -= 360 * std::round(by / 360); // the short way round
    return {{"rotate", stepped(v.rotate + by, turn_step, drag.snap)}};
}

std::vector<ParamChange> drag_scale(const Values& v, const std::string& handle, const Vec2& u, const Vec2& k,
                                    const HandleDrag& drag)
{
    const bool across = handle != "scale.top" && handle != "scale.bottom",
               down = handle != "scale.left" && handle != "scale.right";
    // Handles over the centre pull nothing.
    constexpr double least = 1e-6;
    Vec2 scale = v.scale;
    if (v.uniform || (across && down && !drag.alternate)) {
        const Vec2 was = scale_of(v);
        const Vec2 from{k.x * was.x, k.y * was.y};
        const double length = from.x * from.x + from.y * from.y;
        if (length < least) return {};
        const double by = (u.x * from.x + u.y * from.y) / length;
        scale = {stepped(v.scale.x * by, scale_step, drag.snap), stepped(v.scale.y * by, scale_step, drag.snap)};
    } else {
        if (across && std::abs(k.x) > least) scale.x = stepped(u.x / k.x, scale_step, drag.snap);
        if (down && std::abs(k.y) > least) scale.y = stepped(u.y / k.y, scale_step, drag.snap);
    }
    return {{"scale", scale}};
}

} // namespace

bool has_transform(const HandleNode& node)
{
    return has(node, "translate", ParamType::Vec2) && has(node, "scale", ParamType::Vec2) &&
           has(node, "rotate", ParamType::Float) && has(node, "center", ParamType::Vec2);
}

Mat3 transform_matrix(const HandleNode& node)
{
    return matrix_of(values_of(node), node.aspect);
}

void add_transform(const HandleNode& node, HandleSet& set)
{
    const Values v = values_of(node);
    const Mat3 m = matrix_of(v, node.aspect);
    HandleLine box{{}, true, false};
    for (const char* name : {"scale.left_bottom", "scale.right_bottom", "scale.right_top", "scale.left_top"}) {
        box.points.push_back(transformed(m, local_point(node, name)));
        set.handles.push_back({name, HandleKind::Corner, box.points.back()});
    }
    set.lines.push_back(std::move(box));
    for (const char* name : {"scale.left", "scale.right", "scale.bottom", "scale.top"})
        set.handles.push_back({name, HandleKind::Edge, transformed(m, local_point(node, name))});
    if (has(node, "skew_x", ParamType::Float) && has(node, "skew_y", ParamType::Float))
        for (const char* name : {"skew_x", "skew_y"})
            set.handles.push_back({name, HandleKind::Skew, transformed(m, local_point(node, name))});
    const Vec2 centre = v.translate + v.center, turn = turn_point(node, v);
    set.lines.push_back({{centre, turn}, false, false});
    set.handles.push_back({"rotate", HandleKind::Turn, turn});
    set.handles.push_back({"translate", HandleKind::Centre, centre});
}

std::vector<ParamChange> drag_transform(const HandleNode& n, const std::string& handle, const HandleDrag& drag)
{
    const Values v = values_of(n);
    if (handle == "translate") return drag_move(n, v, drag);
    if (handle == "rotate") return drag_turn(n, v, drag);
    const Vec2 local = local_point(n, handle) - v.center;
    const Vec2 square{local.x * n.aspect, local.y};
    // Where the handle goes, from the centre, in square pixels and turned back.
    const Vec2 to =
        transformed(matrix_of(v, n.aspect), local_point(n, handle)) + (drag.to - drag.from) - v.translate - v.center;
    const Vec2 u = transformed(rotation(-v.rotate), {to.x * n.aspect, to.y});
    if (handle.starts_with("scale.")) return drag_scale(v, handle, u, transformed(skew_of(v), square), drag);
    const Vec2 s = scale_of(v);
    if (s.x == 0 || s.y == 0) return {};
    const Vec2 w{u.x / s.x, u.y / s.y}; // = K * square
    if (handle == "skew_x") {
        const double y = v.yx ? square.y : square.y + v.skew_y * square.x;
        return y == 0 ? std::vector<ParamChange>{}
                      : std::vector<ParamChange>{{"skew_x", stepped((w.x - square.x) / y, skew_step, drag.snap)}};
    }
    if (handle == "skew_y") {
        const double x = v.yx ? square.x + v.skew_x * square.y : square.x;
        return x == 0 ? std::vector<ParamChange>{}
                      : std::vector<ParamChange>{{"skew_y", stepped((w.y - square.y) / x, skew_step, drag.snap)}};
    }
    return {};
}

} // namespace tessera
