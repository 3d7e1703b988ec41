#pragma once
// Small files, whole.
#include "core/base/result.h"
#include <cstdint>
#include <string>
#include <string_view>

namespace tessera {

/// The file's bytes; refuses one longer than `most` bytes.
Result<std::string> read_file(const std::string& path, uint64_t most);

/// Writes a file beside `path` and renames it when all of it is on disk, so that `path` is either as it was or
/// complete. Links are followed. Errors: DiskFull, Permission, NotFound (no such folder); nothing is left behind.
Status write_file(const std::string& path, std::string_view bytes);

} // namespace tessera
