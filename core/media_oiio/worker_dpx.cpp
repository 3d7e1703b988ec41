#include "core/media_oiio/worker_dpx.h"
#include <cstring>

namespace tessera {

namespace {

// Offsets in the header, by SMPTE 268M
constexpr size_t header_bytes = 820, user_size_at = 32, width_at = 772, descriptor_at = 800, depth_at = 803,
                 packing_at = 804, encoding_at = 806, data_at = 808, padding_at = 812;
constexpr uint32_t none = 0xffffffff; ///< a field that is not set

uint32_t number(const char* p, size_t bytes, bool big_endian)
{
    uint32_t v = 0;
    for (size_t i = 0; i < bytes; ++i) v = v << 8 | uint8_t(p[big_endian ? i : bytes - 1 - i]);
    return v;
}

} // namespace

std::string dpx_refusal(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    char header[header_bytes];
    if (!in.read(header, sizeof header)) return {};
    const bool big_endian = std::memcmp(header, "SDPX", 4) == 0;
    if (!big_endian && std::memcmp(header, "XPDS", 4) != 0) return {};
    const uint32_t user_bytes = number(header + user_size_at, 4, big_endian);
    in.seekg(0, std::ios::end);
    const int64_t size = in.tellg();
    if (user_bytes == none || int64_t(user_bytes) <= size) return {};
    return "it claims " + std::to_string(user_bytes) + " bytes of user data, but has only " + std::to_string(size) +
           " in all";
}

std::optional<DpxRowEnds> DpxRowEnds::open(const std::string& path)
{
    DpxRowEnds ends;
    ends.in_.open(path, std::ios::binary);
    char header[header_bytes];
    if (!ends.in_.read(header, sizeof header)) return std::nullopt;
    ends.big_endian_ = std::memcmp(header, "SDPX", 4) == 0;
    if (!ends.big_endian_ && std::memcmp(header, "XPDS", 4) != 0) return std::nullopt;
    const auto get = [&](size_t at, size_t bytes) { return number(header + at, bytes, ends.big_endian_); };
    constexpr uint32_t rgba = 51, filled_method_a = 1, not_encoded = 0;
    const uint64_t width = get(width_at, 4);
    if (get(descriptor_at, 1) != rgba || get(depth_at, 1) != 10 || get(packing_at, 2) != filled_method_a ||
        get(encoding_at, 2) != not_encoded || width % 3 != 1)
        return std::nullopt;
    const uint32_t padding = get(padding_at, 4);
    ends.first_row_ = get(data_at, 4);
    const uint64_t words = (width * 4 + 2) / 3;
    ends.last_word_ = (words - 1) * 4;
    ends.row_bytes_ = words * 4 + (padding == none ? 0 : padding);
    return ends;
}

std::optional<float> DpxRowEnds::alpha(int y)
{
    char word[4];
    in_.clear();
    // end-of-line padding follows the word, so it is counted from the row's start
    in_.seekg(std::streamoff(first_row_ + uint64_t(y) * row_bytes_ + last_word_));
    if (y < 0 || !in_.read(word, sizeof word)) return std::nullopt;
    const uint32_t value = number(word, sizeof word, big_endian_) >> 22;
    return float(value << 6 | value >> 4) / 65535.f; // widened to 16 bits, as OpenImageIO does with all others
}

} // namespace tessera
