// Discrete Fourier transform of lines of 512 samples, 64 invocations a line, eight samples each: three steps of radix 8
// (Stockham's order, so no bit reversal) with the samples exchanged through shared memory between them. A sample is two
// complex numbers, (red, green) and (blue, alpha): convolution with a real kernel keeps the four channels apart.
//
// FFT_LINES lines are done by one work group. The inverse is the same with real and imaginary parts swapped before and
// after. u.table: cos and sin of -2 pi m / 512 for m from 0 to 511.
#ifndef FFT_LINES
#define FFT_LINES 1
#endif
shared vec4 fft_line[FFT_LINES * 512];

vec4 fft_times(vec4 v, vec2 w)
{
    return vec4(v.x * w.x - v.y * w.y, v.x * w.y + v.y * w.x, v.z * w.x - v.w * w.y, v.z * w.y + v.w * w.x);
}
vec4 fft_minus_i(vec4 v) { return vec4(v.y, -v.x, v.w, -v.z); }
vec2 fft_root(int m) { return vec2(TABLE(u.table + 2 * m), TABLE(u.table + 2 * m + 1)); }
vec2 fft_product(vec2 a, vec2 b) { return vec2(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }

// Four-point transform in place, results in natural order.
#define FFT_FOUR(a, b, c, d) \
    { \
        vec4 s0 = a + c, s1 = a - c, s2 = b + d, s3 = fft_minus_i(b - d); \
        a = s0 + s2, b = s1 + s3, c = s0 - s2, d = s1 - s3; \
    }
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
// The whole transform. v0 ... v7 are samples t, t + 64, ..., t + 448 before and after; every invocation must run it.
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
#define FFT_SWAP(v, i) v = v.yxwz;
