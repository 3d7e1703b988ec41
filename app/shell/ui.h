#pragma once
// What drawing code needs at hand: the window, the theme, the faces, and lengths on the 4-pixel grid.
#include "app/shell/theme.h"
#include "app/shell/window.h"
#include <cmath>

namespace tessera {

struct Ui {
    Window& window;
    Theme theme;
    Fonts fonts;
    float scale = 1; ///< display scale times the user's
    /// A length of the design (at 96 dots an inch) in this window's pixels.
    float px(float length) const { return std::round(length * scale); }
};

/// Pushes a face for a block.
class WithFont {
public:
    explicit WithFont(ImFont* font) { ImGui::PushFont(font); }
    ~WithFont() { ImGui::PopFont(); }
    WithFont(const WithFont&) = delete;
};

/// A flat button with an icon, 24 px square; `tip` after 600 ms.
bool icon_button(const Ui& ui, const char* id, const char* icon, const char* tip, bool on = false,
                 bool enabled = true);
/// Text cut to `width` with an ellipsis.
std::string shortened(const std::string& text, float width);
/// A tooltip for the last item once the pointer has rested on it: a name, its key, and one sentence.
void tooltip(const Ui& ui, const std::string& name, const std::string& key = {}, const std::string& help = {});
/// A text in the secondary colour, centred in the space that is left: what an empty panel says.
void empty_state(const Ui& ui, const char* icon, const char* text);

} // namespace tessera
