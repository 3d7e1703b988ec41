// BLOOM(colour): with BLOOMS defined, what is brighter than u.bloom_threshold is made u.bloom_gain times as much so.
#ifdef BLOOMS
#ifndef FILTER_BLOOM
#define FILTER_BLOOM
vec4 bloom(vec4 c, float threshold, float gain)
{
    float y = dot(c.rgb, vec3(0.2126, 0.7152, 0.0722)), above = y - threshold;
    return above > 0.0 && y > 0.0 ? vec4(c.rgb * (1.0 + (gain - 1.0) * above / y), c.a) : c;
}
#endif
#define BLOOM(c) bloom(c, u.bloom_threshold, u.bloom_gain)
#else
#define BLOOM(c) (c)
#endif
