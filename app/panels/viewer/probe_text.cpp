#include "app/panels/viewer/probe_text.h"
#include "app/viewer/probe.h"
#include <algorithm>
#include <cmath>
#include <cstdio>

namespace tessera {

std::string probe_number(double value)
{
    char text[32];
    const double size = std::abs(value);
    if (!std::isfinite(value)) return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
    if (size != 0 && (size >= 1e5 || size < 1e-4))
        std::snprintf(text, sizeof text, "%.2g", value);
    else
        std::snprintf(text, sizeof text, "%.*f",
                      size >= 1000  ? 1
                      : size >= 100 ? 2
                      : size >= 10  ? 3
                      : size >= 1   ? 4
                                    : 5,
                      value);
    return text;
}

std::string hsv_text(const std::array<double, 4>& c)
{
    const Hsv v = hsv(c[0], c[1], c[2]);
    const double luminance = 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
    char text[96];
    std::snprintf(text, sizeof text, "H %.0f  S %.2f  V %.3g  L %.3g", v.hue, v.saturation, v.value, luminance);
    return text;
}

std::string code_text(const std::array<double, 4>& shown, int bits)
{
    char text[64];
    std::snprintf(text, sizeof text, "%d %d %d", code_value(shown[0], bits), code_value(shown[1], bits),
                  code_value(shown[2], bits));
    return text;
}

std::string channels_text(const Layer& layer)
{
    std::string text = layer.name == main_layer ? "" : layer.name + " ";
    for (const std::string& c : layer.channels) {
        std::string name = c;
        if (layer.name == main_layer)
            std::transform(name.begin(), name.end(), name.begin(),
                           [](unsigned char l) { return char(std::tolower(l)); });
        text += name;
    }
    return text;
}

bool has_slot(const Layer& layer, int slot)
{
    return std::any_of(layer.channels.begin(), layer.channels.end(),
                       [&](const std::string& c) { return channel_slot(layer, c) == slot; });
}

} // namespace tessera
