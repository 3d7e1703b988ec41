#pragma once
// Small helpers for messages and names.
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// How many single characters must be changed, added or taken away to make `a` of `b` (Levenshtein distance), without
/// regard to case.
int edit_distance(std::string_view a, std::string_view b);
/// Up to `count` of the names, most like `name` first; ties keep their order.
std::vector<std::string> nearest(std::string_view name, const std::vector<std::string>& names, size_t count);
/// "a, b or c"
std::string joined(const std::vector<std::string>& names, std::string_view last = " or ");
/// Well-formed UTF-8 without surrogates, overlong forms or anything above U+10FFFF.
bool valid_utf8(std::string_view text);

} // namespace tessera
