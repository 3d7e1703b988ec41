#include "lib/gamma.glsl"
vec4 gamma(vec4 c, gamma_u u, Px px) { return lib_gammas(c, u.exponent, u.gamma_kind); }
