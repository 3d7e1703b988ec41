// Helpers of the merge operations (nodes/merge/operations.cpp).
#ifndef MERGE_BLEND
#define MERGE_BLEND

float merge_multiply(float A, float B) { return A < 0.0 && B < 0.0 ? A : A * B; }
float merge_screen(float A, float B) { return A <= 1.0 || B <= 1.0 ? A + B - A * B : max(A, B); }
float merge_hard_light(float A, float B)
{
    return 2.0 * A < 1.0 ? merge_multiply(2.0 * A, B) : merge_screen(2.0 * A - 1.0, B);
}

// Non-separable modes of the PDF specification.
float merge_lum(vec3 c) { return dot(c, vec3(0.3, 0.59, 0.11)); }
float merge_sat(vec3 c) { return max(c.r, max(c.g, c.b)) - min(c.r, min(c.g, c.b)); }
vec3 merge_clip_color(vec3 c)
{
    float l = merge_lum(c), low = min(c.r, min(c.g, c.b)), high = max(c.r, max(c.g, c.b));
    if (low < 0.0) c = l == low ? vec3(0.0) : l + (c - l) * l / (l - low);
    if (high > 1.0) c = l == high ? vec3(1.0) : l + (c - l) * (1.0 - l) / (high - l);
    return c;
}
vec3 merge_set_lum(vec3 c, float l) { return merge_clip_color(c + (l - merge_lum(c))); }
vec3 merge_set_sat(vec3 c, float s)
{
    float low = min(c.r, min(c.g, c.b)), range = merge_sat(c);
    return range > 0.0 ? (c - low) * s / range : vec3(0.0);
}

// The curve of sRGB (IEC 61966-2-1), odd about zero; alpha is left alone.
float merge_encode(float v)
{
    float m = abs(v);
    return sign(v) * (m <= 0.0031308 ? m * 12.92 : 1.055 * pow(m, 1.0 / 2.4) - 0.055);
}
float merge_decode(float v)
{
    float m = abs(v);
    return sign(v) * (m <= 0.04045 ? m / 12.92 : pow((m + 0.055) / 1.055, 2.4));
}
vec4 merge_to_video(vec4 c) { return vec4(merge_encode(c.r), merge_encode(c.g), merge_encode(c.b), c.a); }
vec4 merge_from_video(vec4 c) { return vec4(merge_decode(c.r), merge_decode(c.g), merge_decode(c.b), c.a); }

#endif
