float soft_clip_value(float v, soft_clip_u u)
{
    return v > u.least ? u.least + u.span * (1.0 - exp(-(v - u.least) / u.span)) : v;
}

vec4 soft_clip(vec4 c, soft_clip_u u, Px px)
{
    if (u.brightest == 0)
        return vec4(soft_clip_value(c.r, u), soft_clip_value(c.g, u), soft_clip_value(c.b, u), soft_clip_value(c.a, u));
    float most = max(c.r, max(c.g, c.b));
    float k = most > u.least && most > 0.0 ? soft_clip_value(most, u) / most : 1.0;
    return vec4(c.rgb * k, soft_clip_value(c.a, u));
}
