#pragma once
#include <iterator>
#include <span>
#include <string_view>

namespace tessera {

/// One file of shaders/, compiled into the program. `name` is its path below shaders/ without ".glsl".
struct EmbeddedShader {
    std::string_view name;
    std::string_view text;
};

/// Every shader, sorted by name.
std::span<const EmbeddedShader> embedded_shaders();

} // namespace tessera
