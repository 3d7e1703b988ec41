// Samples the input through the inverse of a matrix (nodes/transform/resampling.h). Compiled in variants:
//   RESAMPLE_TAPS         nearest samples along each axis: 1, 2, 4 or 6
//   RESAMPLE_STRETCHED    instead: all samples under a filter that is stretched over the pixel's footprint
//   RESAMPLE_SINC         windowed sinc instead of a cubic; RESAMPLE_BOX: the share of each pixel under the footprint
//   RESAMPLE_REPEAT       the border repeated beyond the data window instead of black
//   RESAMPLE_PERSPECTIVE  positions by a full 3x3 matrix, in floats
//   RESAMPLE_MOTION       mean over u.samples positions, in the table
//   RESAMPLE_LINE         along u.axis alone, for maps that neither turn nor skew: one pass for each axis
#ifdef RESAMPLE_REPEAT
#define RESAMPLE_FETCH(p) FETCH_CLAMP0(p)
#else
#define RESAMPLE_FETCH(p) FETCH0(p)
#endif
#ifndef RESAMPLE_STRETCHED
#ifndef RESAMPLE_TAPS
#define RESAMPLE_TAPS 4
#endif
#endif
#ifdef RESAMPLE_LINE
#define RESAMPLE_STEP u.axis
#else
#define RESAMPLE_STEP ivec2(1, 0)
#endif

// A position in the input: the sample at or before it, the fraction beyond that, and the filter's stretch there.
struct resample_place {
    ivec2 at;
    vec2 f;
    bool there; // in front of the horizon
    vec3 shrink; // symmetric matrix xx, xy, yy: from offsets in the input to the filter's axes
    ivec2 extent;
    vec2 slope;
};

#ifdef RESAMPLE_LINE
#elif !defined(RESAMPLE_PERSPECTIVE)
resample_place resample_split(ivec2 p, ivec4 steps, ivec2 base, vec4 rest, vec2 fraction, int bits)
{
    resample_place s;
    ivec2 whole = ivec2(steps.x * p.x + steps.y * p.y, steps.z * p.x + steps.w * p.y);
    vec2 q = vec2(p);
    vec2 f = vec2(whole & ((1 << bits) - 1)) / float(1 << bits);
    f += vec2(rest.x * q.x + rest.y * q.y, rest.z * q.x + rest.w * q.y) + fraction;
    vec2 carry = floor(f);
    s.at = (whole >> bits) + base + ivec2(carry);
    s.f = f - carry;
    s.there = true;
    return s;
}
#else
float resample_filter_reach(resample_u u, float shrink)
{
#if defined(RESAMPLE_BOX)
    return 0.5 + 0.5 * shrink;
#elif defined(RESAMPLE_SINC)
    return u.reach;
#elif defined(RESAMPLE_STRETCHED)
    return u.outer == vec4(0.0) ? 1.0 : 2.0;
#else
    return 1.0;
#endif
}

resample_place resample_project(resample_u u, ivec2 p, mat3 m)
{
    resample_place s;
    vec3 q = m * vec3(vec2(p) + 0.5, 1.0);
    s.there = q.z > 0.0;
    float w = s.there ? q.z : 1.0;
    vec2 centre = q.xy / w;
#if defined(RESAMPLE_TAPS) && RESAMPLE_TAPS == 1
    vec2 position = clamp(centre, vec2(-1.0e8), vec2(1.0e8));
#else
    vec2 position = clamp(centre - 0.5, vec2(-1.0e8), vec2(1.0e8));
#endif
    vec2 before = floor(position);
    s.at = ivec2(before);
    s.f = position - before;
#ifdef RESAMPLE_STRETCHED
    // Functions of (derivative times its transpose), by its eigenvalues.
    vec2 dx = (m[0].xy - centre * m[0].z) / w, dy = (m[1].xy - centre * m[1].z) / w;
    float xx = dx.x * dx.x + dy.x * dy.x, xy = dx.x * dx.y + dy.x * dy.y, yy = dx.y * dx.y + dy.y * dy.y;
    float mean = 0.5 * (xx + yy), spread = sqrt(0.25 * (xx - yy) * (xx - yy) + xy * xy);
    vec2 stretch = sqrt(max(vec2(1.0), vec2(mean + spread, mean - spread)));
    vec2 shrunk = 1.0 / stretch, slopes = vec2(0.0);
    if (spread > 0.0) slopes = vec2(stretch.x - stretch.y, shrunk.x - shrunk.y) / (2.0 * spread);
    vec2 rest = 0.5 * vec2(stretch.x + stretch.y, shrunk.x + shrunk.y) - slopes * mean;
    vec3 wide = vec3(rest.x, 0.0, rest.x) + slopes.x * vec3(xx, xy, yy);
    s.shrink = vec3(rest.y, 0.0, rest.y) + slopes.y * vec3(xx, xy, yy);
    vec2 rows = vec2(length(s.shrink.xy), length(s.shrink.yz));
    s.slope = 1.0 / rows;
    vec2 reach = vec2(resample_filter_reach(u, rows.x), resample_filter_reach(u, rows.y));
    vec2 extent = vec2(dot(abs(wide.xy), reach), dot(abs(wide.yz), reach));
    s.extent = clamp(ivec2(ceil(min(extent, vec2(1.0e6)))) - 1, ivec2(0), ivec2(u.widest));
#endif
    return s;
}
#endif

#ifdef RESAMPLE_SINC
// sin(pi x) / (pi x) to 2e-7, zero exactly at whole x; polynomials, as sin() is only good to 5e-4 on some devices.
float resample_sinc(float x)
{
    if (x == 0.0) return 1.0;
    float whole = round(x), r = x - whole, s = r * r;
    float high = 2.55016404 + s * (-0.59926453 + s * (0.08214589 + s * -0.00737043));
    float sine = r * (3.14159265 + s * (-5.16771278 + s * high));
    return ((int(whole) & 1) == 0 ? sine : -sine) / (3.14159265 * x);
}
#endif

#if defined(RESAMPLE_BOX)
#elif defined(RESAMPLE_SINC)
float resample_weight(resample_u u, float t)
{
    return t < u.reach ? resample_sinc(t) * resample_sinc(t * u.lobe) : 0.0;
}
#elif defined(RESAMPLE_STRETCHED) || RESAMPLE_TAPS > 1
float resample_inner(resample_u u, float t) { return (u.inner.z * t + u.inner.y) * t * t + u.inner.x; }
float resample_outer(resample_u u, float t) { return ((u.outer.w * t + u.outer.z) * t + u.outer.y) * t + u.outer.x; }
#ifdef RESAMPLE_STRETCHED
float resample_weight(resample_u u, float t)
{
    return t < 1.0 ? resample_inner(u, t) : t < 2.0 ? resample_outer(u, t) : 0.0;
}
#endif
#endif

#if defined(RESAMPLE_STRETCHED)
#ifndef RESAMPLE_LINE
vec4 resample_at(resample_u u, resample_place s)
{
    vec4 sum = vec4(0.0), low = vec4(3.402823e38), high = vec4(-3.402823e38);
    float total = 0.0;
    for (int y = -s.extent.y; y <= s.extent.y + 1; ++y) { // the extent is each pixel's own (see filter/line.glsl)
        for (int x = -s.extent.x; x <= s.extent.x + 1; ++x) {
            vec2 d = vec2(x, y) - s.f;
            vec2 q = abs(vec2(s.shrink.x * d.x + s.shrink.y * d.y, s.shrink.y * d.x + s.shrink.z * d.y));
#ifdef RESAMPLE_BOX
            vec2 share = clamp((0.5 - q) * s.slope + 0.5, 0.0, 1.0);
            float w = share.x * share.y;
#else
            float w = resample_weight(u, q.x) * resample_weight(u, q.y);
#endif
            vec4 v = RESAMPLE_FETCH(s.at + ivec2(x, y));
            sum += v * w;
            total += w;
            if (max(q.x, q.y) < 1.0) {
                low = min(low, v);
                high = max(high, v);
            }
        }
    }
    sum /= total;
    return u.clamps != 0 ? clamp(sum, min(low, high), max(low, high)) : sum;
}
#endif
#elif RESAMPLE_TAPS == 1
vec4 resample_at(resample_u u, resample_place s) { return RESAMPLE_FETCH(s.at); }
#elif RESAMPLE_TAPS == 2
#ifndef RESAMPLE_LINE
vec4 resample_at(resample_u u, resample_place s)
{
    vec2 a = vec2(resample_inner(u, s.f.x), resample_inner(u, 1.0 - s.f.x));
    vec2 b = vec2(resample_inner(u, s.f.y), resample_inner(u, 1.0 - s.f.y));
    vec4 below = RESAMPLE_FETCH(s.at) * a.x + RESAMPLE_FETCH(s.at + ivec2(1, 0)) * a.y;
    vec4 above = RESAMPLE_FETCH(s.at + ivec2(0, 1)) * a.x + RESAMPLE_FETCH(s.at + ivec2(1, 1)) * a.y;
    return below * b.x + above * b.y;
}
#endif
#elif RESAMPLE_TAPS == 4
#ifdef RESAMPLE_SINC
vec4 resample_weights(resample_u u, float f)
{
    vec4 w = vec4(resample_weight(u, 1.0 + f), resample_weight(u, f), resample_weight(u, 1.0 - f),
                  resample_weight(u, 2.0 - f));
    return w / (w.x + w.y + w.z + w.w);
}
#else
vec4 resample_weights(resample_u u, float f)
{
    return vec4(resample_outer(u, 1.0 + f), resample_inner(u, f), resample_inner(u, 1.0 - f),
                resample_outer(u, 2.0 - f));
}
#endif
vec4 resample_join(resample_u u, vec4 v0, vec4 v1, vec4 v2, vec4 v3, vec4 w)
{
    vec4 sum = v0 * w.x + v1 * w.y + v2 * w.z + v3 * w.w;
    return u.clamps != 0 ? clamp(sum, min(v1, v2), max(v1, v2)) : sum;
}
vec4 resample_row(resample_u u, ivec2 p, vec4 w)
{
    return resample_join(u, RESAMPLE_FETCH(p), RESAMPLE_FETCH(p + RESAMPLE_STEP), RESAMPLE_FETCH(p + RESAMPLE_STEP * 2),
                         RESAMPLE_FETCH(p + RESAMPLE_STEP * 3), w);
}
#ifdef RESAMPLE_LINE
vec4 resample_along(resample_u u, ivec2 p, float f) { return resample_row(u, p - u.axis, resample_weights(u, f)); }
#else
vec4 resample_at(resample_u u, resample_place s)
{
    vec4 w = resample_weights(u, s.f.x);
    ivec2 p = s.at - 1;
    return resample_join(u, resample_row(u, p, w), resample_row(u, p + ivec2(0, 1), w),
                         resample_row(u, p + ivec2(0, 2), w), resample_row(u, p + ivec2(0, 3), w), resample_weights(u, s.f.y));
}
#endif
#else
struct resample_six {
    vec3 a, b;
};
resample_six resample_weights(resample_u u, float f)
{
    vec3 a = vec3(resample_weight(u, 2.0 + f), resample_weight(u, 1.0 + f), resample_weight(u, f));
    vec3 b = vec3(resample_weight(u, 1.0 - f), resample_weight(u, 2.0 - f), resample_weight(u, 3.0 - f));
    float sum = dot(a, vec3(1.0)) + dot(b, vec3(1.0));
    return resample_six(a / sum, b / sum);
}
vec4 resample_join(resample_u u, vec4 v0, vec4 v1, vec4 v2, vec4 v3, vec4 v4, vec4 v5, resample_six w)
{
    vec4 sum = v0 * w.a.x + v1 * w.a.y + v2 * w.a.z + v3 * w.b.x + v4 * w.b.y + v5 * w.b.z;
    return u.clamps != 0 ? clamp(sum, min(v2, v3), max(v2, v3)) : sum;
}
vec4 resample_row(resample_u u, ivec2 p, resample_six w)
{
    return resample_join(u, RESAMPLE_FETCH(p), RESAMPLE_FETCH(p + RESAMPLE_STEP), RESAMPLE_FETCH(p + RESAMPLE_STEP * 2),
                         RESAMPLE_FETCH(p + RESAMPLE_STEP * 3), RESAMPLE_FETCH(p + RESAMPLE_STEP * 4),
                         RESAMPLE_FETCH(p + RESAMPLE_STEP * 5), w);
}
#ifdef RESAMPLE_LINE
vec4 resample_along(resample_u u, ivec2 p, float f) { return resample_row(u, p - u.axis * 2, resample_weights(u, f)); }
#else
vec4 resample_at(resample_u u, resample_place s)
{
    resample_six w = resample_weights(u, s.f.x);
    ivec2 p = s.at - 2;
    return resample_join(u, resample_row(u, p, w), resample_row(u, p + ivec2(0, 1), w),
                         resample_row(u, p + ivec2(0, 2), w),
                         resample_row(u, p + ivec2(0, 3), w), resample_row(u, p + ivec2(0, 4), w),
                         resample_row(u, p + ivec2(0, 5), w), resample_weights(u, s.f.y));
}
#endif
#endif

#ifdef RESAMPLE_LINE
#if defined(RESAMPLE_STRETCHED)
vec4 resample_along(resample_u u, ivec2 p, float f)
{
    vec4 sum = vec4(0.0);
    float total = 0.0;
    int i = -u.extent; // tested at the end, see filter/line.glsl
    do {
        float q = abs(u.shrink * (float(i) - f));
#ifdef RESAMPLE_BOX
        float w = clamp((0.5 - q) * u.slope + 0.5, 0.0, 1.0);
#else
        float w = resample_weight(u, q);
#endif
        sum += RESAMPLE_FETCH(p + u.axis * i) * w;
        total += w;
    } while (++i <= u.extent + 1);
    return sum / total;
}
#elif RESAMPLE_TAPS == 2
vec4 resample_along(resample_u u, ivec2 p, float f)
{
    return RESAMPLE_FETCH(p) * resample_inner(u, f) + RESAMPLE_FETCH(p + u.axis) * resample_inner(u, 1.0 - f);
}
#endif
vec4 resample(resample_u u, Px px)
{
    // As resample_split, for one axis.
    int n = px.at.x * u.axis.x + px.at.y * u.axis.y, whole = u.steps * n;
    float f = float(whole & ((1 << u.bits) - 1)) / float(1 << u.bits) + (u.rest * float(n)) + u.fraction;
    float carry = floor(f);
    return resample_along(u, px.at * (1 - u.axis) + u.axis * ((whole >> u.bits) + u.base + int(carry)), f - carry);
}
#elif defined(RESAMPLE_MOTION)
#define RESAMPLE_NUMBER(i) TABLE(record + (i))
resample_place resample_sample(resample_u u, ivec2 p, int record)
{
#ifdef RESAMPLE_PERSPECTIVE
    return resample_project(u, p, mat3(RESAMPLE_NUMBER(0), RESAMPLE_NUMBER(3), RESAMPLE_NUMBER(6), RESAMPLE_NUMBER(1),
                                       RESAMPLE_NUMBER(4), RESAMPLE_NUMBER(7), RESAMPLE_NUMBER(2), RESAMPLE_NUMBER(5),
                                       RESAMPLE_NUMBER(8)));
#else
    resample_place s = resample_split(
        p, ivec4(RESAMPLE_NUMBER(0), RESAMPLE_NUMBER(1), RESAMPLE_NUMBER(2), RESAMPLE_NUMBER(3)),
        ivec2(RESAMPLE_NUMBER(4), RESAMPLE_NUMBER(5)),
        vec4(RESAMPLE_NUMBER(6), RESAMPLE_NUMBER(7), RESAMPLE_NUMBER(8), RESAMPLE_NUMBER(9)),
        vec2(RESAMPLE_NUMBER(10), RESAMPLE_NUMBER(11)), u.bits);
    s.shrink = vec3(RESAMPLE_NUMBER(12), RESAMPLE_NUMBER(13), RESAMPLE_NUMBER(14));
    s.extent = ivec2(RESAMPLE_NUMBER(15), RESAMPLE_NUMBER(16));
    s.slope = vec2(RESAMPLE_NUMBER(17), RESAMPLE_NUMBER(18));
    return s;
#endif
}
#undef RESAMPLE_NUMBER

vec4 resample(resample_u u, Px px)
{
#ifdef RESAMPLE_PERSPECTIVE
    const int numbers = 9;
#else
    const int numbers = 19;
#endif
    vec4 sum = vec4(0.0);
    int i = 0;
    do {
        resample_place s = resample_sample(u, px.at, u.table + i * numbers);
        vec4 v = resample_at(u, s);
        sum += s.there ? v : vec4(0.0);
    } while (++i < u.samples);
    return sum * u.share;
}
#else
vec4 resample(resample_u u, Px px)
{
#ifdef RESAMPLE_PERSPECTIVE
    resample_place s = resample_project(u, px.at, u.inverse);
#else
    resample_place s = resample_split(px.at, u.steps, u.base, u.rest, u.fraction, u.bits);
#ifdef RESAMPLE_STRETCHED
    s.shrink = u.shrink;
    s.extent = u.extent;
    s.slope = u.slope;
#endif
#endif
    vec4 v = resample_at(u, s);
    return s.there ? v : vec4(0.0);
}
#endif
#undef RESAMPLE_FETCH
#undef RESAMPLE_STEP
