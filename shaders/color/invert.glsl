vec4 invert(vec4 c, invert_u u, Px px)
{
    vec4 v = vec4(1.0) - c;
    if (u.limited != 0) {
        v = mix(v, vec4(0.0), lessThan(v, vec4(0.0)));
        v = mix(v, vec4(1.0), greaterThan(v, vec4(1.0)));
    }
    return v;
}
