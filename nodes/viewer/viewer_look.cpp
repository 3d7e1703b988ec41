// What a viewer does to scene values before they are displayed: exposure, and which channels are looked at.
#include "core/op/op.h"
#include "nodes/viewer/shown.h"
#include <cmath>

namespace tessera {
namespace {

struct Params {
    double exposure = 0;
    int channels = 0;
};

const Register viewer_look =
    Op<Params>("viewer_look")
        .label("ViewerLook")
        .menu("Image")
        .internal()
        .help(
            "out = in * 2^exposure; of a single channel or luminance, that value in red, green and blue. Alpha passes. "
            "What viewers put in front of the display transform.")
        .in("in")
        .param(&Params::exposure, "exposure", {.label = "Exposure", .min = -8, .max = 8, .help = "In stops."})
        .param(&Params::channels, "channels",
               {.label = "Channels",
                .help = "What is looked at. Alpha is shown as it is, so viewer_after does that.",
                .choices = shown_channels})
        .pixel("viewer/viewer_look", [](const Params& p, const OpContext& c, Block& u) {
            u.put("gain", std::exp2(p.exposure));
            u.put("channels", p.channels);
            u.put("luma", luma_weights(c));
        });

} // namespace
} // namespace tessera
