// Comparisons are false for NaN, so it passes and can be found downstream.
vec4 clamp_values(vec4 c, clamp_values_u u, Px px)
{
    vec4 v = c;
    if (u.below != 0) v = mix(v, u.least_to, lessThan(c, u.least));
    if (u.above != 0) v = mix(v, u.most_to, greaterThan(c, u.most));
    return v;
}
