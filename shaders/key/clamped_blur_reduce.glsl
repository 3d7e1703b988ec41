// The mean of factor x factor pixels; positions are moved into `edge` before reading.
vec4 clamped_blur_reduce(clamped_blur_reduce_u u, Px px)
{
    ivec2 base = px.at * u.factor;
    vec4 sum = vec4(0.0);
    for (int y = 0; y < u.factor; ++y) {
        vec4 row = vec4(0.0);
        for (int x = 0; x < u.factor; ++x) row += FETCH0(clamp(base + ivec2(x, y), u.edge.xy, u.edge.zw - 1));
        sum += row;
    }
    return sum / float(u.factor * u.factor);
}
