// Bits decide what is not finite: a compiler may take comparisons of floats to hold for every value.
bool viewer_after_nan(float v) { return (floatBitsToUint(v) & 0x7fffffffu) > 0x7f800000u; }
bool viewer_after_inf(float v) { return (floatBitsToUint(v) & 0x7fffffffu) == 0x7f800000u; }

// A colour for each stop from 0.18, from six below to six above; the middle one is grey.
vec3 viewer_after_band(float luminance)
{
    if (!(luminance > 0.0)) return vec3(0.0);
    float stop = floor(log2(luminance / 0.18) + 0.5);
    if (stop < -6.0) return vec3(0.08, 0.02, 0.14);
    if (stop < -5.0) return vec3(0.20, 0.05, 0.38);
    if (stop < -4.0) return vec3(0.18, 0.10, 0.60);
    if (stop < -3.0) return vec3(0.10, 0.22, 0.75);
    if (stop < -2.0) return vec3(0.08, 0.42, 0.72);
    if (stop < -1.0) return vec3(0.10, 0.55, 0.58);
    if (stop < 0.0) return vec3(0.24, 0.60, 0.38);
    if (stop < 1.0) return vec3(0.50);
    if (stop < 2.0) return vec3(0.85, 0.62, 0.60);
    if (stop < 3.0) return vec3(0.90, 0.86, 0.35);
    if (stop < 4.0) return vec3(0.95, 0.66, 0.18);
    if (stop < 5.0) return vec3(0.94, 0.40, 0.14);
    if (stop < 6.0) return vec3(0.88, 0.14, 0.12);
    return vec3(1.0);
}

float viewer_after_power(float v, float exponent) { return v > 0.0 && exponent != 1.0 ? pow(v, exponent) : v; }

vec4 viewer_after(vec4 c, vec4 scene, viewer_after_u u, Px px)
{
    vec3 v = c.rgb;
    vec3 data = (scene.rgb - u.data_low) * u.data_scale;
    if (u.kind == 1) v = u.channels == 1 ? data.rrr : u.channels == 2 ? data.ggg : u.channels == 3 ? data.bbb : data;
    if (u.kind == 2) v = data.rrr;
    if (u.kind == 3) v = vec3(scene.a * u.gain);
    bool beyond = any(lessThan(v, vec3(-1e-4))) || any(greaterThan(v, vec3(1.0001)));
    bool colour = u.kind == 0;
    if (u.false_colour != 0 && colour)
        v = viewer_after_band((scene.r * u.luma.r + scene.g * u.luma.g + scene.b * u.luma.b) * u.gain);
    v.r = viewer_after_power(v.r, u.exponent);
    v.g = viewer_after_power(v.g, u.exponent);
    v.b = viewer_after_power(v.b, u.exponent);
    if (u.matte != 0 && u.kind != 3) {
        float k = 0.5 * clamp(scene.a, 0.0, 1.0);
        v = vec3(v.r + (1.0 - v.r) * k, v.g * (1.0 - k), v.b * (1.0 - k));
    }
    if (u.gamut != 0 && colour && beyond) v = vec3(1.0, 0.0, 1.0);
    if (u.clipping != 0 && u.kind != 1 && u.kind != 2) {
        vec3 s = colour ? scene.rgb : scene.aaa;
        if (any(lessThan(s, vec3(0.0)))) v = vec3(0.0, 0.25, 1.0);
        if (any(greaterThan(s, vec3(1.0)))) v = vec3(1.0, 0.1, 0.0);
    }
    if (u.not_finite != 0) {
        if (viewer_after_inf(scene.r) || viewer_after_inf(scene.g) || viewer_after_inf(scene.b) ||
            viewer_after_inf(scene.a))
            v = vec3(1.0, 1.0, 0.0);
        if (viewer_after_nan(scene.r) || viewer_after_nan(scene.g) || viewer_after_nan(scene.b) ||
            viewer_after_nan(scene.a))
            v = vec3(0.0, 1.0, 0.0);
    }
    return vec4(v, 1.0);
}
