#version 450
// Paints one scope from the counts, as 8-bit pixels with their opacity, top row first.
layout(local_size_x = 16, local_size_y = 16) in;
layout(set = 1, binding = 1) readonly buffer Counts { uint counts[]; };
layout(set = 1, binding = 2) writeonly buffer Pixels { uint pixels[]; };
layout(push_constant) uniform Paint {
    int width, height, columns, rows; // of the picture painted; of the waveform; samples in one of its columns
    int kind;                         // 0 histogram, 1 waveform of luma, 2 of RGB, 3 parade, 4 vectorscope
    float gain;                       // how bright few samples are
    float zoom;                       // of the vectorscope
} paint;

const int vectorscope_at = 4 * 256, waveform_at = vectorscope_at + 256 * 256;
const vec3 channel_colour[4] = vec3[4](vec3(1.0, 0.29, 0.25), vec3(0.33, 0.86, 0.36), vec3(0.36, 0.52, 1.0), vec3(0.86));
shared uint most;

float waveform(int channel, int column, int level)
{
    return float(counts[waveform_at + (channel * paint.columns + column) * 256 + level]);
}

// Between the two levels and columns nearest, so that a scope larger than its counts stays smooth.
float waveform_at_place(int channel, float x, float y)
{
    const int column = clamp(int(x * float(paint.columns)), 0, paint.columns - 1);
    const float level = clamp(y * 256.0 - 0.5, 0.0, 255.0);
    const int below = int(level);
    const float t = level - float(below);
    const float n = mix(waveform(channel, column, below), waveform(channel, column, min(below + 1, 255)), t);
    return 1.0 - exp(-paint.gain * n * 24.0 / float(max(paint.rows, 1)));
}

vec4 histogram(vec2 at)
{
    const float level = clamp(at.x * 256.0 - 0.5, 0.0, 255.0);
    const int below = int(level), above = min(below + 1, 255);
    vec3 light = vec3(0.0);
    float opacity = 0.0;
    for (int c = 0; c < 3; ++c) {
        const float n = mix(float(counts[c * 256 + below]), float(counts[c * 256 + above]), level - float(below));
        const float over = (sqrt(n / float(max(most, 1u))) - at.y) * float(paint.height);
        // A muted body under a clear edge: where the channels overlap it stays a grey that does not glare.
        const float inside = clamp(over + 0.5, 0.0, 1.0), edge = clamp(1.5 - abs(over - 0.5), 0.0, 1.0);
        light += channel_colour[c] * max(inside * 0.42, edge * 0.9);
        opacity = max(opacity, max(inside * 0.8, edge));
    }
    return vec4(min(light, vec3(1.0)), opacity);
}

vec4 vectorscope(vec2 at)
{
    const vec2 p = clamp((at - 0.5) / paint.zoom + 0.5, 0.0, 1.0) * 256.0 - 0.5;
    const ivec2 low = clamp(ivec2(floor(p)), ivec2(0), ivec2(254));
    const vec2 t = clamp(p - vec2(low), 0.0, 1.0);
    const int i = vectorscope_at + low.y * 256 + low.x;
    const float n = mix(mix(float(counts[i]), float(counts[i + 1]), t.x),
                        mix(float(counts[i + 256]), float(counts[i + 257]), t.x), t.y);
    const float light = 1.0 - exp(-paint.gain * n * 600.0 / float(max(paint.rows * paint.columns, 1)));
    const vec2 chroma = (at - 0.5) / paint.zoom;
    const vec3 hue = vec3(1.5748 * chroma.y, -0.1873 * chroma.x - 0.4681 * chroma.y, 1.8556 * chroma.x);
    return vec4(clamp(vec3(0.72) + hue * 1.1, 0.0, 1.0), light);
}

void main()
{
    if (gl_LocalInvocationIndex == 0u) most = 0u;
    barrier();
    // The highest bar sets the scale; black and white alone, which often are most of a picture, do not.
    const int bin = int(gl_LocalInvocationIndex);
    if (paint.kind == 0 && bin > 0 && bin < 255)
        atomicMax(most, max(counts[bin], max(counts[256 + bin], counts[512 + bin])));
    barrier();
    const ivec2 to = ivec2(gl_GlobalInvocationID.xy);
    if (to.x >= paint.width || to.y >= paint.height) return;
    const vec2 at = vec2((float(to.x) + 0.5) / float(paint.width), 1.0 - (float(to.y) + 0.5) / float(paint.height));
    vec4 c = vec4(0.0);
    if (paint.kind == 0) c = histogram(at);
    if (paint.kind == 1) c = vec4(channel_colour[3], waveform_at_place(3, at.x, at.y));
    if (paint.kind == 2) {
        vec3 light = vec3(0.0);
        for (int k = 0; k < 3; ++k) light += channel_colour[k] * waveform_at_place(k, at.x, at.y);
        c = vec4(min(light, vec3(1.0)), clamp(max(light.r, max(light.g, light.b)), 0.0, 1.0));
    }
    if (paint.kind == 3) {
        const float x = at.x * 3.0;
        const int k = min(int(x), 2);
        c = vec4(channel_colour[k], waveform_at_place(k, x - float(k), at.y));
    }
    if (paint.kind == 4) c = vectorscope(at);
    pixels[to.y * paint.width + to.x] = packUnorm4x8(c);
}
