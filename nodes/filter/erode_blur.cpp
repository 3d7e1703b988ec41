// Erode (blur): a blur whose value at the place of the new edge is made the edge. With a triangle of half base
// w = 2 |size|, a hard edge becomes S(t) = 1 - (1 - t/w)^2 / 2 at the distance t inside it and 1 - S(-t) outside;
// values at size - 1/2 and size + 1/2 go to 0 and 1.
#include "core/op/op.h"
#include "nodes/filter/blur_passes.h"

namespace tessera {
namespace {

struct Params {
    double size = 1;
    double blur = 0;
    bool crop_to_format = false;
};

/// The blurred step at the distance `t` inside the edge, for a triangle of half base `w`.
double blurred_step(double t, double w)
{
    if (t < 0) return 1 - blurred_step(-t, w);
    const double left = w > 0 ? std::max(0.0, 1 - t / w) : 0.0;
    return t == 0 ? 0.5 : 1 - left * left / 2;
}

BlurPasses spread(const Params& p, double scale)
{
    const BlurAxis a = plan_blur(BlurFilter::Triangle, 2 * std::abs(p.size) * scale);
    return {a, a};
}

BlurPasses soften(const Params& p, double scale)
{
    const BlurAxis a = plan_blur(BlurFilter::Gaussian, p.blur * scale);
    return {a, a};
}

const Register erode_blur =
    Op<Params>("erode_blur")
        .label("Erode (blur)")
        .menu("Filter")
        .help("Erodes (positive size) or dilates (negative) a matte by blurring it with a triangle of width 2 * "
              "|size| and mapping the values at size - 0.5 and size + 0.5 to 0 and 1. The result lies between 0 and 1.")
        .in("in")
        .mask("alpha")
        .filters()
        .param(&Params::size, "size", {.label = "Size", .min = -50, .max = 50, .help = "In pixels."})
        .param(
            &Params::blur, "blur",
            {.label = "Blur", .min = 0, .max = 50, .help = "Softens the new edge: diameter of a Gaussian, in pixels."})
        .param(&Params::crop_to_format, "crop_to_format",
               {.label = "Crop to format",
                .help = "Cut the result at the format instead of growing the data window beyond it."})
        .identity([](const Params& p, const OpContext&) { return p.size == 0 && !(p.blur > 0); })
        .info([](const Params& p, const OpContext& c) -> Result<ImageInfo> {
            if (!c.connected(0)) return ImageInfo{.format = c.project_format};
            ImageInfo i = *c.inputs[0];
            if (p.size < 0) i.data_window = spread(p, 1).grown(i.data_window);
            i.data_window = soften(p, 1).grown(i.data_window);
            if (p.crop_to_format) i.data_window = intersected(i.data_window, i.format.window());
            return i;
        })
        .roi([](const Params& p, const OpContext& c, int, const Rect& out) {
            return spread(p, c.scale).reads(soften(p, c.scale).none() ? out : soften(p, c.scale).reads(out));
        })
        .area([](const Params& p, const OpContext& c, PassList& l) {
            const BlurPasses first = spread(p, c.scale), second = soften(p, c.scale);
            const Rect window = c.input_window(0), grown = p.size < 0 ? first.grown(window) : window;
            Rect wanted = l.work();
            if (!second.none()) {
                wanted = intersected(second.reads(l.work()), grown);
                if (wanted.empty()) wanted = {l.work().x0, l.work().y0, l.work().x0 + 1, l.work().y0 + 1};
            }
            const AreaImage blurred = l.scratch(wanted);
            first.run(l, l.input(0), window, blurred, wanted);
            const AreaImage mapped = second.none() ? l.output() : l.scratch(wanted);
            Block& u = l.run(kernel_variant("filter/erode_blur", KernelForm::Gather, 1), {blurred}, mapped, wanted);
            const double size = p.size * c.scale, w = 2 * std::abs(size);
            const double low = blurred_step(size - 0.5, w), high = blurred_step(size + 0.5, w);
            u.put("low", low);
            u.put("scale", 1 / (high - low));
            if (!second.none()) second.run(l, mapped, grown, l.output(), l.work());
        });

} // namespace
} // namespace tessera
