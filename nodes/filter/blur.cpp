// Blur: box, triangle, quadratic and Gaussian. How it is computed: nodes/filter/blur_axis.h.
#include "core/op/op.h"
#include "nodes/filter/blur_passes.h"

namespace tessera {
namespace {

struct Params {
    Vec2 size{10, 10};
    BlurFilter filter = BlurFilter::Gaussian;
    double quality = least_quality;
    Edge edge = Edge::Black;
    bool crop_to_format = false;
};

BlurPasses blur_of(const Params& p, double scale)
{
    return {plan_blur(p.filter, p.size.x * scale, p.quality), plan_blur(p.filter, p.size.y * scale, p.quality), p.edge};
}

const Register blur =
    Op<Params>("blur")
        .label("Blur")
        .menu("Filter")
        .help(
            "Blurs. The Gaussian's standard deviation is size / 2.4; box, triangle and quadratic are a box of that "
            "size applied once, twice and three times. A Gaussian is cut at four standard deviations, and wide ones "
            "are computed on a reduced image: together less than 2e-4 of the image's range off. The image is black "
            "beyond its data window unless Edge says otherwise.")
        .in("in")
        .mask()
        .filters()
        .param(&Params::size, "size",
               {.label = "Size", .min = 0, .max = 100, .help = "Diameter in x and y, in pixels."})
        .param(&Params::filter, "filter",
               {.label = "Filter",
                .help = "Shape of the weights.",
                .choices = {"box", "triangle", "quadratic", "gaussian"}})
        .param(
            &Params::quality, "quality",
            {.label = "Quality",
             .min = least_quality,
             .max = 16,
             .hard = true,
             .help =
                 "Least standard deviation, in pixels of the reduced image, at which a wide Gaussian is computed. The "
                 "error falls with its fourth power: 2 is 1e-4, 4 is 1e-5; time rises with it."})
        .param(&Params::edge, "edge",
               {.label = "Edge",
                .help = "What lies beyond the data window: black, its border repeated, or its mirror image. With the "
                        "last two the data window does not grow.",
                .choices = {"black", "repeat", "mirror"}})
        .param(&Params::crop_to_format, "crop_to_format",
               {.label = "Crop to format",
                .help = "Cut the result at the format instead of growing the data window beyond it."})
        .identity([](const Params& p, const OpContext&) { return blur_of(p, 1).none(); })
        .info([](const Params& p, const OpContext& c) -> Result<ImageInfo> {
            if (!c.connected(0)) return ImageInfo{.format = c.project_format};
            ImageInfo i = *c.inputs[0];
            const Rect grown = blur_of(p, 1).grown(i.data_window);
            i.data_window = p.crop_to_format ? intersected(grown, i.format.window()) : grown;
            return i;
        })
        .roi([](const Params& p, const OpContext& c, int, const Rect& out) { return blur_of(p, c.scale).reads(out); })
        .area([](const Params& p, const OpContext& c, PassList& l) {
            blur_of(p, c.scale).run(l, l.input(0), c.input_window(0), l.output(), l.work());
        });

} // namespace
} // namespace tessera
