#include "app/panels/scopes/scope_grid.h"
#include <algorithm>
#include <cmath>

namespace tessera {

ScopeGrid scope_grid(std::span<const ShownTile> tiles, const Rect& area, int most,
                     const std::function<TextureId(uint64_t)>& texture)
{
    ScopeGrid grid;
    if (area.empty() || tiles.empty()) return grid;
    int level = tiles.front().level;
    for (const ShownTile& t : tiles) level = std::min(level, t.level);
    const double wide = area.width(), high = area.height();
    const double step = std::max(std::ldexp(1.0, level), std::sqrt(wide * high / double(most)));
    grid.width = std::clamp(int(wide / step), 1, most);
    grid.height = std::clamp(int(high / step), 1, most / grid.width);
    const double dx = wide / grid.width, dy = high / grid.height;
    for (const ShownTile& t : tiles) {
        const TextureId id = texture(t.id);
        if (!id) continue;
        // The samples whose middles lie in the tile: neighbours neither share one nor leave one out.
        const auto first = [](double at, double step_, int count) {
            return std::clamp(int(std::ceil(at / step_ - 0.5)), 0, count);
        };
        ScopeTile s;
        s.texture = id;
        s.x = first(t.left() - area.x0, dx, grid.width);
        s.y = first(area.y1 - t.top(), dy, grid.height);
        s.width = first(t.right() - area.x0, dx, grid.width) - s.x;
        s.height = first(area.y1 - t.bottom(), dy, grid.height) - s.y;
        if (s.width <= 0 || s.height <= 0) continue;
        const double across = t.right() - t.left(), down = t.top() - t.bottom();
        s.u = float((area.x0 + (s.x + 0.5) * dx - t.left()) / across), s.u_step = float(dx / across);
        s.v = float((t.top() - area.y1 + (s.y + 0.5) * dy) / down), s.v_step = float(dy / down);
        grid.tiles.push_back(s);
        grid.ids.push_back(t.id);
    }
    if (grid.tiles.empty()) return {};
    return grid;
}

} // namespace tessera
