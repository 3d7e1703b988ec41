#include "core/op/op.h"
#include <cmath>

namespace tessera {
namespace {

enum class Range { Input, Custom };

struct Params {
    double offset = 0;
    bool reverse = false;
    Range range = Range::Input;
    int first = 1, last = 100;
};

/// First and last frame about which the input is reversed.
std::pair<int, int> range_of(const Params& p, const OpContext& c)
{
    if (p.range == Range::Custom || !c.connected(0)) return {p.first, p.last};
    return {c.inputs[0]->first_frame, c.inputs[0]->last_frame};
}

const Register time_offset =
    Op<Params>("time_offset")
        .label("TimeOffset")
        .menu("Time")
        .help("Moves the input in time: out(f) = in(f - offset); reversed: out(f) = in(first + last - (f - offset)).")
        .in("in")
        .param(&Params::offset, "offset",
               {.label = "Offset",
                .min = -100,
                .max = 100,
                .help = "In frames; a positive offset shows the input later. Fractions are passed on to the input."})
        .param(&Params::reverse, "reverse", {.label = "Reverse", .help = "Play the input's range backwards."})
        .param(&Params::range, "range",
               {.label = "Range",
                .help = "What is reversed: the input's own range, or first to last as set here.",
                .choices = {"input", "custom"}})
        .param(&Params::first, "first",
               {.label = "First", .min = 1, .max = 1000, .help = "First frame of a custom range."})
        .param(&Params::last, "last", {.label = "Last", .min = 1, .max = 1000, .help = "Last frame of a custom range."})
        .route([](const Params& p, const OpContext& c) {
            double frame = c.frame - p.offset;
            if (p.reverse) {
                const auto [first, last] = range_of(p, c);
                frame = first + last - frame;
            }
            return Need{0, frame, std::string(c.layer)};
        })
        .info([](const Params& p, const OpContext& c) -> Result<ImageInfo> {
            ImageInfo info = *c.output;
            const int by = int(std::lround(p.offset));
            if (p.reverse) {
                const auto [first, last] = range_of(p, c);
                const int begin = first + last - info.last_frame, end = first + last - info.first_frame;
                info.first_frame = begin, info.last_frame = end;
            }
            info.first_frame += by, info.last_frame += by;
            return info;
        });

} // namespace
} // namespace tessera
