// Shared by premult and unpremult.
#ifndef MERGE_FACTOR
#define MERGE_FACTOR

float factor_of(vec4 c, int slot, int invert)
{
    float f = slot == 3 ? c.a : slot == 2 ? c.b : slot == 1 ? c.g : c.r;
    return invert != 0 ? 1.0 - f : f;
}
// `changed`, but the slot `keep` of `c`.
vec4 factor_kept(vec4 c, vec4 changed, int keep)
{
    return mix(changed, c, equal(ivec4(0, 1, 2, 3), ivec4(keep)));
}

#endif
