#include "app/viewer/tile.h"
#include "app/viewer/picture.h"
#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>

namespace tessera {

namespace {

int floor_div(int v, int by)
{
    return v >= 0 ? v / by : -((-v + by - 1) / by);
}

uint64_t next_id()
{
    static std::atomic<uint64_t> last{0};
    return ++last;
}

/// Written so that compilers make vector instructions of it: no branch, no library call.
void pack_row(const float* from, uint8_t* to, int pixels)
{
    for (int i = 0; i < pixels * 4; ++i) {
        const float v = from[i] > 0.0f ? from[i] : 0.0f; // false for NaN
        to[i] = uint8_t(int((v < 1.0f ? v : 1.0f) * 255.0f + 0.5f));
    }
    for (int i = 0; i < pixels; ++i) to[i * 4 + 3] = 255;
}

} // namespace

TileRange tiles_over(const Rect& area)
{
    if (area.empty()) return {};
    return {floor_div(area.x0, shown_tile), floor_div(area.y0, shown_tile), floor_div(area.x1 - 1, shown_tile) + 1,
            floor_div(area.y1 - 1, shown_tile) + 1};
}

Rect tile_rect(int x, int y)
{
    return {x * shown_tile, y * shown_tile, (x + 1) * shown_tile, (y + 1) * shown_tile};
}

std::vector<uint8_t> packed(const HostImage& image, const Rect& area)
{
    const size_t row = size_t(area.width()) * 4;
    std::vector<uint8_t> out(row * size_t(area.height()));
    for (int y = area.y1 - 1, k = 0; y >= area.y0; --y, ++k)
        pack_row(image.at(area.x0, y), out.data() + size_t(k) * row, area.width());
    return out;
}

void cut(const HostImage& image, int level, const Rect& bounds, const std::function<void(int, int, TilePtr)>& take)
{
    const TileRange range = tiles_over(intersected(image.region, bounds));
    for (int y = range.y1 - 1; y >= range.y0; --y)
        for (int x = range.x0; x < range.x1; ++x) {
            const Rect area = intersected(tile_rect(x, y), bounds);
            if (area.empty() || !image.region.contains(area)) continue;
            auto tile = std::make_shared<Tile>();
            tile->id = next_id();
            tile->level = level;
            tile->area = area;
            tile->rgba = packed(image, area);
            take(x, y, std::move(tile));
        }
}

std::vector<Rect> pieces_of(const std::vector<Rect>& tiles, const Rect& visible, double most_pixels)
{
    // Blocks of side x side tiles of the grid; of each the part that holds its missing tiles.
    const double afford = std::min(std::max(most_pixels / (double(shown_tile) * shown_tile), 1.0), 1e8);
    const int side = std::max(1, int(std::sqrt(afford)));
    std::map<std::pair<int, int>, Rect> blocks;
    Rect all;
    for (const Rect& t : tiles) all = united(all, t);
    if (double(all.pixels()) <= most_pixels) return tiles.empty() ? std::vector<Rect>{} : std::vector<Rect>{all};
    const TileRange from = tiles_over(visible);
    for (const Rect& t : tiles) {
        const TileRange at = tiles_over(t);
        Rect& block = blocks[{floor_div(at.x0 - from.x0, side), floor_div(at.y0 - from.y0, side)}];
        block = united(block, t);
    }
    std::vector<Rect> pieces;
    for (const auto& [at, block] : blocks) pieces.push_back(block);
    const double x = (visible.x0 + visible.x1) * 0.5, y = (visible.y0 + visible.y1) * 0.5;
    const auto distance = [&](const Rect& r) { return std::hypot((r.x0 + r.x1) * 0.5 - x, (r.y0 + r.y1) * 0.5 - y); };
    std::stable_sort(pieces.begin(), pieces.end(),
                     [&](const Rect& a, const Rect& b) { return distance(a) < distance(b); });
    return pieces;
}

} // namespace tessera
