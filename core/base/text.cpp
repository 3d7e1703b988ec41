#include "core/base/text.h"
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <numeric>

namespace tessera {

int edit_distance(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
    std::vector<int> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (size_t i = 0; i < a.size(); ++i) {
        int diagonal = row[0];
        row[0] = int(i) + 1;
        for (size_t j = 0; j < b.size(); ++j) {
            const int replaced = diagonal + (lower(a[i]) != lower(b[j]));
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j + 1] + 1, row[j] + 1, replaced});
        }
    }
    return row.back();
}

std::vector<std::string> nearest(std::string_view name, const std::vector<std::string>& names, size_t count)
{
    constexpr size_t longest = 200; // a longer name is no slip of the finger
    name = name.substr(0, longest);
    std::vector<std::pair<int, size_t>> order;
    for (size_t i = 0; i < names.size(); ++i) order.emplace_back(edit_distance(name, names[i]), i);
    std::sort(order.begin(), order.end());
    std::vector<std::string> result;
    for (size_t i = 0; i < std::min(count, order.size()); ++i) result.push_back(names[order[i].second]);
    return result;
}

std::string joined(const std::vector<std::string>& names, std::string_view last)
{
    std::string s;
    for (size_t i = 0; i < names.size(); ++i) {
        if (i) s += i + 1 == names.size() ? last : std::string_view(", ");
        s += names[i];
    }
    return s;
}

bool valid_utf8(std::string_view text)
{
    const auto byte = [&](size_t i) { return i < text.size() ? uint32_t(static_cast<unsigned char>(text[i])) : 0u; };
    for (size_t i = 0; i < text.size();) {
        const uint32_t c = byte(i);
        const size_t more = c < 0x80 ? 0 : c < 0xC2 ? 4 : c < 0xE0 ? 1 : c < 0xF0 ? 2 : c < 0xF5 ? 3 : 4;
        if (more == 4) return false;
        uint32_t code = more == 0 ? c : c & (0x3Fu >> more);
        for (size_t k = 1; k <= more; ++k) {
            if ((byte(i + k) & 0xC0) != 0x80) return false;
            code = code << 6 | (byte(i + k) & 0x3F);
        }
        if ((more == 2 && (code < 0x800 || (code >= 0xD800 && code < 0xE000))) ||
            (more == 3 && (code < 0x10000 || code > 0x10FFFF)))
            return false;
        i += more + 1;
    }
    return true;
}

} // namespace tessera
