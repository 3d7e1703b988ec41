// Raw kernels in which an invocation makes a run of pixels along u.axis (run_lines in nodes/filter/filter_kernels.h).
// Their loops test at the end where all invocations make the same number of rounds, one at least: lavapipe, which turns
// lanes off instead of jumping, goes through a body once more where the test comes first. Where the numbers differ and
// a result is used behind the loop the test has to come first, since there a lane that is done would be given the values
// of the last round of all.
layout(local_size_x = 32, local_size_y = 4) in;
#define LINE_START (u.first + ivec2(gl_GlobalInvocationID.xy) * u.stride)
#define LINE_DONE(p) ((p).x >= AREA.z || (p).y >= AREA.w)
