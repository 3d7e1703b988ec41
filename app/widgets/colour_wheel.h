#pragma once
// Colours chosen with the hand: a swatch, a disc of hue and saturation, a wheel that shifts a balance, and all ways to
// type one in a popup. Colours are scene-linear; what is drawn of them goes through the sRGB curve.
#include "app/shell/ui.h"
#include "app/widgets/colour_math.h"
#include <optional>

namespace tessera {

struct ColourEdit {
    Color colour;
    bool finished = false;  ///< the drag has ended
    bool cancelled = false; ///< Escape: what the drag has done is to be undone
};

/// How the colour looks on an sRGB screen; values above 1 are clipped, those below 0 are black.
ImU32 screen_colour(const Color& c);
/// A rectangle of the colour; a corner marks values above 1 or below 0. True when it was clicked.
bool colour_swatch(const Ui& ui, const char* id, const Color& c, ImVec2 size);
/// Hue around, saturation outwards, at the colour's own value; Shift finer. Alpha is kept.
std::optional<ColourEdit> colour_disc(const Ui& ui, const char* id, const Color& c, float side);
/// Shifts channels against each other around their mean: the middle is neutral, the rim is `reach` away from it. Shift
/// finer; double-click: neutral. Alpha is kept.
std::optional<ColourEdit> balance_wheel(const Ui& ui, const char* id, const Color& c, double reach, float side);
/// The content of a colour's popup: disc, value, red, green, blue, hue, saturation, value, hexadecimal, temperature and
/// intensity. `before`: the colour when it opened, shown beside the present one; clicking it goes back.
std::optional<ColourEdit> colour_editor(const Ui& ui, const Color& c, const Color& before, bool with_alpha);

} // namespace tessera
