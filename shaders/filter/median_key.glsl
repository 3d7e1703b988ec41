// The order in which medians are taken: a float's bits as an integer that compares like the number, -0 below +0, and
// any NaN above everything. Going back is the same function.
#define MEDIAN_NAN 0x7fc00000
ivec4 median_flip(ivec4 bits) { return bits ^ ((bits >> 31) & 0x7fffffff); }
int median_flip(int bits) { return bits ^ ((bits >> 31) & 0x7fffffff); }
ivec4 median_key(vec4 v) { return median_flip(floatBitsToInt(v)); }
// With every NaN made the one that is greatest.
ivec4 median_bits(vec4 v)
{
    ivec4 bits = floatBitsToInt(v);
    return mix(bits, ivec4(MEDIAN_NAN), greaterThan(bits & 0x7fffffff, ivec4(0x7f800000)));
}
