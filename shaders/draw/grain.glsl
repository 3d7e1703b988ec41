// PCG hash: M. Jarzynski and M. Olano, Hash Functions for GPU Rendering, JCGT 9(3), 2020.
uint grain_hash(uint v)
{
    uint state = v * 747796405u + 2891336453u;
    uint word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
    return (word >> 22u) ^ word;
}

vec3 grain_weights(float t)
{
    return vec3(0.5 * (1.0 - t) * (1.0 - t), 0.75 - (t - 0.5) * (t - 0.5), 0.5 * t * t);
}

// Sums of the two lower and of the two upper bytes of a hash, in the halves of the result.
int grain_halves(uint h)
{
    return int((h & 0xff00ffu) + ((h >> 8) & 0xff00ffu));
}

// Sum of the four bytes of a hash: nearly normal, mean 510, variance 4 * (256^2 - 1) / 12.
float grain_normal(uint h)
{
    int t = grain_halves(h);
    return float((t + (t >> 16)) & 0xffff) - 510.0;
}

// The three numbers of a row of the lattice from cell x on, weighted.
float grain_row(uint x, uint line, vec3 w)
{
    return w.x * grain_normal(grain_hash(x + line)) + w.y * grain_normal(grain_hash(x + 1u + line)) +
           w.z * grain_normal(grain_hash(x + 2u + line));
}

// Noise of variance 1 at lattice position p.
float grain_noise(vec2 p, int key)
{
    const float deviation = 147.80053;
    vec2 whole = floor(p);
    uvec2 cell = uvec2(ivec2(whole));
    vec3 wx = grain_weights(p.x - whole.x), wy = grain_weights(p.y - whole.y);
    float sum = wy.x * grain_row(cell.x, grain_hash(cell.y ^ uint(key)), wx) +
                wy.y * grain_row(cell.x, grain_hash((cell.y + 1u) ^ uint(key)), wx) +
                wy.z * grain_row(cell.x, grain_hash((cell.y + 2u) ^ uint(key)), wx);
    return sum / (deviation * sqrt(dot(wx, wx) * dot(wy, wy)));
}

// Two noises of variance 1 from the halves of one hash, for the displacement.
vec2 grain_pair(uint h)
{
    int t = grain_halves(h);
    return vec2(float(t & 0xffff), float(t >> 16)) - 255.0;
}

vec2 grain_shift(vec2 p, int key)
{
    const float deviation = 104.51156; // of the sum of two bytes
    vec2 whole = floor(p);
    uvec2 cell = uvec2(ivec2(whole));
    vec3 wx = grain_weights(p.x - whole.x), wy = grain_weights(p.y - whole.y);
    vec2 sum = vec2(0.0);
    for (int y = 0; y < 3; ++y) {
        uint line = grain_hash((cell.y + uint(y)) ^ uint(key));
        for (int x = 0; x < 3; ++x) sum += wx[x] * wy[y] * grain_pair(grain_hash(cell.x + uint(x) + line));
    }
    return sum / (deviation * sqrt(dot(wx, wx) * dot(wy, wy)));
}

float grain_strength(float luminance, grain_u u)
{
    float v = pow(clamp(luminance, 0.0, 1.0), 1.0 / 2.2);
    float m = u.midtone;
    float visible = v < m ? smoothstep(0.0, m, v) : 1.0 - (1.0 - u.white) * smoothstep(m, 1.0, v);
    return visible * pow(v / m, 1.2);
}

vec4 grain(vec4 c, vec4 scan, grain_u u, Px px)
{
    vec3 n = vec3(0.0);
    float first = -0.5 * float(u.samples - 1);
    // Tested at their ends: a software device goes through the body once more where a test comes first.
    int x = 0, y = 0;
    do {
        vec2 pos = px.pos + (first + vec2(x, y)) * u.spacing;
        // The displacement varies over four grains and reaches one grain's size.
        vec2 shift = grain_shift(pos * u.step.g * 0.25, u.keys.w);
        n.r += grain_noise(pos * u.step.r + u.irregularity.r * shift, u.keys.x);
        n.g += grain_noise(pos * u.step.g + u.irregularity.g * shift, u.keys.y);
        n.b += grain_noise(pos * u.step.b + u.irregularity.b * shift, u.keys.z);
        bool end = x + 1 == u.samples;
        x = end ? 0 : x + 1;
        y += int(end);
    } while (y < u.samples);
    n *= u.intensity / float(u.samples * u.samples);
    n += (scan.rgb - 0.5) * u.scanned;
    vec3 straight = u.divide != 0 && c.a > 0.0 ? c.rgb / c.a : c.rgb;
    float k = grain_strength(dot(straight, vec3(0.2126, 0.7152, 0.0722)), u);
    vec3 change = n * (u.black + (1.0 - u.black) * k);
    if (u.through_alpha != 0) change *= clamp(c.a, 0.0, 1.0);
    return vec4(c.rgb + change, c.a);
}
