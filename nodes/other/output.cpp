#include "core/op/op.h"

namespace tessera {
namespace {

struct Params {
    std::string name;
    int index = 0;
};

const Register output =
    Op<Params>("output")
        .label("Output")
        .menu("Other")
        .help("Inside a group: what the group makes. A group has one output; of several the one with the lowest number "
              "counts.")
        .in("in")
        .param(&Params::name, "name", {.label = "Name", .help = "A name for the output; empty: the name of this node."})
        .param(&Params::index, "index", {.label = "Index", .min = 0, .max = 20, .help = "Place of the output, from 0."})
        .output();

} // namespace
} // namespace tessera
