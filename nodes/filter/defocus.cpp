// Defocus: every point becomes the picture of the lens (lens.h), by convolution (convolution.h). A few pixels are
// summed directly. Discs wider than a transform can take are convolved on a reduced grid; there the kernel is sharpened
// by the inverse of what reducing and interpolating soften, up to a limit, so that their rim stays about a cell wide.
#include "core/op/op.h"
#include "nodes/filter/blur_passes.h"
#include "nodes/filter/convolution.h"
#include "nodes/filter/lens.h"
#include <numbers>

namespace tessera {
namespace {

struct Params {
    double size = 10;
    double aspect_ratio = 1;
    enum class Shape { Disc, Bladed, Image } shape = Shape::Disc;
    int blades = 6;
    double rotation = 0, roundness = 0.3;
    bool use_alpha = false;
    bool bloom = false;
    double bloom_threshold = 1, bloom_gain = 4;
    Edge edge = Edge::Black;
    enum class Method { Automatic, Direct, Transform } method = Method::Automatic;
};

constexpr int most_direct_taps = 45;  ///< from here on the transform is faster
constexpr int sharpen_radius = 4;     ///< taps to either side of the kernel's sharpening, in cells
constexpr double most_sharpening = 4; ///< of any frequency

/// How one defocus is carried out, in pixels of the level.
struct Plan {
    Lens lens;
    int reach_x = 0, reach_y = 0; ///< in pixels
    BlurAxis reduction;           ///< factor 1: at full size
    Convolution convolution;      ///< on the reduced grid
    bool direct = false;
};

int reach(double radius)
{
    return int(std::ceil(radius - 0.5));
}

Plan plan_of(const Params& p, double pixel_aspect, double scale)
{
    Plan plan;
    const double radius = p.size / 2 * scale;
    Lens& lens = plan.lens;
    lens.bladed = p.shape == Params::Shape::Bladed;
    lens.blades = p.blades, lens.rotation = p.rotation, lens.roundness = p.roundness;
    lens.radius_x = std::max(1e-3, radius * p.aspect_ratio / pixel_aspect);
    lens.radius_y = std::max(1e-3, radius);
    plan.reach_x = std::max(0, reach(lens.radius_x)), plan.reach_y = std::max(0, reach(lens.radius_y));
    const int taps = (2 * plan.reach_x + 1) * (2 * plan.reach_y + 1);
    if (p.shape != Params::Shape::Image)
        plan.direct =
            p.method == Params::Method::Direct || (p.method == Params::Method::Automatic && taps <= most_direct_taps);
    int halvings = 0;
    const auto too_wide = [&] {
        const double cells = std::max(lens.radius_x, lens.radius_y) / (1 << halvings);
        return reach(cells) + (halvings ? sharpen_radius : 0) > Convolution::widest;
    };
    while (!plan.direct && too_wide()) ++halvings;
    plan.reduction = plan_reduction(halvings);
    const int extra = halvings ? sharpen_radius : 0;
    plan.convolution.reach_x = reach(lens.radius_x / plan.reduction.factor) + extra;
    plan.convolution.reach_y = reach(lens.radius_y / plan.reduction.factor) + extra;
    plan.convolution.edge = halvings ? Edge::Black : p.edge;
    if (p.bloom) plan.convolution.bloom = {p.bloom_threshold, p.bloom_gain};
    return plan;
}

double aspect_of(const OpContext& c)
{
    return c.connected(0) ? c.inputs[0]->format.pixel_aspect : 1;
}
Plan plan_of(const Params& p, const OpContext& c)
{
    return plan_of(p, aspect_of(c), c.scale);
}

/// Convolves a kernel (width x height, row after row) along both axes with the sharpening that undoes the reduction.
void sharpen(std::vector<float>& kernel, int width, int height, const BlurAxis& reduction)
{
    constexpr int samples = 64;
    double taps[sharpen_radius + 1] = {};
    for (int i = 0; i <= samples / 2; ++i) {
        const double frequency = 2 * std::numbers::pi * i / samples;
        const double gain = std::min(1 / reduction_response(reduction, frequency), most_sharpening);
        for (int n = 0; n <= sharpen_radius; ++n)
            taps[n] += (i == 0 || i == samples / 2 ? 1.0 : 2.0) * gain * std::cos(frequency * n) / samples;
    }
    for (const int step : {1, width}) {
        const int length = step == 1 ? width : height;
        std::vector<float> result(kernel.size());
        for (int at = 0; at < int(kernel.size()); ++at) {
            const int place = step == 1 ? at % width : at / width;
            double sum = 0;
            for (int n = -sharpen_radius; n <= sharpen_radius; ++n)
                if (place + n >= 0 && place + n < length) sum += taps[std::abs(n)] * kernel[size_t(at + n * step)];
            result[size_t(at)] = float(sum);
        }
        kernel = std::move(result);
    }
}

/// The kernel as an image, on the grid of the convolution.
AreaImage kernel_image(const Params& p, const OpContext& c, const Plan& plan, PassList& l)
{
    const int rx = plan.convolution.reach_x, ry = plan.convolution.reach_y;
    const AreaImage image = l.scratch(kernel_region(rx, ry));
    Lens lens = plan.lens;
    lens.radius_x /= plan.reduction.factor, lens.radius_y /= plan.reduction.factor;
    if (p.shape == Params::Shape::Image) {
        const Rect picture = at_level(c.inputs[1]->format.window(), c.level);
        Block& u = l.run(kernel_variant("filter/defocus_picture", KernelForm::Gather, 1), {l.input(1)}, image,
                         kernel_region(rx, ry));
        u.put("picture", picture);
        u.put("radius", Vec2{lens.radius_x, lens.radius_y});
        const double shrink = std::max(picture.width() / (2 * lens.radius_x), picture.height() / (2 * lens.radius_y));
        u.put("parts", std::clamp(int(std::ceil(shrink)), 1, 16));
        u.put("use_alpha", p.use_alpha);
        return image;
    }
    std::vector<float> weights = lens_weights(lens, rx, ry);
    if (plan.reduction.factor > 1) sharpen(weights, 2 * rx + 1, 2 * ry + 1, plan.reduction);
    Block& u = l.run(kernel_variant("filter/defocus_shape", KernelForm::Gather, 0), {}, image, kernel_region(rx, ry),
                     make_table(std::move(weights)));
    u.put_ivec2("reach", rx, ry);
    return image;
}

void direct(const Params& p, const Plan& plan, PassList& l)
{
    const std::vector<float> weights = lens_weights(plan.lens, plan.reach_x, plan.reach_y);
    double sum = 0;
    for (const float w : weights) sum += w;
    std::vector<float> taps;
    size_t at = 0;
    for (int y = -plan.reach_y; y <= plan.reach_y; ++y)
        for (int x = -plan.reach_x; x <= plan.reach_x; ++x)
            if (const float w = weights[at++]; w > 0) taps.insert(taps.end(), {float(-x), float(-y), float(w / sum)});
    const int count = int(taps.size() / 3);
    const std::string edges = p.edge == Edge::Black ? "" : "EDGES ";
    Block& u = l.run(
        kernel_variant("filter/defocus_direct", KernelForm::Gather, 1, edges + bloom_defines(plan.convolution.bloom)),
        {l.input(0)}, l.output(), l.work(), make_table(std::move(taps)));
    u.put("count", count);
    put_bloom(u, plan.convolution.bloom);
    if (!edges.empty()) put_edge(u, p.edge);
}

/// The regions of a defocus on a reduced grid: of every reduction's result, of the convolution's, of the first
/// expansion's.
struct Regions {
    Rect tall;                 ///< reduced along x alone: what the last expansion reads
    Rect cells;                ///< of the convolution's result
    std::vector<Rect> reduced; ///< of the reductions' results, in order
    Rect input;
};
Regions regions_of(const Plan& plan, const Rect& out)
{
    const BlurAxis& r = plan.reduction;
    Regions g;
    g.tall = expand_reads(out, 0, r.factor, r.origin);
    g.cells = expand_reads(g.tall, 1, r.factor, r.origin);
    g.reduced.resize(r.steps.size() * 2);
    Rect needed = plan.convolution.reads(g.cells);
    for (size_t i = r.steps.size(); i-- > 0;)
        for (const int axis : {1, 0}) {
            g.reduced[i * 2 + size_t(axis)] = needed;
            needed = reduce_reads(needed, axis, r.steps[i]);
        }
    g.input = needed;
    return g;
}

void wide(const Params& p, const OpContext& c, const Plan& plan, PassList& l)
{
    const BlurAxis& r = plan.reduction;
    const Regions g = regions_of(plan, l.work());
    Convolution convolution = plan.convolution;
    AreaImage image = l.input(0);
    Edge edge = p.edge;
    if (!convolution.bloom.none()) {
        const Rect source = intersected(g.input, c.input_window(0));
        const Rect area = edge == Edge::Black && !source.empty() ? source : g.input;
        image = l.scratch(area);
        Block& u = l.run(kernel_variant("filter/defocus_direct", KernelForm::Gather, 1,
                                        bloom_defines(convolution.bloom) + (edge == Edge::Black ? "" : "EDGES")),
                         {l.input(0)}, image, area, make_table({0, 0, 1}));
        u.put("count", 1);
        put_bloom(u, convolution.bloom);
        if (edge != Edge::Black) put_edge(u, edge);
        convolution.bloom = {};
        edge = Edge::Black;
    }
    for (size_t i = 0; i < g.reduced.size(); ++i) {
        const AreaImage next = l.scratch(g.reduced[i]);
        reduce(l, image, next, g.reduced[i], int(i % 2), r.steps[i / 2], i == 0 ? edge : Edge::Black);
        image = next;
    }
    const AreaImage cells = l.scratch(g.cells), tall = l.scratch(g.tall);
    convolution.run(l, image, kernel_image(p, c, plan, l), cells, g.cells);
    expand(l, cells, tall, g.tall, 1, r.factor, r.origin);
    expand(l, tall, l.output(), l.work(), 0, r.factor, r.origin);
}

const Register defocus =
    Op<Params>("defocus")
        .label("Defocus")
        .menu("Filter")
        .help("Blurs as a lens does that is out of focus: every point becomes a disc, the polygon of an iris, or the "
              "picture at the input filter. The time hardly depends on the size.")
        .in("in")
        .optional_in("filter")
        .mask()
        .filters()
        .param(&Params::size, "size",
               {.label = "Size",
                .min = 0,
                .max = 200,
                .help = "Diameter in pixels (height, where the aspect ratio is not 1)."})
        .param(&Params::aspect_ratio, "aspect_ratio",
               {.label = "Aspect ratio",
                .min = 0.25,
                .max = 4,
                .help = "Width over height, as the picture is shown; 0.5 for an anamorphic lens."})
        .param(&Params::shape, "shape",
               {.label = "Shape",
                .help = "Of a point of light: a disc, an iris, or the picture at the input filter.",
                .choices = {"disc", "bladed", "image"}})
        .param(&Params::blades, "blades",
               {.label = "Blades", .min = 3, .max = 16, .hard = true, .help = "Of the iris.", .group = "Iris"})
        .param(&Params::rotation, "rotation",
               {.label = "Rotation", .min = -180, .max = 180, .help = "Of the iris, degrees.", .group = "Iris"})
        .param(
            &Params::roundness, "roundness",
            {.label = "Roundness", .min = 0, .max = 1, .help = "Of the blades: 0 straight, 1 a disc.", .group = "Iris"})
        .param(&Params::use_alpha, "use_alpha",
               {.label = "Use alpha", .help = "With shape image: weights are the picture's alpha, not its luminance."})
        .param(&Params::bloom, "bloom",
               {.label = "Bloom", .help = "Make highlights brighter before blurring.", .group = "Bloom"})
        .param(&Params::bloom_threshold, "bloom_threshold",
               {.label = "Threshold",
                .min = 0,
                .max = 10,
                .help = "Luminance above which light is a highlight.",
                .group = "Bloom"})
        .param(&Params::bloom_gain, "bloom_gain",
               {.label = "Gain",
                .min = 1,
                .max = 20,
                .help = "What is above the threshold is multiplied by this.",
                .group = "Bloom"})
        .param(&Params::edge, "edge",
               {.label = "Edge",
                .help = "What lies beyond the data window: black, its border repeated, or its mirror image. With the "
                        "last two the data window does not grow.",
                .choices = {"black", "repeat", "mirror"}})
        .param(&Params::method, "method",
               {.label = "Method",
                .help =
                    "Direct sums every pixel under the disc (slow, and keeps infinities where they reach); transform "
                    "goes through the frequency domain, where infinities count as 65504 and NaN as 0; automatic "
                    "chooses by size.",
                .choices = {"automatic", "direct", "transform"}})
        .identity([](const Params& p, const OpContext&) { return !(p.size > 0); })
        .needs([](const Params& p, const OpContext& c) -> Result<std::vector<Need>> {
            std::vector<Need> needs{{0, c.frame, std::string(c.layer)}};
            if (p.shape == Params::Shape::Image) needs.push_back({1, c.frame, std::string(main_layer)});
            return needs;
        })
        .info([](const Params& p, const OpContext& c) -> Result<ImageInfo> {
            if (!c.connected(0)) return ImageInfo{.format = c.project_format};
            if (p.shape == Params::Shape::Image && !c.connected(1) && p.size > 0)
                return Error{ErrorKind::InvalidArgument, "defocus has the shape of an image, but none is connected",
                             "connect one to the input 'filter', or choose another shape"};
            ImageInfo i = *c.inputs[0];
            const Plan plan = plan_of(p, aspect_of(c), 1);
            if (p.edge == Edge::Black && p.size > 0) i.data_window = i.data_window.grown(plan.reach_x, plan.reach_y);
            return i;
        })
        .roi([](const Params& p, const OpContext& c, int port, const Rect& out) {
            if (port == 1) return at_level(c.inputs[1]->format.window(), c.level);
            const Plan plan = plan_of(p, c);
            if (plan.direct) return out.grown(plan.reach_x, plan.reach_y);
            return plan.reduction.factor > 1 ? regions_of(plan, out).input : plan.convolution.reads(out);
        })
        .area([](const Params& p, const OpContext& c, PassList& l) {
            const Plan plan = plan_of(p, c);
            if (plan.direct) return direct(p, plan, l);
            if (plan.reduction.factor > 1) return wide(p, c, plan, l);
            plan.convolution.run(l, l.input(0), kernel_image(p, c, plan, l), l.output(), l.work());
        });

} // namespace
} // namespace tessera
