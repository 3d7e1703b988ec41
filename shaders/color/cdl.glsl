vec3 cdl_limits(vec3 v, cdl_u u)
{
    if (u.limited == 0) return v;
    v = mix(v, vec3(0.0), lessThan(v, vec3(0.0)));
    return mix(v, vec3(1.0), greaterThan(v, vec3(1.0)));
}

vec3 cdl_power(vec3 v, cdl_u u)
{
    return vec3(v.r > 0.0 && u.power.r != 1.0 ? pow(v.r, u.power.r) : v.r, v.g > 0.0 && u.power.g != 1.0 ? pow(v.g, u.power.g) : v.g,
                v.b > 0.0 && u.power.b != 1.0 ? pow(v.b, u.power.b) : v.b);
}

vec3 cdl_saturation(vec3 v, cdl_u u)
{
    return dot(v, vec3(0.2126, 0.7152, 0.0722)) * (1.0 - u.saturation) + v * u.saturation;
}

vec4 cdl(vec4 c, cdl_u u, Px px)
{
    vec3 v = c.rgb;
    if (u.reverse == 0) {
        v = cdl_power(cdl_limits(v * u.scale + u.offset, u), u);
        v = cdl_limits(cdl_saturation(v, u), u);
    } else {
        v = cdl_limits(cdl_saturation(cdl_limits(v, u), u), u);
        v = cdl_limits(cdl_power(v, u) * u.scale + u.offset, u);
    }
    return vec4(v, c.a);
}
