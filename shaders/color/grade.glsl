// Forward: v = in * scale + offset, then gamma. Reverse: gamma, then v * scale + offset with the inverse line.
// Without GAMMA every gamma is 1: the powers are the cost of a grade, and a device without real branches pays for those
// it does not use.
#ifdef GAMMA
float grade_gamma(float v, float exponent, float kind, grade_u u)
{
    if (kind == 0.0 || !(v > 0.0)) return v;
    if (kind == 2.0) return u.reverse != 0 ? 1.0 : v < 1.0 ? 0.0 : v == 1.0 ? 1.0 : uintBitsToFloat(0x7f800000u);
    if (u.line_above_1 != 0 && v >= 1.0) return 1.0 + (v - 1.0) * exponent;
    return pow(v, exponent);
}

vec4 grade_gammas(vec4 v, grade_u u)
{
    return vec4(grade_gamma(v.r, u.exponent.r, u.gamma_kind.r, u), grade_gamma(v.g, u.exponent.g, u.gamma_kind.g, u),
                grade_gamma(v.b, u.exponent.b, u.gamma_kind.b, u), grade_gamma(v.a, u.exponent.a, u.gamma_kind.a, u));
}
#endif

vec4 grade(vec4 c, grade_u u, Px px)
{
    const vec4 line = c * u.scale + u.offset;
#ifdef GAMMA
    const bool reverse = u.reverse != 0;
    vec4 v = grade_gammas(reverse ? c : line, u);
    if (reverse) v = v * u.scale + u.offset;
#else
    vec4 v = line;
#endif
    // Comparisons are false for NaN, so it passes and can be found downstream.
    if (u.black_clamp != 0) v = mix(v, vec4(0.0), lessThan(v, vec4(0.0)));
    if (u.white_clamp != 0) v = mix(v, vec4(1.0), greaterThan(v, vec4(1.0)));
    return v;
}
