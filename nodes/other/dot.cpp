#include "core/op/op.h"

namespace tessera {
namespace {

struct Params {};

const Register dot = Op<Params>("dot")
                         .label("Dot")
                         .menu("Other")
                         .help("Passes its input on unchanged: a bend in a wire.")
                         .in("in")
                         .route([](const Params&, const OpContext& c) {
                             return Need{0, c.frame, std::string(c.layer)};
                         });

} // namespace
} // namespace tessera
