#pragma once
// The lines, targets and labels over a scope, and the marks of a colour in it.
#include "app/shell/scope_passes.h"
#include "app/shell/ui.h"
#include <array>

namespace tessera {

/// Where a scope's trace is drawn, in the window's pixels.
struct ScopeArea {
    ImVec2 low, high;
    float width() const { return high.x - low.x; }
    float height() const { return high.y - low.y; }
};
/// The part of a panel's area that the trace fills, beside its labels; a square in the middle for the vectorscope.
ScopeArea trace_area(const Ui& ui, ScopeKind kind, ImVec2 low, ImVec2 high);

/// A display colour (0 to 1) on the vectorscope: Cb and Cr, -0.5 to 0.5.
std::array<float, 2> chroma(float r, float g, float b);
/// A place on the vectorscope.
ImVec2 vector_place(const ScopeArea& area, float zoom, std::array<float, 2> chroma);

void draw_graticule(const Ui& ui, ImDrawList& list, ScopeKind kind, const ScopeArea& area, float zoom);
/// Marks a display colour; `across`: its place in the picture, 0 to 1, negative when it is not known.
void draw_mark(const Ui& ui, ImDrawList& list, ScopeKind kind, const ScopeArea& area, float zoom,
               const std::array<double, 4>& shown, float across);

} // namespace tessera
