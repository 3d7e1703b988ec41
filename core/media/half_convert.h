#pragma once
// Between 16-bit and 32-bit floats, and between rows of single channels and pixels of four values: with the processor's
// own instructions (F16C) where it has them, else OpenEXR's. Rounds to nearest even; infinities and NaNs stay what they
// are.
#include <cstddef>
#include <cstdint>

namespace tessera {

void half_to_float(const uint16_t* from, float* to, size_t count);
void float_to_half(const float* from, uint16_t* to, size_t count);

/// `count` pixels of four floats from four rows of halves. A row may be given more than once.
void pixels_from_halves(const uint16_t* const rows[4], float* to, size_t count);
/// The same from rows of floats.
void pixels_from_floats(const float* const rows[4], float* to, size_t count);
/// Four rows of halves from `count` pixels of four floats; a row that is null is left out.
void halves_from_pixels(const float* from, uint16_t* const rows[4], size_t count);

} // namespace tessera
