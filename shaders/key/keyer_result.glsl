const vec3 keyer_result_luma = vec3(0.2126, 0.7152, 0.0722);

// The foreground of source colour f (not multiplied by its own alpha), premultiplied by the matte a. `natural` is the
// matte that the removal of the screen by itself implies.
vec3 keyer_result_colour(vec3 f, float a, keyer_result_u u, out float natural)
{
    float s = max(dot(u.share, f), 0.0);
    natural = clamp(1.0 - u.gain * s, 0.0, 1.0);
    vec3 c = max(f - s * u.screen, 0.0);
    // Where next to nothing but screen is left, what remains is the screen's noise and unevenness, not foreground.
    const float noise_below = 0.02;
    c *= mix(max(a, natural), 1.0, min(natural / noise_below, 1.0));
    if (a < natural) return c * (a / natural);
    if (natural >= 1.0) return c;
    float k = (a - natural) / (1.0 - natural);
    vec3 back = u.put_back * k * (f - c);
    vec3 soft = k * max(dot(keyer_result_luma, f - c), 0.0) * u.soft;
    return c + back + (a - natural) * u.hard + soft;
}

vec4 keyer_result_status(float a, float natural)
{
    const float visible = 1.0 / 255.0;
    vec3 v = a <= 0.0 ? vec3(0.0) : a >= 1.0 ? vec3(1.0) : vec3(0.18);
    if (a > natural + visible) v *= vec3(0.4, 1.0, 0.4);
    if (a < natural - visible && a > 0.0) v *= vec3(1.0, 0.4, 0.4);
    return vec4(v, a);
}

vec4 keyer_result(vec4 source, vec4 matte, vec4 inside, vec4 outside, vec4 bg, keyer_result_u u, Px px)
{
    bool here = px.at.x >= u.window.x && px.at.y >= u.window.y && px.at.x < u.window.z && px.at.y < u.window.w;
    float own = u.source_alpha == 2 ? clamp(source.a, 0.0, 1.0) : 1.0;
    vec3 f = u.source_alpha == 2 && source.a > 0.0 ? source.rgb / source.a : source.rgb;
    float held = u.source_alpha == 1 ? max(inside.a, source.a) : inside.a;
    float a = max(matte.a, clamp(held, 0.0, 1.0)) * (1.0 - clamp(outside.a, 0.0, 1.0));
    if (!here) a = 0.0;

    float natural;
    if (u.view == 0) return source;
    if (u.view == 1) return vec4(source.a);
    if (u.view == 2) return here ? vec4(keyer_result_colour(f, 1.0, u, natural), 1.0) : vec4(0.0);
    if (u.view == 3) return here ? vec4(matte.a) : vec4(0.0);
    if (u.view == 4) return vec4(a * own);
    vec4 result = vec4(keyer_result_colour(f, a, u, natural), a);
    if (u.view == 5) return here ? keyer_result_status(a, natural) : vec4(0.0);
    if (!here) result = vec4(0.0);
    result *= own;
    if (u.view == 8) return result + bg * (1.0 - result.a);
    if ((u.view == 6 || u.premultiplied == 0) && result.a > 0.0) result.rgb /= result.a;
    return result;
}
