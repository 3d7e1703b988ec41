#include "core/time/frames.h"
#include <algorithm>
#include <charconv>
#include <optional>

namespace tessera {
namespace {

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

/// Takes a whole number off the front of `text`.
std::optional<int> take_integer(std::string_view& text)
{
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(size_t(end - text.data()));
    return number;
}

bool take(std::string_view& text, char c)
{
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

Error bad_frames(std::string_view part, const std::string& why)
{
    return {ErrorKind::InvalidArgument, "'" + std::string(part) + "' is not a list of frames" + why,
            "write frames as 1-48,60,100-200x2"};
}

/// Adds one part of the list, FRAME or FIRST-LAST or FIRST-LASTxSTEP.
Status add_part(std::string_view part, std::vector<int>& frames)
{
    std::string_view rest = part;
    const auto first = take_integer(rest);
    if (!first) return bad_frames(part, "");
    int last = *first, step = 1;
    if (take(rest, '-')) {
        const auto number = take_integer(rest);
        if (!number) return bad_frames(part, ": the range has no end");
        last = *number;
        if (take(rest, 'x')) {
            const auto stride = take_integer(rest);
            if (!stride || *stride < 1) return bad_frames(part, ": the step has to be a whole number from 1 up");
            step = *stride;
        }
    }
    if (!rest.empty()) return bad_frames(part, "");
    if (last < *first) return bad_frames(part, ": the range runs backwards");
    const int64_t count = (int64_t(last) - *first) / step + 1;
    if (count + int64_t(frames.size()) > int64_t(most_frames))
        return bad_frames(part, ": it has more than " + std::to_string(most_frames) + " frames");
    for (int64_t i = 0; i < count; ++i) frames.push_back(int(*first + i * step));
    return {};
}

} // namespace

Result<std::vector<int>> parse_frames(std::string_view text)
{
    std::vector<int> frames;
    std::string_view rest = text;
    for (bool more = true; more;) {
        const size_t comma = rest.find(',');
        TESSERA_CHECK(add_part(trimmed(rest.substr(0, comma)), frames));
        more = comma != std::string_view::npos;
        if (more) rest.remove_prefix(comma + 1);
    }
    std::sort(frames.begin(), frames.end());
    frames.erase(std::unique(frames.begin(), frames.end()), frames.end());
    return frames;
}

std::string frames_text(std::span<const int> frames)
{
    std::string text;
    for (size_t i = 0; i < frames.size();) {
        size_t end = i + 1; // one past the longest evenly spaced run from i on
        const int step = end < frames.size() ? frames[end] - frames[i] : 1;
        while (end < frames.size() && frames[end] - frames[end - 1] == step) ++end;
        if (!text.empty()) text += ',';
        text += std::to_string(frames[i]);
        if (end - i >= 3) {
            text += '-' + std::to_string(frames[end - 1]);
            if (step != 1) text += 'x' + std::to_string(step);
            i = end;
        } else {
            ++i;
        }
    }
    return text;
}

} // namespace tessera
