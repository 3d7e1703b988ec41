#include "core/op/op.h"
#include "nodes/filter/filter_kernels.h"

namespace tessera {
namespace {

struct Params {
    Color blackpoint{0}, whitepoint{1}, lift{0}, gain{1}, multiply{1}, offset{0}, gamma{1};
    bool reverse = false, black_clamp = true, white_clamp = false, nuke_gamma = false;
};

double slope(double black, double white, double lift, double gain, double multiply)
{
    return white == black ? 0 : multiply * (gain - lift) / (white - black);
}

/// The linear part and the exponent of one channel, for either direction. A reversed grade whose slope is 0 has lost
/// the picture: it gives the black point.
struct Channel {
    double scale = 1, offset = 0, exponent = 1;
};
Channel prepared(double black, double white, double lift, double gain, double multiply, double offset, double gamma,
                 bool reverse)
{
    const double a = slope(black, white, lift, gain, multiply);
    const double b = offset + lift - a * black;
    if (!reverse) return {a, b, gamma > 0 ? 1 / gamma : 0};
    if (a == 0) return {0, black, gamma > 0 ? gamma : 0};
    return {1 / a, -b / a, gamma > 0 ? gamma : 0};
}

bool linear_identity(const Params& p)
{
    const Channel c[] = {
        prepared(p.blackpoint.r, p.whitepoint.r, p.lift.r, p.gain.r, p.multiply.r, p.offset.r, p.gamma.r, p.reverse),
        prepared(p.blackpoint.g, p.whitepoint.g, p.lift.g, p.gain.g, p.multiply.g, p.offset.g, p.gamma.g, p.reverse),
        prepared(p.blackpoint.b, p.whitepoint.b, p.lift.b, p.gain.b, p.multiply.b, p.offset.b, p.gamma.b, p.reverse),
        prepared(p.blackpoint.a, p.whitepoint.a, p.lift.a, p.gain.a, p.multiply.a, p.offset.a, p.gamma.a, p.reverse)};
    for (const Channel& x : c)
        if (x.scale != 1 || x.offset != 0 || x.exponent != 1) return false;
    return true;
}

/// 1 where gamma does something, 2 where it is zero or less (a step at 1), 0 where it is 1.
double gamma_kind(double gamma)
{
    return gamma == 1 ? 0 : gamma > 0 ? 1 : 2;
}

/// Leaving a gamma of 1 is a change of structure, like switching a node on: it may compile a kernel, once.
Result<KernelPtr> grade_kernel(const Params& p, const OpContext&)
{
    const bool gamma = p.gamma != Color{1};
    return kernel_variant("color/grade", KernelForm::Pixel, 1, gamma ? "GAMMA" : "");
}

const Register grade =
    Op<Params>("grade")
        .label("Grade")
        .menu("Color")
        .help("out = (A * in + B)^(1/gamma) with A = multiply * (gain - lift) / (whitepoint - blackpoint) and B = "
              "offset + lift - A * blackpoint, channel by channel; A is 0 where the white point equals the black "
              "point. Values of 0 and below are not given a gamma. Reverse: out = (in^gamma - B) / A, and the black "
              "point where A is 0. A gamma of 0 or below makes a step: 0 below 1, 1 at 1, infinity above (reversed: 1 "
              "above 0). Clamps come last. Source: the Grade of Nuke, Natron and Gaffer.")
        .in("in")
        .mask("rgb")
        .unpremult()
        .param(&Params::blackpoint, "blackpoint",
               {.label = "Black point", .min = -1, .max = 1, .help = "Scene-linear value that becomes the lift."})
        .param(&Params::whitepoint, "whitepoint",
               {.label = "White point", .min = 0, .max = 4, .help = "Scene-linear value that becomes the gain."})
        .param(&Params::lift, "lift", {.label = "Lift", .min = -1, .max = 1, .help = "What the black point becomes."})
        .param(&Params::gain, "gain", {.label = "Gain", .min = 0, .max = 4, .help = "What the white point becomes."})
        .param(&Params::multiply, "multiply",
               {.label = "Multiply", .min = 0, .max = 4, .help = "Factor on all values."})
        .param(&Params::offset, "offset", {.label = "Offset", .min = -1, .max = 1, .help = "Added to all values."})
        .param(&Params::gamma, "gamma",
               {.label = "Gamma", .min = 0.2, .max = 5, .help = "Values above 0 are raised to 1 / gamma."})
        .param(&Params::reverse, "reverse", {.label = "Reverse", .help = "Undo this grade instead of applying it."})
        .param(&Params::black_clamp, "black_clamp", {.label = "Black clamp", .help = "Values below 0 become 0."})
        .param(&Params::white_clamp, "white_clamp", {.label = "White clamp", .help = "Values above 1 become 1."})
        .param(&Params::nuke_gamma, "nuke_gamma",
               {.label = "Linear gamma above 1",
                .help = "From 1 up, gamma continues as a straight line, 1 + (v - 1) / gamma, as Nuke does, instead of "
                        "the power that Natron and Gaffer use. Set by the import of Nuke scripts."})
        .identity(
            [](const Params& p, const OpContext&) { return !p.black_clamp && !p.white_clamp && linear_identity(p); })
        .dynamic_pixel(grade_kernel, [](const Params& p, const OpContext&, Block& u) {
            const auto channel = [&](auto member) {
                return prepared(p.blackpoint.*member, p.whitepoint.*member, p.lift.*member, p.gain.*member,
                                p.multiply.*member, p.offset.*member, p.gamma.*member, p.reverse);
            };
            const Channel r = channel(&Color::r), g = channel(&Color::g), b = channel(&Color::b),
                          a = channel(&Color::a);
            const Vec4 kind{gamma_kind(p.gamma.r), gamma_kind(p.gamma.g), gamma_kind(p.gamma.b), gamma_kind(p.gamma.a)};
            u.put("scale", Vec4{r.scale, g.scale, b.scale, a.scale});
            u.put("offset", Vec4{r.offset, g.offset, b.offset, a.offset});
            u.put("exponent", Vec4{r.exponent, g.exponent, b.exponent, a.exponent});
            u.put("gamma_kind", kind);
            u.put("reverse", p.reverse);
            u.put("black_clamp", p.black_clamp);
            u.put("white_clamp", p.white_clamp);
            u.put("line_above_1", p.nuke_gamma);
        });

} // namespace
} // namespace tessera
