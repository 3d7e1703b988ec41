// Sum over the offsets and weights in the table.
#include "filter/edges.glsl"
#include "filter/bloom.glsl"

vec4 defocus_direct(defocus_direct_u u, Px px)
{
    vec4 sum = vec4(0.0);
    for (int i = 0; i < u.count; ++i) {
        int at = u.table + 3 * i;
        ivec2 p = px.at + ivec2(TABLE(at), TABLE(at + 1));
        sum += BLOOM(READ(p)) * TABLE(at + 2);
    }
    return sum;
}
#undef READ
#undef BLOOM
