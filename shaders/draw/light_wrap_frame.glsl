vec4 light_wrap_frame(vec4 c, light_wrap_frame_u u, Px px)
{
    return c;
}
