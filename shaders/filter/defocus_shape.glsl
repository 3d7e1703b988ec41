// The kernel in the table as an image.
vec4 defocus_shape(defocus_shape_u u, Px px)
{
    ivec2 p = px.at + u.reach;
    return vec4(TABLE(u.table + p.y * (2 * u.reach.x + 1) + p.x), 0.0, 0.0, 0.0);
}
