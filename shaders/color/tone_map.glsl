float tone_map_filmic(float v) { return (v * (0.15 * v + 0.05) + 0.004) / (v * (0.15 * v + 0.5) + 0.06) - 0.02 / 0.3; }

float tone_map_value(float v, tone_map_u u)
{
    v = v > 0.0 ? v : 0.0;
    if (u.curve == 0) return v / (1.0 + v);
    if (u.curve == 1) return v * (1.0 + v / (u.white * u.white)) / (1.0 + v);
    if (u.curve == 2) return 1.0 - exp(-v);
    if (u.curve == 3) return tone_map_filmic(v) / tone_map_filmic(u.white);
    return v * (2.51 * v + 0.03) / (v * (2.43 * v + 0.59) + 0.14);
}

vec4 tone_map(vec4 c, tone_map_u u, Px px)
{
    vec4 v = vec4(c.rgb * u.gain, c.a);
    if (u.luminance_only == 0) return vec4(tone_map_value(v.r, u), tone_map_value(v.g, u), tone_map_value(v.b, u), tone_map_value(v.a, u));
    float y = u.largest != 0 ? max(v.r, max(v.g, v.b)) : dot(v.rgb, u.weights);
    return vec4(y > 0.0 ? v.rgb * (tone_map_value(y, u) / y) : vec3(0.0), tone_map_value(v.a, u));
}
