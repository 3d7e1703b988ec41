#include "nodes/merge/inputs.h"
#include "nodes/merge/ports.h"

namespace tessera {
namespace {

struct Params {
    int input = 0;
};

OpDesc declared()
{
    Op<Params> op("viewer");
    op.label("Viewer").menu("Image").help(
        "Shows one of up to ten inputs; the keys 1 to 0 choose which. Passes that input on.");
    add_row_inputs(op);
    op.param(&Params::input, "input",
             {.label = "Input", .min = 0, .max = 9, .hard = true, .help = "Number of the input that is shown, from 0."})
        .route([](const Params& p, const OpContext& c) {
            return Need{p.input, c.frame, std::string(c.layer)};
        });
    OpDesc d = op;
    d.kind = OpKind::Output;
    return d;
}

const Register registered{declared()};

} // namespace
} // namespace tessera
