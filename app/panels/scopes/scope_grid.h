#pragma once
// Where the tiles that a viewer shows fall into the grid of samples that scopes count.
#include "app/shell/scope_passes.h"
#include "app/viewer/picture_feed.h"
#include <functional>

namespace tessera {

struct ScopeGrid {
    int width = 0, height = 0; ///< 0: nothing is shown
    std::vector<ScopeTile> tiles;
    std::vector<uint64_t> ids; ///< of the tiles: a texture's number is used again, a tile's is not
    bool operator==(const ScopeGrid&) const = default;
};

/// A grid over `area` (full-resolution pixels) of at most `most` samples, not finer than the finest tile's pixels.
/// `texture`: that of a tile, 0 while it has none.
ScopeGrid scope_grid(std::span<const ShownTile> tiles, const Rect& area, int most,
                     const std::function<TextureId(uint64_t)>& texture);

} // namespace tessera
