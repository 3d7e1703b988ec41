#include "nodes/filter/blur_passes.h"
#include "nodes/filter/window_passes.h"
#include <cassert>
#include <cmath>

namespace tessera {

namespace {

constexpr int taps_run = 8;            ///< pixels an invocation of blur_taps makes
constexpr int taps_step = 4;           ///< radii for which blur_taps is written out are multiples of this
constexpr int widest_written_out = 16; ///< of these radii
constexpr int reduce_run = 8;          ///< cells an invocation of blur_reduce makes

/// Samples to either side of a pixel that blur_taps reads; the outermost weights may be zero.
int taps_reach(const BlurAxis& a)
{
    const int radius = a.taps.empty() ? 0 : int(a.taps.size()) - 1;
    return radius > 0 && radius <= widest_written_out ? ceil_div(radius, taps_step) * taps_step : radius;
}

/// Half a kernel in five vectors of the block: `name`0 to `name`4.
void put_half(Block& block, char name, const std::vector<float>& half)
{
    const auto at = [&](size_t i) { return i < half.size() ? double(half[i]) : 0.0; };
    for (size_t i = 0; i < 5; ++i)
        block.put(std::string{name, char('0' + i)}, Vec4{at(4 * i), at(4 * i + 1), at(4 * i + 2), at(4 * i + 3)});
}

/// Appends a half kernel as a whole one, and zeros for a run's last pixels.
void append_whole(std::vector<float>& table, const std::vector<float>& half)
{
    for (size_t i = half.size(); i-- > 1;) table.push_back(half[i]);
    table.insert(table.end(), half.begin(), half.end());
    table.resize(table.size() + taps_run - 1, 0.0f);
}

void run_reduce(PassList& list, std::vector<AreaImage> in, AreaImage out, const Rect& area, int axis, int factor,
                Edge edge)
{
    const bool edges = edge != Edge::Black;
    const std::string defines = "REDUCE_FACTOR=" + std::to_string(factor) + (edges ? " EDGES" : "") +
                                (in.size() > 1 ? " PAIR_IMAGES" : "");
    const KernelPtr kernel = kernel_variant("filter/blur_reduce", KernelForm::Raw, int(in.size()), defines);
    Block& u = run_lines(list, kernel, std::move(in), out, area, axis, reduce_run, false);
    u.put("cells", reduce_run);
    if (edges) put_edge(u, edge);
}

} // namespace

Rect reduce_reads(const Rect& area, int axis, int factor)
{
    const Span s = span_of(area, axis);
    return with_span(area, axis, {(s.a - 2) * factor, (s.b + 1) * factor});
}

Rect expand_reads(const Rect& area, int axis, int factor, int origin)
{
    const Span s = span_of(area, axis);
    return with_span(
        area, axis,
        {floor_div(2 * s.a + 1 - 2 * origin, 2 * factor) - 1, floor_div(2 * s.b - 1 - 2 * origin, 2 * factor) + 3});
}

void reduce(PassList& list, AreaImage in, AreaImage out, const Rect& area, int axis, int factor, Edge edge)
{
    run_reduce(list, {in}, out, area, axis, factor, edge);
}

void expand(PassList& list, AreaImage in, AreaImage out, const Rect& area, int axis, int factor, int origin)
{
    Block& u = list.run(kernel_variant("filter/blur_expand", KernelForm::Gather, 1), {in}, out, area);
    const int twice = 2 * factor;
    u.put_ivec2("axis", axis == 0, axis == 1);
    u.put("offset", 1 - 2 * origin);
    u.put("shift", int(std::lround(std::log2(twice))));
    u.put("mask", twice - 1);
    u.put("unit", 1.0 / twice);
}

BlurPasses::BlurPasses(BlurAxis x, BlurAxis y, Edge edge) : x_(std::move(x)), y_(std::move(y)), edge_(edge)
{
    using Kind = Stage::Kind;
    // Reductions first and expansions last, so that everything between them is cheap. The first and the last stage, the
    // only ones at full size, run along x: on a CPU walking along y took twice as long (rows of a picture are a
    // multiple of half a page apart and share few lines of the cache).
    for (size_t i = 0; i < std::max(x_.steps.size(), y_.steps.size()); ++i)
        for (const int a : {0, 1})
            if (i < axis(a).steps.size()) stages_.push_back({Kind::Reduce, a, axis(a).steps[i]});
    for (const int a : {0, 1})
        for (int i = 0; i < axis(a).boxes && axis(a).kind == BlurAxis::Kind::Boxes; ++i)
            stages_.push_back({Kind::Box, a});
    for (const int a : {0, 1})
        if (!axis(a).taps.empty()) stages_.push_back({Kind::Taps, a});
    for (const int a : {1, 0})
        if (axis(a).kind == BlurAxis::Kind::Pyramid) stages_.push_back({Kind::Expand, a, axis(a).factor});
    if (stages_.empty()) stages_.push_back({Kind::Taps, 1});
}

/// The region of a stage's input that `needed` of its output depends on.
Rect BlurPasses::before(const Stage& stage, const Rect& needed) const
{
    const BlurAxis& a = axis(stage.axis);
    const Span s = span_of(needed, stage.axis);
    Span r = s;
    switch (stage.kind) {
    case Stage::Kind::Reduce: return reduce_reads(needed, stage.axis, stage.factor);
    case Stage::Kind::Expand: return expand_reads(needed, stage.axis, a.factor, a.origin);
    case Stage::Kind::Taps: {
        // Whole runs: an invocation multiplies what it reads by zero for some of its pixels, which still counts where
        // it is infinite, so it must not depend on the area.
        const int reach = taps_reach(a);
        r = {floor_div(s.a, taps_run) * taps_run - reach, ceil_div(s.b, taps_run) * taps_run + reach};
        break;
    }
    case Stage::Kind::Box: r = {s.a - a.radius - 1, s.b + a.radius + 1}; break;
    }
    return with_span(needed, stage.axis, r);
}

/// Where a stage's output may differ from zero when its input does so in `there`.
Rect BlurPasses::after(const Stage& stage, const Rect& there) const
{
    const BlurAxis& a = axis(stage.axis);
    const Span s = span_of(there, stage.axis);
    Span r = s;
    switch (stage.kind) {
    case Stage::Kind::Reduce: r = {floor_div(s.a, stage.factor) - 1, ceil_div(s.b, stage.factor) + 2}; break;
    case Stage::Kind::Taps: {
        const int radius = a.taps.empty() ? 0 : int(a.taps.size()) - 1;
        r = {s.a - radius, s.b + radius};
        break;
    }
    case Stage::Kind::Expand: r = {(s.a - 2) * a.factor + a.origin, (s.b + 1) * a.factor + a.origin}; break;
    case Stage::Kind::Box: r = {s.a - a.radius - 1, s.b + a.radius + 1}; break;
    }
    return with_span(there, stage.axis, r);
}

Rect BlurPasses::reads(const Rect& out) const
{
    Rect r = out;
    for (size_t i = stages_.size(); i-- > 0;) r = before(stages_[i], r);
    return r;
}

Rect BlurPasses::grown(const Rect& window) const
{
    return edge_ == Edge::Black ? window.grown(x_.grows, y_.grows) : window;
}

void BlurPasses::run(PassList& list, AreaImage in, const Rect& window, AreaImage out, const Rect& area,
                     std::optional<AreaImage> alpha) const
{
    assert(!alpha || edge_ != Edge::Black);
    const bool edges = edge_ != Edge::Black;
    std::vector<Rect> areas(stages_.size(), area);
    for (size_t i = stages_.size() - 1; i > 0; --i) areas[i - 1] = before(stages_[i], areas[i]);
    Rect there = window;
    std::vector<AreaImage> images{in};
    if (alpha) images.push_back(*alpha);
    for (size_t i = 0; i < stages_.size(); ++i) {
        const bool last = i + 1 == stages_.size();
        there = edges ? areas[i] : after(stages_[i], there);
        Rect made = last ? area : intersected(areas[i], there);
        if (made.empty()) made = {areas[i].x0, areas[i].y0, areas[i].x0 + 1, areas[i].y0 + 1}; // zero, as all around it
        const AreaImage result = last ? out : list.scratch(made);
        emit(list, stages_[i], images, result, made, edges && i == 0);
        images = {result};
    }
}

void BlurPasses::emit(PassList& list, const Stage& stage, const std::vector<AreaImage>& in, AreaImage out,
                      const Rect& area, bool edges) const
{
    const BlurAxis& a = axis(stage.axis);
    switch (stage.kind) {
    case Stage::Kind::Reduce:
        return run_reduce(list, in, out, area, stage.axis, stage.factor, edges ? edge_ : Edge::Black);
    case Stage::Kind::Expand: return expand(list, in[0], out, area, stage.axis, a.factor, a.origin);
    case Stage::Kind::Taps: return emit_taps(list, stage, in, out, area, edges);
    case Stage::Kind::Box: return emit_box(list, stage, in[0], out, area, edges);
    }
}

void BlurPasses::emit_taps(PassList& list, const Stage& stage, const std::vector<AreaImage>& in, AreaImage out,
                           const Rect& area, bool edges) const
{
    const BlurAxis& a = axis(stage.axis);
    const std::vector<float> half = a.taps.empty() ? std::vector<float>{1.0f} : a.taps;
    const int reach = taps_reach(a), radius = int(half.size()) - 1;
    const bool written_out = reach > 0 && reach <= widest_written_out, pair = !a.alpha_taps.empty();
    std::string defines = edges ? "EDGES" : "";
    if (written_out) defines += " TAPS_RADIUS=" + std::to_string(reach);
    if (pair) defines += " TAPS_PAIR";
    if (in.size() > 1) defines += " PAIR_IMAGES";
    TablePtr table;
    if (!written_out) {
        std::vector<float> weights;
        append_whole(weights, half);
        if (pair) append_whole(weights, a.alpha_taps);
        table = make_table(std::move(weights));
    }
    const KernelPtr kernel = kernel_variant("filter/blur_taps", KernelForm::Raw, int(in.size()), defines);
    Block& u = run_lines(list, kernel, in, out, area, stage.axis, taps_run, true, table);
    u.put("radius", reach);
    if (written_out) {
        put_half(u, 'w', half);
        if (pair) put_half(u, 'v', a.alpha_taps);
    } else {
        u.put("count", 2 * radius + taps_run);
    }
    if (edges) put_edge(u, edge_);
}

void BlurPasses::emit_box(PassList& list, const Stage& stage, AreaImage in, AreaImage out, const Rect& area,
                          bool edges) const
{
    const BlurAxis& a = axis(stage.axis);
    WindowPass w;
    w.axis = stage.axis, w.radius = a.radius, w.fraction = a.fraction;
    w.kind = WindowPass::Kind::Mean;
    w.edge = edges ? edge_ : Edge::Black;
    w.run(list, in, out, area);
}

} // namespace tessera
