// Positions are multiples of a half, so remainders are exact and no box leaks into its neighbour by rounding.

// Length of the part of [0, s) that lies in the stretches [start, start + width) of a pattern of this period.
float checkerboard_length(float s, float start, float width, float period)
{
    float whole = floor(s / period);
    float rest = s - whole * period;
    return whole * width + clamp(rest - start, 0.0, width);
}

// Share of the pixel [p, p + size) that the stretches cover.
float checkerboard_share(float p, float size, float start, float width, float period)
{
    float base = p - floor(p / period) * period;
    float from = checkerboard_length(base, start, width, period), to = checkerboard_length(base + size, start, width, period);
    return (to - from) / size;
}

// Lines [start, start + width) at every multiple of `period`.
float checkerboard_lines(float p, float size, float start, float width, float period)
{
    return checkerboard_share(p - start, size, 0.0, min(width, period), period);
}

float checkerboard_overlap(float p, float size, float start, float width)
{
    return max(0.0, min(p + size, start + width) - max(p, start)) / size;
}

vec4 checkerboard(checkerboard_u u, Px px)
{
    vec2 p = px.pos - 0.5 * u.pixel - u.center;
    vec2 odd = vec2(checkerboard_share(p.x, u.pixel, u.box.x, u.box.x, 2.0 * u.box.x),
                    checkerboard_share(p.y, u.pixel, u.box.y, u.box.y, 2.0 * u.box.y));
    vec4 low = u.color0 * (1.0 - odd.x) + u.color1 * odd.x;
    vec4 high = u.color3 * (1.0 - odd.x) + u.color2 * odd.x;
    vec4 c = low * (1.0 - odd.y) + high * odd.y;
    float line = 1.0 - (1.0 - checkerboard_lines(p.x, u.pixel, u.line_start, u.line_width, u.box.x)) *
                           (1.0 - checkerboard_lines(p.y, u.pixel, u.line_start, u.line_width, u.box.y));
    c = c * (1.0 - line) + u.line_color * line;
    float cross_share = 1.0 - (1.0 - checkerboard_overlap(p.x, u.pixel, u.center_start, u.center_width)) *
                                  (1.0 - checkerboard_overlap(p.y, u.pixel, u.center_start, u.center_width));
    return c * (1.0 - cross_share) + u.center_color * cross_share;
}
