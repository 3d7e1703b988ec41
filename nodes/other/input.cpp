#include "core/op/op.h"

namespace tessera {
namespace {

struct Params {
    std::string name;
    int index = 0;
};

const Register input = Op<Params>("input")
                           .label("Input")
                           .menu("Other")
                           .help("Inside a group: the image that is connected to the group's input of this name. "
                                 "Outside of a group, and for an input that is not connected, it is black.")
                           .param(&Params::name, "name",
                                  {.label = "Name", .help = "Name of the group's input; empty: the name of this node."})
                           .param(&Params::index, "index",
                                  {.label = "Index",
                                   .min = 0,
                                   .max = 20,
                                   .help = "Place of the input on the group, from 0. Equal places go by name."})
                           .route([](const Params&, const OpContext& c) {
                               return Need{-1, c.frame, std::string(c.layer)};
                           });

} // namespace
} // namespace tessera
