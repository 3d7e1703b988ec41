// What brings bright values into a range: soft clip, tone map; and the log encodings that filters on such values like.
#include "core/op/op.h"
#include "nodes/color/luminance.h"
#include <cmath>

namespace tessera {
namespace {

// ---- soft clip --------------------------------------------------------------------------------------------------------

enum class ClipOf { Channels, Brightest };

struct SoftClipParams {
    double minimum = 0.8, maximum = 1;
    ClipOf of = ClipOf::Channels;
};

const Register soft_clip =
    Op<SoftClipParams>("soft_clip")
        .label("SoftClip")
        .menu("Color")
        .help("Values up to the minimum stay; above, out = maximum - (maximum - minimum) * e^(-(in - minimum) / (maximum - "
              "minimum)), which leaves the straight line without a corner and comes near the maximum without reaching it. "
              "Each channel by itself, which fades bright colours to white, or the brightest channel with the others in "
              "proportion, which keeps the hue.")
        .in("in")
        .mask("rgb")
        .unpremult()
        .param(&SoftClipParams::minimum, "minimum", {.label = "Minimum", .min = 0, .max = 1, .help = "Where compression begins."})
        .param(&SoftClipParams::maximum, "maximum", {.label = "Maximum", .min = 0, .max = 4, .help = "What no value exceeds; above the minimum."})
        .param(&SoftClipParams::of, "of", {.label = "Of", .help = "Each channel, or the brightest one with the others in proportion.", .choices = {"channels", "brightest"}})
        .pixel("color/soft_clip", [](const SoftClipParams& p, const OpContext&, Block& u) {
            u.put("least", p.minimum);
            u.put("span", std::max(p.maximum - p.minimum, 1e-6));
            u.put("brightest", p.of == ClipOf::Brightest);
        });

// ---- tone map ---------------------------------------------------------------------------------------------------------

enum class Curve { Reinhard, Extended, Exponential, Filmic, Aces };

struct ToneMapParams {
    Curve curve = Curve::Extended;
    double exposure = 0, white = 4;
    bool luminance_only = false;
    Luminance luminance = Luminance::Rec709;
};

const Register tone_map =
    Op<ToneMapParams>("tone_map")
        .label("ToneMap")
        .menu("Color")
        .help("After the exposure, v = in * 2^exposure: reinhard v / (1 + v); extended v * (1 + v / white^2) / (1 + v), which "
              "reaches 1 at white; exponential 1 - e^-v; filmic, Hable's ((v (A v + C B) + D E) / (v (A v + B) + D F)) - E / F "
              "with A 0.15, B 0.5, C 0.1, D 0.2, E 0.02, F 0.3, divided by its value at white; aces, Narkowicz's fit v (2.51 v + "
              "0.03) / (v (2.43 v + 0.59) + 0.14). Values below 0 count as 0. Of the luminance alone, colours keep their "
              "proportions.")
        .in("in")
        .mask("rgb")
        .unpremult()
        .param(&ToneMapParams::curve, "curve", {.label = "Curve", .help = "See the operator's text.", .choices = {"reinhard", "extended", "exponential", "filmic", "aces"}})
        .param(&ToneMapParams::exposure, "exposure", {.label = "Exposure", .min = -6, .max = 6, .help = "Stops, before the curve."})
        .param(&ToneMapParams::white, "white", {.label = "White", .min = 1, .max = 20, .help = "Of extended and filmic: what becomes 1. Above 0."})
        .param(&ToneMapParams::luminance_only, "luminance_only", {.label = "Luminance only", .help = "The curve of the luminance; colours in proportion."})
        .param(&ToneMapParams::luminance, "luminance", {.label = "Luminance", .help = luminance_help, .choices = luminance_choices})
        .pixel("color/tone_map", [](const ToneMapParams& p, const OpContext&, Block& u) {
            u.put("curve", int(p.curve));
            u.put("gain", std::exp2(p.exposure));
            u.put("white", std::max(p.white, 1e-3));
            u.put("luminance_only", p.luminance_only);
            u.put("weights", luminance_weights(p.luminance));
            u.put("largest", p.luminance == Luminance::Max);
        });

// ---- log --------------------------------------------------------------------------------------------------------------

enum class Way { LogToLin, LinToLog };

struct LogParams {
    Way operation = Way::LogToLin;
    Color black{95}, white{685}, gamma{0.6};
};

Vec4 as_vec4(const Color& c)
{
    return {c.r, c.g, c.b, c.a};
}

/// The light of the black code, which becomes 0: 10^((black - white) * 0.002 / gamma).
Color black_light(const LogParams& p)
{
    const auto of = [](double black, double white, double gamma) { return std::pow(10.0, (black - white) * 0.002 / gamma); };
    return {of(p.black.r, p.white.r, p.gamma.r), of(p.black.g, p.white.g, p.gamma.g), of(p.black.b, p.white.b, p.gamma.b),
            of(p.black.a, p.white.a, p.gamma.a)};
}

const Register log_to_lin =
    Op<LogParams>("log2lin")
        .label("Log2Lin")
        .menu("Color")
        .help("Cineon's film log: with l(v) = 10^((1023 * v - white) * 0.002 / gamma), lin = (l(v) - l(black / 1023)) / (1 - "
              "l(black / 1023)); the code white is 1 and the code black 0. Back the other way, with what is no light held at "
              "the least that has a log, 10^-10.")
        .in("in")
        .mask("rgb")
        .unpremult()
        .param(&LogParams::operation, "operation", {.label = "Operation", .help = "Log to linear, or back.", .choices = {"log2lin", "lin2log"}})
        .param(&LogParams::black, "black", {.label = "Black", .min = 0, .max = 1023, .help = "10-bit code that is 0."})
        .param(&LogParams::white, "white", {.label = "White", .min = 0, .max = 1023, .help = "10-bit code that is 1."})
        .param(&LogParams::gamma, "gamma", {.label = "Gamma", .min = 0.2, .max = 2, .help = "Of the film; above 0."})
        .pixel("color/log2lin", [](const LogParams& p, const OpContext&, Block& u) {
            const Color zero = black_light(p);
            const auto scale = [](double gamma) { return 0.002 / std::max(gamma, 1e-6); };
            u.put("white", as_vec4(p.white));
            u.put("rate", Vec4{scale(p.gamma.r), scale(p.gamma.g), scale(p.gamma.b), scale(p.gamma.a)});
            u.put("zero", as_vec4(zero));
            u.put("back", p.operation == Way::LinToLog);
        });

struct PLogParams {
    Way operation = Way::LogToLin;
    Color lin_ref{0.18}, log_ref{445}, density{0.002}, n_gamma{0.6};
};

const Register plog_lin =
    Op<PLogParams>("plog_lin")
        .label("PLogLin")
        .menu("Color")
        .help("Josh Pines's log: lin = lin_ref * 10^((1023 * log - log_ref) * density / n_gamma). Back the other way light of 0 and "
              "below is held at 10^-10 of the reference.")
        .in("in")
        .mask("rgb")
        .unpremult()
        .param(&PLogParams::operation, "operation", {.label = "Operation", .help = "Log to linear, or back.", .choices = {"log2lin", "lin2log"}})
        .param(&PLogParams::lin_ref, "lin_ref", {.label = "Linear reference", .min = 0, .max = 1, .help = "Light of the reference; above 0."})
        .param(&PLogParams::log_ref, "log_ref", {.label = "Log reference", .min = 0, .max = 1023, .help = "10-bit code of the reference."})
        .param(&PLogParams::density, "density", {.label = "Density", .min = 0.001, .max = 0.01, .help = "Of the negative, per code."})
        .param(&PLogParams::n_gamma, "n_gamma", {.label = "Negative gamma", .min = 0.2, .max = 2, .help = "Of the negative; above 0."})
        .pixel("color/plog_lin", [](const PLogParams& p, const OpContext&, Block& u) {
            const auto rate = [](double density, double gamma) { return density / std::max(gamma, 1e-6); };
            u.put("lin_ref", Vec4{std::max(p.lin_ref.r, 1e-10), std::max(p.lin_ref.g, 1e-10), std::max(p.lin_ref.b, 1e-10), std::max(p.lin_ref.a, 1e-10)});
            u.put("log_ref", as_vec4(p.log_ref));
            u.put("rate", Vec4{rate(p.density.r, p.n_gamma.r), rate(p.density.g, p.n_gamma.g), rate(p.density.b, p.n_gamma.b), rate(p.density.a, p.n_gamma.a)});
            u.put("back", p.operation == Way::LinToLog);
        });

} // namespace
} // namespace tessera
