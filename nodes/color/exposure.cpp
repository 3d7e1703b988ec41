#include "core/op/op.h"
#include <cmath>

namespace tessera {
namespace {

enum class Mode { Stops, PrinterLights };

struct Params {
    double exposure = 0, red = 0, green = 0, blue = 0;
    Mode mode = Mode::Stops;
};

/// A printer light changes the logarithm (base 10) of exposure by 0.025: 12.04 lights make a stop.
constexpr double log_exposure_of_light = 0.025;

double factor(const Params& p, double channel)
{
    const double amount = p.exposure + channel;
    return p.mode == Mode::Stops ? std::exp2(amount) : std::pow(10.0, amount * log_exposure_of_light);
}

const Register exposure =
    Op<Params>("exposure")
        .label("Exposure")
        .menu("Color")
        .help("out = in * 2^(exposure + channel) in stops; in printer lights out = in * 10^(0.025 * (exposure + "
              "channel)), a light being 0.025 in log10 of exposure as on a film printer (12.04 lights make a stop). "
              "Alpha is unchanged.")
        .in("in")
        .mask("rgb")
        .unpremult()
        .param(&Params::exposure, "exposure",
               {.label = "Exposure", .min = -6, .max = 6, .help = "Stops or printer lights for red, green and blue."})
        .param(&Params::red, "red", {.label = "Red", .min = -6, .max = 6, .help = "More of the same for red alone."})
        .param(&Params::green, "green",
               {.label = "Green", .min = -6, .max = 6, .help = "More of the same for green alone."})
        .param(&Params::blue, "blue",
               {.label = "Blue", .min = -6, .max = 6, .help = "More of the same for blue alone."})
        .param(&Params::mode, "mode",
               {.label = "Units", .help = "Stops, or printer lights.", .choices = {"stops", "printer_lights"}})
        .identity([](const Params& p, const OpContext&) {
            return p.exposure + p.red == 0 && p.exposure + p.green == 0 && p.exposure + p.blue == 0;
        })
        .pixel("color/exposure", [](const Params& p, const OpContext&, Block& u) {
            u.put("factor", Vec4{factor(p, p.red), factor(p, p.green), factor(p, p.blue), 1});
        });

} // namespace
} // namespace tessera
