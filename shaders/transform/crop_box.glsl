// Coverage of the box with a ramp inside its edges; u.slope is one over the ramp's width, u.offset the coverage at the
// edge itself.
vec4 crop_box(vec4 c, crop_box_u u, Px px)
{
    vec2 centre = vec2(px.at) + 0.5;
    vec2 inside = clamp(min(centre - u.edges.xy, u.edges.zw - centre) * u.slope + u.offset, 0.0, 1.0);
    return c * (inside.x * inside.y);
}
