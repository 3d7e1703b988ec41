// Maps the blurred step's values at the new edge to 0 and 1.
vec4 erode_blur(erode_blur_u u, Px px)
{
    return clamp((FETCH0(px.at) - u.low) * u.scale, 0.0, 1.0);
}
