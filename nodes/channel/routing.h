#pragma once
// Shuffle's patch bay: which channel of the result comes from where.
#include "core/op/description.h"
#include <array>
#include <map>
#include <string>
#include <vector>

namespace tessera {

/// Where one channel of the result comes from.
struct ChannelRoute {
    enum class Kind { Constant, Channel } kind = Kind::Constant;
    double value = 0;  ///< Constant
    int port = 0;      ///< Channel: 0 is B, 1 is A
    std::string layer; ///< Channel
    int slot = 0;      ///< Channel
    bool operator==(const ChannelRoute&) const = default;
};

/// A wire as the user made it: names are as typed.
struct Wire {
    std::string to_layer, to_channel;
    ChannelRoute::Kind kind = ChannelRoute::Kind::Constant;
    double value = 0;
    int port = 0;
    std::string layer, channel;
};

/// "rgba.red=A.rgba.green depth.Z=B.rgba.alpha rgba.alpha=1": wires separated by blanks, commas or semicolons. Left of
/// "=" a LAYER.CHANNEL, or a channel of the main layer; right of it the same, with "A." or "B." in front to say of
/// which input (B when left out), or a number. InvalidArgument names the item that makes no sense.
Result<std::vector<Wire>> parse_wires(const std::string& text);

/// The layers of the result and the sources of the four slots of every layer that a wire leads to.
struct Routing {
    std::vector<Layer> layers;
    std::map<std::string, std::array<ChannelRoute, 4>> routes;
    bool uses_a = false;
};

/// Applies wires in order to B's layers; later wires win. NotFound names a layer or channel that an input does not
/// have; channels that the main layer lacks are 0.
Result<Routing> routed(const std::vector<Wire>& wires, const OpContext& context);

} // namespace tessera
