#pragma once
// The text of a channel selection ("rgb", "rgba.alpha depth") as switches for red, green, blue and alpha, and back.
#include <array>
#include <string>

namespace tessera {

struct ChannelChoice {
    std::array<bool, 4> on{}; ///< of the main layer
    std::string rest;         ///< what names other layers, kept as it is
};
/// "all" switches all four on and stays in `rest`.
ChannelChoice channel_choice(const std::string& text);
/// The shortest text: "rgba", "rgb", "alpha", "red green", "none".
std::string channel_text(const ChannelChoice& choice);

} // namespace tessera
