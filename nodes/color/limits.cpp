// What keeps values within limits or turns them round: clamp, invert, posterize.
#include "core/op/op.h"

namespace tessera {
namespace {

struct ClampParams {
    Color minimum{0}, maximum{1};
    bool clamp_minimum = true, clamp_maximum = true;
    Color minimum_to{0}, maximum_to{1};
    bool use_minimum_to = false, use_maximum_to = false;
};
struct InvertParams {
    bool clamp = false;
};
struct PosterizeParams {
    double colors = 16;
};

Vec4 as_vec4(const Color& c)
{
    return {c.r, c.g, c.b, c.a};
}

const Register clamp =
    Op<ClampParams>("clamp")
        .label("Clamp")
        .menu("Color")
        .help("Values below the minimum become the minimum, values above the maximum the maximum, each only where it is "
              "switched on; or, with \"to\", another value. NaN passes. Source: the Clamp of Nuke and Natron.")
        .in("in")
        .mask("rgb")
        .unpremult()
        .param(&ClampParams::minimum, "minimum", {.label = "Minimum", .min = -1, .max = 1, .help = "Least value."})
        .param(&ClampParams::clamp_minimum, "clamp_minimum", {.label = "Clamp to the minimum", .help = "Off: values below pass."})
        .param(&ClampParams::maximum, "maximum", {.label = "Maximum", .min = 0, .max = 4, .help = "Greatest value."})
        .param(&ClampParams::clamp_maximum, "clamp_maximum", {.label = "Clamp to the maximum", .help = "Off: values above pass."})
        .param(&ClampParams::use_minimum_to, "use_minimum_to",
               {.label = "Minimum to", .help = "Values below the minimum become the value beneath instead."})
        .param(&ClampParams::minimum_to, "minimum_to", {.label = "Value", .min = -1, .max = 1, .help = "What values below the minimum become."})
        .param(&ClampParams::use_maximum_to, "use_maximum_to",
               {.label = "Maximum to", .help = "Values above the maximum become the value beneath instead."})
        .param(&ClampParams::maximum_to, "maximum_to", {.label = "Value", .min = 0, .max = 4, .help = "What values above the maximum become."})
        .identity([](const ClampParams& p, const OpContext&) { return !p.clamp_minimum && !p.clamp_maximum; })
        .pixel("color/clamp_values", [](const ClampParams& p, const OpContext&, Block& u) {
            u.put("least", as_vec4(p.minimum));
            u.put("most", as_vec4(p.maximum));
            u.put("least_to", as_vec4(p.use_minimum_to ? p.minimum_to : p.minimum));
            u.put("most_to", as_vec4(p.use_maximum_to ? p.maximum_to : p.maximum));
            u.put("below", p.clamp_minimum);
            u.put("above", p.clamp_maximum);
        });

const Register invert =
    Op<InvertParams>("invert")
        .label("Invert")
        .menu("Color")
        .help("out = 1 - in. Choose the channel alpha to turn a matte round.")
        .in("in")
        .mask("rgb")
        .unpremult()
        .param(&InvertParams::clamp, "clamp", {.label = "Clamp", .help = "The result is kept between 0 and 1."})
        .pixel("color/invert", [](const InvertParams& p, const OpContext&, Block& u) { u.put("limited", p.clamp); });

const Register posterize =
    Op<PosterizeParams>("posterize")
        .label("Posterize")
        .menu("Color")
        .help("out = round(in * (colors - 1)) / (colors - 1): so many levels between 0 and 1, both included, and steps of "
              "the same size below and above. Halves are rounded up.")
        .in("in")
        .mask("rgb")
        .unpremult()
        .param(&PosterizeParams::colors, "colors", {.label = "Colors", .min = 2, .max = 256, .help = "Levels between 0 and 1; at least 2."})
        .pixel("color/posterize", [](const PosterizeParams& p, const OpContext&, Block& u) {
            u.put("steps", std::max(1.0, p.colors - 1));
        });

} // namespace
} // namespace tessera
