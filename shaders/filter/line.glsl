// Raw kernels in which an invocation makes a run of pixels along u.axis (run_lines in nodes/filter/filter_kernels.h).
layout(local_size_x = 32, local_size_y = 4) in;
#define LINE_START (u.first + ivec2(gl_GlobalInvocationID.xy) * u.stride)
#define LINE_DONE(p) ((p).x >= AREA.z || (p).y >= AREA.w)
