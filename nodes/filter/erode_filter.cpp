// Erode (filter): the largest (or smallest) of the pixels around, each mixed with the centre by a weight that falls
// with its distance: max over d of c + w(d) (v(d) - c). The box is the plain maximum, the others leave a soft edge.
// Weights are scaled so that the half-way line of a hard edge moves by `size`, whichever filter is chosen.
#include "core/op/op.h"
#include "nodes/filter/filter_kernels.h"

namespace tessera {
namespace {

struct Params {
    Vec2 size{1, 1};
    enum class Filter { Box, Triangle, Quadratic, Gaussian } filter = Filter::Gaussian;
    Edge edge = Edge::Black;
};

constexpr int run = 8;                      ///< pixels an invocation of soft_window makes
constexpr double half_quadratic = 0.633975; ///< where the quadratic B-spline is half its peak: (3 - sqrt(3)) / 2
constexpr double quadratic_peak = 0.75;
constexpr double gaussian_cut = 3.1622776602; ///< in sizes: the weight is 2^-10 there

double weight(Params::Filter filter, double size, double distance)
{
    const double t = distance / size;
    switch (filter) {
    case Params::Filter::Box: return std::clamp(size + 1 - distance, 0.0, 1.0);
    case Params::Filter::Triangle: return std::max(0.0, 1 - t / 2);
    case Params::Filter::Quadratic: {
        const double q = t * half_quadratic;
        return q < 0.5 ? (quadratic_peak - q * q) / quadratic_peak
                       : 0.5 * std::pow(std::max(0.0, 1.5 - q), 2) / quadratic_peak;
    }
    case Params::Filter::Gaussian: break;
    }
    return t > gaussian_cut ? 0 : std::exp2(-t * t);
}

/// Pixels over which weights are not zero.
int reach(Params::Filter filter, double size)
{
    const double s = std::abs(size);
    switch (filter) {
    case Params::Filter::Box: return int(std::ceil(s));
    case Params::Filter::Triangle: return int(std::ceil(2 * s));
    case Params::Filter::Quadratic: return int(std::ceil(1.5 / half_quadratic * s));
    case Params::Filter::Gaussian: break;
    }
    return int(std::ceil(gaussian_cut * s));
}

/// What is read along an axis: whole runs, so that it does not depend on the area.
Rect reads(const Params& p, double size, int axis, const Rect& out)
{
    const Span s = span_of(out, axis);
    const int r = reach(p.filter, size);
    return with_span(out, axis, {floor_div(s.a, run) * run - r, ceil_div(s.b, run) * run + r});
}

void pass(PassList& l, const Params& p, double size, int axis, AreaImage in, AreaImage out, const Rect& area,
          bool edges)
{
    const int r = reach(p.filter, size);
    std::vector<float> weights;
    for (int i = -r; i <= r; ++i)
        weights.push_back(size == 0 ? 1.0f : float(weight(p.filter, std::abs(size), std::abs(i))));
    weights.resize(weights.size() + run - 1, 0.0f);
    const int count = int(weights.size());
    Block& u = run_lines(l, kernel_variant("filter/soft_window", KernelForm::Raw, 1, edges ? "EDGES" : ""), {in}, out,
                         area, axis, run, true, make_table(std::move(weights)));
    u.put("radius", r);
    u.put("count", count);
    u.put("sign", size > 0 ? -1.0f : 1.0f);
    if (edges) put_edge(u, p.edge);
}

int growth(const Params& p, double size)
{
    return size < 0 && p.edge == Edge::Black ? reach(p.filter, size) : 0;
}

const Register erode_filter =
    Op<Params>("erode_filter")
        .label("Erode (filter)")
        .menu("Filter")
        .help("Erodes (positive size) or dilates (negative) with a soft edge: the smallest or largest of the pixels "
              "around, each mixed with the centre by a weight that falls with the distance. The half-way line of a "
              "hard edge moves by the size. Applied along x, then along y.")
        .in("in")
        .mask("alpha")
        .filters()
        .param(&Params::size, "size", {.label = "Size", .min = -50, .max = 50, .help = "In x and y, in pixels."})
        .param(&Params::filter, "filter",
               {.label = "Filter",
                .help = "How weights fall with distance.",
                .choices = {"box", "triangle", "quadratic", "gaussian"}})
        .param(&Params::edge, "edge",
               {.label = "Edge",
                .help = "What lies beyond the data window: black, its border repeated, or its mirror image.",
                .choices = {"black", "repeat", "mirror"}})
        .identity([](const Params& p, const OpContext&) { return p.size == Vec2{}; })
        .info([](const Params& p, const OpContext& c) -> Result<ImageInfo> {
            if (!c.connected(0)) return ImageInfo{.format = c.project_format};
            ImageInfo i = *c.inputs[0];
            i.data_window = i.data_window.grown(growth(p, p.size.x), growth(p, p.size.y));
            return i;
        })
        .roi([](const Params& p, const OpContext& c, int, const Rect& out) {
            return reads(p, p.size.x * c.scale, 0, reads(p, p.size.y * c.scale, 1, out));
        })
        .area([](const Params& p, const OpContext& c, PassList& l) {
            const Rect rows = reads(p, p.size.y * c.scale, 1, l.work());
            const AreaImage between = l.scratch(rows);
            pass(l, p, p.size.x * c.scale, 0, l.input(0), between, rows, p.edge != Edge::Black);
            pass(l, p, p.size.y * c.scale, 1, between, l.output(), l.work(), false);
        });

} // namespace
} // namespace tessera
