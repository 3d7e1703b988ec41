// Weighted maximum (of u.sign times the image) along one axis: the largest of c + w (v - c) over the samples v around
// the centre c, with the weights w in the table (followed by 7 zeros). An invocation makes eight samples and reads
// each once more than it has to, for the centres.
#include "filter/edges.glsl"
#include "filter/line.glsl"
#define SOFT_READ(p) (READ(p) * u.sign)
#define SOFT_EACH(F) F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7)
#define SOFT_BEGIN(i) c[i] = SOFT_READ(start + u.axis * i), a[i] = c[i], w[i] = 0.0;
#define SOFT_JOIN(i) a[i] = max(a[i], c[i] + (v - c[i]) * w[i]);
#define SOFT_STORE(i) OUT(start + u.axis * i, a[i] * u.sign);

void main()
{
    ivec2 start = LINE_START;
    if (LINE_DONE(start)) return;
    vec4 a[8], c[8];
    float w[8];
    SOFT_EACH(SOFT_BEGIN)
    ivec2 p = start - u.axis * u.radius;
    int k = 0;
    do {
        vec4 v = SOFT_READ(p);
        w[7] = w[6], w[6] = w[5], w[5] = w[4], w[4] = w[3], w[3] = w[2], w[2] = w[1], w[1] = w[0];
        w[0] = TABLE(u.table + k);
        SOFT_EACH(SOFT_JOIN)
        p += u.axis;
    } while (++k < u.count);
    SOFT_EACH(SOFT_STORE)
}
