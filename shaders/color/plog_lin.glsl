vec4 plog_lin(vec4 c, plog_lin_u u, Px px)
{
    if (u.back == 0) return u.lin_ref * pow(vec4(10.0), (1023.0 * c - u.log_ref) * u.rate);
    vec4 light = mix(vec4(1e-10), c / u.lin_ref, greaterThan(c / u.lin_ref, vec4(1e-10)));
    return (log2(light) * 0.30102999566398 / u.rate + u.log_ref) / 1023.0;
}
