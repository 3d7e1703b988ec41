#include "nodes/filter/window_passes.h"

namespace tessera {

namespace {

constexpr int block = 8;
constexpr int narrow_run = 2, wide_run = 8; ///< pixels an invocation makes
constexpr int least_wide_radius = 3;        ///< from here on the windows of a wide run overlap
constexpr int least_blocks_radius = 12;     ///< from here on sums of 8 pixels save reads, and there is always one
constexpr int least_large_radius = 128;     ///< likewise for sums of 64

} // namespace

Rect WindowPass::reads(const Rect& out) const
{
    const Span s = span_of(out, axis);
    return with_span(out, axis, {s.a - radius - 1, s.b + radius + 1});
}

void WindowPass::run(PassList& list, AreaImage in, AreaImage out, const Rect& area) const
{
    const bool maximum = kind != Kind::Mean;
    const float sign = kind == Kind::Minimum ? -1.0f : 1.0f;
    const int levels = radius >= least_large_radius ? 2 : radius >= least_blocks_radius ? 1 : 0;
    const std::string edges = edge != Edge::Black ? "EDGES " : "";
    const std::string join = maximum ? "WINDOW_MAXIMUM " : "";
    std::vector<AreaImage> images{in};
    Span s = span_of(reads(area), axis);
    for (int level = 1; level <= levels; ++level) {
        s = {floor_div(s.a, block), ceil_div(s.b, block)};
        const Rect cells = with_span(area, axis, s);
        images.push_back(list.scratch(cells));
        const bool first = level == 1;
        Block& u = list.run(kernel_variant("filter/window_blocks", KernelForm::Gather, 1, join + (first ? edges : "")),
                            {images[images.size() - 2]}, images.back(), cells);
        u.put_ivec2("axis", axis == 0, axis == 1);
        u.put("sign", first ? sign : 1.0f);
        if (first && !edges.empty()) put_edge(u, edge);
    }
    const int run = radius >= least_wide_radius ? wide_run : narrow_run;
    const KernelPtr kernel =
        kernel_variant("filter/window", KernelForm::Raw, levels + 1,
                       join + edges + "WINDOW_RUN=" + std::to_string(run) + " WINDOW_LEVELS=" + std::to_string(levels));
    Block& u = run_lines(list, kernel, images, out, area, axis, run, true);
    u.put("radius", radius);
    u.put("fraction", fraction);
    u.put("scale", maximum ? double(sign) : 1 / (2 * (radius + fraction) + 1));
    if (!edges.empty()) put_edge(u, edge);
}

} // namespace tessera
