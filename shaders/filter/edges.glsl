// READ(p): the pixel of image 0 at p; with EDGES defined, what lies beyond its data window follows u.edge (Edge in
// nodes/filter/filter_kernels.h).
#ifdef EDGES
#ifndef FILTER_EDGE_PLACE
#define FILTER_EDGE_PLACE
ivec2 edge_place(ivec2 p, ivec4 window, int edge)
{
    ivec2 last = window.zw - 1;
    ivec2 mirrored = mix(mix(p, 2 * window.xy - 1 - p, lessThan(p, window.xy)), 2 * last + 1 - p, greaterThan(p, last));
    return clamp(edge == 2 ? mirrored : p, window.xy, last);
}
#endif
#define READ(p) FETCH0(edge_place(p, WINDOW0, u.edge))
#else
#define READ(p) FETCH0(p)
#endif
