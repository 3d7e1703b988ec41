// What every kernel may use (docs/adding-an-operator.md). Names that start with t_ are the composer's own. The uniform
// block, the images and FETCHi, FETCH_CLAMPi and WINDOWi are generated behind this text (gpu/compose.cpp); the structs
// here mirror those of gpu/compose.h.

struct Px {
    ivec2 at; // pixel at the request's level
    vec2 pos; // its centre in full-resolution pixels
};
struct t_image {
    ivec4 region;  // x0, y0, width, height of the pixels that are there
    ivec4 clamped; // least and greatest position that may be read
    ivec4 window;  // data window, half-open
    int stride;    // pixel (x, y) is at y * stride + x + origin
    int origin;
    ivec2 unused;
};
struct t_call {
    vec4 mix;
    ivec4 window;
    float mask_scale;
    float mask_offset;
    vec2 unused;
};

#ifdef T_CPU // the dialect of a software device: see gpu/compose.h
layout(std430, set = 0, binding = 1) writeonly buffer t_pixels_block { u64vec2 t_pixels[]; };
layout(set = 0, binding = 2) uniform samplerBuffer t_table;
void t_store(int i, vec4 v)
{
    uvec4 bits = floatBitsToUint(v);
    t_pixels[i] = u64vec2(packUint2x32(bits.xy), packUint2x32(bits.zw));
}
#define TABLE(i) texelFetch(t_table, int(i)).r
#else
layout(std430, set = 0, binding = 1) writeonly buffer t_pixels_block { vec4 t_pixels[]; };
layout(std430, set = 0, binding = 2) readonly buffer t_table_block { float t_table[]; };
void t_store(int i, vec4 v) { t_pixels[i] = v; }
#define TABLE(i) t_table[i]
#endif

#define SCALE t_scale
#define AREA t_area
#define OUT(p, v) t_out(p, v)

bool t_within(ivec2 p, ivec4 region)
{
    uvec2 q = uvec2(p - region.xy);
    return q.x < uint(region.z) && q.y < uint(region.w);
}

bool t_inside(ivec2 p, ivec4 window)
{
    return p.x >= window.x && p.y >= window.y && p.x < window.z && p.y < window.w;
}

// Colour with alpha 0 is light without cover (fire, glows): it is neither divided nor multiplied.
float t_divisor(vec4 c) { return c.a == 0.0 ? 1.0 : c.a; }
vec4 t_unpremult(vec4 c, float divisor) { return vec4(c.rgb / divisor, c.a); }

// 0 and 1 give a and b to the bit, whatever the other one is (also an infinity or a NaN).
vec4 t_mix(vec4 a, vec4 b, vec4 k)
{
    vec4 v = mix(a * (1.0 - k) + b * k, a, equal(k, vec4(0.0)));
    return mix(v, b, equal(k, vec4(1.0)));
}

