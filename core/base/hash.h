#pragma once
// The content key: a 128-bit hash (XXH3) that is the only identity of pixels.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tessera {

struct Key {
    uint64_t high = 0, low = 0;
    bool operator==(const Key&) const = default;
    auto operator<=>(const Key&) const = default;
    explicit operator bool() const { return high || low; }
    /// 32 lower-case hexadecimal digits.
    std::string hex() const;
    /// The key written as `hex`; the zero key when the text is not one.
    static Key from_hex(std::string_view text);
};

/// Gathers bytes in a small buffer and hashes them once. Strings are length-prefixed, so that "ab","c" and "a","bc"
/// differ; -0.0 hashes as 0.0, every NaN alike.
class Hasher {
public:
    Hasher& add(std::string_view text);
    Hasher& add(const char* text) { return add(std::string_view(text)); }
    Hasher& add(const std::string& text) { return add(std::string_view(text)); }
    Hasher& add(double v);
    Hasher& add(const Key& k) { return bytes(&k, sizeof k); }
    template <class T>
        requires(std::is_integral_v<T> || std::is_enum_v<T>)
    Hasher& add(T v)
    {
        const int64_t wide = int64_t(v);
        return bytes(&wide, sizeof wide);
    }
    Hasher& add(std::span<const std::byte> data)
    {
        add(data.size());
        return bytes(data.data(), data.size());
    }
    Hasher& bytes(const void* data, size_t size)
    {
        const size_t at = buffer_.size();
        buffer_.resize(at + size);
        std::memcpy(buffer_.data() + at, data, size);
        return *this;
    }
    Key key() const;
    void clear() { buffer_.clear(); }

private:
    std::vector<std::byte> buffer_;
};

Key hash_bytes(const void* data, size_t size);

} // namespace tessera

template <> struct std::hash<tessera::Key> {
    size_t operator()(const tessera::Key& k) const noexcept { return size_t(k.low ^ (k.high * 0x9E3779B97F4A7C15ull)); }
};
