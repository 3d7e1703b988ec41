#include "core/op/op.h"

namespace tessera {
namespace {

struct Params {};

// The graph inside belongs to the document; the engine enters it through this node, so the declaration says little.
const Register group = Op<Params>("group")
                           .label("Group")
                           .menu("Other")
                           .help("A graph in one node. Its Input nodes are the group's inputs, by name; its Output "
                                 "node is what the group makes. Disabled, it passes its first input on.")
                           .route([](const Params&, const OpContext& c) {
                               return Need{0, c.frame, std::string(c.layer)};
                           });

} // namespace
} // namespace tessera
