#pragma once
// "Did you mean ...": names near to a mistyped one, ready for a remedy.
#include "core/base/text.h"
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// At most `limit` of `names`, nearest first; one that contains `name` counts as near. When none is near, the first
/// few.
std::vector<std::string> nearest_names(std::string_view name, std::span<const std::string> names, size_t limit = 3);
/// "a", "a or b", "a, b or c", each in quotes; empty for none.
std::string quoted_list(std::span<const std::string> names);

} // namespace tessera
