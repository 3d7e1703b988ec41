#include "app/panels/viewer/camera.h"

namespace tessera {

Vec2 to_window(const ViewCamera& camera, const ViewArea& area, double aspect, Vec2 image)
{
    const Vec2 middle = area.middle();
    return {middle.x + (image.x - camera.centre.x) * camera.zoom * aspect,
            middle.y - (image.y - camera.centre.y) * camera.zoom};
}

Vec2 to_image(const ViewCamera& camera, const ViewArea& area, double aspect, Vec2 window)
{
    const Vec2 middle = area.middle();
    return {camera.centre.x + (window.x - middle.x) / (camera.zoom * aspect),
            camera.centre.y - (window.y - middle.y) / camera.zoom};
}

ViewCamera zoomed_at(const ViewCamera& camera, const ViewArea& area, double aspect, Vec2 window, double factor)
{
    const Vec2 fixed = to_image(camera, area, aspect, window);
    ViewCamera result = camera;
    result.zoom = std::clamp(camera.zoom * factor, least_zoom, most_zoom);
    const Vec2 moved = to_image(result, area, aspect, window);
    result.centre = result.centre + (fixed - moved);
    return result;
}

double next_zoom(double zoom, bool in)
{
    // A step is skipped when the zoom is all but on it already.
    constexpr double near = 0.01;
    const double power = std::log2(zoom);
    const double next = in ? std::floor(power + near) + 1 : std::ceil(power - near) - 1;
    return std::clamp(std::exp2(next), least_zoom, most_zoom);
}

ViewCamera fitted(const Rect& picture, const ViewArea& area, double aspect, double margin, bool height_only)
{
    ViewCamera camera;
    if (picture.empty()) return camera;
    camera.centre = {(picture.x0 + picture.x1) / 2.0, (picture.y0 + picture.y1) / 2.0};
    const Vec2 size = area.size();
    const double across = std::max(1.0, size.x - 2 * margin) / (picture.width() * aspect),
                 down = std::max(1.0, size.y - 2 * margin) / picture.height();
    camera.zoom = std::clamp(height_only ? down : std::min(across, down), least_zoom, most_zoom);
    return camera;
}

Rect visible(const ViewCamera& camera, const ViewArea& area, double aspect, const Rect& window)
{
    const Vec2 a = to_image(camera, area, aspect, area.low), b = to_image(camera, area, aspect, area.high);
    return intersected(window, rounded_out(a.x, b.y, b.x, a.y));
}

} // namespace tessera
