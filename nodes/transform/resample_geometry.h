#pragma once
// Where output pixels sample the input, prepared for the kernel.
#include "core/base/geometry.h"
#include "nodes/transform/resampling.h"

namespace tessera {

/// The map from output to input at one shutter sample, at a level.
struct SampleMap {
    Mat3 inverse;           ///< output pixel coordinates to input pixel coordinates
    bool singular = false;  ///< nothing maps there
    bool whole = false;     ///< moves, mirrors and quarter turns by whole pixels alone
    bool stretched = false; ///< some footprint is larger than a pixel
};
/// `matrix` is input to output at full resolution.
SampleMap sample_map(const Mat3& matrix, double scale);

/// A symmetric 2x2 matrix.
struct Sym2 {
    double xx = 1, xy = 0, yy = 1;
};
/// How far a filter of unit reach stretches over the footprint of the output pixel at `p`: eigenvalues are the singular
/// values of the derivative, but at least 1. `shrink` is its inverse: from an offset in the source to the filter's
/// axis.
struct Footprint {
    Sym2 stretch, shrink;
};
Footprint footprint(const Mat3& inverse, Vec2 p);

/// Distance from the centre, along the filter's axis, beyond which weights are zero. `shrink`: length of the row of
/// Footprint::shrink that maps to it (1 where nothing is stretched).
double filter_reach(ResampleFilter filter, double shrink);
/// Half extent in x and y of the source pixels with weights above zero; at the four corners of `out` at most.
Vec2 filter_extent(ResampleFilter filter, const SampleMap& map, const Rect& out);

/// The cubic filters as polynomials: w(t) = inner[0] + inner[1] t^2 + inner[2] t^3 for t < 1, outer[0] + outer[1] t +
/// outer[2] t^2 + outer[3] t^3 for 1 <= t < 2 (Mitchell and Netravali 1988).
struct CubicFilter {
    double inner[3], outer[4];
};
CubicFilter cubic_filter(ResampleFilter filter);
bool is_sinc(ResampleFilter filter);
/// Lobes of a sinc filter's window to one side; 0: no window.
int window_lobes(ResampleFilter filter);
/// Samples along one axis where nothing is stretched.
int filter_taps(ResampleFilter filter);

} // namespace tessera
