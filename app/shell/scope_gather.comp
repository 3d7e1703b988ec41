#version 450
// Puts one tile of the shown picture into the grid of samples: 8-bit red, green, blue, and 255 where there is a picture.
layout(local_size_x = 16, local_size_y = 16) in;
layout(set = 0, binding = 0) uniform sampler2D tile;
layout(set = 1, binding = 0) buffer Samples { uint samples[]; };
layout(push_constant) uniform Place {
    ivec2 low, size; // of the tile in the grid
    vec2 uv, step;   // of the first sample, and from one to the next
    int width;       // of the grid
} place;

void main()
{
    const ivec2 at = ivec2(gl_GlobalInvocationID.xy);
    if (at.x >= place.size.x || at.y >= place.size.y) return;
    const vec3 c = textureLod(tile, place.uv + vec2(at) * place.step, 0.0).rgb;
    const ivec2 to = place.low + at;
    samples[to.y * place.width + to.x] = packUnorm4x8(vec4(c, 1.0));
}
