// Sum (or, with WINDOW_MAXIMUM, maximum of u.sign times the image) over aligned runs of eight samples along one axis.
#include "filter/edges.glsl"
#ifdef WINDOW_MAXIMUM
#define WINDOW_JOIN(a, b) max(a, (b) * u.sign)
#define WINDOW_EMPTY vec4(-3.402823e38)
#else
#define WINDOW_JOIN(a, b) ((a) + (b))
#define WINDOW_EMPTY vec4(0.0)
#endif

vec4 window_blocks(window_blocks_u u, Px px)
{
    ivec2 p = px.at * (1 - u.axis) + px.at * u.axis * 8;
    vec4 sum = WINDOW_JOIN(WINDOW_EMPTY, READ(p)); // written out: a kernel without loops may walk along rows
    sum = WINDOW_JOIN(sum, READ(p + u.axis));
    sum = WINDOW_JOIN(sum, READ(p + u.axis * 2));
    sum = WINDOW_JOIN(sum, READ(p + u.axis * 3));
    sum = WINDOW_JOIN(sum, READ(p + u.axis * 4));
    sum = WINDOW_JOIN(sum, READ(p + u.axis * 5));
    sum = WINDOW_JOIN(sum, READ(p + u.axis * 6));
    return WINDOW_JOIN(sum, READ(p + u.axis * 7));
}
