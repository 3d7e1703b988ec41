vec4 saturation(vec4 c, saturation_u u, Px px)
{
    float y = u.largest != 0 ? max(c.r, max(c.g, c.b)) : dot(c.rgb, u.weights);
    return vec4(y * (1.0 - u.amount) + c.rgb * u.amount, c.a);
}
