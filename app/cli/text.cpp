#include "app/cli/text.h"
#include "core/base/text.h"
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace tessera {
namespace {

constexpr double kibi = 1024;

/// 0 for B or nothing, 1 for K, ... -1 for what is no unit.
int power_of_unit(std::string_view unit)
{
    std::string s;
    for (const char c : unit)
        if (c != ' ') s += char(std::toupper(static_cast<unsigned char>(c)));
    if (s.empty() || s == "B") return 0;
    constexpr std::string_view letters = "KMGT";
    const size_t at = letters.find(s[0]);
    const std::string_view rest = std::string_view(s).substr(1);
    if (at == std::string_view::npos || !(rest.empty() || rest == "B" || rest == "IB")) return -1;
    return int(at) + 1;
}

/// Characters that take a place on the terminal: bytes that do not continue a UTF-8 sequence.
size_t places(std::string_view text)
{
    return size_t(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

} // namespace

Result<uint64_t> parse_bytes(std::string_view text)
{
    const Error bad{ErrorKind::InvalidArgument, "'" + std::string(text) + "' is not a number of bytes",
                    "write it as 512M, 1.5G or 2T"};
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc{} || !std::isfinite(number) || number < 0) return bad;
    const int power = power_of_unit(text.substr(size_t(end - text.data())));
    if (power < 0) return bad;
    const double bytes = number * std::pow(kibi, power);
    if (bytes >= 0x1p63) return bad;
    return uint64_t(bytes);
}

std::string size_text(uint64_t bytes)
{
    if (bytes < uint64_t(kibi)) return std::to_string(bytes) + " B";
    constexpr std::array units{"KiB", "MiB", "GiB", "TiB", "PiB"};
    double number = double(bytes) / kibi;
    size_t unit = 0;
    for (; number >= kibi && unit + 1 < units.size(); ++unit) number /= kibi;
    return fixed_text(number, 1) + " " + units[unit];
}

std::string duration_text(double seconds)
{
    const long total = std::isfinite(seconds) ? std::lround(std::max(0.0, seconds)) : 0;
    char text[48];
    if (total >= 3600)
        std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", total / 3600, total / 60 % 60, total % 60);
    else
        std::snprintf(text, sizeof text, "%ld:%02ld", total / 60, total % 60);
    return text;
}

std::string fixed_text(double number, int decimals)
{
    char text[400]; // the longest double has 309 digits before the point
    std::snprintf(text, sizeof text, "%.*f", decimals, number);
    return text;
}

std::string float_text(float number)
{
    char text[64];
    const auto [end, error] = std::to_chars(text, text + sizeof text, number);
    return error == std::errc{} ? std::string(text, end) : std::string("?");
}

std::string counted(size_t count, std::string_view noun)
{
    return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string quoted_list(const std::vector<std::string>& names)
{
    std::vector<std::string> quoted;
    for (const std::string& name : names) quoted.push_back("'" + name + "'");
    return joined(quoted);
}

std::string TextTable::text(int indent) const
{
    std::vector<size_t> widths;
    for (const auto& cells : rows_) {
        widths.resize(std::max(widths.size(), cells.size()));
        for (size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], places(cells[i]));
    }
    std::string text;
    for (const auto& cells : rows_) {
        std::string line(size_t(indent), ' ');
        for (size_t i = 0; i < cells.size(); ++i) {
            line += cells[i];
            if (i + 1 < cells.size()) line.append(widths[i] - places(cells[i]) + 2, ' ');
        }
        while (!line.empty() && line.back() == ' ') line.pop_back();
        text += line + "\n";
    }
    return text;
}

std::string wrapped(std::string_view text, int width, int indent)
{
    std::string out, line;
    const auto flush = [&] {
        if (!line.empty()) out += std::string(size_t(indent), ' ') + line + "\n";
        line.clear();
    };
    while (!text.empty()) {
        const size_t end = std::min(text.find_first_of(" \n"), text.size());
        const std::string_view word = text.substr(0, end);
        const bool new_line = end < text.size() && text[end] == '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.empty() && int(places(line) + 1 + places(word)) + indent > width) flush();
        if (!word.empty()) line += (line.empty() ? "" : " ") + std::string(word);
        if (new_line) flush();
    }
    flush();
    return out;
}

} // namespace tessera
