vec4 edge_extend_core(vec4 c, vec4 eroded, edge_extend_core_u u, Px px)
{
    float a = clamp(min(c.a, eroded.a), 0.0, 1.0);
    vec3 straight = u.premultiplied != 0 && c.a > 0.0 ? c.rgb / c.a : c.rgb;
    return vec4(straight * a, a);
}
