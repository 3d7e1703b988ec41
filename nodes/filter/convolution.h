#pragma once
// Convolution with a two-dimensional kernel of any shape, in the frequency domain.
//
// The image is cut into tiles of an absolute grid, transformed as 256 x 256 or, for wide kernels, 512 x 512 samples each
// (the tile and the kernel's reach around it), multiplied by the kernel's spectrum and transformed back: about twenty
// reads and writes a pixel, whatever the kernel. Rounding is below 1e-6 of the tile's brightness. A chunk computes whole tiles, so its bits do
// not depend on where it lies. Rejected for discs: prefix sums along rows (two reads a row: five times slower at a
// radius of 30, with edges smoothed only along the row), and sums of separable complex Gaussians (an error of a percent
// at the rim).
#include "nodes/filter/filter_kernels.h"

namespace tessera {

struct Bloom {
    double threshold = 1, gain = 1; ///< what is above the threshold in luminance, times this; gain 1: none
    bool none() const { return gain == 1; }
};

struct Convolution {
    /// Kernels may reach this far from their centre, so that at least half of a tile's side is of use.
    static constexpr int widest = 128;

    int reach_x = 0, reach_y = 0; ///< samples from the kernel's centre to its border, at most `widest`
    Edge edge = Edge::Black;
    Bloom bloom;

    /// The pixels that `out` depends on: whole tiles and their surroundings.
    Rect reads(const Rect& out) const;
    /// `kernel`: weights in red over (-reach_x, -reach_y) to (reach_x, reach_y) inclusive; they are divided by their
    /// sum.
    void run(PassList& list, AreaImage in, AreaImage kernel, AreaImage out, const Rect& area) const;

private:
    Rect tiles(const Rect& out) const; ///< on the grid of tiles
    int side() const; ///< of a tile with its surroundings, in samples
    int valid_x() const;
    int valid_y() const;
};

/// The region of a kernel image.
inline Rect kernel_region(int reach_x, int reach_y)
{
    return {-reach_x, -reach_y, reach_x + 1, reach_y + 1};
}

/// Appends `defines` for kernels that include shaders/filter/bloom.glsl, and puts their values.
std::string bloom_defines(const Bloom& bloom);
void put_bloom(Block& block, const Bloom& bloom);

} // namespace tessera
