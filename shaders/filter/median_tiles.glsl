// Medians of a tile of 32 x 32 windows of one plane: see nodes/filter/median.cpp. One work group makes a tile.
//
// On a GPU 64 invocations share the work. A software device pays dearly for barriers (what follows the first one is
// kept in memory), so that there a work group is a single vector, whose lanes go in step. It also runs what an if
// skips, but leaves a loop that no lane needs: hence loops where an if would do. And it ends all loops of an
// invocation after 65535 rounds in all, silently: loops are few, and do much in a round.
#ifdef T_CPU
#extension GL_KHR_shader_subgroup_basic : require
layout(local_size_x = 8) in;
int median_lanes = int(min(gl_SubgroupSize, 8u));
#define MEDIAN_LANES median_lanes
#define MEDIAN_SYNC
#else
layout(local_size_x = 64) in;
#define MEDIAN_LANES 64
#define MEDIAN_SYNC barrier();
#endif
#include "filter/median_key.glsl"
#include "filter/median_networks.glsl"

const int median_most = 4096;   // values listed
const int median_bins = 1024;
const int median_chunks = 64;   // of 32 values, whose words are there at a time
const int median_blocks = 64;   // of 4 x 4 windows
const int median_least_key = -0x7fffffff - 1, median_greatest_key = 0x7fffffff;
const int median_nowhere = 0xffff; // a place in no window
const int median_never = 0x40000000;

// The list, two places a word, each y * 256 + x; and the words of chunks, 32 of columns and 32 of rows each.
shared uint median_places[median_most / 2 + 8];
shared uint median_work[64 * median_chunks];
// Before there are words: what a bin holds, then where in the list it goes; and the places as they were found.
#define MEDIAN_BIN(i) median_work[i]
#define MEDIAN_PAIR(i) median_work[2048 + (i)]
// Of row y, marked values: which of columns 0 to 31, which of side to side + 31, how many of columns 0 to side - 1.
#define MEDIAN_W(y) median_work[1024 + (y)]
#define MEDIAN_E(y) median_work[1280 + (y)]
#define MEDIAN_H(y) median_work[1536 + (y)]
// Before there is a list, of windows 2 i and 2 i + 1 of row y: how many marked values, in half a word each.
#define MEDIAN_COUNT(y, i) median_places[1088 + (y) * 16 + (i)]
#define MEDIAN_ROW_SUM(y, i) median_places[(y) * 17 + (i)]
shared uint median_sums[64];
// Of a window: its median's rank above the values below the range, or, where found, its key.
shared int median_state[1024];
shared uint median_found[median_blocks]; // a bit a window
shared uint median_there; // values in the range, and pairs of them times 65536
shared int median_least, median_greatest, median_fitting;
shared uint median_open; // 1: a window's median lies above the range, 2: below; or: the list is not sorted

#define MEDIAN_EACH(F) \
    F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7) F(8) F(9) F(10) F(11) F(12) F(13) F(14) F(15)
#define MEDIAN_EIGHT(F) F(0) F(1) F(2) F(3) F(4) F(5) F(6) F(7)

uint median_first_bits(int n) { return n <= 0 ? 0u : n >= 32 ? 0xffffffffu : (1u << n) - 1u; }
uint median_shifted(uint w, int left)
{
    return left <= -32 || left >= 32 ? 0u : left >= 0 ? w << left : w >> -left;
}
int median_lane() { return int(gl_LocalInvocationID.x); }
ivec2 median_corner() // of the tile's surroundings in the planes, in vectors
{
    int plane = int(gl_WorkGroupID.y) / u.tiles.y;
    return ivec2(8 * gl_WorkGroupID.x, plane * u.rows + 32 * (int(gl_WorkGroupID.y) - plane * u.tiles.y));
}
int median_key_at(ivec2 corner, int place)
{
    ivec4 k = median_key(FETCH0(corner + ivec2((place & 255) >> 2, place >> 8)));
    int a = (place & 1) == 0 ? k.x : k.y, b = (place & 1) == 0 ? k.z : k.w;
    return (place & 2) == 0 ? a : b;
}
// Which of four keys lie in a range, as bits.
uint median_within(ivec4 k, int from, uint span)
{
    uvec4 in_range = mix(uvec4(0u), uvec4(1u, 2u, 4u, 8u), lessThanEqual(uvec4(k) - uint(from), uvec4(span)));
    return in_range.x | in_range.y | in_range.z | in_range.w;
}

#include "filter/median_list.glsl"
#include "filter/median_count.glsl"

// Where the tile's medians probably lie.
ivec2 median_range(ivec2 corner)
{
    ivec2 range = ivec2(median_greatest_key, median_least_key);
    int plane = corner.y / u.rows;
    ivec2 first = (ivec2(gl_WorkGroupID.xy) - ivec2(0, plane * u.tiles.y)) * (u.guesses - 1);
    for (int y = 0; y < u.guesses; ++y)
        for (int x = 0; x < u.guesses; ++x) {
            ivec2 k = median_key(FETCH1(first + ivec2(x, y + plane * u.guess_rows))).xy;
            range = ivec2(min(range.x, k.x), max(range.y, k.y));
        }
    return range;
}

void median_store(int same_key, bool same)
{
    for (int block = median_lane(); block < median_blocks; block += MEDIAN_LANES)
        for (int i = 0; i < 16; i += 4) {
            ivec4 k = ivec4(MEDIAN_STATE(i), MEDIAN_STATE(i + 1), MEDIAN_STATE(i + 2), MEDIAN_STATE(i + 3));
            k = same ? ivec4(same_key) : k;
            OUT(ivec2(8 * int(gl_WorkGroupID.x) + (block & 7), 32 * int(gl_WorkGroupID.y) + MEDIAN_Y(i)),
                intBitsToFloat(median_flip(k)));
        }
}

void main()
{
    int lane = median_lane(), middle = (u.side.x * u.side.y) >> 1;
    if (lane >= MEDIAN_LANES) return;
    ivec2 corner = median_corner(), range = median_range(corner);
    int from = range.x, to = range.y, lowest = from, goal = to;
    uint reach = uint(to) - uint(from); // of the next range, if need be
    bool first = true, atom = false, same = false, down = false, done = false;
    while (!done) {
        // What lies below the range is counted once; from then on every window knows. An atom is a value that occurs
        // more often than the list is long.
        bool marking = atom || first;
        for (int i = lane; i < 256; i += MEDIAN_LANES) {
            MEDIAN_BIN(i) = 0u, MEDIAN_BIN(i + 256) = 0u, MEDIAN_BIN(i + 512) = 0u, MEDIAN_BIN(i + 768) = 0u;
            MEDIAN_E(i) = 0u, MEDIAN_H(i) = 0u;
        }
        if (lane == 0) {
            median_least = median_greatest_key, median_greatest = median_least_key;
            median_there = 0u, median_open = 0u;
        }
        MEDIAN_SYNC
        median_scan(corner, marking, atom ? from : median_least_key, atom ? from : from - 1, from, to);
        MEDIAN_SYNC
        int n = int(median_there & 0xffffu), pairs = int(median_there >> 16);
        same = first && from == to && n == (31 + u.side.x) * (31 + u.side.y);
        if (same) break;
        if (marking) median_sum_rows();
        for (int block = lane; first && block < median_blocks; block += MEDIAN_LANES) {
            median_found[block] = 0u;
            MEDIAN_EACH(MEDIAN_START)
        }
        first = false;
        MEDIAN_SYNC
        if (atom) {
            median_take_atom(from, down);
            MEDIAN_SYNC
        } else {
            int most = down ? 32 * median_chunks : median_most, noted = min(pairs, median_most / 2);
            bool fits = 2 * pairs <= most;
            int shift = max(findMSB(uint(to) - uint(from)) - 9, 0);
            median_scale s = median_mixed_scale(from, to);
            s.shift = fits ? -1 : shift;
            median_fill_bins(corner, noted, s, false);
            MEDIAN_SYNC
            median_add_bins(down, fits ? 1.0 : 0.4 * float(most) / float(pairs));
            MEDIAN_SYNC
            if (!fits) {
                // What was noted tells about how far to go; where a single bin is too much, a closer look at it.
                int bins = median_fitting;
                uint span = uint(to) - uint(from);
                if (from == to) atom = true;
                else if (down) from = int(uint(from) + (min(uint(bins), span >> shift) << shift));
                else if (bins > 0) to = int(uint(from) + min((uint(bins) << shift) - 1u, span));
                else if (median_least == median_greatest) to = max(median_least - 1, from);
                else to = int(uint(from) + min((1u << shift) - 1u, span));
                MEDIAN_SYNC
                continue;
            }
            for (int i = lane; i < median_most / 8; i += MEDIAN_LANES) {
                median_places[i] = 0u, median_places[i + median_most / 8] = 0u;
                median_places[i + median_most / 4] = 0u, median_places[i + median_most / 8 * 3] = 0u;
            }
            MEDIAN_SYNC
            median_fill_bins(corner, noted, s, true);
            MEDIAN_SYNC
            median_sort(corner, n);
            for (int start = 0; start < n || start == 0; start += 32 * median_chunks) {
                if (lane == 0) median_open = 0u;
                median_words(start, n);
                MEDIAN_SYNC
                median_count_up(corner, start, n, down);
                MEDIAN_SYNC
            }
        }
        uint open = median_open;
        MEDIAN_SYNC
        atom = false;
        if (!down && (open & 1u) != 0u) {
            from = to + 1;
            if (to == goal) {
                reach = reach > 0x40000000u ? 0xffffffffu : max(2u * reach, 1024u);
                goal = int(uint(from) + min(reach, uint(median_greatest_key) - uint(from)));
            }
            to = goal;
        } else if ((open & 2u) != 0u) {
            lowest = down ? from : lowest;
            down = true;
            reach = reach > 0x40000000u ? 0xffffffffu : max(2u * reach, 1024u);
            to = lowest - 1;
            from = int(uint(to) - min(reach, uint(to) - uint(median_least_key)));
        } else done = true;
    }
    median_store(from, same);
}
