// Moves the image; with u.repeat the border of u.box beyond it.
vec4 crop_place_at(crop_place_u u, ivec2 p)
{
    ivec2 q = clamp(p, u.box.xy, u.box.zw - 1);
    vec4 v = FETCH0(q);
    return u.repeat != 0 || q == p ? v : vec4(0.0);
}

vec4 crop_place(crop_place_u u, Px px)
{
    ivec2 p = px.at + u.move;
#ifdef CROP_BETWEEN
    vec4 below = mix(crop_place_at(u, p), crop_place_at(u, p + ivec2(1, 0)), u.fraction.x);
    vec4 above = mix(crop_place_at(u, p + ivec2(0, 1)), crop_place_at(u, p + ivec2(1, 1)), u.fraction.x);
    return mix(below, above, u.fraction.y);
#else
    return crop_place_at(u, p);
#endif
}
