// Rows of tiles to and from the frequency domain (nodes/filter/convolution.h). Variants:
//   none              an image's rows into the tiles, with bloom
//   CONVOLVE_KERNEL   the kernel's rows, its centre at sample 0
//   CONVOLVE_INVERSE  the tiles' rows back, into the image
#if defined(FFT_SIDE) && FFT_SIDE == 256
#define FFT_LINES 4
#endif
#include "filter/edges.glsl"
#include "filter/bloom.glsl"
#include "filter/fft.glsl"
layout(local_size_x = FFT_LANES, local_size_y = FFT_LINES) in;

#if defined(CONVOLVE_KERNEL)
#define CONVOLVE_CENTRED(i) ((i) < FFT_SIDE / 2 ? (i) : (i) - FFT_SIDE)
#define CONVOLVE_LOAD(v, i) v = FETCH0(ivec2(CONVOLVE_CENTRED(i), CONVOLVE_CENTRED(row)));
#define CONVOLVE_STORE(v, i) OUT(ivec2(i, row), v);
#elif defined(CONVOLVE_INVERSE)
// Less than `least` is the transform's rounding.
#define CONVOLVE_LOAD(v, i) v = FETCH0(ivec2(tile.x * FFT_SIDE + (i), tile.y * FFT_SIDE + row)).yxwz;
#define CONVOLVE_STORE(v, i) \
    if (row < u.radius.y + u.valid.y && (i) >= u.radius.x && (i) < u.radius.x + u.valid.x) \
        OUT(corner + ivec2(i, row), mix(v.yxwz * u.scale, vec4(0.0), lessThan(abs(v * u.scale), vec4(u.least)).yxwz));
#else
// What is not finite would fill the whole tile.
vec4 convolve_finite(vec4 v)
{
    v = mix(v, vec4(0.0), isnan(v));
    return mix(v, sign(v) * 65504.0, isinf(v));
}
#define CONVOLVE_LOAD(v, i) v = BLOOM(convolve_finite(READ(corner + ivec2(i, row))));
#define CONVOLVE_STORE(v, i) OUT(ivec2(tile.x * FFT_SIDE + (i), tile.y * FFT_SIDE + row), v);
#endif

void main()
{
    int t = int(gl_LocalInvocationID.x), lane = int(gl_LocalInvocationID.y);
    ivec2 group = ivec2(gl_WorkGroupID.xy);
#if defined(CONVOLVE_KERNEL)
    int row = group.y * FFT_LINES + lane;
#elif defined(CONVOLVE_INVERSE)
    int groups = (u.valid.y + FFT_LINES - 1) / FFT_LINES; // of a tile
    ivec2 tile = ivec2(group.x, group.y / groups);
    int row = u.radius.y + group.y % groups * FFT_LINES + lane;
    ivec2 corner = (u.first + tile) * u.valid - u.radius;
#else
    const int groups = FFT_SIDE / FFT_LINES;
    ivec2 tile = ivec2(group.x, group.y / groups);
    int row = group.y % groups * FFT_LINES + lane;
    ivec2 corner = (u.first + tile) * u.valid - u.radius;
#endif
    vec4 FFT_SAMPLES;
    FFT_ALL(CONVOLVE_LOAD)
    FFT_LINE
    FFT_ALL(CONVOLVE_STORE)
}
