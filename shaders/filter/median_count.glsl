// Counting for shaders/filter/median_tiles.glsl: what lies below the range in every window, then upwards in the list.
// From W, E and H to the number of marked values in every window.
#define MEDIAN_NEXT_PAIR(i) \
    { \
        uint next = h + ((e >> (2 * i)) & 1u) - ((w >> (2 * i)) & 1u); \
        MEDIAN_ROW_SUM(y - start, i) = h | (next << 16); \
        h = next + ((e >> (2 * i + 1)) & 1u) - ((w >> (2 * i + 1)) & 1u); \
    }
#define MEDIAN_ADD_ROW(y) \
    { \
        if ((y) < 32) MEDIAN_COUNT(y, i) = sum; \
        sum += MEDIAN_ROW_SUM((y) - start, i); \
        int low = (y) - u.side.y + 1; \
        if (low >= 0) MEDIAN_COUNT(low, i) = sum - MEDIAN_COUNT(low, i); \
    }
void median_sum_rows()
{
    int lane = median_lane(), height = 31 + u.side.y; // an even number
    for (int i = lane; i < 16; i += MEDIAN_LANES) median_sums[i] = 0u;
    for (int start = 0; start < height; start += 64) {
        int end = min(start + 64, height);
        MEDIAN_SYNC
        for (int y = start + lane; y < end; y += MEDIAN_LANES) {
            uint w = MEDIAN_W(y), e = MEDIAN_E(y), h = MEDIAN_H(y);
            MEDIAN_EACH(MEDIAN_NEXT_PAIR)
        }
        MEDIAN_SYNC
        for (int i = lane; i < 16; i += MEDIAN_LANES) {
            uint sum = median_sums[i];
            for (int y = start; y < end; ++y) {
                uint here = MEDIAN_ROW_SUM(y - start, i);
                if (y < 32) MEDIAN_COUNT(y, i) = sum;
                sum += here;
                int low = y - u.side.y + 1;
                if (low >= 0) MEDIAN_COUNT(low, i) = sum - MEDIAN_COUNT(low, i);
            }
            median_sums[i] = sum;
        }
    }
    MEDIAN_SYNC
}

#define MEDIAN_TAKE_PLACE(i) \
    { \
        uint pair = median_places[first + i] >> (8 * axis); \
        c[2 * i] = int(pair & 255u), c[2 * i + 1] = int((pair >> 16) & 255u); \
    }
#define MEDIAN_BIT(i) bits |= uint(c[i] - o) <= span ? 1u << (i) : 0u;
#define MEDIAN_BIT_TOO(i) bits |= uint(c[16 + i] - o) <= span ? 1u << (16 + (i)) : 0u;

// The words of the chunks from `start` on.
void median_words(int start, int n)
{
    int chunks = min((n - start + 31) >> 5, median_chunks);
    for (int quarter = median_lane(); quarter < 4 * chunks; quarter += MEDIAN_LANES) {
        int chunk = quarter >> 2, axis = (quarter >> 1) & 1, first = (start >> 1) + 16 * chunk;
        uint span = uint(axis == 0 ? u.side.x : u.side.y) - 1u, valid = median_first_bits(n - start - 32 * chunk);
        int c[32];
        MEDIAN_EACH(MEDIAN_TAKE_PLACE)
        for (int w = 0; w < 16; ++w) {
            uint bits = 0u;
            int o = 16 * (quarter & 1) + w; // where the window begins
            MEDIAN_EACH(MEDIAN_BIT)
            MEDIAN_EACH(MEDIAN_BIT_TOO)
            median_work[64 * chunk + 32 * axis + o] = bits & valid;
        }
    }
}

// Which bit of w is the n-th that is set.
#define MEDIAN_HALVE(size) \
    { \
        int low = bitCount(w & ((1u << size) - 1u)); \
        bool above = n >= low; \
        n -= above ? low : 0; \
        at += above ? size : 0; \
        w = above ? w >> size : w; \
    }
int median_nth_bit(uint w, int n)
{
    int at = 0;
    MEDIAN_HALVE(16) MEDIAN_HALVE(8) MEDIAN_HALVE(4) MEDIAN_HALVE(2) MEDIAN_HALVE(1)
    return at;
}

// Window i of a block.
#define MEDIAN_X(i) (4 * (block & 7) + ((i) & 3))
#define MEDIAN_Y(i) (4 * (block >> 3) + ((i) >> 2))
#define MEDIAN_STATE(i) median_state[32 * MEDIAN_Y(i) + MEDIAN_X(i)]
#define MEDIAN_COUNTED(i) int((MEDIAN_COUNT(MEDIAN_Y(i), MEDIAN_X(i) >> 1) >> (16 * ((i) & 1))) & 0xffffu)
#define MEDIAN_START(i) MEDIAN_STATE(i) = middle - MEDIAN_COUNTED(i);
#define MEDIAN_OPEN_NOW(rank, i) (found & (1u << (i))) != 0u ? 0u : rank < 0 ? 2u : 1u
#define MEDIAN_ATOM(i) \
    { \
        int rank = MEDIAN_STATE(i), n = MEDIAN_COUNTED(i); \
        bool mine = (found & (1u << (i))) == 0u && (rank < 0) == down; \
        int next = down ? rank + n : rank - n; \
        bool hit = mine && (next < 0) != down; \
        MEDIAN_STATE(i) = hit ? key : mine ? next : rank; \
        found |= hit ? 1u << (i) : 0u; \
        open |= MEDIAN_OPEN_NOW(rank, i); \
    }
// The value `key` occurs in the windows as often as counted.
void median_take_atom(int key, bool down)
{
    for (int block = median_lane(); block < median_blocks; block += MEDIAN_LANES) {
        uint found = median_found[block], open = 0u;
        MEDIAN_EACH(MEDIAN_ATOM)
        median_found[block] = found;
        if (open != 0u) atomicOr(median_open, open);
    }
}

#define MEDIAN_BEGIN(i) \
    rank[i] = MEDIAN_STATE(i); \
    all[i] = 0;
#define MEDIAN_TOTAL(i) all[i] += bitCount(columns[(i) & 3] & rows[(i) >> 2]);
#define MEDIAN_ENTER(i) \
    { \
        bool mine = (found & (1u << (i))) == 0u && (rank[i] < 0) == down; \
        rank[i] += mine && down ? all[i] : 0; \
        left[i] = mine && rank[i] >= 0 ? rank[i] : median_never; \
        waiting += left[i] != median_never ? 1 : 0; \
        tag[i] = -1; \
        got[i] = 0u; \
    }
#define MEDIAN_STEP(i) \
    { \
        uint both = columns[(i) & 3] & rows[(i) >> 2]; \
        int here = bitCount(both); \
        bool hit = left[i] < here; \
        got[i] = hit ? both : got[i]; \
        tag[i] = hit ? left[i] + 32 * c : tag[i]; \
        left[i] = hit ? median_never : left[i] - here; \
        waiting -= hit ? 1 : 0; \
    }
#define MEDIAN_LEAVE(i) \
    { \
        bool hit = tag[i] >= 0, mine = (found & (1u << (i))) == 0u && rank[i] >= 0 && !down; \
        int at = start + (max(tag[i], 0) & ~31) + median_nth_bit(got[i], tag[i] & 31); \
        int key = median_key_at(corner, hit ? median_place(at) : 0); \
        int next = mine ? left[i] : rank[i]; \
        MEDIAN_STATE(i) = hit ? key : next; \
        found |= hit ? 1u << (i) : 0u; \
        open |= MEDIAN_OPEN_NOW(next, i); \
    }
#define MEDIAN_FETCH_WORDS \
    uint columns[4], rows[4]; \
    { \
        int at = 64 * c + 4 * (block & 7), at_row = 64 * c + 32 + 4 * (block >> 3); \
        columns[0] = median_work[at], columns[1] = median_work[at + 1]; \
        columns[2] = median_work[at + 2], columns[3] = median_work[at + 3]; \
        rows[0] = median_work[at_row], rows[1] = median_work[at_row + 1]; \
        rows[2] = median_work[at_row + 2], rows[3] = median_work[at_row + 3]; \
    }

// Counts upwards in the part of the list from `start` on whose words are there, for every window that is open. When
// going `down`, it is the whole list, and lies below what the windows' ranks are counted from.
void median_count_up(ivec2 corner, int start, int n, bool down)
{
    int chunks = min((n - start + 31) >> 5, median_chunks);
    for (int block = median_lane(); block < median_blocks; block += MEDIAN_LANES) {
        int rank[16], left[16], tag[16], all[16], waiting = 0;
        uint got[16], found = median_found[block], open = 0u;
        MEDIAN_EACH(MEDIAN_BEGIN)
        for (int c = down ? 0 : chunks; c < chunks; ++c) {
            MEDIAN_FETCH_WORDS
            MEDIAN_EACH(MEDIAN_TOTAL)
        }
        MEDIAN_EACH(MEDIAN_ENTER)
        for (int c = 0; waiting > 0 && c < chunks; ++c) {
            MEDIAN_FETCH_WORDS
            MEDIAN_EACH(MEDIAN_STEP)
        }
        MEDIAN_EACH(MEDIAN_LEAVE)
        median_found[block] = found;
        if (open != 0u) atomicOr(median_open, open);
    }
}
