#include "core/media/image_write_formats.h"
#include <algorithm>
#include <array>
#include <cstdio>

namespace tessera {

namespace {

/// Two decimal digits as EXR packs them: tens in the upper four bits.
uint32_t packed(int number)
{
    return uint32_t(number / 10) << 4 | uint32_t(number % 10);
}

} // namespace

std::string_view name_of(PixelDepth d)
{
    constexpr std::array<std::string_view, 7> names{"auto", "8", "10", "12", "16", "half", "float"};
    return names[size_t(d)];
}

Result<std::vector<int64_t>> timecode_of(const std::string& text)
{
    int h = 0, m = 0, s = 0, f = 0, used = 0;
    char separator = 0;
    const int fields = std::sscanf(text.c_str(), "%2d:%2d:%2d%c%2d%n", &h, &m, &s, &separator, &f, &used);
    const bool fits = fields == 5 && size_t(used) == text.size() && (separator == ':' || separator == ';') && h >= 0 &&
                      h < 24 && m >= 0 && m < 60 && s >= 0 && s < 60 && f >= 0 &&
                      f < 40; // two bits hold the tens of frames
    if (!fits)
        return Error{ErrorKind::InvalidArgument,
                     "\"" + text + "\" is not a timecode",
                     "write it as HH:MM:SS:FF, or HH:MM:SS;FF for drop-frame, with frames below 40",
                     {},
                     {},
                     {}};
    constexpr uint32_t drop_frame = 1u << 6;
    const uint32_t packed_time = packed(h) << 24 | packed(m) << 16 | packed(s) << 8 | packed(f);
    return std::vector<int64_t>{int64_t(packed_time | (separator == ';' ? drop_frame : 0)), 0};
}

Result<Metadata> metadata_to_write(const WriteRequest& request)
{
    Metadata all = request.extra;
    if (!request.timecode.empty()) {
        TESSERA_TRY(timecode, timecode_of(request.timecode));
        std::erase_if(all, [](const Metadatum& m) { return m.name == "timeCode"; });
        all.push_back({"timeCode", "timecode", timecode});
    }
    const size_t ours = all.size();
    for (const Metadatum& m : request.metadata) {
        const bool replaced = std::any_of(all.begin(), all.begin() + std::ptrdiff_t(ours),
                                          [&](const auto& e) { return e.name == m.name; });
        if (!replaced && !(m.name == "framesPerSecond" && request.frames_per_second > 0)) all.push_back(m);
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return all;
}

} // namespace tessera
