#version 450
// Counts the samples. One workgroup takes one column of the waveform: its levels are counted in shared memory, where
// they meet no other column's, and then added to the histogram of all.
layout(local_size_x = 256) in;
layout(set = 1, binding = 0) readonly buffer Samples { uint samples[]; };
layout(set = 1, binding = 1) buffer Counts { uint counts[]; }; // histogram, vectorscope, waveform: see scope_passes.h
layout(push_constant) uniform Grid { int width, height, columns; } grid;

const int histogram_at = 0, vectorscope_at = 4 * 256, waveform_at = vectorscope_at + 256 * 256;
shared uint levels[4 * 256];

void main()
{
    const int column = int(gl_WorkGroupID.x), me = int(gl_LocalInvocationID.x);
    for (int c = 0; c < 4; ++c) levels[c * 256 + me] = 0u;
    barrier();
    const int from = column * grid.width / grid.columns, to = (column + 1) * grid.width / grid.columns;
    const int across = to - from, all = across * grid.height;
    for (int i = me; i < all; i += 256) {
        const uint s = samples[(i / across) * grid.width + from + i % across];
        if (s >> 24 == 0u) continue;
        const int r = int(s & 255u), g = int(s >> 8 & 255u), b = int(s >> 16 & 255u);
        const int y256 = 54 * r + 183 * g + 19 * b; // Rec. 709's weights over 256
        atomicAdd(levels[r], 1u);
        atomicAdd(levels[256 + g], 1u);
        atomicAdd(levels[512 + b], 1u);
        atomicAdd(levels[768 + ((y256 + 128) >> 8)], 1u);
        // Cb = (B - Y) / 1.8556 and Cr = (R - Y) / 1.5748, in 65536ths of 1/256.
        const int u = clamp(128 + (((256 * b - y256) * 138 + 32768) >> 16), 0, 255);
        const int v = clamp(128 + (((256 * r - y256) * 163 + 32768) >> 16), 0, 255);
        atomicAdd(counts[vectorscope_at + v * 256 + u], 1u);
    }
    barrier();
    for (int c = 0; c < 4; ++c) {
        const uint n = levels[c * 256 + me];
        counts[waveform_at + (c * grid.columns + column) * 256 + me] = n;
        if (n > 0u) atomicAdd(counts[histogram_at + c * 256 + me], n);
    }
}
