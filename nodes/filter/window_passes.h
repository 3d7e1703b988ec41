#pragma once
// Mean, maximum or minimum over a window along one axis, at a cost that hardly grows with the window.
//
// An invocation makes a run of neighbouring pixels. What all their windows share is summed once, from aligned runs of 8
// and 64 pixels summed before; the rest is a pixel more on one side and one less on the other. Nothing depends on the
// area that is computed. Rejected: van Herk's scheme (two more images at full size, and blocks that depend on the
// radius) and running sums.
#include "nodes/filter/filter_kernels.h"

namespace tessera {

struct WindowPass {
    enum class Kind { Mean, Maximum, Minimum } kind = Kind::Mean;
    int axis = 0;
    int radius = 0;      ///< whole pixels to either side of the centre
    double fraction = 0; ///< Mean: weight of the next pixel on either side. Otherwise the result is this far between
                         ///< the one with `radius` and the one with `radius` + 1
    Edge edge = Edge::Black;

    /// Pixels that `out` depends on.
    Rect reads(const Rect& out) const;
    void run(PassList& list, AreaImage in, AreaImage out, const Rect& area) const;
};

/// Smallest (size above 0) or largest (below 0) value within |size| pixels along x, then along y.
class BoxExtreme {
public:
    BoxExtreme(Vec2 size, Edge edge);
    Rect reads(const Rect& out) const;
    void run(PassList& list, AreaImage in, AreaImage out, const Rect& area) const;

private:
    WindowPass x_, y_;
};

} // namespace tessera
