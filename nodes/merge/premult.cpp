#include "core/op/op.h"
#include "nodes/merge/factor.h"

namespace tessera {
namespace {

struct Params : FactorParams {};

const Register premult =
    Op<Params>("premult")
        .label("Premult")
        .menu("Merge")
        .help("out = in * alpha: makes premultiplied (associated) colour of unpremultiplied colour. With another "
              "channel chosen that one is the factor; inverted, the factor is 1 - channel.")
        .in("in")
        .mask("rgb")
        .param(static_cast<std::string Params::*>(&Params::multiply_by), "multiply_by",
               {.label = "Multiply by", .help = factor_help})
        .param(static_cast<bool Params::*>(&Params::invert), "invert",
               {.label = "Invert", .help = "Use 1 - channel as the factor."})
        .info([](const Params& p, const OpContext& c) { return factor_info(p, c, AlphaState::Premultiplied); })
        .needs([](const Params& p, const OpContext& c) { return factor_needs(p, c); })
        .pixel("merge/premult", 2, [](const Params& p, const OpContext& c, Block& u) { put_factor(p, c, u); });

} // namespace
} // namespace tessera
