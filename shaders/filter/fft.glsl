// Discrete Fourier transform of lines of samples by the invocations of a work group, with the samples exchanged through
// shared memory between the steps:
//
//   FFT_SIDE 512  64 invocations a line, eight samples each: three steps of radix 8 (Stockham's order, so no bit
//                 reversal) and two exchanges
//   FFT_SIDE 256  16 invocations a line, sixteen samples each: two steps of radix 16 and one exchange, which costs more
//                 than arithmetic on a software device
//
// A sample is two complex numbers, (red, green) and (blue, alpha): convolution with a real kernel keeps the four
// channels apart. FFT_LINES lines are done by one work group. The inverse is the same with real and imaginary parts
// swapped before and after. u.table: cos and sin of -2 pi m / 512 for m from 0 to 511.
#ifndef FFT_SIDE
#define FFT_SIDE 512
#endif
#if FFT_SIDE == 512
#define FFT_LANES 64
#else
#define FFT_LANES 16
#endif
#ifndef FFT_LINES
#define FFT_LINES 1
#endif
shared vec4 fft_line[FFT_LINES * FFT_SIDE];

vec4 fft_times(vec4 v, vec2 w)
{
    return vec4(v.x * w.x - v.y * w.y, v.x * w.y + v.y * w.x, v.z * w.x - v.w * w.y, v.z * w.y + v.w * w.x);
}
vec4 fft_minus_i(vec4 v) { return vec4(v.y, -v.x, v.w, -v.z); }
// exp(-2 pi i m / FFT_SIDE)
vec2 fft_root(int m)
{
    int at = u.table + 2 * (512 / FFT_SIDE) * m;
    return vec2(TABLE(at), TABLE(at + 1));
}
vec2 fft_product(vec2 a, vec2 b) { return vec2(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }

// Four-point transform in place, results in natural order.
#define FFT_FOUR(a, b, c, d) \
    { \
        vec4 s0 = a + c, s1 = a - c, s2 = b + d, s3 = fft_minus_i(b - d); \
        a = s0 + s2, b = s1 + s3, c = s0 - s2, d = s1 - s3; \
    }
#if FFT_SIDE == 512
// Eight-point transform of v0 ... v7 in place; result k is then in FFT_RESULT order 0 2 4 6 1 3 5 7.
#define FFT_EIGHT \
    { \
        const float h = 0.70710678118654752; \
        vec4 t4 = v0 - v4, t5 = v1 - v5, t6 = v2 - v6, t7 = v3 - v7; \
        v0 = v0 + v4, v1 = v1 + v5, v2 = v2 + v6, v3 = v3 + v7; \
        v4 = t4; \
        v5 = vec4(t5.x + t5.y, t5.y - t5.x, t5.z + t5.w, t5.w - t5.z) * h; \
        v6 = fft_minus_i(t6); \
        v7 = vec4(t7.y - t7.x, -t7.x - t7.y, t7.w - t7.z, -t7.z - t7.w) * h; \
        FFT_FOUR(v0, v1, v2, v3) \
        FFT_FOUR(v4, v5, v6, v7) \
    }
#define FFT_TWIDDLE(m) \
    { \
        vec2 w1 = fft_root(m), w2 = fft_root(2 * (m)), w3 = fft_root(3 * (m)), w4 = fft_product(w2, w2); \
        v1 = fft_times(v1, w1), v2 = fft_times(v2, w2), v3 = fft_times(v3, w3), v4 = fft_times(v4, w4); \
        v5 = fft_times(v5, fft_product(w2, w3)), v6 = fft_times(v6, fft_product(w3, w3)); \
        v7 = fft_times(v7, fft_product(w3, w4)); \
    }
#define FFT_WRITE(base, step) \
    fft_line[(base) * FFT_LINES + lane] = v0; \
    fft_line[((base) + (step)) * FFT_LINES + lane] = v4; \
    fft_line[((base) + 2 * (step)) * FFT_LINES + lane] = v1; \
    fft_line[((base) + 3 * (step)) * FFT_LINES + lane] = v5; \
    fft_line[((base) + 4 * (step)) * FFT_LINES + lane] = v2; \
    fft_line[((base) + 5 * (step)) * FFT_LINES + lane] = v6; \
    fft_line[((base) + 6 * (step)) * FFT_LINES + lane] = v3; \
    fft_line[((base) + 7 * (step)) * FFT_LINES + lane] = v7;
#define FFT_READ \
    v0 = fft_line[t * FFT_LINES + lane]; \
    v1 = fft_line[(t + 64) * FFT_LINES + lane]; \
    v2 = fft_line[(t + 128) * FFT_LINES + lane]; \
    v3 = fft_line[(t + 192) * FFT_LINES + lane]; \
    v4 = fft_line[(t + 256) * FFT_LINES + lane]; \
    v5 = fft_line[(t + 320) * FFT_LINES + lane]; \
    v6 = fft_line[(t + 384) * FFT_LINES + lane]; \
    v7 = fft_line[(t + 448) * FFT_LINES + lane];
#define FFT_LINE \
    FFT_EIGHT \
    FFT_WRITE(t * 8, 1) \
    barrier(); \
    FFT_READ \
    FFT_TWIDDLE((t & 7) * 8) \
    FFT_EIGHT \
    barrier(); \
    FFT_WRITE((t >> 3) * 64 + (t & 7), 8) \
    barrier(); \
    FFT_READ \
    FFT_TWIDDLE(t) \
    FFT_EIGHT \
    { \
        vec4 s1 = v1, s2 = v2, s3 = v3; \
        v1 = v4, v2 = s1, v3 = v5, v4 = s2, v5 = v6, v6 = s3; \
    }
#define FFT_ALL(F) \
    F(v0, t) F(v1, t + 64) F(v2, t + 128) F(v3, t + 192) F(v4, t + 256) F(v5, t + 320) F(v6, t + 384) F(v7, t + 448)
#define FFT_SAMPLES v0, v1, v2, v3, v4, v5, v6, v7
#else
// Sixteen-point transform of v0 ... v15 in place: result k is then in the variable 4 (k & 3) + (k >> 2).
#define FFT_TURN(v, x, y) v = fft_times(v, vec2(x, y));
#define FFT_SIXTEEN \
    { \
        const float h = 0.70710678118654752, c = 0.92387953251128674, s = 0.38268343236508977; \
        FFT_FOUR(v0, v4, v8, v12) \
        FFT_FOUR(v1, v5, v9, v13) \
        FFT_FOUR(v2, v6, v10, v14) \
        FFT_FOUR(v3, v7, v11, v15) \
        FFT_TURN(v5, c, -s) FFT_TURN(v6, h, -h) FFT_TURN(v7, s, -c) \
        FFT_TURN(v9, h, -h) v10 = fft_minus_i(v10); FFT_TURN(v11, -h, -h) \
        FFT_TURN(v13, s, -c) FFT_TURN(v14, -h, -h) FFT_TURN(v15, -c, s) \
        FFT_FOUR(v0, v1, v2, v3) \
        FFT_FOUR(v4, v5, v6, v7) \
        FFT_FOUR(v8, v9, v10, v11) \
        FFT_FOUR(v12, v13, v14, v15) \
    }
// Result k times exp(-2 pi i t k / 256).
#define FFT_TWIDDLE \
    { \
        vec2 w1 = fft_root(t), w2 = fft_root(2 * t), w4 = fft_root(4 * t), w8 = fft_root(8 * t); \
        vec2 w3 = fft_product(w1, w2), w12 = fft_product(w4, w8); \
        v4 = fft_times(v4, w1); \
        v8 = fft_times(v8, w2); \
        v12 = fft_times(v12, w3); \
        v1 = fft_times(v1, w4); \
        v5 = fft_times(v5, fft_product(w4, w1)); \
        v9 = fft_times(v9, fft_product(w4, w2)); \
        v13 = fft_times(v13, fft_product(w4, w3)); \
        v2 = fft_times(v2, w8); \
        v6 = fft_times(v6, fft_product(w8, w1)); \
        v10 = fft_times(v10, fft_product(w8, w2)); \
        v14 = fft_times(v14, fft_product(w8, w3)); \
        v3 = fft_times(v3, w12); \
        v7 = fft_times(v7, fft_product(w12, w1)); \
        v11 = fft_times(v11, fft_product(w12, w2)); \
        v15 = fft_times(v15, fft_product(w12, w3)); \
    }
#define FFT_WRITE(k, v) fft_line[((k) * 16 + t) * FFT_LINES + lane] = v;
#define FFT_READ(v, n) v = fft_line[(t * 16 + (n)) * FFT_LINES + lane];
#define FFT_SORT(a, b) r = a, a = b, b = r;
#define FFT_LINE \
    { \
        vec4 r; \
        FFT_SIXTEEN \
        FFT_TWIDDLE \
        FFT_WRITE(0, v0) FFT_WRITE(1, v4) FFT_WRITE(2, v8) FFT_WRITE(3, v12) \
        FFT_WRITE(4, v1) FFT_WRITE(5, v5) FFT_WRITE(6, v9) FFT_WRITE(7, v13) \
        FFT_WRITE(8, v2) FFT_WRITE(9, v6) FFT_WRITE(10, v10) FFT_WRITE(11, v14) \
        FFT_WRITE(12, v3) FFT_WRITE(13, v7) FFT_WRITE(14, v11) FFT_WRITE(15, v15) \
        barrier(); \
        FFT_READ(v0, 0) FFT_READ(v1, 1) FFT_READ(v2, 2) FFT_READ(v3, 3) \
        FFT_READ(v4, 4) FFT_READ(v5, 5) FFT_READ(v6, 6) FFT_READ(v7, 7) \
        FFT_READ(v8, 8) FFT_READ(v9, 9) FFT_READ(v10, 10) FFT_READ(v11, 11) \
        FFT_READ(v12, 12) FFT_READ(v13, 13) FFT_READ(v14, 14) FFT_READ(v15, 15) \
        FFT_SIXTEEN \
        FFT_SORT(v1, v4) FFT_SORT(v2, v8) FFT_SORT(v3, v12) FFT_SORT(v6, v9) FFT_SORT(v7, v13) FFT_SORT(v11, v14) \
    }
#define FFT_ALL(F) \
    F(v0, t) F(v1, t + 16) F(v2, t + 32) F(v3, t + 48) F(v4, t + 64) F(v5, t + 80) F(v6, t + 96) F(v7, t + 112) \
    F(v8, t + 128) F(v9, t + 144) F(v10, t + 160) F(v11, t + 176) F(v12, t + 192) F(v13, t + 208) F(v14, t + 224) F(v15, t + 240)
#define FFT_SAMPLES v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15
#endif
// FFT_LINE is the whole transform of FFT_SAMPLES, which every invocation must run: they are samples t, t + FFT_LANES,
// t + 2 FFT_LANES, ... before and after.
#define FFT_SWAP(v, i) v = v.yxwz;
