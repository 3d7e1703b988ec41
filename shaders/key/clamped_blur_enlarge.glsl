// Back to full size by a quadratic B-spline over the reduced pixels.
vec3 clamped_blur_enlarge_weights(float t)
{
    return vec3(0.5 * (1.0 - t) * (1.0 - t), 0.75 - (t - 0.5) * (t - 0.5), 0.5 * t * t);
}

vec4 clamped_blur_enlarge(clamped_blur_enlarge_u u, Px px)
{
    // Integer division rounds towards zero; the offset keeps it a floor for every coordinate an image can have.
    const int offset = 1 << 16;
    ivec2 cell = (px.at + offset * u.factor) / u.factor - offset;
    vec2 t = (vec2(px.at - cell * u.factor) + 0.5) / float(u.factor);
    vec3 wx = clamped_blur_enlarge_weights(t.x), wy = clamped_blur_enlarge_weights(t.y);
    vec4 sum = vec4(0.0);
    for (int y = 0; y < 3; ++y) {
        vec4 row = vec4(0.0);
        for (int x = 0; x < 3; ++x) row += wx[x] * FETCH0(cell + ivec2(x - 1, y - 1));
        sum += wy[y] * row;
    }
    return sum;
}
