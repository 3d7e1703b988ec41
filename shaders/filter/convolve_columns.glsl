// Columns of tiles: forward, times the kernel's spectrum, and back; with CONVOLVE_KERNEL only forward. Four columns a
// work group, so that neighbouring invocations touch neighbouring samples.
#define FFT_LINES 4
#include "filter/fft.glsl"
layout(local_size_x = FFT_LINES, local_size_y = FFT_LANES) in;

#define CONVOLVE_LOAD(v, i) v = FETCH0(ivec2(column, base + (i)));
#define CONVOLVE_STORE(v, i) OUT(ivec2(column, base + (i)), v);
#define CONVOLVE_TIMES(v, i) v = fft_times(v, FETCH1(ivec2(column & (FFT_SIDE - 1), i)).xy * share).yxwz;

void main()
{
    int lane = int(gl_LocalInvocationID.x), t = int(gl_LocalInvocationID.y);
    int column = int(gl_GlobalInvocationID.x), base = int(gl_WorkGroupID.y) * FFT_SIDE;
    vec4 FFT_SAMPLES;
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
