#pragma once
// The window is a program of its own, which takes this one's place.
#include "core/base/result.h"
#include <string>
#include <vector>

namespace tessera {

/// True for a command line that asks for the window: nothing, or something that is no option, no subcommand, and ends as
/// a project does or is a file.
bool asks_for_window(const std::vector<std::string>& arguments, const std::vector<std::string>& subcommands);

/// Becomes tessera-editor with these arguments. Returns only when that is not possible: NotFound where it is not
/// installed, Unsupported where there is no display.
Status become_window(const std::vector<std::string>& arguments);

} // namespace tessera
