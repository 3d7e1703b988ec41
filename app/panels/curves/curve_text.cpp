#include "app/panels/curves/curve_text.h"
#include "core/base/value.h"
#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

namespace tessera {

namespace {

constexpr std::string_view heading = "# tessera keys";
constexpr size_t most_columns = 64, most_lines = 1000000;

/// Takes the next line off `text`, without its line ending.
std::string_view next_line(std::string_view& text)
{
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

std::vector<std::string_view> words(std::string_view line)
{
    constexpr std::string_view between = " \t,;";
    std::vector<std::string_view> found;
    for (size_t at = line.find_first_not_of(between); at != std::string_view::npos;) {
        const size_t end = std::min(line.find_first_of(between, at), line.size());
        found.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(between, end);
    }
    return found;
}

bool read_number(std::string_view text, double& number)
{
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && std::isfinite(number);
}

Error bad_line(size_t line, std::string what, std::string remedy)
{
    return {ErrorKind::InvalidArgument, "line " + std::to_string(line) + " " + std::move(what), std::move(remedy)};
}

/// "time value rule in_slope out_slope in_length out_length [broken]"
bool read_key(const std::vector<std::string_view>& w, CurveKey& key)
{
    if (w.size() < 7 || w.size() > 8) return false;
    const auto rule = interpolation_named(w[2]);
    double* const numbers[] = {&key.time,      &key.value,     nullptr,        &key.in_slope,
                               &key.out_slope, &key.in_length, &key.out_length};
    for (size_t i = 0; i < 7; ++i)
        if (numbers[i] && !read_number(w[i], *numbers[i])) return false;
    if (!rule || (w.size() == 8 && w[7] != "broken")) return false;
    key.interpolation = *rule, key.broken = w.size() == 8;
    return true;
}

} // namespace

std::string keys_to_text(const std::vector<CopiedKeys>& copied)
{
    std::string text(heading);
    text += '\n';
    for (const CopiedKeys& c : copied) {
        text += "channel " + c.channel;
        if (c.whole) text += " " + std::string(name_of(c.before)) + " " + std::string(name_of(c.after));
        text += '\n';
        for (const CurveKey& k : c.keys) {
            text += shortest_text(k.time) + " " + shortest_text(k.value) + " " + std::string(name_of(k.interpolation));
            for (double v : {k.in_slope, k.out_slope, k.in_length, k.out_length}) text += " " + shortest_text(v);
            text += k.broken ? " broken\n" : "\n";
        }
    }
    return text;
}

Result<std::vector<CopiedKeys>> keys_from_text(std::string_view text)
{
    const Error none{ErrorKind::InvalidArgument, "the clipboard holds no keys",
                     "copy keys in the curve editor or the dope sheet first"};
    if (!text.starts_with(heading)) return none;
    std::vector<CopiedKeys> copied;
    next_line(text);
    for (size_t line = 2; !text.empty(); ++line) {
        const auto w = words(next_line(text));
        if (w.empty()) continue;
        if (w[0] == "channel" && (w.size() == 2 || w.size() == 4)) {
            CopiedKeys c;
            c.channel = w[1], c.whole = w.size() == 4;
            const auto before = extrapolation_named(c.whole ? w[2] : "constant"),
                       after = extrapolation_named(c.whole ? w[3] : "constant");
            if (!before || !after) return bad_line(line, "names no extrapolation", "copy the keys again");
            c.before = *before, c.after = *after;
            copied.push_back(std::move(c));
            continue;
        }
        CurveKey key;
        if (copied.empty() || !read_key(w, key))
            return bad_line(line, "of the copied keys makes no sense", "copy the keys again");
        copied.back().keys.push_back(key);
    }
    std::erase_if(copied, [](const CopiedKeys& c) { return c.keys.empty(); });
    if (copied.empty()) return none;
    for (const CopiedKeys& c : copied)
        if (auto curve = Curve::make(c.keys); !curve) return curve.error();
    return copied;
}

std::string table_to_text(const CurveTable& table)
{
    std::string text = "# frame";
    for (const std::string& name : table.names) text += " " + name;
    text += '\n';
    for (size_t i = 0; i < table.frames.size(); ++i) {
        text += shortest_text(table.frames[i]);
        for (const auto& column : table.columns) text += " " + shortest_text(column[i]);
        text += '\n';
    }
    return text;
}

Result<CurveTable> table_from_text(std::string_view text, double first_frame)
{
    CurveTable table;
    size_t width = 0, line = 0;
    while (!text.empty()) {
        const auto w = words(next_line(text));
        ++line;
        if (w.empty()) continue;
        if (w[0].starts_with('#')) {
            if (table.names.empty() && table.frames.empty() && w.size() > 2 && w[0] == "#" && w[1] == "frame")
                table.names.assign(w.begin() + 2, w.end());
            continue;
        }
        if (table.frames.size() >= most_lines)
            return bad_line(line, "is one more than the " + std::to_string(most_lines) + " that can be read",
                            "split the file");
        if (!width) width = w.size();
        if (w.size() != width)
            return bad_line(line,
                            "has " + std::to_string(w.size()) + " numbers where the first has " + std::to_string(width),
                            "give every line as many");
        if (width > most_columns)
            return bad_line(line, "has more than " + std::to_string(most_columns) + " numbers",
                            "leave out some columns");
        std::vector<double> numbers(width);
        for (size_t i = 0; i < width; ++i)
            if (!read_number(w[i], numbers[i]))
                return bad_line(line, "has '" + std::string(w[i].substr(0, 40)) + "' where a number is needed",
                                "write a frame and a value on each line");
        if (table.columns.empty()) table.columns.resize(width == 1 ? 1 : width - 1);
        table.frames.push_back(width == 1 ? first_frame + double(table.frames.size()) : numbers[0]);
        for (size_t i = 0; i < table.columns.size(); ++i) table.columns[i].push_back(numbers[width == 1 ? 0 : i + 1]);
    }
    if (table.frames.empty())
        return Error{ErrorKind::InvalidArgument, "the file has no numbers", "write a frame and a value on each line"};
    if (table.names.size() != table.columns.size()) table.names.clear();
    return table;
}

std::vector<CurveKey> keys_of_column(const CurveTable& table, size_t column)
{
    std::map<double, double> values;
    for (size_t i = 0; i < table.frames.size(); ++i) values[table.frames[i]] = table.columns[column][i];
    std::vector<CurveKey> keys;
    for (const auto& [time, value] : values) {
        CurveKey key;
        key.time = time, key.value = value, key.interpolation = Interpolation::Linear;
        keys.push_back(key);
    }
    return keys;
}

std::vector<int> paste_order(const std::vector<CopiedKeys>& copied, const std::vector<std::string>& targets)
{
    std::vector<int> order(targets.size(), -1);
    if (copied.size() == 1) {
        std::fill(order.begin(), order.end(), 0);
        return order;
    }
    std::vector<bool> used(copied.size(), false);
    for (size_t t = 0; t < targets.size(); ++t)
        for (size_t c = 0; c < copied.size(); ++c)
            if (copied[c].channel == targets[t] && !used[c]) order[t] = int(c), used[c] = true;
    size_t next = 0;
    for (int& o : order) {
        if (o >= 0) continue;
        while (next < used.size() && used[next]) ++next;
        if (next < used.size()) o = int(next), used[next] = true;
    }
    return order;
}

} // namespace tessera
