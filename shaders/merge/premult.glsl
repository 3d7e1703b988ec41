#include "merge/factor.glsl"

vec4 premult(vec4 c, vec4 from, premult_u u, Px px)
{
    float f = factor_of(from, u.slot, u.invert);
    return factor_kept(c, c * f, u.keep);
}
