#include "app/overlays/wipe.h"

namespace tessera {

namespace {
constexpr double degrees = 180 / 3.14159265358979323846;
double dot(Vec2 a, Vec2 b)
{
    return a.x * b.x + a.y * b.y;
}
} // namespace

WipeHandles wipe_handles(const Wipe& wipe, Vec2 centre, double scale)
{
    WipeHandles h;
    const double a = wipe.angle / degrees;
    h.centre = centre;
    h.across = {std::cos(a), -std::sin(a)}; // the window's y goes down
    h.along = {-std::sin(a), -std::cos(a)};
    h.angle = centre + h.along * (wipe_arm * scale);
    h.opacity = centre + h.across * ((0.35 + 0.65 * wipe.opacity) * wipe_track * scale);
    return h;
}

WipePart wipe_part_at(const WipeHandles& h, Vec2 point, double reach)
{
    const auto near = [&](Vec2 p) { return std::hypot(p.x - point.x, p.y - point.y) <= reach; };
    if (near(h.angle)) return WipePart::Angle;
    if (near(h.opacity)) return WipePart::Opacity;
    return near(h.centre) ? WipePart::Centre : WipePart::None;
}

Wipe wipe_dragged(Wipe wipe, WipePart part, const WipeHandles& h, Vec2 point, Vec2 image, double scale, bool snap)
{
    const Vec2 d = point - h.centre;
    switch (part) {
    case WipePart::None: break;
    case WipePart::Centre: wipe.centre = image; break;
    case WipePart::Angle: {
        if (d.x == 0 && d.y == 0) break;
        constexpr double step = 15;
        wipe.angle = std::atan2(-d.x, -d.y) * degrees;
        if (snap) wipe.angle = std::round(wipe.angle / step) * step;
        break;
    }
    case WipePart::Opacity: {
        const double share = (dot(d, h.across) / (wipe_track * scale) - 0.35) / 0.65;
        wipe.opacity = std::clamp(snap ? std::round(share * 10) / 10 : share, 0.0, 1.0);
        break;
    }
    }
    return wipe;
}

std::vector<Vec2> cut(std::span<const Vec2> polygon, Vec2 centre, Vec2 side)
{
    std::vector<Vec2> kept;
    for (size_t i = 0; i < polygon.size(); ++i) {
        const Vec2 a = polygon[i], b = polygon[(i + 1) % polygon.size()];
        const double da = dot(a - centre, side), db = dot(b - centre, side);
        if (da >= 0) kept.push_back(a);
        if ((da > 0 && db < 0) || (da < 0 && db > 0)) kept.push_back(a + (b - a) * (da / (da - db)));
    }
    return kept;
}

} // namespace tessera
