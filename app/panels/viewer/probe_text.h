#pragma once
// Values of pixels as text.
#include "core/base/image.h"
#include <array>
#include <string>

namespace tessera {

/// Five figures: "0.18000", "12.345", "-0.0021", "1.2e+06", "nan".
std::string probe_number(double value);
/// "H 120  S 0.50  V 0.42  L 0.31": luminance with the weights of Rec. 709.
std::string hsv_text(const std::array<double, 4>& rgba);
/// "119 120 98": display values as code values.
std::string code_text(const std::array<double, 4>& shown, int bits);
/// "rgba" of the main layer, "depth Z" of another.
std::string channels_text(const Layer& layer);
/// Whether one of the layer's channels takes this slot.
bool has_slot(const Layer& layer, int slot);

} // namespace tessera
