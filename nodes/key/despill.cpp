// Despill: removes the screen's colour where it exceeds a limit made of the two other channels, and keeps what it
// removed as a map. Formula family: Wright, Digital Compositing for Film and Video, ch. 4. Every step is linear and
// homogeneous, so premultiplied colours give premultiplied results.
#include "core/op/op.h"

namespace tessera {
namespace {

struct Params {
    enum class Screen { Green, Blue, Red } screen_type = Screen::Green;
    enum class Limit { Red, Blue, Average, Max, Min, DoubleAverage, Weighted } limit = Limit::Average;
    double spillmap_mix = 0.5;
    double expand = 0;
    double red_scale = 0, green_scale = 0, blue_scale = 0;
    double brightness = 0;
    bool spillmap_to_alpha = false;
    bool clamp = true;
};

/// The screen's channel and the two that limit it; `second` is blue, or the one left where blue (or red) is the screen.
struct Channels {
    int screen, first, second;
};

Channels channels_of(Params::Screen s)
{
    switch (s) {
    case Params::Screen::Blue: return {2, 0, 1};
    case Params::Screen::Red: return {0, 1, 2};
    case Params::Screen::Green: break;
    }
    return {1, 0, 2};
}

/// Weights of first and second in the limit, for the algorithms that are weighted sums.
Vec2 weights_of(const Params& p)
{
    switch (p.limit) {
    case Params::Limit::Red: return {1, 0};
    case Params::Limit::Blue: return {0, 1};
    case Params::Limit::DoubleAverage: return {1.0 / 3, 2.0 / 3};
    case Params::Limit::Weighted: return {p.spillmap_mix, 1 - p.spillmap_mix};
    default: return {0.5, 0.5};
    }
}

void prepare(const Params& p, const OpContext&, Block& u)
{
    const Channels k = channels_of(p.screen_type);
    double scale[3] = {p.red_scale + p.brightness, p.green_scale + p.brightness, p.blue_scale + p.brightness};
    scale[k.screen] -= 1;
    u.put("scale", Vec3{scale[0], scale[1], scale[2]});
    u.put("keep", 1 - p.expand);
    u.put("weights", weights_of(p));
    u.put("choose", p.limit == Params::Limit::Max ? 1 : p.limit == Params::Limit::Min ? 2 : 0);
    u.put("screen", k.screen);
    u.put("first", k.first);
    u.put("second", k.second);
    u.put("to_alpha", p.spillmap_to_alpha);
    u.put("clamp_low", p.clamp);
}

const Register despill =
    Op<Params>("despill")
        .label("Despill")
        .menu("Keyer")
        .help("spill = max(0, S - limit*(1 - expand)), S the screen's channel; R += spill*(red scale + brightness), "
              "G and B alike, and S -= spill. The limit on a green screen: red R; blue B; average (R+B)/2; max; min; "
              "double_average (R+2B)/3; weighted mix*R + (1-mix)*B. On a blue screen green takes the place of blue; "
              "on a red screen green takes the place of red.")
        .in("in")
        .mask("rgba")
        .param(&Params::screen_type, "screen_type",
               {.label = "Screen type",
                .help = "Channel from which spill is removed.",
                .choices = {"green", "blue", "red"}})
        .param(&Params::limit, "limit",
               {.label = "Limit by",
                .help = "What the screen's channel may not exceed.",
                .choices = {"red", "blue", "average", "max", "min", "double_average", "weighted"}})
        .param(&Params::spillmap_mix, "spillmap_mix",
               {.label = "Spillmap mix", .min = 0, .max = 1, .help = "Share of red in the limit `weighted`."})
        .param(&Params::expand, "expand",
               {.label = "Expand", .min = 0, .max = 1, .help = "Lowers the limit, so that more counts as spill."})
        .param(&Params::red_scale, "red_scale",
               {.label = "Red scale", .min = -2, .max = 2, .help = "Share of the spill added to red."})
        .param(&Params::green_scale, "green_scale",
               {.label = "Green scale",
                .min = -2,
                .max = 2,
                .help = "Share of the spill added to green, on a green screen besides its removal (-1)."})
        .param(&Params::blue_scale, "blue_scale",
               {.label = "Blue scale",
                .min = -2,
                .max = 2,
                .help = "Share of the spill added to blue, on a blue screen besides its removal (-1)."})
        .param(&Params::brightness, "brightness",
               {.label = "Brightness", .min = -1, .max = 1, .help = "Share of the spill added to all three channels."})
        .param(&Params::spillmap_to_alpha, "spillmap_to_alpha",
               {.label = "Spillmap to alpha", .help = "Alpha becomes the spill, for use as a mask."})
        .param(&Params::clamp, "clamp", {.label = "Clamp", .help = "Changed colours do not fall below 0."})
        .pixel("key/despill", prepare);

} // namespace
} // namespace tessera
