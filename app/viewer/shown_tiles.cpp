#include "app/viewer/shown_tiles.h"
#include <algorithm>

namespace tessera {

namespace {

/// `r` of level `from` in pixels of the finer or equal level `to`.
Rect finer(const Rect& r, int from, int to)
{
    const int k = from - to;
    return {r.x0 << k, r.y0 << k, r.x1 << k, r.y1 << k};
}

bool overlap(const Tile& t, int level, const Rect& area)
{
    if (t.level >= level) return !intersected(finer(t.area, t.level, level), area).empty();
    return !intersected(t.area, finer(area, level, t.level)).empty();
}

} // namespace

void ShownTiles::add(uint64_t generation, TilePtr tile)
{
    for (Entry& e : tiles_)
        if (e.generation == generation && e.tile->level == tile->level && e.tile->area == tile->area)
            return void(e.tile = std::move(tile));
    tiles_.push_back({generation, std::move(tile)});
}

bool ShownTiles::has(uint64_t generation, int level, int x, int y) const
{
    const Rect place = tile_rect(x, y);
    return std::any_of(tiles_.begin(), tiles_.end(), [&](const Entry& e) {
        return e.generation == generation && e.tile->level == level && place.contains(e.tile->area);
    });
}

uint64_t ShownTiles::newest() const
{
    uint64_t newest = 0;
    for (const Entry& e : tiles_) newest = std::max(newest, e.generation);
    return newest;
}

bool ShownTiles::covers(uint64_t generation, int level, const Rect& area) const
{
    const TileRange range = tiles_over(area);
    for (int y = range.y0; y < range.y1; ++y)
        for (int x = range.x0; x < range.x1; ++x) {
            const Rect part = intersected(tile_rect(x, y), area);
            const bool covered = std::any_of(tiles_.begin(), tiles_.end(), [&](const Entry& e) {
                return e.generation == generation && e.tile->level >= level &&
                       finer(e.tile->area, e.tile->level, level).contains(part);
            });
            if (!covered) return false;
        }
    return true;
}

int ShownTiles::finest(uint64_t generation, int level, const Rect& area) const
{
    if (area.empty()) return level;
    for (int l = level; l <= coarsest_level; ++l) {
        const Rect part = at_level(area, l - level);
        const TileRange range = tiles_over(part);
        bool all = true;
        for (int y = range.y0; y < range.y1 && all; ++y)
            for (int x = range.x0; x < range.x1 && all; ++x) all = has(generation, l, x, y);
        if (all) return l;
    }
    return -1;
}

void ShownTiles::prune(int wanted, const Rect& visible)
{
    const uint64_t now = newest();
    const bool fine = finest(now, wanted, visible) == wanted;
    const bool whole = fine || covers(now, wanted, visible);
    const Rect near = visible.grown(shown_tile, shown_tile);
    std::erase_if(tiles_, [&](const Entry& e) {
        if (!overlap(*e.tile, wanted, near)) return true;
        if (e.generation != now) return whole;
        return fine && e.tile->level != wanted;
    });
}

std::vector<TilePtr> ShownTiles::drawn(int wanted) const
{
    std::vector<Entry> order = tiles_;
    std::stable_sort(order.begin(), order.end(), [&](const Entry& a, const Entry& b) {
        if (a.generation != b.generation) return a.generation < b.generation;
        const bool last_a = a.tile->level == wanted, last_b = b.tile->level == wanted;
        if (last_a != last_b) return last_b;
        return a.tile->level > b.tile->level;
    });
    std::vector<TilePtr> out;
    for (Entry& e : order) out.push_back(std::move(e.tile));
    return out;
}

} // namespace tessera
