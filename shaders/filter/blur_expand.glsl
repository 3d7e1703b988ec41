// Cubic B-spline interpolation along one axis of an image that was reduced by blur_reduce. The position on its grid is
// (2 i + 1 - 2 origin) / (2 factor), exact in integers.
vec4 blur_expand(blur_expand_u u, Px px)
{
    ivec2 across = 1 - u.axis;
    int n = 2 * (px.at.x * u.axis.x + px.at.y * u.axis.y) + u.offset;
    ivec2 p = px.at * across + u.axis * ((n >> u.shift) - 1);
    float f = float(n & u.mask) * u.unit, g = 1.0 - f;
    vec4 sum = FETCH0(p) * (g * g * g);
    sum += FETCH0(p + u.axis) * (((-3.0 * g + 3.0) * g + 3.0) * g + 1.0);
    sum += FETCH0(p + u.axis * 2) * (((-3.0 * f + 3.0) * f + 3.0) * f + 1.0);
    sum += FETCH0(p + u.axis * 3) * (f * f * f);
    return sum * (1.0 / 6.0);
}
