vec4 edge_extend_result(vec4 c, vec4 extended, edge_extend_result_u u, Px px)
{
    // Beyond the reach of the widest blur there is nothing to divide: the input's own colour stays.
    const float nothing = 1e-6;
    vec3 own = u.input_premultiplied != 0 && c.a > 0.0 ? c.rgb / c.a : c.rgb;
    vec3 colour = extended.a > nothing ? extended.rgb / extended.a : own;
    return vec4(u.output_premultiplied != 0 ? colour * c.a : colour, c.a);
}
