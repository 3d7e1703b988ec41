#pragma once
// Errors that files have in common.
#include "core/media/image_file.h"

namespace tessera {

Error file_error(ErrorKind kind, const std::string& path, std::string message, std::string remedy);
/// An error from the operating system's `number` (errno) while `doing` ("open", "write", ...) `path`.
Error system_error(int number, const std::string& doing, const std::string& path);
/// OutOfMemory when width x height is beyond limits.pixels.
Status check_image_size(const std::string& path, int64_t width, int64_t height, const ReadLimits& limits);
/// "cannot read PATH: REASON" from a library's message: without its own mention of the path and its full stop.
Error damaged_error(const std::string& path, std::string reason);

} // namespace tessera
