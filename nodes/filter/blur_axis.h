#pragma once
// How a blur along one axis is carried out. Every form costs about the same whatever the width, reads whole pixels of
// an absolute grid only, and so gives the same bits whatever rectangle is asked for:
//
// - Taps: a direct convolution. Chosen for small widths.
// - Pyramid (wide Gaussians): the image is reduced by a power of two with a cubic B-spline as low-pass, blurred there,
// and
//   interpolated back with a cubic B-spline. The taps of the middle step are the inverse Fourier transform of the
//   wanted Gaussian divided by the responses of the other two, so that the three together are the Gaussian; what is
//   left is the reduced grid's aliasing. With a Gaussian of at least two cells it stays below 1.2e-4 of the image's
//   range, whatever the image is (sinusoids at the worst frequency), and falls with the fourth power of that number.
// - Boxes (wide box, triangle, quadratic filters): exact moving sums from sums over aligned runs of 8 and 64 pixels.
//
// Rejected: recursive filters and running sums (their bits depend on where a chunk starts), and repeated boxes for the
// Gaussian (3e-3 off with three of them).
#include <vector>

namespace tessera {

enum class BlurFilter { Box, Triangle, Quadratic, Gaussian };

struct BlurAxis {
    enum class Kind { None, Taps, Pyramid, Boxes } kind = Kind::None;
    std::vector<float> taps; ///< Taps, Pyramid: half a symmetric kernel, centre first, on the (reduced) grid
    std::vector<float> alpha_taps; ///< of the same length: alpha's, where they differ; else empty
    std::vector<int> steps;  ///< Pyramid: reductions one after the other, each 2, 4 or 8
    int factor = 1;          ///< Pyramid: their product
    int origin = 0;          ///< Pyramid: reduced sample c lies at the pixel coordinate c * factor + origin
    int boxes = 0;           ///< Boxes: how often
    int radius = 0;          ///< Boxes: whole pixels to either side of the centre
    double fraction = 0;     ///< Boxes: weight of the next one
    int grows = 0;           ///< pixels beyond the input where the result counts as not zero

    bool none() const { return kind == Kind::None; }
};

/// Standard deviation of a Gaussian blur of diameter `size`.
inline constexpr double blur_sigma_per_size = 1 / 2.4;
/// A Gaussian is cut where it has fallen this many standard deviations; 3.2e-5 of it lies beyond on either side.
inline constexpr double gaussian_reach = 4;
/// Least Gaussian on a reduced grid, in cells.
inline constexpr double least_quality = 2;

/// `size` is the filter's diameter in pixels at the level that is computed: a Gaussian's standard deviation is
/// size / 2.4; box, triangle and quadratic are a box of that width applied once, twice and three times. `quality` is
/// the least standard deviation, in cells, at which a Gaussian is taken on a reduced grid (2 to 16). Zero or less: no
/// blur.
BlurAxis plan_blur(BlurFilter filter, double size, double quality = least_quality);

/// A Gaussian blur of colour by one size and of alpha by another, both above 0, in the same passes on the grid of the
/// smaller one.
BlurAxis plan_pair(double colour_size, double alpha_size);
/// Whether that is cheaper than two blurs: the sizes are above 0 and not too different for one grid.
bool pair_pays(double colour_size, double alpha_size);

/// The reductions to a grid 2^halvings as coarse: fills steps, factor and origin.
BlurAxis plan_reduction(int halvings);
/// Response of those reductions and of the interpolation back, together, at `frequency` radians a cell.
double reduction_response(const BlurAxis& reduction, double frequency);

} // namespace tessera
