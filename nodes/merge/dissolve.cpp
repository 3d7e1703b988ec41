#include "nodes/merge/inputs.h"
#include "nodes/merge/ports.h"
#include <cmath>

namespace tessera {
namespace {

struct Params {
    double which = 0;
};

/// The two inputs between which `which` lies and how far it is from the first.
struct Blend {
    int from = 0, to = 0;
    double amount = 0;
};
Blend blend(const Params& p, const OpContext& c)
{
    const int last = std::max(0, last_connected(c, row_inputs));
    const double at = std::clamp(p.which, 0.0, double(last));
    const int from = int(std::floor(at));
    return {from, std::min(from + 1, last), at - from};
}

Result<ImageInfo> info(const Params& p, const OpContext& c)
{
    const Blend b = blend(p, c);
    ImageInfo out{.format = c.project_format, .frames_per_second = c.frames_per_second};
    bool first = true;
    for (int port = 0; port < row_inputs; ++port) {
        if (!c.connected(size_t(port))) continue;
        const ImageInfo& in = *c.inputs[size_t(port)];
        if (first) {
            out = in;
            out.data_window = {};
            first = false;
        }
        add_layers(out, in, {});
        add_range(out, in);
        if (port == b.from || (port == b.to && b.amount > 0)) out.data_window = united(out.data_window, in.data_window);
    }
    return out;
}

Op<Params> declared()
{
    Op<Params> op("dissolve");
    op.label("Dissolve")
        .menu("Merge")
        .help(
            "Blends between neighbouring inputs: at which = n + t, out = in[n] * (1 - t) + in[n+1] * t. Values beyond "
            "the last connected input mean that one. Format and metadata are those of the first connected input.");
    add_row_inputs(op);
    op.mask("all")
        .param(
            &Params::which, "which",
            {.label = "Which", .min = 0, .max = 9, .help = "Number of the input, from 0; fractions blend. Animatable."})
        .info(info)
        .identity([](const Params& p, const OpContext& c) {
            const Blend b = blend(p, c);
            return b.from == 0 && b.amount == 0;
        })
        .needs([](const Params& p, const OpContext& c) -> Result<std::vector<Need>> {
            const Blend b = blend(p, c);
            const std::string layer(c.layer);
            return std::vector<Need>{{b.from, c.frame, layer}, {b.to, c.frame, layer}};
        })
        .pixel("merge/dissolve", 2,
               [](const Params& p, const OpContext& c, Block& u) { u.put("amount", blend(p, c).amount); });
    return op;
}

const Register registered = declared();

} // namespace
} // namespace tessera
