vec4 despill(vec4 c, despill_u u, Px px)
{
    float a = c[u.first], b = c[u.second];
    float limit = u.weights.x * a + u.weights.y * b;
    if (u.choose == 1) limit = max(a, b);
    if (u.choose == 2) limit = min(a, b);
    float spill = max(c[u.screen] - limit * u.keep, 0.0);
    if (spill > 0.0) {
        c.rgb += spill * u.scale;
        if (u.clamp_low != 0) c.rgb = max(c.rgb, 0.0);
    }
    return vec4(c.rgb, u.to_alpha != 0 ? spill : c.a);
}
