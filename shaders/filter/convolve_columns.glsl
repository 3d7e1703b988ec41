// Columns of tiles: forward, times the kernel's spectrum, and back; with CONVOLVE_KERNEL only forward. Four columns a
// work group, so that neighbouring invocations touch neighbouring samples.
layout(local_size_x = 4, local_size_y = 64) in;
#define FFT_LINES 4
#include "filter/fft.glsl"

#define CONVOLVE_LOAD(v, i) v = FETCH0(ivec2(column, base + (i)));
#define CONVOLVE_STORE(v, i) OUT(ivec2(column, base + (i)), v);
#define CONVOLVE_TIMES(v, i) v = fft_times(v, FETCH1(ivec2(column & 511, i)).xy * share).yxwz;

void main()
{
    int lane = int(gl_LocalInvocationID.x), t = int(gl_LocalInvocationID.y);
    int column = int(gl_GlobalInvocationID.x), base = int(gl_WorkGroupID.y) * 512;
    vec4 v0, v1, v2, v3, v4, v5, v6, v7;
    FFT_ALL(CONVOLVE_LOAD)
    FFT_LINE
#ifndef CONVOLVE_KERNEL
    float sum = FETCH1(ivec2(0)).x; // of the kernel's weights
    float share = sum == 0.0 ? 0.0 : 1.0 / sum;
    FFT_ALL(CONVOLVE_TIMES)
    barrier();
    FFT_LINE
    FFT_ALL(FFT_SWAP)
#endif
    FFT_ALL(CONVOLVE_STORE)
}
