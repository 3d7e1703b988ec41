// A Gaussian blur for mattes and edge work, which differs from the user's Blur in what it takes the image to be beyond its
// border: the border's own pixels. A subject cut by the edge of the frame then has no edge there, so softening its matte
// does not make it transparent and a light wrap does not run along the frame.
//
// Standard deviation is size / 2.4. Up to a limit it is two one-dimensional passes. Wider ones work on a reduced image:
// means of f x f pixels, the Gaussian there, and a quadratic B-spline back up. Variances add under convolution, so the
// Gaussian is narrowed by the variances of the box (f^2/12) and of the spline (f^2/4); what is left of the grid is below
// 1e-3 of a step. The grid lies at multiples of f, so any chunk gives the same bits. Stacked boxes were rejected: they
// need three passes at full size and their width moves in steps.
#include "core/op/op.h"

namespace tessera {
namespace {

struct Params {
    double size = 0;
    enum class Edges { Window, Format } edges = Edges::Window;
};

constexpr double sigma_per_size = 1 / 2.4;
constexpr double widest_direct_sigma = 6; ///< in pixels; beyond it the image is reduced
constexpr double reach_in_sigmas = 3;

/// How a blur of `sigma` pixels is carried out.
struct BlurPlan {
    int factor = 1;   ///< of the reduced image
    double sigma = 0; ///< of the Gaussian on it, in its pixels
    int radius = 0;   ///< of the Gaussian on it, in its pixels
};

BlurPlan plan_of(double sigma)
{
    BlurPlan b;
    while (sigma / b.factor > widest_direct_sigma && b.factor < 1024) b.factor *= 2;
    const double spent = b.factor > 1 ? 1.0 / 12 + 1.0 / 4 : 0.0;
    const double relative = sigma / b.factor;
    b.sigma = std::sqrt(std::max(0.0, relative * relative - spent));
    b.radius = int(std::ceil(reach_in_sigmas * b.sigma));
    return b;
}

BlurPlan plan_of(const Params& p, double scale) { return plan_of(std::max(0.0, p.size) * sigma_per_size * scale); }

/// Pixels beyond a region that its blur reads.
int reach(const BlurPlan& b) { return b.factor > 1 ? (b.radius + 3) * b.factor : b.radius; }

/// The rectangle to which positions are moved before reading, in full-resolution pixels.
Rect edge_rect(const Params& p, const OpContext& c)
{
    const Rect window = c.inputs[0]->data_window;
    return p.edges == Params::Edges::Format ? united(window, c.inputs[0]->format.window()) : window;
}

int floor_div(int a, int b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

Rect reduced(const Rect& r, int factor)
{
    return {floor_div(r.x0, factor), floor_div(r.y0, factor), floor_div(r.x1 - 1, factor) + 1,
            floor_div(r.y1 - 1, factor) + 1};
}

void run_line(PassList& l, AreaImage from, AreaImage to, const Rect& area, const BlurPlan& b, const Rect& edge, bool across)
{
    static const KernelPtr kernel = embedded_kernel("key/clamped_blur_line", KernelForm::Gather, 1);
    Block& u = l.run(kernel, {from}, to, area);
    u.put("edge", edge);
    u.put_ivec2("step", across ? 1 : 0, across ? 0 : 1);
    u.put("radius", b.radius);
    // Weights by recurrence: g(i+1) = g(i) * d(i), d(i+1) = d(i) * ratio.
    const double variance = std::max(b.sigma * b.sigma, 1e-3);
    u.put("first", std::exp(-0.5 / variance));
    u.put("ratio", std::exp(-1 / variance));
}

void passes(const Params& p, const OpContext& c, PassList& l)
{
    static const KernelPtr reduce = embedded_kernel("key/clamped_blur_reduce", KernelForm::Gather, 1);
    static const KernelPtr enlarge = embedded_kernel("key/clamped_blur_enlarge", KernelForm::Gather, 1);
    const BlurPlan b = plan_of(p, c.scale);
    const Rect edge = at_level(edge_rect(p, c), c.level);
    const Rect work = l.work();
    // Nothing is moved to the edge of a scratch image: each is made as large as what is read of it.
    const Rect anywhere{-(1 << 28), -(1 << 28), 1 << 28, 1 << 28};
    if (b.factor == 1) {
        const Rect tall = work.grown(0, b.radius);
        const AreaImage across = l.scratch(tall);
        run_line(l, l.input(0), across, tall, b, edge, true);
        // Rows beyond the edge were computed from the moved rows by the pass before: the position across is moved there,
        // the position along here.
        run_line(l, across, l.output(), work, b, anywhere, false);
        return;
    }
    const Rect small = reduced(work, b.factor).grown(1, 1);
    const Rect tall = small.grown(0, b.radius);
    const Rect wide = tall.grown(b.radius, 0);
    const AreaImage means = l.scratch(wide), across = l.scratch(tall), along = l.scratch(small);
    Block& r = l.run(reduce, {l.input(0)}, means, wide);
    r.put("edge", edge);
    r.put("factor", b.factor);
    run_line(l, means, across, tall, b, anywhere, true);
    run_line(l, across, along, small, b, anywhere, false);
    Block& e = l.run(enlarge, {along}, l.output(), work);
    e.put("factor", b.factor);
}

const Register clamped_blur = Op<Params>("clamped_blur")
    .label("Clamped blur").menu("Filter").internal().filters()
    .help("Gaussian of standard deviation size/2.4; beyond the image its border is repeated. edges: window repeats the "
          "border of the data window and keeps that window; format takes the image as zero between its data window and "
          "the format's border, repeats the latter, and fills the format.")
    .in("in")
    .param(&Params::size, "size", {.label = "Size", .min = 0, .max = 100})
    .param(&Params::edges, "edges", {.label = "Edges", .choices = {"window", "format"}})
    .identity([](const Params& p, const OpContext& c) {
        if (p.edges == Params::Edges::Format && c.connected(0)
            && edge_rect(p, c) != c.inputs[0]->data_window)
            return false;
        return p.size <= 0;
    })
    .info([](const Params& p, const OpContext& c) -> Result<ImageInfo> {
        if (!c.connected(0)) return ImageInfo{.format = c.project_format, .frames_per_second = c.frames_per_second};
        ImageInfo i = *c.inputs[0];
        i.data_window = edge_rect(p, c);
        return i;
    })
    .roi([](const Params& p, const OpContext& c, int, const Rect& out) {
        const int n = reach(plan_of(p, c.scale));
        return out.grown(n, n);
    })
    .area(passes);

} // namespace
} // namespace tessera
