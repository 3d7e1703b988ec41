#pragma once
// Draws handles over the picture.
#include "app/overlays/handles.h"
#include "app/shell/ui.h"
#include <functional>

namespace tessera {

/// `to_window`: where an image point lies. `hot`: the handle under the pointer or held, by name.
void draw_handle_set(const Ui& ui, ImDrawList& list, const HandleSet& set, const std::function<ImVec2(Vec2)>& to_window,
                     const std::string& hot, ImU32 colour);

} // namespace tessera
