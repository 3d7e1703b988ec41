#include "core/op/op.h"

namespace tessera {
namespace {

struct Params {};

const Register noop = Op<Params>("noop")
                          .label("NoOp")
                          .menu("Other")
                          .help("Passes its input on unchanged: a place for a label, for a name that links refer to, "
                                "or for an input that will be connected later.")
                          .optional_in("in")
                          .route([](const Params&, const OpContext& c) {
                              return Need{0, c.frame, std::string(c.layer)};
                          });

} // namespace
} // namespace tessera
