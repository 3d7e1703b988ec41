vec4 light_wrap_key(vec4 c, light_wrap_key_u u, Px px)
{
    float y = dot(c.rgb, vec3(0.2126, 0.7152, 0.0722));
    return u.all != 0 ? c : c * clamp(y * u.slope, 0.0, 1.0);
}
