#pragma once
// The unit of what viewers show: a square of 8-bit display values, and how a rendered picture is cut into such.
#include "core/base/image.h"
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace tessera {

struct Tile {
    uint64_t id = 0; ///< never used again
    int level = 0;
    Rect area;                 ///< pixels of the level, y up; at most shown_tile a side
    std::vector<uint8_t> rgba; ///< rows top-down, opaque
};
using TilePtr = std::shared_ptr<const Tile>;

/// Columns and rows of tiles, half-open.
struct TileRange {
    int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    int count() const { return (x1 - x0) * (y1 - y0); }
};
/// The tiles that cover `area` (pixels of their level); none for an empty one.
TileRange tiles_over(const Rect& area);
/// The pixels of the tile at column x, row y.
Rect tile_rect(int x, int y);

/// The pixels of `area`, which lies in `image`, as 8-bit RGBA: 255 * v rounded to nearest in single precision, limited
/// to 0..255 (NaN is 0), alpha 255, rows from top to bottom.
std::vector<uint8_t> packed(const HostImage& image, const Rect& area);

/// Cuts a rendered region into tiles with new ids and hands each over: take(column, row, tile). `bounds` is the picture
/// at the level: tiles on its edge are smaller. Tiles that the image holds in part only are left out.
void cut(const HostImage& image, int level, const Rect& bounds, const std::function<void(int, int, TilePtr)>& take);

/// Tiles (rectangles on the grid) joined to rectangles of at most `most_pixels` (one tile at least), those nearest to
/// the middle of `visible` first. A piece may also cover tiles that are not in the list.
std::vector<Rect> pieces_of(const std::vector<Rect>& tiles, const Rect& visible, double most_pixels);

} // namespace tessera
