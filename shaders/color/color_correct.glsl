#include "lib/gamma.glsl"

float color_correct_luminance(vec3 c, color_correct_u u)
{
    return u.largest != 0 ? max(c.r, max(c.g, c.b)) : dot(c, u.weights);
}

// Share of a luminance in the range whose table starts at `first`.
float color_correct_share(float y, int first, color_correct_u u)
{
    float at = (y > 0.0 ? min(y, 1.0) : 0.0) * u.last;
    float low = min(floor(at), u.last - 1.0);
    float a = TABLE(first + int(low)), b = TABLE(first + int(low) + 1);
    return a + (b - a) * (at - low);
}

vec4 color_correct_contrast(vec4 c, vec4 k, float pivot)
{
    vec4 v = c;
    if (k.r != 1.0 && c.r > 0.0) v.r = pow(c.r / pivot, k.r) * pivot;
    if (k.g != 1.0 && c.g > 0.0) v.g = pow(c.g / pivot, k.g) * pivot;
    if (k.b != 1.0 && c.b > 0.0) v.b = pow(c.b / pivot, k.b) * pivot;
    if (k.a != 1.0 && c.a > 0.0) v.a = pow(c.a / pivot, k.a) * pivot;
    return v;
}

vec4 color_correct_range(vec4 c, vec4 saturation, vec4 contrast, vec4 exponent, vec4 kind, vec4 gain, vec4 offset, color_correct_u u)
{
    float y = color_correct_luminance(c.rgb, u);
    vec4 v = vec4(y * (1.0 - saturation.rgb) + c.rgb * saturation.rgb, c.a);
    v = color_correct_contrast(v, contrast, u.pivot);
    return lib_gammas(v, exponent, kind) * gain + offset;
}

vec4 color_correct(vec4 c, color_correct_u u, Px px)
{
    vec4 v = c;
    float y = color_correct_luminance(c.rgb, u);
    if (u.split != 0) {
        float s = color_correct_share(y, int(u.table), u), h = color_correct_share(y, int(u.table) + int(u.last) + 1, u);
        vec4 low = color_correct_range(c, u.s_saturation, u.s_contrast, u.s_exponent, u.s_gamma_kind, u.s_gain, u.s_offset, u);
        vec4 middle = color_correct_range(c, u.t_saturation, u.t_contrast, u.t_exponent, u.t_gamma_kind, u.t_gain, u.t_offset, u);
        vec4 high = color_correct_range(c, u.h_saturation, u.h_contrast, u.h_exponent, u.h_gamma_kind, u.h_gain, u.h_offset, u);
        v = low * s + middle * (1.0 - s - h) + high * h;
    }
    v = color_correct_range(v, u.m_saturation, u.m_contrast, u.m_exponent, u.m_gamma_kind, u.m_gain, u.m_offset, u);
    if (u.mix_luminance != 0.0) {
        float now = color_correct_luminance(v.rgb, u);
        if (now > 0.0 && y > 0.0) v.rgb *= 1.0 - u.mix_luminance + u.mix_luminance * (y / now);
    }
    return v;
}
