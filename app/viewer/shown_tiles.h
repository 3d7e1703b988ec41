#pragma once
// Which tiles a viewer draws, in which order, and which it may forget. Pure.
#include "app/viewer/picture.h"
#include "app/viewer/tile.h"
#include <vector>

namespace tessera {

/// Tiles of several pictures (generations: a higher one is newer) and levels. Newer pictures cover older ones; within a
/// picture the wanted level covers the others, and finer ones coarser ones.
class ShownTiles {
public:
    void add(uint64_t generation, TilePtr tile);
    void clear() { tiles_.clear(); }
    bool empty() const { return tiles_.empty(); }
    /// The tile at a place of a picture is here.
    bool has(uint64_t generation, int level, int x, int y) const;
    /// The newest picture of which there is anything; 0: none.
    uint64_t newest() const;
    /// All of `area` (pixels of `level`) is covered by tiles of the picture, of that level or coarser ones.
    bool covers(uint64_t generation, int level, const Rect& area) const;
    /// The finest level of the picture that covers the area by itself; -1: none does.
    int finest(uint64_t generation, int level, const Rect& area) const;
    /// Forgets what is covered and what is far out of sight. `visible`: pixels of the wanted level.
    void prune(int wanted, const Rect& visible);
    /// In the order of drawing.
    std::vector<TilePtr> drawn(int wanted) const;

private:
    struct Entry {
        uint64_t generation = 0;
        TilePtr tile;
    };
    std::vector<Entry> tiles_;
};

} // namespace tessera
