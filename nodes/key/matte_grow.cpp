// Grows (size above 0) or shrinks a matte: the largest or smallest value within a square of 2*size + 1 pixels, one
// direction after the other. Sizes between whole pixels mix the two nearest, so that an animated size moves smoothly.
// Beyond the image its border is repeated: a matte cut by the frame does not shrink away from it.
#include "core/op/op.h"

namespace tessera {
namespace {

struct Params {
    double size = 0;
};

int reach(const Params& p, double scale)
{
    return int(std::ceil(std::abs(p.size) * scale));
}

void passes(const Params& p, const OpContext& c, PassList& l)
{
    static const KernelPtr line = embedded_kernel("key/matte_grow_line", KernelForm::Gather, 1);
    const double size = std::abs(p.size) * c.scale;
    const Rect edge = c.input_window(0);
    const Rect tall = intersected(l.work().grown(0, reach(p, c.scale)), edge);
    const AreaImage across = l.scratch(tall);
    const auto run = [&](AreaImage from, AreaImage to, const Rect& area, int dx, int dy) {
        Block& u = l.run(line, {from}, to, area);
        u.put("edge", edge);
        u.put_ivec2("step", dx, dy);
        u.put("whole", int(size));
        u.put("part", size - std::floor(size));
        u.put("sign", p.size > 0 ? 1.0 : -1.0);
    };
    run(l.input(0), across, tall, 1, 0);
    run(across, l.output(), l.work(), 0, 1);
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
        .roi([](const Params& p, const OpContext& c, int, const Rect& out) {
            return out.grown(reach(p, c.scale), reach(p, c.scale));
        })
        .area(passes);

} // namespace
} // namespace tessera
