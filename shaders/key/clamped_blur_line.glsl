// One direction of a Gaussian; positions are moved into `edge` before reading.
vec4 clamped_blur_line_at(ivec2 p, ivec4 edge)
{
    return FETCH0(clamp(p, edge.xy, edge.zw - 1));
}

vec4 clamped_blur_line(clamped_blur_line_u u, Px px)
{
    vec4 sum = clamped_blur_line_at(px.at, u.edge);
    float total = 1.0, weight = 1.0, d = u.first;
    for (int i = 1; i <= u.radius; ++i) {
        weight *= d;
        d *= u.ratio;
        sum += weight * (clamped_blur_line_at(px.at + i * u.step, u.edge) + clamped_blur_line_at(px.at - i * u.step, u.edge));
        total += 2.0 * weight;
    }
    return sum / total;
}
