// Four planes back into pixels: the opposite of median_planes.
layout(local_size_x = 32, local_size_y = 4) in;

void main()
{
    ivec2 at = ivec2(gl_GlobalInvocationID.xy);
    ivec2 p = AREA.xy + ivec2(4 * at.x, at.y);
    if (p.x >= AREA.z || p.y >= AREA.w) return;
    mat4 v = transpose(mat4(FETCH0(at), FETCH0(at + ivec2(0, u.rows)), FETCH0(at + ivec2(0, 2 * u.rows)),
                            FETCH0(at + ivec2(0, 3 * u.rows))));
    for (int i = 0; i < 4; ++i) OUT(p + ivec2(i, 0), v[i]);
}
