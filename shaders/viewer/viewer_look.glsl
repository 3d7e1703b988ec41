vec4 viewer_look(vec4 c, viewer_look_u u, Px px)
{
    vec3 v = c.rgb * u.gain;
    if (u.channels == 1) v = v.rrr;
    if (u.channels == 2) v = v.ggg;
    if (u.channels == 3) v = v.bbb;
    if (u.channels == 5) v = vec3(v.r * u.luma.r + v.g * u.luma.g + v.b * u.luma.b);
    return vec4(v, c.a);
}
