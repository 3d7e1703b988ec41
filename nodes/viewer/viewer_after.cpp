// What a viewer does to display values: gamma, and the marks that must look the same under every display transform, for
// which it also reads the scene values that were displayed.
#include "core/op/op.h"
#include "nodes/viewer/shown.h"
#include <algorithm>
#include <cmath>

namespace tessera {
namespace {

struct Params {
    double gamma = 1, exposure = 0, data_low = 0, data_high = 1;
    int channels = 0;
    bool matte = false, clipping = false, false_colour = false, gamut = false, not_finite = true;
};

/// How the values of the layer are shown: 0 as colours that were displayed, 1 as data in three channels, 2 as data of
/// the one channel in slot 0, 3 as alpha.
int kind(const Params& p, const OpContext& c)
{
    const Layer* layer = c.connected(1) ? c.inputs[1]->layer(c.layer) : nullptr;
    if (p.channels == 4) return 3;
    if (!layer) return 0;
    const auto has = [&](int slot) {
        return std::any_of(layer->channels.begin(), layer->channels.end(),
                           [&](const std::string& name) { return channel_slot(*layer, name) == slot; });
    };
    const bool single = has(0) && !has(1) && !has(2);
    if (layer->data || single) return single ? 2 : 1;
    return !has(0) && !has(1) && !has(2) && has(3) ? 3 : 0;
}

const Register viewer_after =
    Op<Params>("viewer_after")
        .label("ViewerAfter")
        .menu("Image")
        .internal()
        .help("out = in^(1/gamma), with marks: the matte as a red veil of half opacity; scene values below 0 blue, "
              "above 1 red; bands of a stop of the scene's luminance around 0.18; display values outside 0 to 1 "
              "magenta; NaN green, infinity yellow. Alpha and layers of data are shown as they are, data with a range "
              "as black to white. What viewers put behind the display transform.")
        .in("in")
        .in("scene")
        .param(&Params::gamma, "gamma", {.label = "Gamma", .min = 0.1, .max = 4, .help = "1 / exponent."})
        .param(&Params::exposure, "exposure",
               {.label = "Exposure", .min = -8, .max = 8, .help = "In stops, of alpha and for the bands."})
        .param(&Params::data_low, "data_low", {.label = "Data from", .help = "Shown black, in layers of data."})
        .param(&Params::data_high, "data_high", {.label = "Data to", .help = "Shown white, in layers of data."})
        .param(&Params::channels, "channels",
               {.label = "Channels", .help = "What is looked at.", .choices = shown_channels})
        .param(&Params::matte, "matte", {.label = "Matte", .help = "Alpha as a red veil."})
        .param(&Params::clipping, "clipping", {.label = "Clipping", .help = "Marks scene values outside 0 to 1."})
        .param(&Params::false_colour, "false_colour",
               {.label = "False colour", .help = "A colour for every stop from 0.18."})
        .param(&Params::gamut, "gamut", {.label = "Gamut", .help = "Marks what the display cannot show."})
        .param(&Params::not_finite, "not_finite", {.label = "NaN", .help = "Marks NaN and infinity."})
        .pixel("viewer/viewer_after", [](const Params& p, const OpContext& c, Block& u) {
            const double range = p.data_high - p.data_low;
            u.put("exponent", p.gamma > 0 ? 1 / p.gamma : 1.0);
            u.put("gain", std::exp2(p.exposure));
            u.put("luma", luma_weights(c));
            u.put("data_low", p.data_low);
            u.put("data_scale", range != 0 ? 1 / range : 1.0);
            u.put("kind", kind(p, c));
            u.put("channels", p.channels);
            u.put("matte", p.matte);
            u.put("clipping", p.clipping);
            u.put("false_colour", p.false_colour);
            u.put("gamut", p.gamut);
            u.put("not_finite", p.not_finite);
        });

} // namespace
} // namespace tessera
