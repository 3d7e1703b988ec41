// Median of the (2 R + 1)^2 pixels around, R = MEDIAN_RADIUS from 1 to 3, the border repeated: see
// nodes/filter/median.cpp. An invocation goes MEDIAN_RUN pixels up. It keeps the sorted rows of its window and for
// every pixel sorts one new row, then the columns, and then what is left in the middle. Loops over rows and columns
// are written out: where one stays a loop, a compiler keeps the window in memory.
layout(local_size_x = 32, local_size_y = 4) in;
#include "filter/median_key.glsl"
#include "filter/median_networks.glsl"

#if MEDIAN_RADIUS == 1
#define MEDIAN_SIDE 3
#define MEDIAN_EACH(F) F(0) F(1) F(2)
#define MEDIAN_BUT_LAST(F) F(0) F(1)
#define MEDIAN_SORT MEDIAN_SORT_3
#define MEDIAN_LAST MEDIAN_LAST_3
#elif MEDIAN_RADIUS == 2
#define MEDIAN_SIDE 5
#define MEDIAN_EACH(F) F(0) F(1) F(2) F(3) F(4)
#define MEDIAN_BUT_LAST(F) F(0) F(1) F(2) F(3)
#define MEDIAN_SORT MEDIAN_SORT_5
#define MEDIAN_LAST MEDIAN_LAST_5
#else
#define MEDIAN_SIDE 7
#define MEDIAN_EACH(F) F(0) F(1) F(2) F(3) F(4) F(5) F(6)
#define MEDIAN_BUT_LAST(F) F(0) F(1) F(2) F(3) F(4) F(5)
#define MEDIAN_SORT MEDIAN_SORT_7
#define MEDIAN_LAST MEDIAN_LAST_7
#endif
#define MEDIAN_TOP (MEDIAN_SIDE * (MEDIAN_SIDE - 1))

#define MEDIAN_ORDER(a, b) \
    { \
        ivec4 least = min(a, b); \
        b = max(a, b); \
        a = least; \
    }
#define MEDIAN_CLEAR(row) \
    for (int i = 0; i < MEDIAN_SIDE; ++i) s[(row) * MEDIAN_SIDE + i] = ivec4(0);
#define MEDIAN_DOWN(row) \
    for (int i = 0; i < MEDIAN_SIDE; ++i) s[(row) * MEDIAN_SIDE + i] = s[((row) + 1) * MEDIAN_SIDE + i];
#define MEDIAN_LOAD(i) s[MEDIAN_TOP + i] = median_flip(median_bits(FETCH_CLAMP0(ivec2(p.x - MEDIAN_RADIUS + i, y))));
#define MEDIAN_IN_ROW(i, j) MEDIAN_ORDER(s[MEDIAN_TOP + i], s[MEDIAN_TOP + j])
// The rows move down by one, and row `y_` of the image becomes the last.
#define MEDIAN_NEXT(y_) \
    { \
        int y = y_; \
        MEDIAN_BUT_LAST(MEDIAN_DOWN) \
        MEDIAN_EACH(MEDIAN_LOAD) \
        MEDIAN_SORT(MEDIAN_IN_ROW) \
    }
#define MEDIAN_IN_COLUMN(i, j) MEDIAN_ORDER(c[i], c[j])
#define MEDIAN_COLUMN(column) \
    { \
        ivec4 c[MEDIAN_SIDE]; \
        for (int i = 0; i < MEDIAN_SIDE; ++i) c[i] = s[i * MEDIAN_SIDE + column]; \
        MEDIAN_SORT(MEDIAN_IN_COLUMN) \
        for (int i = 0; i < MEDIAN_SIDE; ++i) w[i * MEDIAN_SIDE + column] = c[i]; \
    }
#define MEDIAN_IN_WINDOW(i, j) MEDIAN_ORDER(w[i], w[j])

void main()
{
    ivec2 p = AREA.xy + ivec2(gl_GlobalInvocationID.xy) * ivec2(1, MEDIAN_RUN);
    if (p.x >= AREA.z || p.y >= AREA.w) return;
    ivec4 s[MEDIAN_SIDE * MEDIAN_SIDE], w[MEDIAN_SIDE * MEDIAN_SIDE];
    MEDIAN_EACH(MEDIAN_CLEAR)
    for (int i = -MEDIAN_RADIUS; i < MEDIAN_RADIUS; ++i) MEDIAN_NEXT(p.y + i)
    int top = min(p.y + MEDIAN_RUN, AREA.w);
    for (; p.y < top; ++p.y) {
        MEDIAN_NEXT(p.y + MEDIAN_RADIUS)
        MEDIAN_EACH(MEDIAN_COLUMN)
        MEDIAN_LAST(MEDIAN_IN_WINDOW)
        OUT(p, intBitsToFloat(median_flip(w[(MEDIAN_SIDE * MEDIAN_SIDE) / 2])));
    }
}
