#version 450
layout(set = 0, binding = 0) uniform sampler2D picture;
layout(push_constant) uniform Quad {
    vec4 rect, uv, display;
    float opacity;
    float cut[3];
} quad;
layout(location = 0) in vec2 uv;
layout(location = 1) in vec2 place;
layout(location = 0) out vec4 colour;
void main()
{
    if (place.x * quad.cut[0] + place.y * quad.cut[1] < quad.cut[2]) discard;
    const vec4 c = texture(picture, uv);
    colour = vec4(c.rgb, c.a * quad.opacity);
}
