#pragma once
// A colour transform ready to run: on the CPU through OpenColorIO, on the GPU as GLSL text of our own kernels.
#include "core/base/hash.h"
#include "core/base/image.h"
#include "core/base/result.h"
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tessera {

/// A transform as text. `glsl` defines `vec4 <function>(vec4 c, uint base)` and what it needs; every global name in it
/// starts with `function`, so that several transforms fit in one kernel. It is GLSL 4.60 for a Vulkan compute shader
/// and expects `float TABLE(uint i)` (float i of the kernel's table buffer) to be declared before it. The transform's
/// own `table` lies in that buffer from float `base` on. No samplers, images, uniforms or buffers are declared.
struct GpuColor {
    std::string function;
    std::string glsl;
    std::vector<float> table; ///< empty for transforms without look-up tables
};

/// Shared and immutable: copies are cheap, every member may be called from any thread. Colour goes in as it is: who
/// holds premultiplied pixels divides by alpha first.
class ColorProcessor {
public:
    struct State;
    explicit ColorProcessor(std::shared_ptr<const State> state) : state_(std::move(state)) {}

    /// The transform changes nothing.
    bool identity() const;
    /// Of everything that decides the pixels: the operations with their numbers and tables, and OpenColorIO's version.
    const Key& key() const;
    /// In place, pixel by pixel.
    void apply(HostImage& image) const;
    /// In place on RGBA pixels, four floats each; the size is a multiple of 4.
    void apply(std::span<float> rgba) const;
    /// The same transform for a kernel. Agrees with `apply` within 1e-4 of the value plus 1e-5
    /// (views: plus 1e-4, for the slope of a display's gamma at black; inverse ACES output transforms: 1e-3).
    /// Unsupported when this OpenColorIO writes something that cannot be turned into plain functions. Made once, then
    /// shared.
    Result<std::shared_ptr<const GpuColor>> gpu() const;

private:
    std::shared_ptr<const State> state_;
};

} // namespace tessera
