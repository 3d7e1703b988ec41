// Reduces along one axis by u.factor with a cubic B-spline, four cells of the result wide, as low-pass. Cell c of the
// result is centred on the edge between samples c * factor - 1 and c * factor. A run of samples as long as the factor
// adds to four cells, so an invocation walks along and reads everything once.
#include "filter/edges.glsl"
#include "filter/line.glsl"

void main()
{
    ivec2 cell = LINE_START;
    if (LINE_DONE(cell)) return;
    ivec2 left = AREA.zw - cell;
    int cells = min(u.cells, left.x * u.axis.x + left.y * u.axis.y);
    ivec2 p = cell * (1 - u.axis) + u.axis * ((cell - 2) * u.factor);
    vec4 first = vec4(0.0), second = vec4(0.0), third = vec4(0.0); // sums of the cells that are not complete yet
    for (int m = 0; m < cells + 3; ++m) {
        vec4 q0 = vec4(0.0), q1 = vec4(0.0), q2 = vec4(0.0), q3 = vec4(0.0);
        for (int i = 0; i < u.factor; ++i) {
            float x = (float(i) + 0.5) * u.unit, y = 1.0 - x;
            vec4 v = READ(p);
            q0 += v * (x * x * x);
            q1 += v * (((-3.0 * x + 3.0) * x + 3.0) * x + 1.0);
            q2 += v * (((-3.0 * y + 3.0) * y + 3.0) * y + 1.0);
            q3 += v * (y * y * y);
            p += u.axis;
        }
        if (m >= 3) OUT(cell + u.axis * (m - 3), (first + q3) * u.scale);
        first = second + q2;
        second = third + q1;
        third = q0;
    }
}
