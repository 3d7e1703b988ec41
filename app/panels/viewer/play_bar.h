#pragma once
// The row of play controls under the ruler of time.
#include "app/shell/ui.h"
#include <span>

namespace tessera {

class Editor;

/// Draws it into `low`..`high`. `keys`: whether there are any to go to. `look_ahead`: frames are cached in the
/// background.
void play_bar(Editor& editor, ImVec2 low, ImVec2 high, std::span<const double> keys, bool& look_ahead);

} // namespace tessera
