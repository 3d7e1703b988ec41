#pragma once
// Premult and Unpremult: the channel that colours are multiplied or divided by.
#include "core/op/description.h"
#include <string>
#include <vector>

namespace tessera {

struct FactorParams {
    std::string multiply_by = "alpha";
    bool invert = false;
};

inline constexpr const char* factor_help = "The channel whose value is the factor: alpha, red, green, blue (of the "
                                           "main layer) or LAYER.CHANNEL. It is not itself changed.";

/// Layer and slot of the factor. NotFound when the connected input has no such channel; a main layer that lacks the
/// channel is taken as if it were there (0).
struct Factor {
    std::string layer;
    int slot = 3;
};
Result<Factor> factor_of(const FactorParams& p, const OpContext& c);
Result<std::vector<Need>> factor_needs(const FactorParams& p, const OpContext& c);
/// Fields `slot`, `keep` (the slot not to be changed, -1 for none) and `invert`.
void put_factor(const FactorParams& p, const OpContext& c, Block& u);
/// The image info with the state that alpha has afterwards.
Result<ImageInfo> factor_info(const FactorParams& p, const OpContext& c, AlphaState after);

} // namespace tessera
