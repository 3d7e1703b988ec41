#version 450
// A rectangle of the window that shows a rectangle of a texture. Four corners as a strip, no vertex buffer.
layout(push_constant) uniform Quad {
    vec4 rect;    // low and high corner, in window pixels
    vec4 uv;      // of those corners
    vec4 display; // position and size of the window
    float opacity;
    float cut[3]; // a line: what lies on its other side is not drawn
} quad;
layout(location = 0) out vec2 uv;
layout(location = 1) out vec2 place; // in the window
void main()
{
    const vec2 corner = vec2(gl_VertexIndex & 1, gl_VertexIndex >> 1);
    uv = mix(quad.uv.xy, quad.uv.zw, corner);
    const vec2 at = mix(quad.rect.xy, quad.rect.zw, corner);
    place = at;
    gl_Position = vec4((at - quad.display.xy) / quad.display.zw * 2.0 - 1.0, 0.0, 1.0);
}
