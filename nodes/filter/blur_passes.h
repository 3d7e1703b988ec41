#pragma once
// The passes of a two-dimensional blur (blur_axis.h) and the regions they read, for every filter that blurs.
#include "nodes/filter/blur_axis.h"
#include "nodes/filter/filter_kernels.h"
#include <optional>

namespace tessera {

/// Passes that reduce an image along an axis to one sample for every `factor` (2, 4 or 8), and that bring it back: see
/// blur_axis.h, and plan_reduction for `factor` and `origin` of a cascade. With an edge other than black `in` is the
/// operator's input, else what lies outside `in` is zero.
void reduce(PassList& list, AreaImage in, AreaImage out, const Rect& area, int axis, int factor,
            Edge edge = Edge::Black);
void expand(PassList& list, AreaImage in, AreaImage out, const Rect& area, int axis, int factor, int origin);
/// The regions they read.
Rect reduce_reads(const Rect& area, int axis, int factor);
Rect expand_reads(const Rect& area, int axis, int factor, int origin);

class BlurPasses {
public:
    BlurPasses(BlurAxis x, BlurAxis y, Edge edge = Edge::Black);
    /// Neither axis is blurred: the result is the input.
    bool none() const { return x_.none() && y_.none(); }
    /// The pixels that `out` depends on; it may reach beyond the data window.
    Rect reads(const Rect& out) const;
    /// Data window of the result for an input with `window`, at the level the axes were planned for.
    Rect grown(const Rect& window) const;
    /// Blurs `in` (data window `window`) into `area` of `out`. A copy when there is nothing to do. With `alpha`, which
    /// needs an edge other than black, the result's alpha comes from that operator's input instead, beyond whose own
    /// data window the edge applies; both are read by the first pass, so that they cost one blur.
    void run(PassList& list, AreaImage in, const Rect& window, AreaImage out, const Rect& area,
             std::optional<AreaImage> alpha = {}) const;

private:
    struct Stage {
        enum class Kind { Reduce, Taps, Expand, Box } kind;
        int axis;
        int factor = 1; ///< Reduce: of this step; Expand: of the whole
    };
    const BlurAxis& axis(int i) const { return i == 0 ? x_ : y_; }
    Rect before(const Stage& stage, const Rect& needed) const;
    Rect after(const Stage& stage, const Rect& there) const;
    void emit(PassList& list, const Stage& stage, const std::vector<AreaImage>& in, AreaImage out, const Rect& area,
              bool edges) const;
    void emit_taps(PassList& list, const Stage& stage, const std::vector<AreaImage>& in, AreaImage out,
                   const Rect& area, bool edges) const;
    void emit_box(PassList& list, const Stage& stage, AreaImage in, AreaImage out, const Rect& area, bool edges) const;

    BlurAxis x_, y_;
    Edge edge_;
    std::vector<Stage> stages_;
};

} // namespace tessera
