#include "nodes/filter/convolution.h"
#include <cmath>
#include <numbers>

namespace tessera {

namespace {

constexpr int long_side = 512, short_side = 256; ///< of a transform (shaders/filter/fft.glsl)
constexpr int widest_short = 48;                 ///< reach up to which short transforms do less work
constexpr int column_lines = 4;                  ///< columns a work group of convolve_columns does
constexpr int most_samples = 8 * 512 * 512;      ///< of the tiles done at once: 32 MiB an image
constexpr double rounding = 1e-6;                ///< results below it are rounding of the transform

/// cos and sin of -2 pi m / 512.
const TablePtr& roots()
{
    static const TablePtr table = [] {
        std::vector<float> numbers;
        for (int m = 0; m < long_side; ++m) {
            numbers.push_back(float(std::cos(2 * std::numbers::pi * m / long_side)));
            numbers.push_back(float(-std::sin(2 * std::numbers::pi * m / long_side)));
        }
        return make_table(std::move(numbers));
    }();
    return table;
}

/// Rows that a work group of convolve_rows does.
int row_lines(int side)
{
    return side == short_side ? 4 : 1;
}

KernelPtr transform(const char* path, int inputs, int side, const std::string& defines)
{
    return kernel_variant(path, KernelForm::Raw, inputs, defines + " FFT_SIDE=" + std::to_string(side));
}
KernelPtr rows(int side, const std::string& defines)
{
    return transform("filter/convolve_rows", 1, side, defines);
}

/// The spectrum of the kernel, side x side.
AreaImage spectrum(PassList& list, AreaImage kernel, int side)
{
    const Rect square{0, 0, side, side};
    const AreaImage half = list.scratch(square), whole = list.scratch(square);
    list.run_raw(rows(side, "CONVOLVE_KERNEL"), {kernel}, half, square, 1, side / row_lines(side), roots());
    list.run_raw(transform("filter/convolve_columns", 1, side, "CONVOLVE_KERNEL"), {half}, whole, square,
                 side / column_lines, 1, roots());
    return whole;
}

} // namespace

int Convolution::side() const
{
    return std::max(reach_x, reach_y) <= widest_short ? short_side : long_side;
}
int Convolution::valid_x() const
{
    return side() - 2 * reach_x;
}
int Convolution::valid_y() const
{
    return side() - 2 * reach_y;
}

Rect Convolution::tiles(const Rect& out) const
{
    return {floor_div(out.x0, valid_x()), floor_div(out.y0, valid_y()), ceil_div(out.x1, valid_x()),
            ceil_div(out.y1, valid_y())};
}

Rect Convolution::reads(const Rect& out) const
{
    const Rect t = tiles(out);
    return Rect{t.x0 * valid_x(), t.y0 * valid_y(), t.x1 * valid_x(), t.y1 * valid_y()}.grown(reach_x, reach_y);
}

void Convolution::run(PassList& list, AreaImage in, AreaImage kernel, AreaImage out, const Rect& area) const
{
    const int length = side(), most_tiles = most_samples / (length * length), lines = row_lines(length);
    const AreaImage weights = spectrum(list, kernel, length);
    const Rect all = tiles(area);
    const int across = std::min(all.width(), most_tiles), up = std::max(1, most_tiles / across);
    const Rect largest{0, 0, across * length, std::min(up, all.height()) * length};
    const AreaImage first = list.scratch(largest), second = list.scratch(largest);
    const std::string edges = edge == Edge::Black ? "" : "EDGES ";
    const KernelPtr columns = transform("filter/convolve_columns", 2, length, "");
    const auto put_grid = [&](Block& u, const Rect& t) {
        u.put_ivec2("first", t.x0, t.y0);
        u.put_ivec2("valid", valid_x(), valid_y());
        u.put_ivec2("radius", reach_x, reach_y);
    };
    for (int y = all.y0; y < all.y1; y += up)
        for (int x = all.x0; x < all.x1; x += across) {
            const Rect t{x, y, std::min(x + across, all.x1), std::min(y + up, all.y1)};
            const Rect samples{0, 0, t.width() * length, t.height() * length};
            Block& u = list.run_raw(rows(length, edges + bloom_defines(bloom)), {in}, first, samples, t.width(),
                                    samples.y1 / lines, roots());
            put_grid(u, t);
            put_bloom(u, bloom);
            if (!edges.empty()) put_edge(u, edge);
            list.run_raw(columns, {first, weights}, second, samples, samples.x1 / column_lines, t.height(), roots());
            const Rect made =
                intersected(area, {t.x0 * valid_x(), t.y0 * valid_y(), t.x1 * valid_x(), t.y1 * valid_y()});
            Block& b = list.run_raw(rows(length, "CONVOLVE_INVERSE"), {second}, out, made, t.width(),
                                    t.height() * ceil_div(valid_y(), lines), roots());
            put_grid(b, t);
            b.put("scale", 1.0 / (double(length) * length));
            b.put("least", rounding);
        }
}

std::string bloom_defines(const Bloom& bloom)
{
    return bloom.none() ? "" : "BLOOMS ";
}

void put_bloom(Block& block, const Bloom& bloom)
{
    if (bloom.none()) return;
    block.put("bloom_threshold", bloom.threshold);
    block.put("bloom_gain", bloom.gain);
}

} // namespace tessera
