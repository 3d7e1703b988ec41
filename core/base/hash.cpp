#include "core/base/hash.h"
#include <cmath>
#include <limits>
#include <xxhash.h>

namespace tessera {

std::string Key::hex() const
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string s(32, '0');
    for (size_t i = 0; i < 16; ++i) {
        s[15 - i] = digits[(high >> (4 * i)) & 15];
        s[31 - i] = digits[(low >> (4 * i)) & 15];
    }
    return s;
}

Key Key::from_hex(std::string_view text)
{
    if (text.size() != 32) return {};
    Key k;
    for (size_t i = 0; i < 32; ++i) {
        const char c = text[i];
        const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) return {};
        uint64_t& half = i < 16 ? k.high : k.low;
        half = half << 4 | uint64_t(digit);
    }
    return k;
}

Hasher& Hasher::add(std::string_view text)
{
    add(text.size());
    return bytes(text.data(), text.size());
}

Hasher& Hasher::add(double v)
{
    if (v == 0) v = 0; // -0.0 and 0.0 are one value
    if (std::isnan(v)) v = std::numeric_limits<double>::quiet_NaN();
    return bytes(&v, sizeof v);
}

Key Hasher::key() const { return hash_bytes(buffer_.data(), buffer_.size()); }

Key hash_bytes(const void* data, size_t size)
{
    const XXH128_hash_t h = XXH3_128bits(data, size);
    return {h.high64, h.low64};
}

} // namespace tessera
