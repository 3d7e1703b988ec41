#pragma once
// Controls of a toolbar: a flat button that opens a menu, and a letter that is switched on and off.
#include "app/shell/ui.h"

namespace tessera {

/// A flat button of `width` with `text` and a small arrow; it opens the popup `id`, which it begins: when true is
/// returned draw the menu and call ImGui::EndPopup(). `marked`: not at its default.
bool menu_button(const Ui& ui, const char* id, const std::string& text, float width, bool marked,
                 const std::string& name, const std::string& help);
/// The same with an icon instead of a text.
bool icon_menu(const Ui& ui, const char* id, const char* icon, bool marked, const std::string& name,
               const std::string& help);
/// A letter in a square of 22 by 24, in its colour when it is on.
bool letter_button(const Ui& ui, const char* id, const char* letter, bool on, ImU32 colour, const std::string& name,
                   const std::string& key, const std::string& help);

} // namespace tessera
