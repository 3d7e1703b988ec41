// Four of the sixteen values of four vectors, at their eighths: a sketch of a cell of 4 x 4 pixels when u.step is (1,
// 4) and the image is a plane, or of 2 x 2 such cells when it is (2, 2) and the image is a sketch.
#include "filter/median_key.glsl"
#include "filter/median_networks.glsl"
#define MEDIAN_READ(i) \
    { \
        ivec4 v = median_key(FETCH0(corner + ivec2((i) & u.split, (i) >> u.split))); \
        k[4 * (i)] = v.x, k[4 * (i) + 1] = v.y, k[4 * (i) + 2] = v.z, k[4 * (i) + 3] = v.w; \
    }
#define MEDIAN_ORDER(i, j) \
    { \
        int least = min(k[i], k[j]); \
        k[j] = max(k[i], k[j]); \
        k[i] = least; \
    }

vec4 median_sketch(median_sketch_u u, Px px)
{
    ivec2 corner = px.at * u.step;
    int k[16];
    MEDIAN_READ(0) MEDIAN_READ(1) MEDIAN_READ(2) MEDIAN_READ(3)
    MEDIAN_SORT_16(MEDIAN_ORDER)
    return intBitsToFloat(median_flip(ivec4(k[2], k[6], k[9], k[13])));
}
