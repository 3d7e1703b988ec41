#include "core/op/op.h"
#include "nodes/merge/factor.h"

namespace tessera {
namespace {

struct Params : FactorParams {};

const Register unpremult =
    Op<Params>("unpremult")
        .label("Unpremult")
        .menu("Merge")
        .help("out = in / alpha: makes unpremultiplied colour of premultiplied (associated) colour. Where the divisor "
              "is 0, colour stays as it is (fire and glows are light without coverage). With another channel chosen "
              "that one is the divisor; inverted, the divisor is 1 - channel.")
        .in("in")
        .mask("rgb")
        .param(static_cast<std::string Params::*>(&Params::multiply_by), "multiply_by",
               {.label = "Divide by", .help = factor_help})
        .param(static_cast<bool Params::*>(&Params::invert), "invert",
               {.label = "Invert", .help = "Use 1 - channel as the divisor."})
        .info([](const Params& p, const OpContext& c) { return factor_info(p, c, AlphaState::Unpremultiplied); })
        .needs([](const Params& p, const OpContext& c) { return factor_needs(p, c); })
        .pixel("merge/unpremult", 2, [](const Params& p, const OpContext& c, Block& u) { put_factor(p, c, u); });

} // namespace
} // namespace tessera
