// Two values, in red and green, between which the median of a window probably lies: those u.margin of all below and
// above the middle of the samples of the cells (2^u.cell pixels wide, in image 0) whose centres the window holds.
// Windows are MEDIAN_SPACING pixels apart. Each round looks at the means of what is left and drops one side.
#include "filter/median_key.glsl"

vec4 median_guess(median_guess_u u, Px px)
{
    int plane = px.at.y / u.rows;
    ivec2 corner = ivec2(px.at.x, px.at.y - plane * u.rows) * u.spacing, half_cell = ivec2((1 << u.cell) >> 1);
    ivec2 first = (corner + half_cell) >> u.cell, last = max((corner + u.side + half_cell) >> u.cell, first + 1);
    int samples = 4 * (last.x - first.x) * (last.y - first.y);
    ivec2 rank = ivec2(vec2(samples) * vec2(0.5 - u.margin, 0.5 + u.margin));
    // Keys of the least and the greatest value there is, rounded outwards to what a float can hold.
    ivec2 least = ivec2(-2139095168), greatest = ivec2(MEDIAN_NAN), middle = ivec2(0x3e000000);
    for (int round = 0; round < u.rounds; ++round) {
        // Of what lies between least and greatest: how many below the middle one, and the sums on either side of it.
        ivec2 below = ivec2(0), lower = ivec2(0), upper = ivec2(0);
        vec2 lower_sum = vec2(0.0), upper_sum = vec2(0.0);
        for (int y = first.y; y < last.y; ++y)
            for (int x = first.x; x < last.x; ++x) {
                ivec4 k = median_key(FETCH0(ivec2(x, y + plane * u.cells)));
#define MEDIAN_COUNT(k, s) \
    { \
        bool is_below = k < middle[s], is_lower = is_below && k >= least[s], is_upper = !is_below && k <= greatest[s]; \
        below[s] += int(is_below); \
        lower[s] += int(is_lower), upper[s] += int(is_upper); \
        lower_sum[s] += is_lower ? float(k) - float(middle[s]) : 0.0; \
        upper_sum[s] += is_upper ? float(k) - float(middle[s]) : 0.0; \
    }
                MEDIAN_COUNT(k.x, 0) MEDIAN_COUNT(k.y, 0) MEDIAN_COUNT(k.z, 0) MEDIAN_COUNT(k.w, 0)
                MEDIAN_COUNT(k.x, 1) MEDIAN_COUNT(k.y, 1) MEDIAN_COUNT(k.z, 1) MEDIAN_COUNT(k.w, 1)
            }
        for (int s = 0; s < 2; ++s) {
            bool down = rank[s] < below[s];
            if (down) greatest[s] = middle[s] - 1;
            else least[s] = middle[s];
            float mean = down ? lower_sum[s] / float(max(lower[s], 1)) : upper_sum[s] / float(max(upper[s], 1));
            float next = clamp(float(middle[s]) + mean, float(least[s]), float(greatest[s]));
            middle[s] = clamp(int(next), least[s], greatest[s]);
            if (middle[s] == least[s] && least[s] < greatest[s]) ++middle[s];
        }
    }
    ivec2 keys = ivec2(median_flip(least.x), median_flip(greatest.y));
    return vec4(intBitsToFloat(keys.x), intBitsToFloat(keys.y), 0.0, 0.0);
}
