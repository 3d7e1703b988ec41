#pragma once
// GLSL -> SPIR-V by glslang, and what is done to the SPIR-V before a driver sees it.
#include "core/base/result.h"
#include <cstdint>
#include <string>
#include <vector>

namespace tessera {

/// Part of the disk cache's keys: raise it when the same text is to become other SPIR-V.
inline constexpr int spirv_version = 1;

/// Compiles a compute shader for Vulkan 1.3. `sources`: names of the text's source strings (`#line 1 N`), for messages;
/// InvalidArgument with the compiler's first line when the text is wrong. Any thread.
Result<std::vector<uint32_t>> compile_glsl(const std::string& text, const std::vector<std::string>& sources);

/// Decorates every floating-point arithmetic result NoContraction, so that no driver fuses a multiplication with an
/// addition of another operator: fused or not, chunked or not, the bits are the same. With `keep_special_values` it
/// also asks for signed zeros, infinities and NaNs to be kept (SignedZeroInfNanPreserve).
void pin_arithmetic(std::vector<uint32_t>& spirv, bool keep_special_values);

/// How many loops the module has, in all its functions.
size_t loops_in(const std::vector<uint32_t>& spirv);

} // namespace tessera
