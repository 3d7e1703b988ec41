#include "core/op/op.h"

namespace tessera {
namespace {

struct Params {
    Color slope{1}, offset{0}, power{1};
    double saturation = 1;
    bool clamp = true, reverse = false;
};

Vec3 rgb(const Color& c)
{
    return {c.r, c.g, c.b};
}

const Register cdl =
    Op<Params>("cdl")
        .label("CDL")
        .menu("Color")
        .help("The colour decision list of the ASC, version 1.2: out = clamp(in * slope + offset)^power, then saturation about "
              "the luma 0.2126 R + 0.7152 G + 0.0722 B, clamped again. Without the clamp values stay as they are, and the power "
              "leaves those of 0 and below. Reverse undoes it.")
        .in("in")
        .mask("rgb")
        .unpremult()
        .param(&Params::slope, "slope", {.label = "Slope", .min = 0, .max = 4, .help = "Factor; not negative."})
        .param(&Params::offset, "offset", {.label = "Offset", .min = -1, .max = 1, .help = "Added after the slope."})
        .param(&Params::power, "power", {.label = "Power", .min = 0.2, .max = 5, .help = "Exponent; above 0."})
        .param(&Params::saturation, "saturation", {.label = "Saturation", .min = 0, .max = 4, .help = "1 changes nothing."})
        .param(&Params::clamp, "clamp", {.label = "Clamp", .help = "Keep values between 0 and 1 as the standard says."})
        .param(&Params::reverse, "reverse", {.label = "Reverse", .help = "Undo this decision instead of applying it."})
        .identity([](const Params& p, const OpContext&) {
            return !p.clamp && p.slope == Color{1} && p.offset == Color{0} && p.power == Color{1} && p.saturation == 1;
        })
        .pixel("color/cdl", [](const Params& p, const OpContext&, Block& u) {
            // A slope, power or saturation of 0 loses the picture; undone, it gives 0 rather than infinity.
            const auto inverse = [](double v) { return v != 0 ? 1 / v : 0.0; };
            const Vec3 slope = rgb(p.slope), offset = rgb(p.offset), power = rgb(p.power);
            if (!p.reverse) {
                u.put("scale", slope);
                u.put("offset", offset);
                u.put("power", power);
                u.put("saturation", p.saturation);
            } else {
                const Vec3 s{inverse(slope.x), inverse(slope.y), inverse(slope.z)};
                u.put("scale", s);
                u.put("offset", Vec3{-offset.x * s.x, -offset.y * s.y, -offset.z * s.z});
                u.put("power", Vec3{inverse(power.x), inverse(power.y), inverse(power.z)});
                u.put("saturation", inverse(p.saturation));
            }
            u.put("limited", p.clamp);
            u.put("reverse", p.reverse);
        });

} // namespace
} // namespace tessera
