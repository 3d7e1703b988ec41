#include "nodes/filter/window_passes.h"

namespace tessera {

namespace {

constexpr int block = 8;
constexpr int window_run = 8;           ///< pixels an invocation makes
constexpr int widest_written_out = 3;   ///< radius up to which the kernel is written out; beyond, windows overlap
constexpr int least_blocks_radius = 12; ///< from here on sums of 8 pixels save reads, and there is always one
constexpr int least_large_radius = 128; ///< likewise for sums of 64

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
    const std::string form = radius <= widest_written_out ? "WINDOW_RADIUS=" + std::to_string(radius)
                                                          : "WINDOW_LEVELS=" + std::to_string(levels);
    const KernelPtr kernel = kernel_variant("filter/window", KernelForm::Raw, levels + 1,
                                            join + edges + (fraction > 0 ? "WINDOW_PART " : "") + form);
    Block& u = run_lines(list, kernel, images, out, area, axis, window_run, true);
    u.put("radius", radius);
    u.put("fraction", fraction);
    u.put("scale", maximum ? double(sign) : 1 / (2 * (radius + fraction) + 1));
    if (!edges.empty()) put_edge(u, edge);
}

BoxExtreme::BoxExtreme(Vec2 size, Edge edge)
{
    const auto pass = [&](double s, int axis) {
        WindowPass w;
        w.axis = axis, w.edge = edge;
        w.kind = s > 0 ? WindowPass::Kind::Minimum : WindowPass::Kind::Maximum;
        w.radius = int(std::abs(s));
        w.fraction = std::abs(s) - w.radius;
        return w;
    };
    x_ = pass(size.x, 0);
    y_ = pass(size.y, 1);
}

Rect BoxExtreme::reads(const Rect& out) const
{
    return x_.reads(y_.reads(out));
}

void BoxExtreme::run(PassList& list, AreaImage in, AreaImage out, const Rect& area) const
{
    const Rect rows = y_.reads(area);
    const AreaImage between = list.scratch(rows);
    x_.run(list, in, between, rows);
    WindowPass y = y_;
    y.edge = Edge::Black; // what lies beyond is already in `between`
    y.run(list, between, out, area);
}

} // namespace tessera
