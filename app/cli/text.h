#pragma once
// Numbers as people type and read them: bytes, times, tables of words.
#include "core/base/result.h"
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// "512", "64K", "1.5G", "2GiB": bytes, with binary multiples K, M, G, T. InvalidArgument for anything else.
Result<uint64_t> parse_bytes(std::string_view text);
/// "512 B", "1.5 KiB", "2.0 GiB".
std::string size_text(uint64_t bytes);
/// "0:07", "12:05", "1:02:30"; rounded to seconds.
std::string duration_text(double seconds);
/// printf's %.*f.
std::string fixed_text(double number, int decimals);
/// The shortest decimal that reads back as the same float: "0.18", "1e-05".
std::string float_text(float number);
/// "1 frame", "2 frames".
std::string counted(size_t count, std::string_view noun);

/// "'a'", "'a' or 'b'", "'a', 'b' or 'c'".
std::string quoted_list(const std::vector<std::string>& names);

/// Rows of cells, every column as wide as its widest cell, two blanks between them; the last column is not padded.
class TextTable {
public:
    void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    bool empty() const { return rows_.empty(); }
    /// `indent` blanks before each row.
    std::string text(int indent = 0) const;

private:
    std::vector<std::vector<std::string>> rows_;
};

/// `text` broken at blanks into lines of at most `width` characters, each preceded by `indent` blanks.
std::string wrapped(std::string_view text, int width, int indent);

} // namespace tessera
