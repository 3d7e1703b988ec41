#pragma once
// Matrices as parameters of the internal operator `resample`, to which every affine operator expands.
#include "core/base/geometry.h"
#include "core/base/result.h"
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// A 3x3 matrix in the upper left of a matrix parameter.
Mat4 to_mat4(const Mat3& m);
Mat3 to_mat3(const Mat4& m);

/// Matrices as text (nine numbers each, separated by blanks) that reads back to the same bits.
std::string to_text(const std::vector<Mat3>& matrices);
std::vector<Mat3> matrices_from(std::string_view text);

/// Share of a picture's own pixels: a matrix given for square pixels, made to work on pixels `aspect` times as wide as
/// high.
Mat3 with_pixel_aspect(const Mat3& m, double aspect);

} // namespace tessera
