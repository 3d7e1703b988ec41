vec4 keyer_matte(vec4 c, keyer_matte_u u, Px px)
{
    vec3 f = u.straighten != 0 && c.a > 0.0 ? c.rgb / c.a : c.rgb;
    float raw = clamp(1.0 - dot(u.share, f), 0.0, 1.0);
    return vec4(clamp(raw * u.slope + u.offset, 0.0, 1.0));
}
