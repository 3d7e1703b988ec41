#include "nodes/merge/inputs.h"
#include "nodes/merge/ports.h"

namespace tessera {
namespace {

struct Params {
    int which = 0;
};

int chosen(const Params& p, const OpContext& c)
{
    return std::clamp(p.which, 0, std::max(0, last_connected(c, row_inputs)));
}

Op<Params> declared()
{
    Op<Params> op("switch");
    op.label("Switch").menu("Merge").help(
        "Passes one of its inputs on: the one whose number is `which`. A number beyond the last connected input means "
        "that one. Only the chosen input is evaluated.");
    add_row_inputs(op);
    op.param(&Params::which, "which",
             {.label = "Which", .min = 0, .max = 9, .help = "Number of the input, from 0. Animatable."})
        .route([](const Params& p, const OpContext& c) {
            return Need{chosen(p, c), c.frame, std::string(c.layer)};
        });
    return op;
}

const Register registered = declared();

} // namespace
} // namespace tessera
