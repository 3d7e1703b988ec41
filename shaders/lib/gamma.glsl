#ifndef LIB_GAMMA
#define LIB_GAMMA
// nodes/color/gamma.h prepares exponent and kind.
float lib_gamma(float v, float exponent, float kind)
{
    if (kind == 0.0 || !(v > 0.0)) return v;
    if (kind == 2.0) return v < 1.0 ? 0.0 : v == 1.0 ? 1.0 : uintBitsToFloat(0x7f800000u);
    return pow(v, exponent);
}

vec4 lib_gammas(vec4 c, vec4 exponent, vec4 kind)
{
    return vec4(lib_gamma(c.r, exponent.r, kind.r), lib_gamma(c.g, exponent.g, kind.g),
                lib_gamma(c.b, exponent.b, kind.b), lib_gamma(c.a, exponent.a, kind.a));
}
#endif
