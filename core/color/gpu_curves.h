#pragma once
// Curves in OpenColorIO's GPU text, made fast.
#include <string>

namespace tessera {

/// Rewrites every `..._evalBSplineCurve...(curve, x)` of `text` whose curves it understands into functions without
/// loops or arrays; leaves the text alone where it does not.
void unroll_curves(std::string& text);

} // namespace tessera
