#include "core/op/op.h"
#include <cmath>

namespace tessera {
namespace {

struct Params {
    double first_frame = 1;
    int increment = 0;
};

double held(const Params& p, double frame)
{
    if (p.increment <= 0) return p.first_frame;
    return p.first_frame + std::floor((frame - p.first_frame) / p.increment) * p.increment;
}

const Register frame_hold =
    Op<Params>("frame_hold")
        .label("FrameHold")
        .menu("Time")
        .help("Shows one frame of the input at all times. With an increment n every n-th frame is held until the next "
              "one: out(f) = in(first_frame + floor((f - first_frame) / n) * n).")
        .in("in")
        .param(&Params::first_frame, "first_frame",
               {.label = "First frame", .min = 1, .max = 200, .help = "The frame that is held."})
        .param(&Params::increment, "increment",
               {.label = "Increment",
                .min = 0,
                .max = 24,
                .help = "0 holds the first frame for ever; n holds every n-th frame."})
        .route([](const Params& p, const OpContext& c) {
            return Need{0, held(p, c.frame), std::string(c.layer)};
        })
        .info([](const Params& p, const OpContext& c) -> Result<ImageInfo> {
            ImageInfo info = *c.output;
            if (p.increment <= 0) info.first_frame = info.last_frame = int(std::lround(p.first_frame));
            return info;
        });

} // namespace
} // namespace tessera
