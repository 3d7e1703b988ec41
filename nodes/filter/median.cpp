// Median: the middle one of the values in a box, channel by channel. Always exactly one of the input's values, so that
// the bits depend neither on how an image is cut nor on the device.
//
// Up to a radius of 3 it is a sorting network on registers (median_small.glsl). Beyond that the image is taken apart
// into four planes and each into tiles of 32 x 32 windows, a work group each (median_tiles.glsl). Windows that lie so
// close have nearly all their values in common, and their medians lie close together in value:
//
//   1. A sketch of the image, four values for every cell of 4 x 4 pixels or more, tells a range in which the medians of
//   a
//      tile probably lie (median_sketch.glsl, median_guess.glsl).
//   2. What the tile's windows touch, (32 + 2 radius)^2 values, is looked at once. Those below the range are counted
//   for
//      every window, by sums over rows and columns of bits; the places of those in the range are listed.
//   3. The list is sorted: into bins first, then by networks over runs of 16 until nothing is out of order. For every
//   32
//      values of it a word for each of the 32 columns of windows tells which of them lie in those columns, and a word
//      for each row likewise. A window finds its median by counting the bits of (column and row), two instructions for
//      32 values, up from the number of those below the range.
//   4. The guess only saves time: windows whose median is not in the range are told by their counts and look in the
//   next
//      one above or below. A list that would be too long is made in parts, and a value that alone would overflow it is
//      counted instead.
//
// The work is the values in the range, which is a few in a hundred of a noisy plain and up to half on a steep
// gradient. Rejected: histograms that slide along (Perreault and Hebert 2007): exact with floats only over the ranks
// of a tile's values, which have to be sorted entirely, and with a histogram a column they take tens of kibibytes a
// work group; a wavelet matrix (Moroto and Umetani 2022): about twenty levels of dependent, scattered reads a value,
// where this has a handful; bisection of the value with all windows at once: each has a threshold of its own after
// the first step, so that nothing is shared; merging sorted tiles (Adams 2021): about 150 steps of merging a pixel at
// a radius of 30, each with a scattered read and write.
#include "core/op/op.h"
#include "nodes/filter/filter_kernels.h"
#include <algorithm>
#include <cmath>

namespace tessera {
namespace {

struct Params {
    Vec2 size{3, 3};
};

/// Radius: places in a tile's surroundings fit a byte, counts of them half a word, and all the work on a tile is within
/// the 65535 loop iterations that a software device allows an invocation.
constexpr double largest = 64;
constexpr int tile = 32; ///< windows along a side of a tile
constexpr int network_radius = 3;
constexpr int network_run = 16;                   ///< pixels an invocation of median_small makes
constexpr int finest_cell = 2, coarsest_cell = 5; ///< of the sketch, as powers of two
constexpr int cells_across = 6;                   ///< a window has at least so many, unless cells are the finest
constexpr int guesses = 2;                        ///< along a side of a tile: at its corners
constexpr int guess_rounds = 8;
/// Share of a window's values by which a guess may be off, and a little more: this, over the window's side.
constexpr double guess_margin = 2.5, widest_margin = 0.45;

struct Radius {
    int x = 0, y = 0;
    Radius(const Params& p, double scale) : x(at(p.size.x * scale)), y(at(p.size.y * scale)) {}
    static int at(double size) { return int(std::lround(std::clamp(size, 0.0, largest))); }
    bool none() const { return x == 0 && y == 0; }
};

KernelPtr raw(const std::string& name, int inputs, const std::string& defines = {})
{
    return kernel_variant("filter/" + name, KernelForm::Raw, inputs, defines);
}

/// The planes of the part of an image that the tiles over `area` need.
struct Planes {
    Radius radius;
    Rect area;
    int tiles_x, tiles_y;
    int columns; ///< of vectors
    int rows;    ///< of one plane

    Planes(const Radius& r, const Rect& a)
        : radius(r), area(a), tiles_x(ceil_div(a.width(), tile)), tiles_y(ceil_div(a.height(), tile)),
          columns(tile / 4 * (tiles_x - 1 + ceil_div(tile + 2 * r.x, tile))),
          rows(ceil_div(tiles_y * tile + 2 * r.y, 1 << coarsest_cell) << coarsest_cell)
    {
    }

    AreaImage split(PassList& list, AreaImage in) const
    {
        const Rect all{0, 0, columns, 4 * rows};
        const AreaImage planes = list.scratch(all);
        Block& u = list.run_raw(raw("median_planes", 1), {in}, planes, all, ceil_div(columns, line_group_x),
                                ceil_div(rows, line_group_y));
        u.put_ivec2("corner", area.x0 - radius.x, area.y0 - radius.y);
        u.put("rows", rows);
        return planes;
    }

    int guess_rows() const { return tiles_y * (guesses - 1) + 1; }

    AreaImage guess(PassList& list, AreaImage planes) const
    {
        int cell = finest_cell;
        const int side = 2 * std::min(radius.x, radius.y) + 1;
        while (cell < coarsest_cell && side >= cells_across << (cell + 1)) ++cell;
        AreaImage cells = planes;
        for (int level = finest_cell; level <= cell; ++level) {
            const bool pixels = level == finest_cell;
            const Rect all{0, 0, ceil_div(columns, 1 << (level - finest_cell)), 4 * rows >> level};
            const AreaImage next = list.scratch(all);
            Block& u = list.run(kernel_variant("filter/median_sketch", KernelForm::Gather, 1), {cells}, next, all);
            u.put_ivec2("step", pixels ? 1 : 2, pixels ? 4 : 2);
            u.put("split", pixels ? 0 : 1);
            cells = next;
        }
        const Rect all{0, 0, tiles_x * (guesses - 1) + 1, 4 * guess_rows()};
        const AreaImage result = list.scratch(all);
        Block& u = list.run(kernel_variant("filter/median_guess", KernelForm::Gather, 1), {cells}, result, all);
        u.put("cell", cell);
        u.put("cells", rows >> cell);
        u.put("rows", guess_rows());
        u.put("spacing", tile / (guesses - 1));
        u.put_ivec2("side", 2 * radius.x + 1, 2 * radius.y + 1);
        u.put("rounds", guess_rounds);
        u.put("margin", std::min(widest_margin, guess_margin / side));
        return result;
    }

    AreaImage medians(PassList& list, AreaImage planes) const
    {
        const AreaImage guessed = guess(list, planes);
        const Rect all{0, 0, tiles_x * tile / 4, 4 * tiles_y * tile};
        const AreaImage result = list.scratch(all);
        Block& u = list.run_raw(raw("median_tiles", 2), {planes, guessed}, result, all, tiles_x, 4 * tiles_y);
        u.put_ivec2("side", 2 * radius.x + 1, 2 * radius.y + 1);
        u.put_ivec2("tiles", tiles_x, tiles_y);
        u.put("rows", rows);
        u.put("guesses", guesses);
        u.put("guess_rows", guess_rows());
        return result;
    }

    void join(PassList& list, AreaImage medians, AreaImage out) const
    {
        Block& u =
            list.run_raw(raw("median_join", 1), {medians}, out, area, ceil_div(ceil_div(area.width(), 4), line_group_x),
                         ceil_div(area.height(), line_group_y));
        u.put("rows", tiles_y * tile);
    }
};

void small_median(PassList& list, int radius, AreaImage in, AreaImage out, const Rect& area)
{
    const std::string defines =
        "MEDIAN_RADIUS=" + std::to_string(radius) + " MEDIAN_RUN=" + std::to_string(network_run);
    list.run_raw(raw("median_small", 1, defines), {in}, out, area, ceil_div(area.width(), line_group_x),
                 ceil_div(ceil_div(area.height(), network_run), line_group_y));
}

const Register median =
    Op<Params>("median")
        .label("Median")
        .menu("Filter")
        .help("The middle one of the values in a box of 2 * size + 1 pixels, channel by channel: removes specks and "
              "noise, keeps edges. The result is exact: always one of the values in the box. The border of the data "
              "window is repeated, so that the window does not grow and edges do not darken. A NaN counts as greater "
              "than any number.")
        .in("in")
        .mask()
        .filters()
        .param(&Params::size, "size",
               {.label = "Size",
                .min = 0,
                .max = largest,
                .hard = true,
                .help = "Pixels to either side in x and y, rounded to whole ones at the resolution worked at."})
        .identity([](const Params& p, const OpContext&) { return Radius(p, 1).none(); })
        .roi([](const Params& p, const OpContext& c, int port, const Rect& out) {
            const Radius r(p, c.scale);
            return port == 0 ? out.grown(r.x, r.y) : out;
        })
        .area([](const Params& p, const OpContext& c, PassList& l) {
            const Radius r(p, c.scale);
            if (r.x == r.y && r.x >= 1 && r.x <= network_radius)
                return small_median(l, r.x, l.input(0), l.output(), l.work());
            const Planes planes(r, l.work());
            planes.join(l, planes.medians(l, planes.split(l, l.input(0))), l.output());
        });

} // namespace
} // namespace tessera
