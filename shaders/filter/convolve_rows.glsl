// Rows of tiles to and from the frequency domain (nodes/filter/convolution.h). Variants:
//   none              an image's rows into the tiles, with bloom
//   CONVOLVE_KERNEL   the kernel's rows, its centre at sample 0
//   CONVOLVE_INVERSE  the tiles' rows back, into the image
layout(local_size_x = 64) in;
#include "filter/edges.glsl"
#include "filter/bloom.glsl"
#include "filter/fft.glsl"

#if defined(CONVOLVE_KERNEL)
#define CONVOLVE_LOAD(v, i) v = FETCH0(ivec2((i) < 256 ? (i) : (i) - 512, row < 256 ? row : row - 512));
#define CONVOLVE_STORE(v, i) OUT(ivec2(i, row), v);
#elif defined(CONVOLVE_INVERSE)
// Less than `least` is the transform's rounding.
#define CONVOLVE_LOAD(v, i) v = FETCH0(ivec2(tile.x * 512 + (i), tile.y * 512 + row)).yxwz;
#define CONVOLVE_STORE(v, i) \
    if ((i) >= u.radius.x && (i) < u.radius.x + u.valid.x) \
        OUT(corner + ivec2(i, row), mix(v.yxwz * u.scale, vec4(0.0), lessThan(abs(v * u.scale), vec4(u.least)).yxwz));
#else
// What is not finite would fill the whole tile.
vec4 convolve_finite(vec4 v)
{
    v = mix(v, vec4(0.0), isnan(v));
    return mix(v, sign(v) * 65504.0, isinf(v));
}
#define CONVOLVE_LOAD(v, i) v = BLOOM(convolve_finite(READ(corner + ivec2(i, row))));
#define CONVOLVE_STORE(v, i) OUT(ivec2(tile.x * 512 + (i), tile.y * 512 + row), v);
#endif

void main()
{
    int t = int(gl_LocalInvocationID.x), lane = 0;
    ivec2 group = ivec2(gl_WorkGroupID.xy);
#if defined(CONVOLVE_KERNEL)
    int row = group.y;
#elif defined(CONVOLVE_INVERSE)
    ivec2 tile = ivec2(group.x, group.y / u.valid.y);
    int row = u.radius.y + group.y % u.valid.y;
    ivec2 corner = (u.first + tile) * u.valid - u.radius;
#else
    ivec2 tile = ivec2(group.x, group.y / 512);
    int row = group.y % 512;
    ivec2 corner = (u.first + tile) * u.valid - u.radius;
#endif
    vec4 v0, v1, v2, v3, v4, v5, v6, v7;
    FFT_ALL(CONVOLVE_LOAD)
    FFT_LINE
    FFT_ALL(CONVOLVE_STORE)
}
