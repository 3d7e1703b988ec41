// Mean (or, with WINDOW_MAXIMUM, maximum of u.sign times the image) over u.radius samples to either side, and a share
// u.fraction of the next ones. See nodes/filter/window_passes.h.
//   WINDOW_RUN     samples an invocation makes, 2 or 8
//   WINDOW_LEVELS  1: image 1 holds sums over aligned runs of 8 samples; 2: image 2 over runs of 64 as well
#include "filter/edges.glsl"
#include "filter/line.glsl"
#ifndef WINDOW_RUN
#define WINDOW_RUN 8
#endif
#ifndef WINDOW_LEVELS
#define WINDOW_LEVELS 0
#endif
#ifdef WINDOW_MAXIMUM
#define WINDOW_JOIN(a, b) max(a, b)
#define WINDOW_EMPTY vec4(-3.402823e38)
#define WINDOW_READ(i) (READ(across + u.axis * (i)) * u.scale)
// Between the windows with radius and radius + 1; exactly the first when there is no fraction.
#define WINDOW_RESULT(i) ((u.fraction == 0.0 ? sum[i] : mix(sum[i], max(sum[i], wider[i]), u.fraction)) * u.scale)
#else
#define WINDOW_JOIN(a, b) ((a) + (b))
#define WINDOW_EMPTY vec4(0.0)
#define WINDOW_READ(i) READ(across + u.axis * (i))
#define WINDOW_RESULT(i) ((sum[i] + wider[i] * u.fraction) * u.scale)
#endif
#if WINDOW_RUN == 8
#define WINDOW_UP(F) F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7)
#define WINDOW_DOWN(F) F(7) F(6) F(5) F(4) F(3) F(2) F(1) F(0)
#else
#define WINDOW_UP(F) F(0) F(1)
#define WINDOW_DOWN(F) F(1) F(0)
#endif

void main()
{
    ivec2 start = LINE_START;
    if (LINE_DONE(start)) return;
    ivec2 across = start * (1 - u.axis);
    int at = start.x * u.axis.x + start.y * u.axis.y;

    // What the windows of the whole run share: [a, b).
    int a = at + WINDOW_RUN - 1 - u.radius, b = at + u.radius + 1;
    vec4 shared_sum = WINDOW_EMPTY;
#if WINDOW_LEVELS > 0
    int block_a = (a + 7) >> 3, block_b = b >> 3;
    for (int i = a; i < block_a * 8; ++i) shared_sum = WINDOW_JOIN(shared_sum, WINDOW_READ(i));
#if WINDOW_LEVELS > 1
    int large_a = (block_a + 7) >> 3, large_b = block_b >> 3;
    for (int i = block_a; i < large_a * 8; ++i) shared_sum = WINDOW_JOIN(shared_sum, FETCH1(across + u.axis * i));
    for (int i = large_a; i < large_b; ++i) shared_sum = WINDOW_JOIN(shared_sum, FETCH2(across + u.axis * i));
    for (int i = large_b * 8; i < block_b; ++i) shared_sum = WINDOW_JOIN(shared_sum, FETCH1(across + u.axis * i));
#else
    for (int i = block_a; i < block_b; ++i) shared_sum = WINDOW_JOIN(shared_sum, FETCH1(across + u.axis * i));
#endif
    for (int i = block_b * 8; i < b; ++i) shared_sum = WINDOW_JOIN(shared_sum, WINDOW_READ(i));
#else
    for (int i = a; i < b; ++i) shared_sum = WINDOW_JOIN(shared_sum, WINDOW_READ(i));
#endif

    // To the left of that, sample i of the run has those of the next ones; to the right, those of the ones before.
    vec4 sum[WINDOW_RUN], wider[WINDOW_RUN];
    vec4 beside = shared_sum, next;
#define WINDOW_LEFT(i) \
    next = WINDOW_READ(at + i - u.radius - 1); \
    sum[i] = beside; \
    wider[i] = next; \
    beside = WINDOW_JOIN(beside, next);
    WINDOW_DOWN(WINDOW_LEFT)
    beside = WINDOW_EMPTY;
#define WINDOW_RIGHT(i) \
    next = WINDOW_READ(at + i + u.radius + 1); \
    sum[i] = WINDOW_JOIN(sum[i], beside); \
    wider[i] = WINDOW_JOIN(wider[i], next); \
    beside = WINDOW_JOIN(beside, next);
    WINDOW_UP(WINDOW_RIGHT)
#define WINDOW_STORE(i) OUT(start + u.axis * i, WINDOW_RESULT(i));
    WINDOW_UP(WINDOW_STORE)
}
