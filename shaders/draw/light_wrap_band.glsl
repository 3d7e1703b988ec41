vec4 light_wrap_band(vec4 c, vec4 blurred, vec4 light, light_wrap_band_u u, Px px)
{
    float a = clamp(c.a, 0.0, 1.0);
    float band = u.intensity * a * (1.0 - clamp(blurred.a, 0.0, 1.0));
    bool lit = px.at.x >= u.lit.x && px.at.y >= u.lit.y && px.at.x < u.lit.z && px.at.y < u.lit.w;
    vec3 colour = u.use_constant != 0 ? u.constant.rgb : lit ? light.rgb : vec3(0.0);
    return vec4(colour * band, band);
}
