#pragma once
// What the curve editor and the dope sheet draw alike: the ruler of frames with the play head, and signs of keys.
#include "app/panels/curves/curve_camera.h"
#include "app/session/playback.h"
#include "app/shell/ui.h"
#include "core/base/curve.h"
#include <functional>

namespace tessera {

/// Height of the ruler at 96 dots an inch.
inline constexpr float ruler_height = 24;

/// Draws the ruler over `time`, in the rectangle low..high.
void draw_ruler(const Ui& ui, ImDrawList& list, const Axis& time, const Playback& playback, ImVec2 low, ImVec2 high);
/// Draws, over the graph below the ruler, what lies outside of in and out, and the lines at frames.
void draw_time_grid(const Ui& ui, ImDrawList& list, const Axis& time, const Playback& playback, ImVec2 low,
                    ImVec2 high);
/// The play head's line through the graph, and its frame number on the ruler.
void draw_play_head(const Ui& ui, ImDrawList& list, const Axis& time, const Playback& playback, ImVec2 ruler_low,
                    ImVec2 high);
/// The frame under a pixel of the ruler.
int frame_at(const Axis& time, float x);

/// A key's sign by how the curve goes on from it: a square holds, a diamond is linear, a disc smooth, a ring cubic, a
/// triangle Catmull-Rom, a hexagon Bezier, two wedges a broken Bezier. `r`: half its size in pixels.
void draw_key(ImDrawList& list, ImVec2 at, float r, Interpolation rule, bool broken, ImU32 fill, ImU32 edge);
/// The dope sheet's diamond.
void draw_diamond(ImDrawList& list, ImVec2 at, float r, ImU32 fill, ImU32 edge);
/// A button 24 px square with a sign of its own, as icon_button otherwise; `draw` gets the list and the middle.
bool sign_button(const Ui& ui, const char* id, const std::string& name, const std::string& key, const std::string& help,
                 bool on, bool enabled, const std::function<void(ImDrawList&, ImVec2, ImU32)>& draw);

} // namespace tessera
