// Grows (size above 0) or shrinks a matte: the largest or smallest value within a square of 2*size + 1 pixels, one
// direction after the other. Sizes between whole pixels mix the two nearest, so that an animated size moves smoothly.
// Beyond the image its border is repeated: a matte cut by the frame does not shrink away from it.
#include "core/op/op.h"
#include "nodes/filter/window_passes.h"

namespace tessera {
namespace {

struct Params {
    double size = 0;
};

BoxExtreme passes_of(const Params& p, const OpContext& c)
{
    const double shrink = -p.size * c.scale;
    return {{shrink, shrink}, Edge::Repeat};
}

const Register matte_grow =
    Op<Params>("matte_grow")
        .label("Matte grow")
        .menu("Filter")
        .internal()
        .filters()
        .help("Largest (size > 0) or smallest value within `size` pixels; the border is repeated.")
        .in("in")
        .param(&Params::size, "size", {.label = "Size", .min = -100, .max = 100})
        .identity([](const Params& p, const OpContext&) { return p.size == 0; })
        .roi([](const Params& p, const OpContext& c, int, const Rect& out) { return passes_of(p, c).reads(out); })
        .area([](const Params& p, const OpContext& c, PassList& l) {
            passes_of(p, c).run(l, l.input(0), l.output(), l.work());
        });

} // namespace
} // namespace tessera
