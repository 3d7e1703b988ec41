// The colour-difference keyer: matte, spill removal and premultiplication that agree with each other.
//
// Every pixel is taken for F = C + (1 - a) * S: a foreground C, already multiplied by its coverage a, in front of a
// screen of colour S. Foregrounds are assumed to have no colour difference of their own (screen.h), so the difference
// of F measures the share of screen s in it, the matte is 1 - s and the foreground is what remains when s * S is
// subtracted. Subtracting is what keeps edges, hair and glass free of the screen; the result is premultiplied by its
// nature and is never multiplied by the matte again. What a user then does to the matte (clip, choke, masks) breaks
// that balance, and keyer_result restores it: where the matte was raised, the replace method decides what light fills
// the place of the removed screen; where it was lowered, the colour goes down in proportion.
//
// It is a composite, so that the plain key, which needs no neighbours, fuses into the passes around it and a filter is
// paid for only when its size is not zero.
#include "nodes/key/keyer.h"

namespace tessera {

void add_matte_params(Op<KeyerParams>& op)
{
    using P = KeyerParams;
    op.param(&P::screen_colour, "screen_colour",
             {.label = "Screen colour",
              .help =
                  "Scene-linear colour of the screen, best the mean of a clean region near the subject. Its largest "
                  "channel decides whether it is a green, a blue or a red screen.",
              .group = "Screen"})
        .param(&P::screen_gain, "screen_gain",
               {.label = "Screen gain",
                .min = 0,
                .max = 2,
                .help =
                    "How strongly screen is removed from the matte: raise it until the screen is black, lower it "
                    "when the foreground becomes transparent. A gain g takes the screen for g times darker than "
                    "sampled.",
                .group = "Screen"})
        .param(&P::screen_balance, "screen_balance",
               {.label = "Screen balance",
                .min = 0,
                .max = 1,
                .help =
                    "What the screen's channel is compared with: 1 the smaller of the other two channels of the "
                    "screen colour (red on most green screens), 0 the larger, 0.5 their mean.",
                .group = "Screen"})
        .param(&P::alpha_bias, "alpha_bias",
               {.label = "Alpha bias",
                .help = "Colour that is to count as opaque in the matte. Grey: neutral colours. Pick skin or hair of "
                        "a warm-lit subject to keep it solid.",
                .group = "Screen"})
        .param(
            &P::clip_black, "clip_black",
            {.label = "Clip black", .min = 0, .max = 1, .help = "Matte values up to this become 0.", .group = "Matte"})
        .param(&P::clip_white, "clip_white",
               {.label = "Clip white",
                .min = 0,
                .max = 1,
                .help = "Matte values from this up become 1.",
                .group = "Matte"})
        .param(&P::source_alpha, "source_alpha",
               {.label = "Source alpha",
                .help =
                    "The source's own alpha: ignore it, add it to the inside mask, or multiply the matte by it (the "
                    "source is then premultiplied and is divided by its alpha before keying).",
                .choices = {"ignore", "add_to_inside", "normal"},
                .group = "Masks"});
}

void add_result_params(Op<KeyerParams>& op)
{
    using P = KeyerParams;
    op.param(&P::despill_bias, "despill_bias",
             {.label = "Despill bias",
              .help =
                  "Colour that spill removal leaves alone. Grey: spill is removed down to neutral. Pick the skin "
                  "tone to keep it from turning magenta or grey.",
              .group = "Screen"})
        .param(&P::replace_method, "replace_method",
               {.label = "Replace method",
                .help =
                    "What fills the place of removed screen where the matte was raised above what the screen left: "
                    "nothing, the source with its screen colour, the replace colour as it is, or the replace colour "
                    "brought to the luminance that was removed.",
                .choices = {"none", "source", "hard_colour", "soft_colour"},
                .group = "Colour"})
        .param(&P::replace_colour, "replace_colour",
               {.label = "Replace colour",
                .help = "Colour of the replacement, scene-linear; close to the light of the new background, or to "
                        "the subject's edges, is best.",
                .group = "Colour"})
        .param(&P::view, "view",
               {.label = "View",
                .help =
                    "source; source_alpha; corrected_source: the source without spill, opaque; screen_matte: the "
                    "matte before the masks; combined_matte: after them; status: black is transparent, white opaque, "
                    "grey between, green where the matte was raised above the key (the replace method works there), "
                    "red where it was lowered; intermediate: the result with colour not multiplied by alpha; "
                    "final_result; composite: the result over the input bg.",
                .choices = {"source", "source_alpha", "corrected_source", "screen_matte", "combined_matte", "status",
                            "intermediate", "final_result", "composite"},
                .group = "Output"})
        .param(&P::premultiplied, "premultiplied",
               {.label = "Premultiplied",
                .help = "Off: the final result's colour is divided by its alpha.",
                .group = "Output"});
}

void add_refine_params(Op<KeyerParams>& op)
{
    using P = KeyerParams;
    op.param(&P::pre_blur, "pre_blur",
             {.label = "Pre-blur",
              .min = 0,
              .max = 20,
              .help = "Diameter in pixels of a blur of the source for the matte alone, against noise.",
              .group = "Screen"})
        .param(&P::clip_rollback, "clip_rollback",
               {.label = "Clip rollback",
                .min = 0,
                .max = 20,
                .help = "Distance in pixels from edges within which the matte is as before clipping.",
                .group = "Matte"})
        .param(&P::despot_black, "despot_black",
               {.label = "Despot black",
                .min = 0,
                .max = 20,
                .help = "Fills holes in the foreground up to twice this many pixels wide (closing).",
                .group = "Matte"})
        .param(&P::despot_white, "despot_white",
               {.label = "Despot white",
                .min = 0,
                .max = 20,
                .help = "Removes specks in the screen up to twice this many pixels wide (opening).",
                .group = "Matte"})
        .param(&P::shrink_grow, "shrink_grow",
               {.label = "Shrink/grow",
                .min = -10,
                .max = 10,
                .help = "Moves the edge of the matte by this many pixels: below 0 inwards.",
                .group = "Matte"})
        .param(&P::softness, "softness",
               {.label = "Softness",
                .min = 0,
                .max = 20,
                .help = "Diameter in pixels of a blur of the matte.",
                .group = "Matte"});
}

namespace {

using P = KeyerParams;
using Ref = Expansion::Ref;
using Values = std::map<std::string, Value>;

enum Port { source_port, inside_port, outside_port, bg_port };

Values matte_values(const P& p, bool clipped)
{
    static constexpr const char* source_alpha[] = {"ignore", "add_to_inside", "normal"};
    return {{"screen_colour", p.screen_colour},
            {"screen_gain", p.screen_gain},
            {"screen_balance", p.screen_balance},
            {"alpha_bias", p.alpha_bias},
            {"clip_black", clipped ? p.clip_black : 0.0},
            {"clip_white", clipped ? p.clip_white : 1.0},
            {"source_alpha", std::string(source_alpha[int(p.source_alpha)])}};
}

Values result_values(const P& p)
{
    static constexpr const char* replace[] = {"none", "source", "hard_colour", "soft_colour"};
    static constexpr const char* view[] = {"source",       "source_alpha",   "corrected_source",
                                           "screen_matte", "combined_matte", "status",
                                           "intermediate", "final_result",   "composite"};
    Values v = matte_values(p, true);
    v["despill_bias"] = p.despill_bias;
    v["replace_method"] = std::string(replace[int(p.replace_method)]);
    v["replace_colour"] = p.replace_colour;
    v["view"] = std::string(view[int(p.view)]);
    v["premultiplied"] = p.premultiplied;
    return v;
}

Ref grown(Expansion& e, Ref in, double size)
{
    return size != 0 ? e.add("matte_grow", {{"size", size}}, {in}) : in;
}

Ref blurred(Expansion& e, Ref in, double size)
{
    // Beyond the frame its border is repeated: a subject cut by the frame has no edge there.
    return size > 0 ? e.add("blur", {{"size", Vec2{size, size}}, {"edge", std::string("repeat")}}, {in}) : in;
}

/// The clipped matte; near its edges, within the rollback, the matte as it was before clipping.
Ref clipped_matte(Expansion& e, Ref key, const P& p)
{
    const Ref clipped = e.add("keyer_matte", matte_values(p, true), {key});
    if (p.clip_rollback <= 0 || (p.clip_black == 0 && p.clip_white == 1)) return clipped;
    const Ref raw = e.add("keyer_matte", matte_values(p, false), {key});
    return e.add("keyer_limit", {}, {raw, grown(e, clipped, -p.clip_rollback), grown(e, clipped, p.clip_rollback)});
}

Status expand_keyer(const P& p, const OpContext& c, Expansion& e)
{
    const Ref source = e.input(source_port);
    const auto optional = [&](Port port) { return c.connected(port) ? e.input(port) : Expansion::none(); };

    Ref matte = clipped_matte(e, blurred(e, source, p.pre_blur), p);
    if (p.despot_black > 0) matte = grown(e, grown(e, matte, p.despot_black), -p.despot_black);
    if (p.despot_white > 0) matte = grown(e, grown(e, matte, -p.despot_white), p.despot_white);
    matte = blurred(e, grown(e, matte, p.shrink_grow), p.softness);
    e.add("keyer_result", result_values(p),
          {source, matte, optional(inside_port), optional(outside_port), optional(bg_port)});
    return Status{};
}

const char* const keyer_help =
    "Pulls a key from a green, blue or red screen, removes the spill and gives a premultiplied foreground.\n"
    "Difference: d(F) = F[p] - (balance*F[lo] + (1-balance)*F[hi]), with p the largest channel of the screen colour "
    "S, lo and hi the smaller and the larger of the others, and each channel first multiplied by mean(bias)/bias.\n"
    "Matte: a = clip(1 - gain*d(F)/d(S)) by the alpha bias, clip(x) = clamp((x - black)/(white - black)); then "
    "rollback, despot, shrink/grow, softness; a = max(a, inside); a = a*(1 - outside).\n"
    "Colour: with the share of screen s = max(0, d(F)/d(S)) by the despill bias, C = max(0, F - s*S), which belongs "
    "to the natural matte n = clamp(1 - gain*s). Where a > n, k = (a - n)/(1 - n) of what was removed is replaced: "
    "source C + k*(F - C), hard C + (a - n)*R, soft C + k*(Y(F) - Y(C))*R/Y(R); where a < n, C is multiplied by a/n. "
    "Where n is below 0.02, C is what noise left of the screen and fades to C*a.\n"
    "Use: sample the screen colour, look at the screen matte, raise gain or clip black until the screen is black, "
    "lower clip white until the core is white, then judge edges in the final result. The masks are the alpha of "
    "their inputs. Layers other than the main one pass unchanged.";

Op<P> declare_keyer()
{
    Op<P> op("keyer");
    op.label("Colour Difference Keyer").menu("Keyer").help(keyer_help);
    op.in("source").optional_in("inside").optional_in("outside").optional_in("bg");
    add_matte_params(op);
    add_refine_params(op);
    add_result_params(op);
    op.identity([](const P&, const OpContext& c) { return c.layer != main_layer; }).composite(expand_keyer);
    return op;
}

const Register keyer = declare_keyer();

} // namespace
} // namespace tessera
