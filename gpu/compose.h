#pragma once
// Program -> GLSL: the prelude, one function per distinct kernel, and a main() that runs the steps in order on locals
// s0, s1, ... and stores once. Names are positional, so that the text depends on the program's structure alone.
//
// The text comes in two dialects, whose pixels are the same to the bit. On a GPU an invocation makes one pixel and images
// are storage buffers. Mesa's software device (lavapipe) runs a work group as vectors of as many lanes as a subgroup has,
// and what it makes of a storage-buffer access is a loop over those lanes with a bounds test a component: a load of a
// vec4 costs more than twenty multiply-adds. A texel buffer's load becomes whole 128-bit loads and a transposition, a
// store of two 64-bit integers half the loop. And since it neither hoists what does not change nor skips a branch that
// no lane takes, an invocation walks along a row, as wide as one vector, so that parameters are read once and memory is
// touched in order (docs/performance.md has the figures). A GPU gains nothing by any of this: neighbours in both
// directions share its cache lines, and texel buffers go the longer way there.
#include "core/base/result.h"
#include "core/eval/program.h"
#include <string>
#include <vector>

namespace tessera {

/// Bindings of descriptor set 0.
enum Binding : uint32_t { values_binding = 0, write_binding = 1, table_binding = 2, first_image_binding = 3 };

/// Specialisation constants of every kernel but a raw one; the height is 1 in the Cpu dialect.
enum SpecConstant : uint32_t { local_width_constant = 0, local_height_constant = 1 };

enum class Dialect { Gpu, Cpu };

/// The uniform block of a program as std140, mirrored by the structs below: header, one image record per slot, then for
/// every Call step its record (if it mixes or clips) and its own block.
struct ValuesHeader {
    int32_t area[4];
    int32_t stride, origin; ///< of the image written: pixel (x, y) is at y * stride + x + origin
    float scale, full;      ///< 2^-level and 2^level
    int32_t run, rows;      ///< Cpu: pixels along a row, and rows, that one work group makes
    int32_t unused[2];
};
struct ValuesImage {
    int32_t region[4];  ///< x0, y0, width, height of the pixels that are there
    int32_t clamped[4]; ///< least and greatest position that FETCH_CLAMP reads
    int32_t window[4];
    int32_t stride, origin, unused[2];
};
struct ValuesCall {
    float mix[4];
    int32_t window[4];
    float mask_scale, mask_offset, unused[2];
};
struct ValuesLayout {
    struct Call {
        uint32_t record = 0; ///< offset of its ValuesCall; 0 when it has none
        uint32_t block = 0, block_bytes = 0;
    };
    std::vector<Call> calls;
    uint32_t bytes = 0;
};
ValuesLayout values_layout(const Program& program);

/// True for a program that is one raw kernel, with its own main() and work group size.
bool is_raw(const Program& program);

/// Loops of the Cpu dialect's composed main().
inline constexpr size_t main_loops = 2;

struct Composition {
    std::string glsl;
    std::vector<std::string> sources; ///< what the compiler's source string numbers mean: "main" or a kernel's name
};
/// InvalidArgument when the program has no meaning (a gather kernel twice, a raw kernel beside others).
Result<Composition> compose(const Program& program, Dialect dialect = Dialect::Gpu);

} // namespace tessera
