#pragma once
// Resampling of an image through a 3x3 matrix: filters, where each output pixel samples, and what it reads. One gather
// pass, or two where the map keeps to the axes and the filter is wide: n + n reads a pixel instead of n x n. The GLSL is
// shaders/transform/resample.glsl.
//
// Reconstruction is separable over the nearest 2, 4 or 6 samples along each axis. Where the map shrinks the image the
// filter is stretched over the output pixel's footprint (along the two axes in which the map stretches most and least,
// and by at least one source pixel), so that no detail is skipped; that costs as many reads as the footprint has
// pixels, which is about the same for every output image of a source. A map that only moves pixels by whole ones (also
// mirrored or turned by quarters) copies them, with every filter that goes through its samples.
#include "core/op/description.h"

namespace tessera {

enum class ResampleFilter {
    Impulse,
    Cubic,
    Keys,
    Simon,
    Rifman,
    Mitchell,
    Parzen,
    Notch,
    Lanczos4,
    Lanczos6,
    Sinc4,
    Box
};
/// Names of the filters in project files, in the order above, and what the user reads about them.
const std::vector<const char*>& resample_filters();
inline constexpr const char* resample_filter_help =
    "Impulse copies the nearest pixel. Cubic smooths a little and never overshoots; Keys, Simon and Rifman sharpen "
    "more and more; Mitchell, Parzen and Notch soften, even where nothing moves; Lanczos4, Lanczos6 and Sinc4 are the "
    "sharpest; Box averages the source under the pixel. When shrinking, every filter but Impulse covers all of the "
    "source.";

/// The filter leaves samples as they are where the image does not move.
bool interpolates(ResampleFilter filter);

struct Resampling {
    /// Input to output, one matrix a shutter sample; full-resolution pixels. Singular ones give nothing.
    std::vector<Mat3> matrices{Mat3{}};
    ResampleFilter filter = ResampleFilter::Cubic;
    bool clamp = false;        ///< limit to the two middle samples, along x and then along y
    bool black_outside = true; ///< false: the input's border is repeated beyond its data window

    /// Data window of the result for an input with `window`; `format` is filled when the border is repeated.
    Rect window(const Rect& window, const Rect& format) const;
    /// Pixels of the input (data window `window`) that `out` depends on, everything at `scale`.
    Rect reads(const Rect& out, const Rect& window, double scale) const;
    /// The passes, from an input with the data window `source` into an output with the data window `whole`, everything
    /// at `scale`.
    void run(PassList& list, AreaImage in, const Rect& source, AreaImage out, const Rect& area, const Rect& whole,
             double scale) const;
};

} // namespace tessera
