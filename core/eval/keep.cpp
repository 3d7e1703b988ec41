// What is kept: tiles, and the rule that chooses the instances whose tiles are.
#include "core/eval/plan.h"

namespace tessera {

std::vector<TileId> tiles_over(const Key& key, int level, const Rect& rect)
{
    std::vector<TileId> tiles;
    if (rect.empty()) return tiles;
    const Rect r = tile_aligned(rect);
    for (int y = r.y0 / tile_size; y < r.y1 / tile_size; ++y)
        for (int x = r.x0 / tile_size; x < r.x1 / tile_size; ++x) tiles.push_back({key, level, x, y});
    return tiles;
}

Rect tile_aligned(const Rect& r)
{
    if (r.empty()) return {};
    const auto down = [](int v) { return (v >= 0 ? v / tile_size : -((-v + tile_size - 1) / tile_size)) * tile_size; };
    const auto up = [&](int v) { return -down(-v); };
    return {down(r.x0), down(r.y0), up(r.x1), up(r.y1)};
}

std::vector<bool> instances_to_store(const Resolved& resolved, const std::function<bool(const Key&)>& seen)
{
    const auto& all = resolved.instances;
    std::vector<bool> store(all.size(), false), edge(all.size(), false), visited(all.size(), false);
    std::vector<bool> recurring(all.size());
    for (size_t i = 0; i < all.size(); ++i) recurring[i] = seen(all[i].key);
    if (resolved.target < 0) return store;
    visited[size_t(resolved.target)] = true;
    for (size_t i = size_t(resolved.target) + 1; i-- > 0;) {
        if (!visited[i]) continue;
        const Instance& instance = all[i];
        const bool pixel = instance.op->kind == OpKind::Pixel;
        if (edge[i] && pixel && !store[i]) { // too cheap to keep: keep what it reads
            const auto hand_on = [&](int a) {
                if (a >= 0) edge[size_t(a)] = visited[size_t(a)] = true;
            };
            for (const int a : instance.args) hand_on(a);
            hand_on(instance.mix_with);
            hand_on(instance.mask);
            continue;
        }
        if (edge[i] && !pixel) {
            store[i] = true;
            continue;
        }
        if (recurring[i]) continue;
        const auto visit = [&](int a, bool by_area) {
            if (a < 0) return;
            visited[size_t(a)] = true;
            if (!recurring[size_t(a)]) return;
            edge[size_t(a)] = true;
            if (by_area && !all[size_t(a)].args.empty()) store[size_t(a)] = true;
        };
        for (const int a : instance.args) visit(a, !pixel);
        visit(instance.mix_with, false);
        visit(instance.mask, false);
    }
    return store;
}

} // namespace tessera
