#include "core/op/op.h"
#include "nodes/color/luminance.h"

namespace tessera {
namespace {

struct Params {
    double saturation = 1;
    Luminance luminance = Luminance::Rec709;
};

const Register saturation =
    Op<Params>("saturation")
        .label("Saturation")
        .menu("Color")
        .help("out = (1 - saturation) * luminance(in) + saturation * in on red, green and blue; 0 gives grey, values "
              "below 0 the complementary colours. Source: ColorCorrect of Nuke and Natron.")
        .in("in")
        .mask("rgb")
        .unpremult()
        .param(&Params::saturation, "saturation",
               {.label = "Saturation", .min = 0, .max = 4, .help = "1 changes nothing, 0 takes all colour away."})
        .param(&Params::luminance, "luminance",
               {.label = "Luminance", .help = luminance_help, .choices = luminance_choices})
        .identity([](const Params& p, const OpContext&) { return p.saturation == 1; })
        .pixel("color/saturation", [](const Params& p, const OpContext&, Block& u) {
            u.put("weights", luminance_weights(p.luminance));
            u.put("amount", p.saturation);
            u.put("largest", p.luminance == Luminance::Max);
        });

} // namespace
} // namespace tessera
