#pragma once
// Colours as people choose them: hue and saturation, hexadecimal text, temperature, balance. Values are scene-linear and
// may be above 1; the screen shows them through the sRGB curve, which is an approximation of any viewer's transform.
#include "core/base/geometry.h"
#include "core/base/result.h"
#include <optional>
#include <string>

namespace tessera {

/// Hue 0 to 1 (red 0, green 1/3, blue 2/3), saturation 0 to 1, value unbounded.
struct HueColour {
    double h = 0, s = 0, v = 0;
};
HueColour hue_of(const Color& c);
/// Alpha is 1.
Color rgb_of(const HueColour& hsv);

/// The sRGB curve and its inverse, for values of any size (negative ones mirror).
double srgb_from_linear(double linear);
double linear_from_srgb(double coded);
/// "#RRGGBB" of the colour on an sRGB screen, clipped to 0 to 1.
std::string hex_of(const Color& c);
/// From "#RGB", "#RRGGBB" or the same without "#"; nothing for anything else. Alpha is 1.
std::optional<Color> color_of_hex(const std::string& text);

/// White balance and brightness: warm (positive) to cool in stops between red and blue, magenta (positive) to green in
/// stops, intensity in stops above 1 of the middle of the channels' logarithms. Nothing for a colour that has a channel
/// at or below 0: it has no logarithm.
struct Tint {
    double temperature = 0, magenta = 0, intensity = 0;
};
std::optional<Tint> tint_of(const Color& c);
Color color_of(const Tint& tint, double alpha);

/// A colour as its mean and what its channels have more or less than it, as a point on a wheel
/// (the axes of red, green and blue are 120 degrees apart, red at 90 degrees, counted counter-clockwise).
struct Balance {
    double mean = 0;
    Vec2 point;
};
Balance balance_of(const Color& c);
Color with_balance(const Balance& balance, double alpha);

} // namespace tessera
