#pragma once
// Curves as text: the clipboard's format, which a text editor can hold, and tables of frames and values as other
// programs write them.
#include "app/panels/curves/key_edits.h"
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// Keys of one channel as they were copied.
struct CopiedKeys {
    std::string channel; ///< path from the root graph: "Transform1.translate.x"
    std::vector<CurveKey> keys;
    Extrapolation before = Extrapolation::Constant, after = Extrapolation::Constant;
    bool whole = false; ///< all keys of the curve: its extrapolation goes with them
    bool operator==(const CopiedKeys&) const = default;
};

/// One line "# tessera keys", then for each channel its path and a line a key.
std::string keys_to_text(const std::vector<CopiedKeys>& copied);
/// Text that is no such list, or a line of it that makes no sense, is an error that says so.
Result<std::vector<CopiedKeys>> keys_from_text(std::string_view text);

/// Columns of numbers: the frame, and a value for each channel.
struct CurveTable {
    std::vector<std::string> names; ///< of the columns after the frame; from the first comment line, may be empty
    std::vector<double> frames;
    std::vector<std::vector<double>> columns;
};
/// "frame value value ..." a line, below a comment that names the columns.
std::string table_to_text(const CurveTable& table);
/// Numbers apart by blanks, tabs, commas or semicolons; lines that start with # are comments, empty ones are skipped. A
/// line of one number is a value, its frame the line's number from `first_frame`. Errors name the line.
Result<CurveTable> table_from_text(std::string_view text, double first_frame);
/// A column as linear keys; of lines with the same frame the last one counts.
std::vector<CurveKey> keys_of_column(const CurveTable& table, size_t column);

/// Which copied channel goes to which target: the same path first; one copied channel goes to all targets; else in
/// order. An index into `copied` for each target, -1 for none.
std::vector<int> paste_order(const std::vector<CopiedKeys>& copied, const std::vector<std::string>& targets);

} // namespace tessera
