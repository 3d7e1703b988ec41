#include "core/media/half_convert.h"
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

#if defined(__x86_64__)
constexpr size_t lanes = 8;

__attribute__((target("avx,f16c"))) void half_to_float_f16c(const uint16_t* from, float* to, size_t count)
{
    size_t i = 0;
    for (; i + lanes <= count; i += lanes)
        _mm256_storeu_ps(to + i, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i))));
    half_to_float_portable(from + i, to + i, count - i);
}

__attribute__((target("avx,f16c"))) void float_to_half_f16c(const float* from, uint16_t* to, size_t count)
{
    size_t i = 0;
    for (; i + lanes <= count; i += lanes)
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i),
                         _mm256_cvtps_ph(_mm256_loadu_ps(from + i), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    float_to_half_portable(from + i, to + i, count - i);
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

} // namespace tessera
