// The list of values in a range, for shaders/filter/median_tiles.glsl: what is in it, and sorting it.
#define MEDIAN_SCAN(q) \
    { \
        ivec4 k = median_key(FETCH0(corner + ivec2((x >> 2) + q, y))); \
        marked |= median_within(k, mark_from, mark_span) << (4 * q); \
        there |= median_within(k, from, span) << (4 * q); \
    }
#define MEDIAN_NOTE_PAIR \
    { \
        uint pair = uint(base + findLSB(there)); \
        bool any = there != 0u && at < uint(median_most / 2); \
        there &= there - 1u; \
        pair |= (there != 0u ? uint(base + findLSB(there)) : uint(median_nowhere)) << 16; \
        there &= there - 1u; \
        if (any) MEDIAN_PAIR(at) = pair; \
        ++at; \
    }

// Looks at every value once. Marks those in [mark_from, mark_to] in W, E and H when `marking`, and notes the places of
// those in [from, to], as far as there is room.
void median_scan(ivec2 corner, bool marking, int mark_from, int mark_to, int from, int to)
{
    int width = 31 + u.side.x, words = (width + 31) >> 5, all = words * (31 + u.side.y);
    uint mark_span = uint(mark_to) - uint(mark_from), span = uint(to) - uint(from);
    for (int i = median_lane(); i < all; i += MEDIAN_LANES) {
        int y = int((float(i) + 0.5) / float(words)), x = 32 * (i - y * words), base = 256 * y + x;
        uint marked = 0u, there = 0u, valid = median_first_bits(width - x);
        MEDIAN_EIGHT(MEDIAN_SCAN)
        there &= valid;
        if (marking) {
            marked &= valid;
            if (x == 0) MEDIAN_W(y) = marked;
            uint entering = median_shifted(marked, x - u.side.x);
            if (entering != 0u) atomicOr(MEDIAN_E(y), entering);
            int before = bitCount(marked & median_first_bits(u.side.x - x));
            if (before != 0) atomicAdd(MEDIAN_H(y), uint(before));
        }
        uint n = uint(bitCount(there)), at = 0u;
        if (n != 0u) at = atomicAdd(median_there, n + ((n + 1u) >> 1 << 16)) >> 16;
        while (there != 0u && at < uint(median_most / 2)) {
            MEDIAN_NOTE_PAIR
            MEDIAN_NOTE_PAIR
        }
    }
}

// How the range [from, to] is divided into bins: by keys alone, 2^shift to a bin, or (shift negative) half by keys,
// which is fine near zero, and half by values, which is fine elsewhere. Either way greater keys have no lesser bins.
struct median_scale {
    int from, shift;
    float by_key, least, by_value;
};
float median_finite(int k)
{
    return intBitsToFloat(median_flip(clamp(k, -0x7e000000, 0x7e000000)));
}
median_scale median_mixed_scale(int from, int to)
{
    float least = median_finite(from), span = median_finite(to) - least, half_bins = 0.499 * float(median_bins);
    return median_scale(from, -1, half_bins / (float(uint(to) - uint(from)) + 1.0), least,
                        span > 0.0 ? half_bins / span : 0.0);
}
int median_bin(median_scale s, int k)
{
    uint beyond = uint(k) - uint(s.from);
    int mixed = int(float(beyond) * s.by_key + (median_finite(k) - s.least) * s.by_value);
    return clamp(s.shift < 0 ? mixed : int(beyond >> s.shift), 0, median_bins - 1);
}

// Every noted value to its bin: counts them, or puts their places where the bin says.
#define MEDIAN_TAKE_ONE(p) \
    { \
        int place = int(p), k = median_key_at(corner, place), bin = median_bin(s, k); \
        bool any = place != median_nowhere; \
        uint at = 0u; \
        if (any) at = atomicAdd(MEDIAN_BIN(bin), 1u); \
        if (any && placing) atomicOr(median_places[at >> 1], uint(place) << (16u * (at & 1u))); \
        if (any && bin == 0) atomicMin(median_least, k); \
        if (any && bin == 0) atomicMax(median_greatest, k); \
    }
void median_fill_bins(ivec2 corner, int pairs, median_scale s, bool placing)
{
    for (int i = median_lane(); i < pairs; i += MEDIAN_LANES) {
        uint pair = MEDIAN_PAIR(i);
        MEDIAN_TAKE_ONE(pair & 0xffffu)
        MEDIAN_TAKE_ONE(pair >> 16)
    }
}

// From the bins' sizes to where they begin, and which hold the given share: median_fitting is the first bin that is not
// part of it (when going down, the first that is).
void median_add_bins(bool down, float share)
{
    int each = median_bins / MEDIAN_LANES, first = median_lane() * each;
    uint sum = 0u;
    for (int i = first; i < first + each; i += 4)
        sum += MEDIAN_BIN(i) + MEDIAN_BIN(i + 1) + MEDIAN_BIN(i + 2) + MEDIAN_BIN(i + 3);
    median_sums[median_lane()] = sum;
    if (median_lane() == 0) median_fitting = down ? median_bins : 0;
    MEDIAN_SYNC
    uint before = 0u, all = 0u;
    for (int i = 0; i < MEDIAN_LANES; ++i) {
        all += median_sums[i];
        before += i < median_lane() ? median_sums[i] : 0u;
    }
    int fits = down ? median_bins : 0;
    uint most = uint(share * float(all));
#define MEDIAN_ADD_BIN(j) \
    { \
        uint n = MEDIAN_BIN(i + j); \
        MEDIAN_BIN(i + j) = before; \
        if (down && all - before <= most) fits = min(fits, i + j); \
        before += n; \
        if (!down && before <= most) fits = i + j + 1; \
    }
    for (int i = first; i < first + each; i += 4) {
        MEDIAN_ADD_BIN(0)
        MEDIAN_ADD_BIN(1)
        MEDIAN_ADD_BIN(2)
        MEDIAN_ADD_BIN(3)
    }
    if (down) atomicMin(median_fitting, fits);
    else atomicMax(median_fitting, fits);
}

#define MEDIAN_ORDER(i, j) \
    { \
        bool swapped = k[i] > k[j]; \
        int key = min(k[i], k[j]); \
        k[j] = max(k[i], k[j]); \
        k[i] = key; \
        uint place = swapped ? p[j] : p[i]; \
        p[j] = swapped ? p[i] : p[j]; \
        p[i] = place; \
    }
#define MEDIAN_TAKE_PAIR(i) \
    { \
        uint pair = median_places[(at >> 1) + i]; \
        p[2 * i] = at + 2 * i < n ? pair & 0xffffu : uint(median_nowhere); \
        p[2 * i + 1] = at + 2 * i + 1 < n ? pair >> 16 : uint(median_nowhere); \
    }
#define MEDIAN_TAKE_KEY(i) k[i] = at + i < n ? median_key_at(corner, int(p[i])) : median_greatest_key;
#define MEDIAN_IN_ORDER(i) wrong = wrong || k[i] < last; last = k[i];
#define MEDIAN_PUT_PAIR(i) median_places[(at >> 1) + i] = p[2 * i] | (p[2 * i + 1] << 16);

int median_place(int i) { return int((median_places[max(i, 0) >> 1] >> (16 * (i & 1))) & 0xffffu); }

// Sorts the list of n, in which the bins already follow each other: runs of 16, then runs that lie across two of those,
// and so on until nothing was out of order.
void median_sort(ivec2 corner, int n)
{
    for (int shift = 0;; shift = 8 - shift) {
        if (median_lane() == 0) median_open = 0u;
        MEDIAN_SYNC
        for (int at = shift + 16 * median_lane(); at < n; at += 16 * MEDIAN_LANES) {
            int k[16];
            uint p[16];
            MEDIAN_EIGHT(MEDIAN_TAKE_PAIR)
            MEDIAN_EACH(MEDIAN_TAKE_KEY)
            int last = at > 0 ? median_key_at(corner, median_place(at - 1)) : median_least_key;
            bool wrong = false;
            MEDIAN_EACH(MEDIAN_IN_ORDER)
            if (wrong) atomicOr(median_open, 1u);
            MEDIAN_SORT_16(MEDIAN_ORDER)
            MEDIAN_EIGHT(MEDIAN_PUT_PAIR)
        }
        MEDIAN_SYNC
        uint open = median_open;
        MEDIAN_SYNC
        if (open == 0u) break;
    }
}
