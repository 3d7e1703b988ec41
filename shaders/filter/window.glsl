// Mean (or, with WINDOW_MAXIMUM, maximum of u.sign times the image) over u.radius samples to either side, and with
// WINDOW_PART a share u.fraction of the next ones. An invocation makes eight samples. See nodes/filter/window_passes.h.
//   WINDOW_RADIUS  0 to 3: u.radius, written out
//   otherwise      from 3 on, where the windows of a run overlap; WINDOW_LEVELS 1: image 1 holds sums over aligned runs
//                  of 8 samples; 2: image 2 over runs of 64 as well
#include "filter/edges.glsl"
#include "filter/line.glsl"
#ifndef WINDOW_LEVELS
#define WINDOW_LEVELS 0
#endif
#ifdef WINDOW_MAXIMUM
#define WINDOW_JOIN(a, b) max(a, b)
#define WINDOW_EMPTY vec4(-3.402823e38)
#define WINDOW_READ(i) (READ(across + u.axis * (i)) * u.scale)
#define WINDOW_PARTS(i) (mix(sum[i], max(sum[i], wider[i]), u.fraction) * u.scale)
#else
#define WINDOW_JOIN(a, b) ((a) + (b))
#define WINDOW_EMPTY vec4(0.0)
#define WINDOW_READ(i) READ(across + u.axis * (i))
#define WINDOW_PARTS(i) ((sum[i] + wider[i] * u.fraction) * u.scale)
#endif
#ifdef WINDOW_PART
#define WINDOW_BESIDE 1
#define WINDOW_RESULT(i) WINDOW_PARTS(i)
#else
#define WINDOW_BESIDE 0
#define WINDOW_RESULT(i) (sum[i] * u.scale)
#endif
#define WINDOW_UP(F) F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7)
#define WINDOW_DOWN(F) F(7) F(6) F(5) F(4) F(3) F(2) F(1) F(0)
#define WINDOW_STORE(i) OUT(start + u.axis * i, WINDOW_RESULT(i));

void main()
{
    ivec2 start = LINE_START;
    if (LINE_DONE(start)) return;
    ivec2 across = start * (1 - u.axis);
    int at = start.x * u.axis.x + start.y * u.axis.y;
    vec4 sum[8];
#ifdef WINDOW_PART
    vec4 wider[8];
#endif

#ifdef WINDOW_RADIUS
    // Sample j lies at `at` - reach + j and is within reach of the pixels i with j - 2 * reach <= i <= j.
    const int reach = WINDOW_RADIUS + WINDOW_BESIDE, samples = 8 + 2 * reach;
    vec4 v;
#ifdef WINDOW_PART
#define WINDOW_EMPTY_WIDER(i) wider[i] = WINDOW_EMPTY;
    WINDOW_UP(WINDOW_EMPTY_WIDER)
#define WINDOW_ADD(i, j) \
    if ((j) - (i) == 0 || (j) - (i) == 2 * reach) wider[i] = WINDOW_JOIN(wider[i], v); \
    else if ((j) - (i) == 1) sum[i] = v; \
    else if ((j) > (i) && (j) - (i) < 2 * reach) sum[i] = WINDOW_JOIN(sum[i], v);
#else
#define WINDOW_ADD(i, j) \
    if ((j) == (i)) sum[i] = v; \
    else if ((j) > (i) && (j) - (i) <= 2 * reach) sum[i] = WINDOW_JOIN(sum[i], v);
#endif
#define WINDOW_SAMPLE(j) \
    if ((j) < samples) { \
        v = WINDOW_READ(at - reach + (j)); \
        WINDOW_ADD(0, j) WINDOW_ADD(1, j) WINDOW_ADD(2, j) WINDOW_ADD(3, j) \
        WINDOW_ADD(4, j) WINDOW_ADD(5, j) WINDOW_ADD(6, j) WINDOW_ADD(7, j) \
    }
    WINDOW_UP(WINDOW_SAMPLE)
    WINDOW_SAMPLE(8) WINDOW_SAMPLE(9) WINDOW_SAMPLE(10) WINDOW_SAMPLE(11)
    WINDOW_SAMPLE(12) WINDOW_SAMPLE(13) WINDOW_SAMPLE(14) WINDOW_SAMPLE(15)
#else
#if WINDOW_LEVELS > 1 // neighbouring runs make different numbers of rounds (see line.glsl)
#define WINDOW_LOOP(from, to, body) for (i = from; i < (to); ++i) body;
#else
#define WINDOW_LOOP(from, to, body) \
    i = from; \
    if (i < (to)) do { \
        body; \
    } while (++i < (to));
#endif
    // What the windows of the whole run share: [a, b).
    int i, a = at + 7 - u.radius, b = at + u.radius + 1;
    vec4 beside = WINDOW_EMPTY, next;
#if WINDOW_LEVELS > 0
    int block_a = (a + 7) >> 3, block_b = b >> 3;
    WINDOW_LOOP(a, block_a * 8, beside = WINDOW_JOIN(beside, WINDOW_READ(i)))
#if WINDOW_LEVELS > 1
    int large_a = (block_a + 7) >> 3, large_b = block_b >> 3;
    WINDOW_LOOP(block_a, large_a * 8, beside = WINDOW_JOIN(beside, FETCH1(across + u.axis * i)))
    WINDOW_LOOP(large_a, large_b, beside = WINDOW_JOIN(beside, FETCH2(across + u.axis * i)))
    WINDOW_LOOP(large_b * 8, block_b, beside = WINDOW_JOIN(beside, FETCH1(across + u.axis * i)))
#else
    WINDOW_LOOP(block_a, block_b, beside = WINDOW_JOIN(beside, FETCH1(across + u.axis * i)))
#endif
    WINDOW_LOOP(block_b * 8, b, beside = WINDOW_JOIN(beside, WINDOW_READ(i)))
#else
    WINDOW_LOOP(a, b, beside = WINDOW_JOIN(beside, WINDOW_READ(i)))
#endif

    // To the left of that, sample i of the run has those of the next ones; to the right, those of the ones before.
#ifdef WINDOW_PART
#define WINDOW_KEEP(i) wider[i] = next;
#define WINDOW_KEEP_MORE(i) wider[i] = WINDOW_JOIN(wider[i], next);
#else
#define WINDOW_KEEP(i)
#define WINDOW_KEEP_MORE(i)
#endif
#define WINDOW_LEFT(i) \
    sum[i] = beside; \
    if (i + WINDOW_BESIDE > 0) { \
        next = WINDOW_READ(at + i - u.radius - 1); \
        WINDOW_KEEP(i) \
        beside = WINDOW_JOIN(beside, next); \
    }
    WINDOW_DOWN(WINDOW_LEFT)
    beside = WINDOW_EMPTY;
#define WINDOW_RIGHT(i) \
    sum[i] = WINDOW_JOIN(sum[i], beside); \
    if (i - WINDOW_BESIDE < 7) { \
        next = WINDOW_READ(at + i + u.radius + 1); \
        WINDOW_KEEP_MORE(i) \
        beside = WINDOW_JOIN(beside, next); \
    }
    WINDOW_UP(WINDOW_RIGHT)
#endif
    WINDOW_UP(WINDOW_STORE)
}
