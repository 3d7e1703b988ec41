// One number per channel: add, multiply, gamma.
#include "core/op/op.h"
#include "nodes/color/gamma.h"

namespace tessera {
namespace {

struct AddParams {
    Color value{0};
};
struct MultiplyParams {
    Color value{1};
};
struct GammaParams {
    Color value{1};
};

Vec4 as_vec4(const Color& c)
{
    return {c.r, c.g, c.b, c.a};
}

const Register add =
    Op<AddParams>("add")
        .label("Add")
        .menu("Color/Math")
        .help("out = in + value, channel by channel.")
        .in("in")
        .mask("rgb")
        .unpremult()
        .param(&AddParams::value, "value", {.label = "Value", .min = -1, .max = 1, .help = "Added to each channel."})
        .identity([](const AddParams& p, const OpContext&) { return p.value == Color{0}; })
        .pixel("color/add", [](const AddParams& p, const OpContext&, Block& u) { u.put("value", as_vec4(p.value)); });

const Register multiply =
    Op<MultiplyParams>("multiply")
        .label("Multiply")
        .menu("Color/Math")
        .help("out = in * value, channel by channel.")
        .in("in")
        .mask("rgb")
        .unpremult()
        .param(&MultiplyParams::value, "value", {.label = "Value", .min = 0, .max = 4, .help = "Factor on each channel."})
        .identity([](const MultiplyParams& p, const OpContext&) { return p.value == Color{1}; })
        .pixel("color/multiply",
               [](const MultiplyParams& p, const OpContext&, Block& u) { u.put("value", as_vec4(p.value)); });

const Register gamma =
    Op<GammaParams>("gamma")
        .label("Gamma")
        .menu("Color/Math")
        .help("out = in^(1/gamma) where in is above 0; values of 0 and below stay. A gamma of 0 or below makes a step: 0 "
              "below 1, 1 at 1, infinity above, as the gamma of Grade does.")
        .in("in")
        .mask("rgb")
        .unpremult()
        .param(&GammaParams::value, "value", {.label = "Gamma", .min = 0.2, .max = 5, .help = "Values above 0 are raised to 1 / gamma."})
        .identity([](const GammaParams& p, const OpContext&) { return p.value == Color{1}; })
        .pixel("color/gamma", [](const GammaParams& p, const OpContext&, Block& u) { put_gamma(u, p.value); });

} // namespace
} // namespace tessera
