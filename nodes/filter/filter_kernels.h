#pragma once
// What the passes of several filters share: kernels in variants, and what lies beyond an image's data window.
#include "core/op/description.h"
#include <string>

namespace tessera {

/// What a filter takes the image to be beyond its data window.
enum class Edge { Black, Repeat, Mirror };

/// The kernel in shaders/`path`.glsl with `defines` ("A B=2") in front of its text. Kept for good: callers may ask
/// often.
KernelPtr kernel_variant(const std::string& path, KernelForm form, int inputs, const std::string& defines = {});

/// Length of one side of a work group of the raw filter kernels (shaders/filter/line.glsl).
inline constexpr int line_group_x = 32, line_group_y = 4;

/// A raw pass in which every invocation makes `run` pixels along `axis` (0 x, 1 y). With `aligned`, runs start at
/// multiples of `run`, so that what an invocation reads does not depend on the area. Puts "axis", "first" and "stride".
Block& run_lines(PassList& list, KernelPtr kernel, std::vector<AreaImage> reads, AreaImage write, const Rect& area,
                 int axis, int run, bool aligned, TablePtr table = {});

/// Puts "edge" for kernels compiled with EDGES (shaders/filter/edges.glsl).
void put_edge(Block& block, Edge edge);

/// Half-open range along one axis.
struct Span {
    int a = 0, b = 0;
};
inline Span span_of(const Rect& r, int axis)
{
    return axis == 0 ? Span{r.x0, r.x1} : Span{r.y0, r.y1};
}
inline Rect with_span(Rect r, int axis, Span s)
{
    (axis == 0 ? r.x0 : r.y0) = s.a;
    (axis == 0 ? r.x1 : r.y1) = s.b;
    return r;
}
inline int floor_div(int a, int b)
{
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}
inline int ceil_div(int a, int b)
{
    return -floor_div(-a, b);
}

} // namespace tessera
