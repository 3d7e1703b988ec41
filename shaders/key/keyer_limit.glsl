vec4 keyer_limit(vec4 raw, vec4 eroded, vec4 dilated, keyer_limit_u u, Px px)
{
    return min(max(raw, eroded), dilated);
}
