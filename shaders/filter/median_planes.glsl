// The four channels apart: pixel (x, y) of plane c is four neighbours along a row, the first at u.corner + (4 x, y).
// The border is repeated, and every NaN becomes the greatest one.
layout(local_size_x = 32, local_size_y = 4) in;
#include "filter/median_key.glsl"

vec4 median_pixel(ivec2 p) { return intBitsToFloat(median_bits(FETCH_CLAMP0(p))); }

void main()
{
    ivec2 at = ivec2(gl_GlobalInvocationID.xy);
    if (at.x >= AREA.z || at.y >= u.rows) return;
    ivec2 p = u.corner + ivec2(4 * at.x, at.y);
    mat4 v = transpose(mat4(median_pixel(p), median_pixel(p + ivec2(1, 0)), median_pixel(p + ivec2(2, 0)),
                            median_pixel(p + ivec2(3, 0))));
    for (int c = 0; c < 4; ++c) OUT(ivec2(at.x, at.y + c * u.rows), v[c]);
}
