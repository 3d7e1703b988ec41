// Erode (fast) and Dilate: minimum or maximum over a box, in both axes one after the other
// (nodes/filter/window_passes.h).
#include "core/op/op.h"
#include "nodes/filter/window_passes.h"

namespace tessera {
namespace {

struct Params {
    Vec2 size{1, 1};
    Edge edge = Edge::Black;
};

/// `sign`: 1 erodes where the size is positive, -1 dilates; sizes at the level.
BoxExtreme passes_of(const Params& p, double sign, double scale)
{
    return {{p.size.x * sign * scale, p.size.y * sign * scale}, p.edge};
}

/// Pixels by which an axis of size `size` (positive erodes) grows the data window.
int growth(double size, Edge edge)
{
    return size < 0 && edge == Edge::Black ? int(std::ceil(-size)) : 0;
}

Op<Params> declare(const char* id, double sign)
{
    Op<Params> op(id);
    op.in("in")
        .mask("alpha")
        .filters()
        .param(&Params::size, "size",
               {.label = "Size",
                .min = -100,
                .max = 100,
                .help = "In x and y, in pixels. A fraction of a pixel lies that far between the two whole sizes."})
        .param(&Params::edge, "edge",
               {.label = "Edge",
                .help = "What lies beyond the data window: black, its border repeated, or its mirror image.",
                .choices = {"black", "repeat", "mirror"}})
        .identity([](const Params& p, const OpContext&) { return p.size == Vec2{}; })
        .info([sign](const Params& p, const OpContext& c) -> Result<ImageInfo> {
            if (!c.connected(0)) return ImageInfo{.format = c.project_format};
            ImageInfo i = *c.inputs[0];
            i.data_window = i.data_window.grown(growth(p.size.x * sign, p.edge), growth(p.size.y * sign, p.edge));
            return i;
        })
        .roi([sign](const Params& p, const OpContext& c, int, const Rect& out) {
            return passes_of(p, sign, c.scale).reads(out);
        })
        .area([sign](const Params& p, const OpContext& c, PassList& l) {
            passes_of(p, sign, c.scale).run(l, l.input(0), l.output(), l.work());
        });
    return op;
}

const Register erode_fast = declare("erode_fast", 1)
                                .label("Erode (fast)")
                                .menu("Filter")
                                .help("Smallest value within a box of 2 * size + 1 pixels; a negative size takes the "
                                      "largest instead. The time does not grow with the size.");

const Register dilate = declare("dilate", -1)
                            .label("Dilate")
                            .menu("Filter")
                            .help("Largest value within a box of 2 * size + 1 pixels; a negative size takes the "
                                  "smallest instead. The time does not grow with the size.");

} // namespace
} // namespace tessera
