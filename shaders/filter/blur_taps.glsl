// Convolution along one axis; an invocation makes eight pixels and reads every sample once.
//   TAPS_RADIUS  4, 8, 12 or 16: written out for that many samples to either side, the weights in the uniform block
//                (u.w0 ... u.w4, centre first). Half the time of the loop on a software device, which keeps what a loop
//                carries in memory and reads a table one lane at a time.
//   otherwise    a loop over the weights in the table, which is followed by 7 zeros; they move along in registers
//   TAPS_PAIR    colour with these weights, alpha with its own: u.v0 ... u.v4, or a second table behind the first
#include "filter/edges.glsl"
#include "filter/line.glsl"
#include "filter/pair.glsl"

#ifdef TAPS_RADIUS
#define TAPS_FOUR(name, at, q) name[at] = q.x, name[at + 1] = q.y, name[at + 2] = q.z, name[at + 3] = q.w;
#define TAPS_HALF(name, q0, q1, q2, q3, q4) \
    float name[20]; \
    TAPS_FOUR(name, 0, q0) TAPS_FOUR(name, 4, q1) TAPS_FOUR(name, 8, q2) TAPS_FOUR(name, 12, q3) TAPS_FOUR(name, 16, q4)
#ifdef TAPS_PAIR
#define TAPS_TIMES(k) vec4(v.rgb * w[k], v.a * w_alpha[k])
#else
#define TAPS_TIMES(k) v * w[k]
#endif
#define TAPS_ADD(i, j) \
    if (abs((j) - (i) - TAPS_RADIUS) <= TAPS_RADIUS) a[i] += TAPS_TIMES(min(abs((j) - (i) - TAPS_RADIUS), TAPS_RADIUS));
#define TAPS_SAMPLE(j) \
    v = PAIR_READ(p + u.axis * (j)); \
    TAPS_ADD(0, j) TAPS_ADD(1, j) TAPS_ADD(2, j) TAPS_ADD(3, j) TAPS_ADD(4, j) TAPS_ADD(5, j) TAPS_ADD(6, j) TAPS_ADD(7, j)
#define TAPS_EIGHT(j) \
    TAPS_SAMPLE(j) TAPS_SAMPLE(j + 1) TAPS_SAMPLE(j + 2) TAPS_SAMPLE(j + 3) \
    TAPS_SAMPLE(j + 4) TAPS_SAMPLE(j + 5) TAPS_SAMPLE(j + 6) TAPS_SAMPLE(j + 7)
#endif

void main()
{
    ivec2 start = LINE_START;
    if (LINE_DONE(start)) return;
    ivec2 p = start - u.axis * u.radius;
    vec4 a[8], v;
    a[0] = vec4(0.0), a[1] = vec4(0.0), a[2] = vec4(0.0), a[3] = vec4(0.0);
    a[4] = vec4(0.0), a[5] = vec4(0.0), a[6] = vec4(0.0), a[7] = vec4(0.0);
#ifdef TAPS_RADIUS
    TAPS_HALF(w, u.w0, u.w1, u.w2, u.w3, u.w4)
#ifdef TAPS_PAIR
    TAPS_HALF(w_alpha, u.v0, u.v1, u.v2, u.v3, u.v4)
#endif
    TAPS_EIGHT(0)
    TAPS_EIGHT(8)
#if TAPS_RADIUS > 4
    TAPS_EIGHT(16)
#endif
#if TAPS_RADIUS > 8
    TAPS_EIGHT(24)
#endif
#if TAPS_RADIUS > 12
    TAPS_EIGHT(32)
#endif
#else
#ifdef TAPS_PAIR
#define TAPS_WEIGHT vec4
#define TAPS_NEXT(k) vec4(vec3(TABLE(u.table + k)), TABLE(u.table + u.count + k))
#else
#define TAPS_WEIGHT float
#define TAPS_NEXT(k) TABLE(u.table + k)
#endif
    TAPS_WEIGHT w0 = TAPS_WEIGHT(0.0), w1 = w0, w2 = w0, w3 = w0, w4 = w0, w5 = w0, w6 = w0, w7 = w0;
    int k = 0;
    do {
        v = PAIR_READ(p);
        w7 = w6, w6 = w5, w5 = w4, w4 = w3, w3 = w2, w2 = w1, w1 = w0;
        w0 = TAPS_NEXT(k);
        a[0] += v * w0;
        a[1] += v * w1;
        a[2] += v * w2;
        a[3] += v * w3;
        a[4] += v * w4;
        a[5] += v * w5;
        a[6] += v * w6;
        a[7] += v * w7;
        p += u.axis;
    } while (++k < u.count);
#endif
    OUT(start, a[0]);
    OUT(start + u.axis, a[1]);
    OUT(start + u.axis * 2, a[2]);
    OUT(start + u.axis * 3, a[3]);
    OUT(start + u.axis * 4, a[4]);
    OUT(start + u.axis * 5, a[5]);
    OUT(start + u.axis * 6, a[6]);
    OUT(start + u.axis * 7, a[7]);
}
