vec4 matte_grow_line(matte_grow_line_u u, Px px)
{
    // The smallest value is minus the largest of the negated values.
    vec4 inner = u.sign * FETCH0(px.at);
    for (int i = 1; i <= u.whole; ++i) {
        inner = max(inner, u.sign * FETCH0(clamp(px.at + i * u.step, u.edge.xy, u.edge.zw - 1)));
        inner = max(inner, u.sign * FETCH0(clamp(px.at - i * u.step, u.edge.xy, u.edge.zw - 1)));
    }
    int i = u.whole + 1;
    vec4 outer = max(u.sign * FETCH0(clamp(px.at + i * u.step, u.edge.xy, u.edge.zw - 1)),
                     u.sign * FETCH0(clamp(px.at - i * u.step, u.edge.xy, u.edge.zw - 1)));
    return u.sign * mix(inner, max(inner, outer), u.part);
}
