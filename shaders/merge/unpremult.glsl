#include "merge/factor.glsl"

vec4 unpremult(vec4 c, vec4 from, unpremult_u u, Px px)
{
    float f = factor_of(from, u.slot, u.invert);
    return f == 0.0 ? c : factor_kept(c, c / f, u.keep);
}
