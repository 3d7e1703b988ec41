#include "app/widgets/colour_math.h"
#include <algorithm>
#include <cmath>

namespace tessera {

HueColour hue_of(const Color& c)
{
    const double high = std::max({c.r, c.g, c.b}), low = std::min({c.r, c.g, c.b}), span = high - low;
    HueColour hsv{0, 0, high};
    if (span <= 0) return hsv;
    hsv.s = high > 0 ? std::min(1.0, span / high) : 1;
    if (c.r == high) hsv.h = (c.g - c.b) / span;
    else if (c.g == high) hsv.h = 2 + (c.b - c.r) / span;
    else hsv.h = 4 + (c.r - c.g) / span;
    hsv.h /= 6;
    if (hsv.h < 0) hsv.h += 1;
    return hsv;
}

Color rgb_of(const HueColour& hsv)
{
    const double h = (hsv.h - std::floor(hsv.h)) * 6;
    const auto channel = [&](double n) {
        const double k = std::fmod(n + h, 6);
        return hsv.v - hsv.v * hsv.s * std::clamp(std::min(k, 4 - k), 0.0, 1.0);
    };
    return Color{channel(5), channel(3), channel(1), 1};
}

double srgb_from_linear(double linear)
{
    const double size = std::abs(linear);
    const double coded = size <= 0.0031308 ? 12.92 * size : 1.055 * std::pow(size, 1 / 2.4) - 0.055;
    return std::copysign(coded, linear);
}

double linear_from_srgb(double coded)
{
    const double size = std::abs(coded);
    const double linear = size <= 0.04045 ? size / 12.92 : std::pow((size + 0.055) / 1.055, 2.4);
    return std::copysign(linear, coded);
}

std::string hex_of(const Color& c)
{
    const auto code = [](double v) { return int(std::lround(std::clamp(srgb_from_linear(v), 0.0, 1.0) * 255)); };
    char text[16];
    std::snprintf(text, sizeof text, "#%02X%02X%02X", code(c.r), code(c.g), code(c.b));
    return text;
}

std::optional<Color> color_of_hex(const std::string& typed)
{
    std::string text = typed;
    std::erase_if(text, [](char c) { return c == ' ' || c == '\t'; });
    if (text.starts_with('#')) text.erase(0, 1);
    if (text.size() == 3) text = {text[0], text[0], text[1], text[1], text[2], text[2]};
    if (text.size() != 6) return {};
    int digits[6];
    for (size_t i = 0; i < 6; ++i) {
        const char c = text[i];
        if (c >= '0' && c <= '9') digits[i] = c - '0';
        else if (c >= 'a' && c <= 'f') digits[i] = c - 'a' + 10;
        else if (c >= 'A' && c <= 'F') digits[i] = c - 'A' + 10;
        else return {};
    }
    const auto channel = [&](int i) { return linear_from_srgb((digits[i] * 16 + digits[i + 1]) / 255.0); };
    return Color{channel(0), channel(2), channel(4), 1};
}

std::optional<Tint> tint_of(const Color& c)
{
    if (!(c.r > 0 && c.g > 0 && c.b > 0)) return {};
    const double r = std::log2(c.r), g = std::log2(c.g), b = std::log2(c.b);
    return Tint{r - b, (r + b) / 2 - g, (r + g + b) / 3};
}

Color color_of(const Tint& tint, double alpha)
{
    // Solved from the three lines of tint_of.
    const double g = tint.intensity - tint.magenta * 2 / 3, middle = tint.intensity + tint.magenta / 3;
    return Color{std::exp2(middle + tint.temperature / 2), std::exp2(g), std::exp2(middle - tint.temperature / 2), alpha};
}

namespace {

/// Directions of red, green and blue on the wheel.
constexpr double third = 2.0943951023931953; // a third of a turn
Vec2 axis(int channel)
{
    const double angle = third * 0.75 + third * channel; // red at 90 degrees
    return {std::cos(angle), std::sin(angle)};
}

} // namespace

Balance balance_of(const Color& c)
{
    Balance b;
    b.mean = (c.r + c.g + c.b) / 3;
    const double v[3] = {c.r, c.g, c.b};
    for (int i = 0; i < 3; ++i) {
        b.point.x += (v[i] - b.mean) * axis(i).x * 2 / 3;
        b.point.y += (v[i] - b.mean) * axis(i).y * 2 / 3;
    }
    return b;
}

Color with_balance(const Balance& b, double alpha)
{
    const auto channel = [&](int i) { return b.mean + b.point.x * axis(i).x + b.point.y * axis(i).y; };
    return Color{channel(0), channel(1), channel(2), alpha};
}

} // namespace tessera
