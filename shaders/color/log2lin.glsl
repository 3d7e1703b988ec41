float log2lin_forward(float v, float white, float rate, float zero)
{
    return (pow(10.0, (1023.0 * v - white) * rate) - zero) / (1.0 - zero);
}

float log2lin_back(float v, float white, float rate, float zero)
{
    float light = v * (1.0 - zero) + zero;
    return (log2(light > 1e-10 ? light : 1e-10) * 0.30102999566398 / rate + white) / 1023.0;
}

vec4 log2lin(vec4 c, log2lin_u u, Px px)
{
    if (u.back != 0)
        return vec4(log2lin_back(c.r, u.white.r, u.rate.r, u.zero.r), log2lin_back(c.g, u.white.g, u.rate.g, u.zero.g),
                    log2lin_back(c.b, u.white.b, u.rate.b, u.zero.b), log2lin_back(c.a, u.white.a, u.rate.a, u.zero.a));
    return vec4(log2lin_forward(c.r, u.white.r, u.rate.r, u.zero.r), log2lin_forward(c.g, u.white.g, u.rate.g, u.zero.g),
                log2lin_forward(c.b, u.white.b, u.rate.b, u.zero.b), log2lin_forward(c.a, u.white.a, u.rate.a, u.zero.a));
}
