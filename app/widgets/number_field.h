#pragma once
// A number that can be dragged, typed and calculated: the field of every numeric parameter.
#include "app/shell/ui.h"
#include "app/widgets/number_text.h"
#include <optional>
#include <string>

namespace tessera {

struct NumberStyle {
    double min = 0, max = 1; ///< the usual range: how fast a drag goes, and what a slider spans
    bool hard = false;       ///< never leaves min..max
    bool whole = false;
    double fallback = 0;     ///< shown in the secondary colour when the value equals it
    ImU32 tint = 0;          ///< of the field (animated, keyed, expression); 0: none
    float tint_share = 0.35f; ///< how much of the tint: a key on this frame is solid
    ImU32 mark = 0;          ///< a thin line at the left (red, green, blue channels); 0: none
    bool enabled = true;
    bool mixed = false;      ///< several nodes with several values: shown as a dash
};

struct NumberEdit {
    double value = 0;
    bool finished = false;  ///< the drag has ended or the text was accepted: the history's step is complete
    bool cancelled = false; ///< Escape in a drag: what it has done is to be undone
    std::string relative;   ///< the text typed, where it works on each field's own value ("*2")
};
/// Draws the field over `width`; an edit when the user changed it. Drag: change (Shift finer, Ctrl coarser, Escape
/// cancels); click: type; while typing: arrow keys step the digit at the caret (Shift ten times), Enter accepts, Escape
/// cancels, Tab goes on to the next field and Shift+Tab to the one before; Ctrl+click: back to the fallback. With Alt
/// held the field is left to the caller (dragging it as a link). The last item is the field.
std::optional<NumberEdit> number_field(const Ui& ui, const char* id, double value, float width, const NumberStyle& style);
/// Fields and buttons that stand out from a popup's raised surface, for a block.
class PopupFields {
public:
    explicit PopupFields(const Ui& ui);
    ~PopupFields() { ImGui::PopStyleColor(3); }
    PopupFields(const PopupFields&) = delete;
};
/// Closes the popup being drawn when Escape is pressed and no text is being typed: without ImGui's own keyboard
/// navigation nothing else does.
void close_on_escape();
/// A slider over the usual range, without a number. Ctrl+click: the fallback.
std::optional<NumberEdit> number_slider(const Ui& ui, const char* id, double value, float width, const NumberStyle& style);

} // namespace tessera
