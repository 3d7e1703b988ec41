// from_differences is a running sum, and would be one addition after the other. Inside a vector of sixteen bytes it is
// four shifted additions instead; between vectors only the sum so far is carried, and how much each adds to it does not
// depend on the one before. Adding 128 is its own inverse modulo 256. The alternative, sums of separate stretches with
// a second pass that adds what came before each, reads everything twice.
#include "core/media/exr_bytes.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tessera {

namespace {

constexpr uint8_t bias = 128;

#if defined(__SSE2__)
constexpr size_t lanes = 16;

__m128i load(const uint8_t* p)
{
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}

void store(uint8_t* p, __m128i v)
{
    _mm_storeu_si128(reinterpret_cast<__m128i*>(p), v);
}

__m128i last_byte_everywhere(__m128i v)
{
    const __m128i pairs = _mm_unpackhi_epi8(v, v);
    const __m128i high = _mm_shufflehi_epi16(pairs, 0xff);
    return _mm_unpackhi_epi64(high, high);
}
#endif

} // namespace

void split_words(const uint8_t* words, uint8_t* low, uint8_t* high, size_t count)
{
    size_t i = 0;
#if defined(__SSE2__)
    const __m128i low_bytes = _mm_set1_epi16(0x00ff);
    for (; i + lanes <= count; i += lanes) {
        const __m128i a = load(words + 2 * i), b = load(words + 2 * i + lanes);
        store(low + i, _mm_packus_epi16(_mm_and_si128(a, low_bytes), _mm_and_si128(b, low_bytes)));
        store(high + i, _mm_packus_epi16(_mm_srli_epi16(a, 8), _mm_srli_epi16(b, 8)));
    }
#endif
    for (; i < count; ++i) low[i] = words[2 * i], high[i] = words[2 * i + 1];
}

void join_words(const uint8_t* low, const uint8_t* high, uint8_t* words, size_t count)
{
    size_t i = 0;
#if defined(__SSE2__)
    for (; i + lanes <= count; i += lanes) {
        const __m128i a = load(low + i), b = load(high + i);
        store(words + 2 * i, _mm_unpacklo_epi8(a, b));
        store(words + 2 * i + lanes, _mm_unpackhi_epi8(a, b));
    }
#endif
    for (; i < count; ++i) words[2 * i] = low[i], words[2 * i + 1] = high[i];
}

void to_differences(uint8_t* bytes, size_t count)
{
    // from the end, so that every predecessor is still itself
    size_t i = count;
#if defined(__SSE2__)
    const __m128i add = _mm_set1_epi8(char(bias));
    for (; i > lanes; i -= lanes) {
        uint8_t* p = bytes + i - lanes;
        store(p, _mm_add_epi8(_mm_sub_epi8(load(p), load(p - 1)), add));
    }
#endif
    for (; i > 1; --i) bytes[i - 1] = uint8_t(bytes[i - 1] - bytes[i - 2] + bias);
}

void from_differences(uint8_t* bytes, size_t count)
{
    size_t i = 0;
    uint8_t sum = bias; // takes back what the first byte, which has no bias, is about to lose
#if defined(__SSE2__)
    const __m128i add = _mm_set1_epi8(char(bias));
    __m128i carry = add;
    for (; i + lanes <= count; i += lanes) {
        __m128i v = _mm_add_epi8(load(bytes + i), add);
        v = _mm_add_epi8(v, _mm_slli_si128(v, 1));
        v = _mm_add_epi8(v, _mm_slli_si128(v, 2));
        v = _mm_add_epi8(v, _mm_slli_si128(v, 4));
        v = _mm_add_epi8(v, _mm_slli_si128(v, 8));
        store(bytes + i, _mm_add_epi8(v, carry));
        carry = _mm_add_epi8(carry, last_byte_everywhere(v));
    }
    if (i > 0) sum = bytes[i - 1];
#endif
    for (; i < count; ++i) bytes[i] = sum = uint8_t(sum + bytes[i] + bias);
}

} // namespace tessera
