float light_wrap_result_soft(float a, float b)
{
    if (2.0 * a <= 1.0) return b - (1.0 - 2.0 * a) * b * (1.0 - b);
    if (4.0 * b <= 1.0) return b + (2.0 * a - 1.0) * (((16.0 * b - 12.0) * b + 4.0) * b - b);
    return b + (2.0 * a - 1.0) * (sqrt(max(b, 0.0)) - b);
}

// The wrap is A and the foreground is B of the merge formulas.
float light_wrap_result_one(float wrap, float fg, float wrap_alpha, int operation)
{
    if (operation == 1) return wrap <= 1.0 || fg <= 1.0 ? wrap + fg - wrap * fg : max(wrap, fg);
    if (operation == 2) return max(wrap, fg);
    if (operation == 3) return sqrt(wrap * wrap + fg * fg);
    if (operation == 4) return wrap + fg * (1.0 - clamp(wrap_alpha, 0.0, 1.0));
    if (operation == 5) {
        float twice = 2.0 * fg;
        if (twice < 1.0) return twice * wrap;
        float s = twice - 1.0;
        return s <= 1.0 || wrap <= 1.0 ? s + wrap - s * wrap : max(s, wrap);
    }
    if (operation == 6) return light_wrap_result_soft(wrap, fg);
    if (operation == 7) return wrap >= 1.0 ? wrap : min(1.0, fg / (1.0 - wrap));
    return wrap + fg;
}

vec4 light_wrap_result(vec4 c, vec4 wrap, light_wrap_result_u u, Px px)
{
    float y = dot(wrap.rgb, vec3(0.2126, 0.7152, 0.0722));
    wrap.rgb = mix(vec3(y), wrap.rgb, u.saturation);
    if (u.glow == 0) wrap *= clamp(c.a, 0.0, 1.0);
    if (u.wrap_only != 0) return wrap;
    return vec4(light_wrap_result_one(wrap.r, c.r, wrap.a, u.operation),
                light_wrap_result_one(wrap.g, c.g, wrap.a, u.operation),
                light_wrap_result_one(wrap.b, c.b, wrap.a, u.operation), c.a);
}
