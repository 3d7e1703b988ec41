#pragma once
// What the device runs. A Program is structure alone (it is compiled once and cached by its key); a Pass is one launch of
// a program with its images, uniform bytes and tables, which are values and never cause a compile.
//
// A program computes one colour for every pixel of the pass's area, as a short list of steps in order; the last step's
// colour is stored. Step results are plain locals of the kernel, which is what fusion is:
//
//     s0 = Load image 0                     (a plate)
//     s1 = Call key(s0)                     (pixel kernel: vec4 key(vec4 c0, key_u u, Px px))
//     s2 = Call transform                   (gather kernel: vec4 transform(transform_u u, Px px), FETCH0 = image 1)
//     s3 = Call merge(s2, s1), mix with s2, mask s0
//
// A program whose only step calls a Raw kernel is that kernel's own main().
#include "core/op/description.h"
#include <array>

namespace tessera {

struct ProgramStep {
    enum class Kind { Load, Call } kind = Kind::Load;

    // Load: the colour of image `image` at this pixel.
    int image = -1;
    /// Load: the image may not cover the area: zero outside its region. Call: zero outside the call's window.
    bool clip = false;

    // Call.
    KernelPtr kernel;
    std::vector<Block::Field> fields; ///< layout of the uniform block
    std::vector<int> args;            ///< Pixel: the step that gives each colour argument; -1 is vec4(0)
    std::vector<int> images;          ///< Gather, Raw: image slot of FETCH0, FETCH1, ...; -1 reads zero everywhere
    bool unpremult = false; ///< Pixel: argument 0's colour divided by its alpha before (not where alpha is 0) and the
                            ///< result's multiplied by the argument's alpha after (Pixel kernels only)
    bool mixed = false;     ///< result = mix(colour of `mix_with`, result, k), k = mix * (mask.a * mask_scale + mask_offset)
    int mix_with = -1;      ///< step; -1 is vec4(0)
    int mask = -1;          ///< step whose alpha is the mask; -1: the mask is 1
};

struct Program {
    std::vector<ProgramStep> steps;
    int images = 0; ///< images read, slots 0 to images-1
    Key key;        ///< of everything above
    std::string name; ///< for plans and profiles: "grade+saturation+merge"
};
using ProgramPtr = std::shared_ptr<const Program>;
/// Computes the key and the name.
ProgramPtr finish_program(Program program);

/// Device memory. `offset` in bytes, a multiple of 256.
using BufferId = uint64_t;
struct BufferRef {
    BufferId buffer = 0;
    uint64_t offset = 0;
    bool operator==(const BufferRef&) const = default;
};

/// An image in device memory: vec4 of 32-bit floats, row after row from the bottom, `region.width()` pixels a row.
struct DeviceImage {
    BufferRef memory;
    Rect region; ///< pixels that are there
    Rect window; ///< data window at the pass's level; beyond it the image is zero. FETCH outside `region` gives zero,
                 ///< FETCH_CLAMP moves the position into `window` first
    static uint64_t bytes(const Rect& region) { return uint64_t(region.pixels()) * 16; }
};

/// Values of one Call step.
struct PassCall {
    std::vector<std::byte> uniforms; ///< std140 bytes of its block
    std::array<float, 4> mix{1, 1, 1, 1}; ///< per channel; 1 exactly takes the result's bits
    float mask_scale = 1, mask_offset = 0;
    Rect window; ///< for `clip`
};

struct Pass {
    ProgramPtr program;
    std::vector<DeviceImage> reads; ///< by slot
    DeviceImage write;
    Rect area; ///< pixels to compute; inside write.region
    std::vector<PassCall> calls; ///< one for every Call step, in order
    std::vector<TablePtr> tables; ///< laid end to end, each padded to a multiple of 4 floats, as TABLE(i)
    float scale = 1;             ///< 2^-level
    int groups_x = 0, groups_y = 0; ///< Raw only
    uint32_t tag = 0; ///< the caller's own number, given back with the pass's time
};

} // namespace tessera
