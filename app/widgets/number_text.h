#pragma once
// Numbers as people type and read them: what typed text means, how a value is shown, and steps of one digit.
#include "core/base/result.h"
#include <string>

namespace tessera {

/// What typed text makes of a number: "1.5" and "=1.5" set; "+=2", "-=2", "*2", "*=2", "/3", "/=3" and "^2" work on the
/// present value ("+2" and "-2" are the numbers); anything else is an expression such as "1/3" or "sin(30)*2". A unit
/// may follow: "50%" is 0.5; "px", "deg", "°", "f" and "fr" change nothing. Errors say where the text stops making
/// sense.
Result<double> calculated(const std::string& text, double present);
/// The text works on the present value instead of replacing it ("*2"): several fields then each have their own result.
bool is_relative(const std::string& text);
/// Short text of a number as fields show it: at most `digits` after the point, no trailing zeros.
std::string field_text(double value, int digits);

/// A text being typed and its caret.
struct Typed {
    std::string text;
    int caret = 0;
};
/// Steps the digit left of the caret (the first digit, at the start) up or down by `steps`: "1.25" with the caret after
/// the 2 becomes "1.35". Decimals are kept, so that the caret stays with its digit. What is no number stays as it is.
Typed stepped_digit(const Typed& typed, int steps);

/// How far a value moves for each pixel of a drag: fine enough for the range, never faster than one a pixel beyond a
/// range of 400.
double drag_speed(double min, double max, bool whole);
/// A drag's value on a round grid that suits the range ("0.3418" rather than "0.341796"); `finer` times ten for Shift.
double rounded_drag(double value, double min, double max, bool whole, bool finer);

} // namespace tessera
