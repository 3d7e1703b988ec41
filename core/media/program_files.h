#pragma once
// The files that belong to the program: its worker and its modules.
#include <string>

namespace tessera {

struct ProgramFile {
    std::string path;   ///< where it is, or the first place where it was looked for
    bool there = false; ///< it exists and may be used
};

/// Looks for `name` where the environment `variable` says, when it is set; else beside the running program, one folder
/// above it (tests in a build folder), and in ../lib/tessera and ../libexec/tessera (installed).
ProgramFile program_file(const std::string& name, const char* variable);

/// Folder for what can be made again: $XDG_CACHE_HOME/tessera, else ~/.cache/tessera.
std::string cache_folder();

} // namespace tessera
