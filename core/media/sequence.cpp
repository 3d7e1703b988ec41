#include "core/media/sequence.h"
#include "core/media/media_error.h"
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <unistd.h>

namespace tessera {

namespace {

namespace fs = std::filesystem;

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Where the pattern is in a path, and the width it pads to.
struct Token {
    size_t start = 0, size = 0;
    int width = 1;
};

constexpr int widest = 20;

/// The token that begins at `at`; nothing when none does.
std::optional<Token> token_at(std::string_view s, size_t at)
{
    size_t end = at + 1;
    if (s[at] == '#') {
        while (end < s.size() && s[end] == '#') ++end;
        const size_t width = end - at;
        return width <= size_t(widest) ? std::optional(Token{at, width, int(width)}) : std::nullopt;
    }
    const bool percent = s[at] == '%';
    if (!percent && s.substr(at, 2) != "$F") return std::nullopt;
    if (!percent) ++end;
    size_t digits = end;
    while (digits < s.size() && is_digit(s[digits])) ++digits;
    int width = 1;
    if (digits > end) std::from_chars(s.data() + end, s.data() + digits, width);
    if (percent && (digits == s.size() || s[digits] != 'd')) return std::nullopt;
    if (width > widest) return std::nullopt;
    return Token{at, digits - at + (percent ? 1 : 0), std::max(1, width)};
}

/// The last token of the file name.
std::optional<Token> find_token(std::string_view path)
{
    const size_t slash = path.rfind('/');
    std::optional<Token> last;
    for (size_t i = slash == std::string_view::npos ? 0 : slash + 1; i < path.size();) {
        const auto token = token_at(path, i);
        if (token) last = token;
        i += token ? token->size : 1;
    }
    return last;
}

std::string padded(int frame, int width)
{
    std::string digits = std::to_string(std::abs(int64_t(frame)));
    const size_t sign = frame < 0 ? 1 : 0;
    if (digits.size() + sign < size_t(width)) digits.insert(0, size_t(width) - sign - digits.size(), '0');
    return (sign ? "-" : "") + digits;
}

/// The frame whose name is exactly `name`; nothing when it is of another file.
std::optional<int> frame_of(std::string_view name, std::string_view head, std::string_view tail, int width)
{
    if (name.size() <= head.size() + tail.size() || !name.starts_with(head) || !name.ends_with(tail))
        return std::nullopt;
    const std::string_view number = name.substr(head.size(), name.size() - head.size() - tail.size());
    int frame = 0;
    const auto [end, failed] = std::from_chars(number.data(), number.data() + number.size(), frame);
    if (failed != std::errc() || end != number.data() + number.size() || padded(frame, width) != number)
        return std::nullopt;
    return frame;
}

SequenceRange range_of(std::vector<int> frames)
{
    std::sort(frames.begin(), frames.end());
    SequenceRange range{frames.front(), frames.back(), std::move(frames), {}};
    for (size_t i = 1; i < range.frames.size(); ++i)
        if (range.frames[i] - int64_t(range.frames[i - 1]) > 1)
            range.gaps.push_back({range.frames[i - 1] + 1, range.frames[i] - 1});
    return range;
}

/// What names of one sequence have in common: all but the number.
struct Family {
    std::string head, tail;
    auto operator<=>(const Family&) const = default;
};

/// Where the frame number of a file name starts and ends; an extension with a digit ("mp4") is none.
std::pair<size_t, size_t> number_in(const std::string& name)
{
    const size_t dot = name.rfind('.');
    size_t end = dot == std::string::npos || dot == 0 ? name.size() : dot;
    if (std::all_of(name.begin() + std::ptrdiff_t(std::min(end + 1, name.size())), name.end(), is_digit))
        end = name.size();
    while (end > 0 && !is_digit(name[end - 1])) --end;
    size_t start = end;
    while (start > 0 && is_digit(name[start - 1])) --start;
    // a minus is a sign after a separator only: "shot-0001" counts up from 1
    if (end > start && start > 1 && name[start - 1] == '-' && (name[start - 2] == '.' || name[start - 2] == '_'))
        --start;
    return {start, end};
}

bool has_leading_zero(const std::string& number)
{
    const size_t first = number[0] == '-' ? 1 : 0;
    return number.size() > first + 1 && number[first] == '0';
}

/// Adds the sequence of those numbers that are written as `width` asks, if there are two, and removes them.
void take_width(const Family& family, const std::string& token, int width, std::vector<std::string>& numbers,
                std::vector<ListingEntry>& entries)
{
    const auto split = std::stable_partition(numbers.begin(), numbers.end(),
                                             [&](const std::string& n) { return padded(std::stoi(n), width) != n; });
    if (numbers.end() - split < 2) return;
    ListingEntry entry{family.head + token + family.tail, {}};
    for (auto n = split; n != numbers.end(); ++n) entry.frames.push_back(std::stoi(*n));
    std::sort(entry.frames.begin(), entry.frames.end());
    numbers.erase(split, numbers.end());
    entries.push_back(std::move(entry));
}

/// Sequences and single files of one family. It may mix widths: "a.1" to "a.12" are unpadded, "a.001" is another.
void fold_family(const Family& family, std::vector<std::string> numbers, std::vector<ListingEntry>& entries)
{
    size_t least = SIZE_MAX, most = 0;
    for (const std::string& n : numbers) least = std::min(least, n.size()), most = std::max(most, n.size());
    if (least == most || std::any_of(numbers.begin(), numbers.end(), has_leading_zero)) {
        for (size_t width = least; width <= most; ++width)
            take_width(family, std::string(width, '#'), int(width), numbers, entries);
    } else {
        take_width(family, "%d", 1, numbers, entries);
    }
    for (const std::string& n : numbers) entries.push_back({family.head + n + family.tail, {}});
}

bool exists(const std::string& path)
{
    return ::access(path.c_str(), F_OK) == 0;
}

/// The frame inside the range that `frame` shows.
Result<std::optional<int>> inside(const std::string& pattern, FrameRange range, OutsideRange rule, int frame)
{
    const int64_t length = int64_t(range.last) - range.first + 1, from_first = int64_t(frame) - range.first;
    switch (rule) {
    case OutsideRange::Hold: return std::optional<int>(std::clamp(frame, range.first, range.last));
    case OutsideRange::Black: return std::optional<int>();
    case OutsideRange::Loop: return std::optional<int>(int(range.first + (from_first % length + length) % length));
    case OutsideRange::Bounce: {
        if (length == 1) return std::optional<int>(range.first);
        const int64_t period = 2 * (length - 1), phase = (from_first % period + period) % period;
        return std::optional<int>(int(range.first + (phase < length ? phase : period - phase)));
    }
    case OutsideRange::Error: break;
    }
    Error error = file_error(ErrorKind::InvalidArgument, pattern,
                             pattern + " has no frame " + std::to_string(frame) + ": it goes from " +
                                 std::to_string(range.first) + " to " + std::to_string(range.last),
                             "stay inside its range, or let it hold, loop, bounce or be black outside");
    return error.at_frame(frame);
}

/// The existing frame that stands in for a missing one.
std::optional<int> stand_in(const std::vector<int>& frames, FrameRange range, int frame, MissingFrame rule)
{
    std::optional<int> before, after;
    for (const int f : frames) {
        if (f < range.first || f > range.last) continue;
        if (f <= frame) before = f;
        if (f > frame && !after) after = f;
    }
    if (!before || !after || rule == MissingFrame::Hold) return before ? before : after;
    return int64_t(frame) - *before <= int64_t(*after) - frame ? before : after;
}

Error missing(const std::string& path, int frame)
{
    Error error = file_error(ErrorKind::NotFound, path, "cannot read " + path + ": no such file",
                             "render or copy the frame, or choose what to show for missing frames");
    return error.at_frame(frame);
}

} // namespace

bool is_sequence(std::string_view path)
{
    return find_token(path).has_value();
}

std::string path_at(std::string_view pattern, int frame)
{
    const auto token = find_token(pattern);
    if (!token) return std::string(pattern);
    std::string path(pattern.substr(0, token->start));
    return path.append(padded(frame, token->width)).append(pattern.substr(token->start + token->size));
}

Result<SequenceRange> find_sequence(const std::string& pattern)
{
    const auto token = find_token(pattern);
    if (!token)
        return file_error(ErrorKind::InvalidArgument, pattern, pattern + " is not a sequence",
                          "put ####, %04d or $F4 where the frame number is");
    const size_t slash = pattern.rfind('/');
    const size_t name_start = slash == std::string::npos ? 0 : slash + 1;
    const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : pattern.substr(0, slash);
    const std::string_view head = std::string_view(pattern).substr(name_start, token->start - name_start);
    const std::string_view tail = std::string_view(pattern).substr(token->start + token->size);
    std::error_code failed;
    std::vector<int> frames;
    fs::directory_iterator entries(folder, failed);
    for (; !failed && entries != fs::directory_iterator(); entries.increment(failed))
        if (const auto frame = frame_of(entries->path().filename().native(), head, tail, token->width))
            frames.push_back(*frame);
    if (failed) return system_error(failed.value(), "look into", folder);
    if (frames.empty())
        return file_error(ErrorKind::NotFound, pattern, "cannot read " + pattern + ": no frame of it exists",
                          "check the path, or relink the sequence");
    return range_of(std::move(frames));
}

std::vector<ListingEntry> fold(const std::vector<std::string>& names)
{
    std::map<Family, std::vector<std::string>> families; // to the numbers in the names
    std::vector<ListingEntry> entries;
    for (const std::string& name : names) {
        const auto [start, end] = number_in(name);
        constexpr size_t longest_number = 9;
        if (end == start || end - start > longest_number)
            entries.push_back({name, {}});
        else
            families[{name.substr(0, start), name.substr(end)}].push_back(name.substr(start, end - start));
    }
    for (auto& [family, numbers] : families) fold_family(family, std::move(numbers), entries);
    std::sort(entries.begin(), entries.end(), [](const auto& x, const auto& y) { return x.name < y.name; });
    return entries;
}

Result<ResolvedFrame> resolve_frame(const std::string& pattern, FrameRange range, OutsideRange before,
                                    OutsideRange after, int frame, MissingFrame on_missing)
{
    using Kind = ResolvedFrame::Kind;
    if (!is_sequence(pattern)) return ResolvedFrame{Kind::File, pattern, frame};
    if (range.last < range.first)
        return file_error(ErrorKind::InvalidArgument, pattern, "the range of " + pattern + " ends before it starts",
                          "set its last frame after its first");
    std::optional<int> shown = frame;
    if (frame < range.first || frame > range.last) {
        TESSERA_TRY(mapped, inside(pattern, range, frame < range.first ? before : after, frame));
        shown = mapped;
    }
    if (!shown) return ResolvedFrame{Kind::Black, {}, frame};
    std::string path = path_at(pattern, *shown);
    if (exists(path)) return ResolvedFrame{Kind::File, std::move(path), *shown};
    switch (on_missing) {
    case MissingFrame::Error: return missing(path, frame);
    case MissingFrame::Black: return ResolvedFrame{Kind::Black, {}, *shown};
    case MissingFrame::Checker: return ResolvedFrame{Kind::Checker, {}, *shown};
    case MissingFrame::Hold:
    case MissingFrame::Nearest: break;
    }
    TESSERA_TRY(found, find_sequence(pattern));
    const auto other = stand_in(found.frames, range, *shown, on_missing);
    if (!other) return missing(path, frame);
    return ResolvedFrame{Kind::File, path_at(pattern, *other), *other};
}

} // namespace tessera
