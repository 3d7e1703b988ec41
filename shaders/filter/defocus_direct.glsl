// Sum over the offsets and weights in the table.
#include "filter/edges.glsl"
#include "filter/bloom.glsl"

vec4 defocus_direct(defocus_direct_u u, Px px)
{
    vec4 sum = vec4(0.0);
    int i = 0;
    do {
        int at = u.table + 3 * i;
        ivec2 p = px.at + ivec2(TABLE(at), TABLE(at + 1));
        sum += BLOOM(READ(p)) * TABLE(at + 2);
    } while (++i < u.count);
    return sum;
}
#undef READ
#undef BLOOM
