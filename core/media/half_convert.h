#pragma once
// Whole rows between 16-bit and 32-bit floats: with the processor's own instructions (F16C) where it has them, else
// OpenEXR's. Rounds to nearest even; infinities and NaNs stay what they are.
#include <cstddef>
#include <cstdint>

namespace tessera {

void half_to_float(const uint16_t* from, float* to, size_t count);
void float_to_half(const float* from, uint16_t* to, size_t count);

} // namespace tessera
