// Reduces along one axis by REDUCE_FACTOR (2, 4 or 8) with a cubic B-spline, four cells of the result wide, as
// low-pass. Cell c of the result is centred on the edge between samples c * factor - 1 and c * factor. A run of
// samples as long as the factor adds to four cells, so an invocation walks along and reads everything once. Written
// out for eight samples a round, since loops keep what they carry in memory on a CPU (a third of the time).
#include "filter/edges.glsl"
#include "filter/line.glsl"
#include "filter/pair.glsl"
#ifndef REDUCE_FACTOR
#define REDUCE_FACTOR 8
#endif
#define REDUCE_X(i) ((float(i) + 0.5) / float(REDUCE_FACTOR))
#define REDUCE_FAR(x) ((x) * (x) * (x))
#define REDUCE_NEAR(x) (((-3.0 * (x) + 3.0) * (x) + 3.0) * (x) + 1.0)
#define REDUCE_ADD(i) \
    v = PAIR_READ(p + u.axis * i); \
    q0 += v * REDUCE_FAR(REDUCE_X(i)); \
    q1 += v * REDUCE_NEAR(REDUCE_X(i)); \
    q2 += v * REDUCE_NEAR(1.0 - REDUCE_X(i)); \
    q3 += v * REDUCE_FAR(1.0 - REDUCE_X(i));
#if REDUCE_FACTOR == 8
#define REDUCE_RUN \
    REDUCE_ADD(0) REDUCE_ADD(1) REDUCE_ADD(2) REDUCE_ADD(3) REDUCE_ADD(4) REDUCE_ADD(5) REDUCE_ADD(6) REDUCE_ADD(7)
#elif REDUCE_FACTOR == 4
#define REDUCE_RUN REDUCE_ADD(0) REDUCE_ADD(1) REDUCE_ADD(2) REDUCE_ADD(3)
#else
#define REDUCE_RUN REDUCE_ADD(0) REDUCE_ADD(1)
#endif
// Reads the next run of samples and completes the cell three before it.
#define REDUCE_CELL \
    q0 = q1 = q2 = q3 = vec4(0.0); \
    REDUCE_RUN \
    if (m >= 3 && m < cells + 3) \
        OUT(cell + u.axis * (m - 3), (first + q3) * (1.0 / (6.0 * float(REDUCE_FACTOR)))); \
    first = second + q2; \
    second = third + q1; \
    third = q0; \
    p += u.axis * REDUCE_FACTOR; \
    ++m;

void main()
{
    ivec2 cell = LINE_START;
    if (LINE_DONE(cell)) return;
    ivec2 left = AREA.zw - cell;
    int cells = min(u.cells, left.x * u.axis.x + left.y * u.axis.y);
    ivec2 p = cell * (1 - u.axis) + u.axis * ((cell - 2) * REDUCE_FACTOR);
    vec4 first = vec4(0.0), second = vec4(0.0), third = vec4(0.0); // sums of the cells that are not complete yet
    vec4 q0, q1, q2, q3, v;
    int m = 0;
    do {
        REDUCE_CELL
#if REDUCE_FACTOR < 8
        REDUCE_CELL
#endif
#if REDUCE_FACTOR < 4
        REDUCE_CELL REDUCE_CELL
#endif
    } while (m < cells + 3);
}
