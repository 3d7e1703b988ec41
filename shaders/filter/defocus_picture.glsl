// The kernel from a picture, drawn u.radius wide to either side: luminance or alpha, mean over u.parts x u.parts
// places a pixel, interpolated between the picture's pixels.
float defocus_picture_weight(defocus_picture_u u, ivec2 p)
{
    vec4 c = FETCH0(p);
    return u.use_alpha != 0 ? c.a : dot(c.rgb, vec3(0.2126, 0.7152, 0.0722));
}

vec4 defocus_picture(defocus_picture_u u, Px px)
{
    vec2 size = vec2(u.picture.zw - u.picture.xy), middle = vec2(u.picture.xy) + 0.5 * size;
    float sum = 0.0;
    for (int j = 0; j < u.parts; ++j)
        for (int i = 0; i < u.parts; ++i) {
            vec2 q = vec2(px.at) + (vec2(i, j) + 0.5) / float(u.parts) - 0.5;
            vec2 at = middle + q / u.radius * 0.5 * size - 0.5, before = floor(at), f = at - before;
            ivec2 p = ivec2(before);
            float low = mix(defocus_picture_weight(u, p), defocus_picture_weight(u, p + ivec2(1, 0)), f.x);
            ivec2 q1 = p + ivec2(0, 1);
            float high = mix(defocus_picture_weight(u, q1), defocus_picture_weight(u, q1 + ivec2(1, 0)), f.x);
            sum += mix(low, high, f.y);
        }
    return vec4(sum, 0.0, 0.0, 0.0);
}
