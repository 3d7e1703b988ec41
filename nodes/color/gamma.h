#pragma once
// The gamma of colour operators, as their kernels take it.
#include "core/base/geometry.h"
#include "core/op/block.h"

namespace tessera {

/// 1 where gamma does something, 2 where it is zero or less (a step at 1), 0 where it is 1.
inline double gamma_kind(double gamma)
{
    return gamma == 1 ? 0 : gamma > 0 ? 1 : 2;
}

/// Puts `exponent` (1 / gamma) and `gamma_kind` for each channel, with `prefix` before the names.
inline void put_gamma(Block& u, const Color& gamma, const std::string& prefix = {})
{
    const auto exponent = [](double g) { return g > 0 ? 1 / g : 0; };
    u.put(prefix + "exponent", Vec4{exponent(gamma.r), exponent(gamma.g), exponent(gamma.b), exponent(gamma.a)});
    u.put(prefix + "gamma_kind",
          Vec4{gamma_kind(gamma.r), gamma_kind(gamma.g), gamma_kind(gamma.b), gamma_kind(gamma.a)});
}

} // namespace tessera
