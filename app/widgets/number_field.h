#pragma once
// A number that can be dragged, typed and calculated: the field of every numeric parameter.
#include "app/shell/ui.h"
#include <optional>
#include <string>

namespace tessera {

/// What typed text makes of a number: "1.5" sets; "+=2", "-=2", "*2", "*=2", "/3", "/=3" and "^2" work on the present
/// value ("+2" and "-2" are the numbers); anything else is an expression such as "1/3" or "sin(30)*2". Errors say where
/// the text stops making sense.
Result<double> calculated(const std::string& text, double present);
/// Short text of a number as fields show it: at most `digits` after the point, no trailing zeros.
std::string field_text(double value, int digits);

struct NumberStyle {
    double min = 0, max = 1; ///< range of a drag over the field's width, and of the bar drawn in it
    bool hard = false;       ///< never leaves min..max
    bool whole = false;
    double fallback = 0;     ///< shown in the secondary colour when the value equals it
    ImU32 tint = 0;          ///< of the field (animated, keyed, expression); 0: none
    ImU32 mark = 0;          ///< a thin line at the left (red, green, blue channels); 0: none
    bool enabled = true;
};

struct NumberEdit {
    double value = 0;
    bool finished = false; ///< the drag has ended or the text was accepted: the history's step is complete
};
/// Draws the field over `width`; an edit when the user changed it. Drag: change (Shift finer, Ctrl coarser); click or
/// Enter: type; arrow keys while typing: the digit left of the caret; wheel over a focused field: a step; double-click
/// with Ctrl: back to the fallback.
std::optional<NumberEdit> number_field(const Ui& ui, const char* id, double value, float width, const NumberStyle& style);

} // namespace tessera
