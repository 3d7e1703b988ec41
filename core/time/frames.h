#pragma once
// Lists of frames as they are typed: "1-48,60,100-200x2", "-10--5".
#include "core/base/result.h"
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// More frames than any one render; a typing error such as 1-4000000000 is refused instead of filling memory.
inline constexpr size_t most_frames = 10'000'000;

/// The frames of a list of single frames and ranges FIRST-LAST or FIRST-LASTxSTEP separated by commas, sorted and each
/// once. Frames may be negative. InvalidArgument for anything else.
Result<std::vector<int>> parse_frames(std::string_view text);

/// The shortest such list for sorted frames: runs of at least three evenly spaced frames become ranges.
std::string frames_text(std::span<const int> frames);

} // namespace tessera
