#pragma once
// Colours, type and spacing of the interface, in one place. Surfaces are greys without hue, so that they do not change
// how a picture is judged; one accent says what is selected or active.
#include "core/base/result.h"
#include <imgui.h>
#include <string_view>

namespace tessera {

enum class ThemeKind { Dark, Light };

struct Theme {
    ThemeKind kind = ThemeKind::Dark;
    ImU32 window, panel, raised, hover, line;  ///< surfaces, from the back to the front, and lines between them
    ImU32 text, secondary, disabled;           ///< secondary has a contrast of 4.5:1 on `panel`, text of 7:1
    ImU32 accent, on_accent;                   ///< selected, active, edited; text upon it
    ImU32 animation, expression, error, warning, good;
    ImU32 red, green, blue, alpha;             ///< channels
    /// Header colour of a node by the menu it is in ("Color", "Filter", ...); all of one lightness.
    ImU32 category(std::string_view menu) const;
};
Theme make_theme(ThemeKind kind);
/// Sets ImGui's style: colours of the theme, the 4-pixel grid times `scale`.
void apply_theme(const Theme& theme, float scale);

/// `colour` with its alpha multiplied by `opacity` (0 to 1).
ImU32 faded(ImU32 colour, float opacity);
/// Between two colours, `t` from 0 to 1.
ImU32 mixed(ImU32 a, ImU32 b, float t);

/// The faces; icons (icons.h) are part of `text` and `small`.
struct Fonts {
    ImFont* text = nullptr;   ///< Inter, 13 px, figures of one width
    ImFont* strong = nullptr; ///< the same, semi-bold: headings
    ImFont* small = nullptr;  ///< 11 px: labels on nodes, rulers
    ImFont* large = nullptr;  ///< 22 px: the start page
    ImFont* mono = nullptr;   ///< JetBrains Mono, 13 px: code, expressions, timecode
};
/// Builds the font atlas for a scale. A face that is not installed is replaced by the nearest the system has; the
/// message returned says which (empty: all were found).
Result<std::string> load_fonts(Fonts& fonts, float scale);

} // namespace tessera
