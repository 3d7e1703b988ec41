#pragma once
// The merge operations: one table from which the parameter's choices, the help and the kernels are made.
#include <span>
#include <string>

namespace tessera {

/// A and B are the colours of the two inputs (premultiplied), a and b their alphas. A separable operation's `body` is
/// the body of a GLSL function of one channel, `float f(float A, float B, float a, float b)`; alpha is computed like
/// any channel. A non-separable one's is that of `vec3 f(vec3 A, vec3 B)`, and its alpha is a + b - a*b.
struct MergeOperation {
    const char* name;    ///< as in project files
    const char* formula; ///< for the help
    const char* body;
    bool without_a_gives_b = false; ///< an empty A leaves B as it is
    bool porter_duff = false;       ///< alpha masking does not apply
    bool non_separable = false;
};

std::span<const MergeOperation> merge_operations();

/// GLSL of the helpers that several bodies call (with an include guard).
std::string merge_helpers();

} // namespace tessera
