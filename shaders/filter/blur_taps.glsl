// Convolution along one axis with the weights in the table (followed by 7 zeros). An invocation makes eight pixels and
// reads every sample once; the weights move along in registers.
#include "filter/edges.glsl"
#include "filter/line.glsl"

void main()
{
    ivec2 start = LINE_START;
    if (LINE_DONE(start)) return;
    ivec2 p = start - u.axis * u.radius;
    float w0 = 0.0, w1 = 0.0, w2 = 0.0, w3 = 0.0, w4 = 0.0, w5 = 0.0, w6 = 0.0, w7 = 0.0;
    vec4 a0 = vec4(0.0), a1 = vec4(0.0), a2 = vec4(0.0), a3 = vec4(0.0);
    vec4 a4 = vec4(0.0), a5 = vec4(0.0), a6 = vec4(0.0), a7 = vec4(0.0);
    for (int k = 0; k < u.count; ++k) {
        vec4 v = READ(p);
        w7 = w6, w6 = w5, w5 = w4, w4 = w3, w3 = w2, w2 = w1, w1 = w0;
        w0 = TABLE(u.table + k);
        a0 += v * w0;
        a1 += v * w1;
        a2 += v * w2;
        a3 += v * w3;
        a4 += v * w4;
        a5 += v * w5;
        a6 += v * w6;
        a7 += v * w7;
        p += u.axis;
    }
    OUT(start, a0);
    OUT(start + u.axis, a1);
    OUT(start + u.axis * 2, a2);
    OUT(start + u.axis * 3, a3);
    OUT(start + u.axis * 4, a4);
    OUT(start + u.axis * 5, a5);
    OUT(start + u.axis * 6, a6);
    OUT(start + u.axis * 7, a7);
}
