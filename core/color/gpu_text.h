#pragma once
// OpenColorIO's GLSL made into plain functions for our kernels. Knows nothing of OpenColorIO but the text it writes.
#include "core/color/processor.h"
#include <string_view>

namespace tessera {

/// A look-up table as OpenColorIO hands it to a GPU: the samples of a texture.
struct GpuTexture {
    std::string sampler; ///< name of the sampler in the text
    unsigned width = 1, height = 1, depth = 1;
    unsigned channels = 3;     ///< 1 or 3
    bool nearest = false;      ///< read at texel centres only, without interpolation between them
    std::vector<float> values; ///< width * height * depth * channels, width fastest
};

/// `text` defines `vec4 <function>_main(vec4)`; the result defines `vec4 <function>(vec4, uint)` as GpuColor wants it.
/// Unsupported when samplers or uniforms are left that are not among `textures`.
Result<GpuColor> plain_gpu_text(std::string text, const std::string& function, const std::vector<GpuTexture>& textures);

/// Position of the bracket, ")" or "]", that closes the one at `open`; npos when there is none.
size_t closing_bracket(std::string_view text, size_t open);

/// A declaration `const TYPE NAME[N] = TYPE[N](value, value, ...);` in a text.
struct ConstantArray {
    std::string type, name;
    std::vector<double> values;
    size_t begin = 0, end = 0; ///< of the declaration, with the end of its line
};
/// All of them, in their order.
std::vector<ConstantArray> constant_arrays(std::string_view text);

} // namespace tessera
