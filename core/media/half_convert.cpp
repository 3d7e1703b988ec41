#include "core/media/half_convert.h"
#include <algorithm>
#include <half.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tessera {

namespace {

void half_to_float_portable(const uint16_t* from, float* to, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        half h;
        h.setBits(from[i]);
        to[i] = h;
    }
}

void float_to_half_portable(const float* from, uint16_t* to, size_t count)
{
    for (size_t i = 0; i < count; ++i) to[i] = half(from[i]).bits();
}

constexpr size_t slots = 4;

void pixels_from_halves_portable(const uint16_t* const rows[4], float* to, size_t count)
{
    for (size_t s = 0; s < slots; ++s)
        for (size_t i = 0; i < count; ++i) {
            half h;
            h.setBits(rows[s][i]);
            to[i * slots + s] = h;
        }
}

void halves_from_pixels_portable(const float* from, uint16_t* const rows[4], size_t count)
{
    for (size_t s = 0; s < slots; ++s)
        for (size_t i = 0; rows[s] && i < count; ++i) rows[s][i] = half(from[i * slots + s]).bits();
}

#if defined(__x86_64__)
constexpr size_t lanes = 8;

__attribute__((target("avx,f16c"))) void half_to_float_f16c(const uint16_t* from, float* to, size_t count)
{
    size_t i = 0;
    for (; i + lanes <= count; i += lanes)
        _mm256_storeu_ps(to + i, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i))));
    if (i < count) { // the rest by the same instruction, so that NaNs do not depend on where a row ends
        uint16_t last[lanes] = {};
        float wide[lanes];
        std::copy(from + i, from + count, last);
        half_to_float_f16c(last, wide, lanes);
        std::copy(wide, wide + (count - i), to + i);
    }
}

__attribute__((target("avx,f16c"))) void float_to_half_f16c(const float* from, uint16_t* to, size_t count)
{
    size_t i = 0;
    for (; i + lanes <= count; i += lanes)
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i),
                         _mm256_cvtps_ph(_mm256_loadu_ps(from + i), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    if (i < count) {
        float last[lanes] = {};
        uint16_t narrow[lanes];
        std::copy(from + i, from + count, last);
        float_to_half_f16c(last, narrow, lanes);
        std::copy(narrow, narrow + (count - i), to + i);
    }
}

__attribute__((target("avx,f16c"))) __m256 widened(const uint16_t* from)
{
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}

__attribute__((target("avx,f16c"))) void narrowed(__m256 v, uint16_t* to)
{
    if (to)
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to),
                         _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
}

/// First elements of all pairs of a and b, or second ones, in both halves of the register.
__attribute__((target("avx"))) __m256 pairs_low(__m256 a, __m256 b)
{
    return _mm256_castpd_ps(_mm256_unpacklo_pd(_mm256_castps_pd(a), _mm256_castps_pd(b)));
}
__attribute__((target("avx"))) __m256 pairs_high(__m256 a, __m256 b)
{
    return _mm256_castpd_ps(_mm256_unpackhi_pd(_mm256_castps_pd(a), _mm256_castps_pd(b)));
}

/// Four registers of eight values each become eight pixels of four.
__attribute__((target("avx"))) void store_pixels(__m256 r, __m256 g, __m256 b, __m256 a, float* to)
{
    const __m256 rg_low = _mm256_unpacklo_ps(r, g), rg_high = _mm256_unpackhi_ps(r, g);
    const __m256 ba_low = _mm256_unpacklo_ps(b, a), ba_high = _mm256_unpackhi_ps(b, a);
    const __m256 p04 = pairs_low(rg_low, ba_low), p15 = pairs_high(rg_low, ba_low);
    const __m256 p26 = pairs_low(rg_high, ba_high), p37 = pairs_high(rg_high, ba_high);
    _mm256_storeu_ps(to, _mm256_permute2f128_ps(p04, p15, 0x20));
    _mm256_storeu_ps(to + 8, _mm256_permute2f128_ps(p26, p37, 0x20));
    _mm256_storeu_ps(to + 16, _mm256_permute2f128_ps(p04, p15, 0x31));
    _mm256_storeu_ps(to + 24, _mm256_permute2f128_ps(p26, p37, 0x31));
}

__attribute__((target("avx,f16c"))) void pixels_from_halves_f16c(const uint16_t* const rows[4], float* to, size_t count)
{
    const uint16_t *r = rows[0], *g = rows[1], *b = rows[2], *a = rows[3];
    size_t i = 0;
    for (; i + lanes <= count; i += lanes)
        store_pixels(widened(r + i), widened(g + i), widened(b + i), widened(a + i), to + i * slots);
    if (i < count) {
        uint16_t last[slots][lanes] = {};
        const uint16_t* last_rows[slots];
        float pixels[slots * lanes];
        for (size_t s = 0; s < slots; ++s) {
            std::copy(rows[s] + i, rows[s] + count, last[s]);
            last_rows[s] = last[s];
        }
        pixels_from_halves_f16c(last_rows, pixels, lanes);
        std::copy(pixels, pixels + (count - i) * slots, to + i * slots);
    }
}

__attribute__((target("avx,f16c"))) void halves_from_pixels_f16c(const float* from, uint16_t* const rows[4],
                                                                 size_t count)
{
    uint16_t *r = rows[0], *g = rows[1], *b = rows[2], *a = rows[3];
    size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        const float* p = from + i * slots;
        const __m256 p01 = _mm256_loadu_ps(p), p23 = _mm256_loadu_ps(p + 8);
        const __m256 p45 = _mm256_loadu_ps(p + 16), p67 = _mm256_loadu_ps(p + 24);
        const __m256 p04 = _mm256_permute2f128_ps(p01, p45, 0x20), p15 = _mm256_permute2f128_ps(p01, p45, 0x31);
        const __m256 p26 = _mm256_permute2f128_ps(p23, p67, 0x20), p37 = _mm256_permute2f128_ps(p23, p67, 0x31);
        const __m256 rg01 = _mm256_unpacklo_ps(p04, p15), ba01 = _mm256_unpackhi_ps(p04, p15);
        const __m256 rg23 = _mm256_unpacklo_ps(p26, p37), ba23 = _mm256_unpackhi_ps(p26, p37);
        narrowed(pairs_low(rg01, rg23), r ? r + i : nullptr);
        narrowed(pairs_high(rg01, rg23), g ? g + i : nullptr);
        narrowed(pairs_low(ba01, ba23), b ? b + i : nullptr);
        narrowed(pairs_high(ba01, ba23), a ? a + i : nullptr);
    }
    if (i < count) {
        float pixels[slots * lanes] = {};
        uint16_t last[slots][lanes];
        uint16_t* last_rows[slots];
        for (size_t s = 0; s < slots; ++s) last_rows[s] = last[s];
        std::copy(from + i * slots, from + count * slots, pixels);
        halves_from_pixels_f16c(pixels, last_rows, lanes);
        for (size_t s = 0; s < slots; ++s)
            if (rows[s]) std::copy(last[s], last[s] + (count - i), rows[s] + i);
    }
}

bool has_f16c()
{
    static const bool has = __builtin_cpu_supports("avx") && __builtin_cpu_supports("f16c");
    return has;
}
#endif

} // namespace

void half_to_float(const uint16_t* from, float* to, size_t count)
{
#if defined(__x86_64__)
    if (has_f16c()) return half_to_float_f16c(from, to, count);
#endif
    half_to_float_portable(from, to, count);
}

void float_to_half(const float* from, uint16_t* to, size_t count)
{
#if defined(__x86_64__)
    if (has_f16c()) return float_to_half_f16c(from, to, count);
#endif
    float_to_half_portable(from, to, count);
}

void pixels_from_halves(const uint16_t* const rows[4], float* to, size_t count)
{
#if defined(__x86_64__)
    if (has_f16c()) return pixels_from_halves_f16c(rows, to, count);
#endif
    pixels_from_halves_portable(rows, to, count);
}

void pixels_from_floats(const float* const rows[4], float* to, size_t count)
{
    size_t i = 0;
#if defined(__x86_64__)
    for (constexpr size_t step = 4; i + step <= count; i += step) {
        __m128 r = _mm_loadu_ps(rows[0] + i), g = _mm_loadu_ps(rows[1] + i);
        __m128 b = _mm_loadu_ps(rows[2] + i), a = _mm_loadu_ps(rows[3] + i);
        _MM_TRANSPOSE4_PS(r, g, b, a);
        float* p = to + i * slots;
        _mm_storeu_ps(p, r), _mm_storeu_ps(p + 4, g), _mm_storeu_ps(p + 8, b), _mm_storeu_ps(p + 12, a);
    }
#endif
    for (; i < count; ++i)
        for (size_t s = 0; s < slots; ++s) to[i * slots + s] = rows[s][i];
}

void halves_from_pixels(const float* from, uint16_t* const rows[4], size_t count)
{
#if defined(__x86_64__)
    if (has_f16c()) return halves_from_pixels_f16c(from, rows, count);
#endif
    halves_from_pixels_portable(from, rows, count);
}

} // namespace tessera
