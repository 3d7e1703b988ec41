#pragma once
// What the ways of write_image have in common, and the one for EXR; the request has been checked.
#include "core/media/image_write.h"

namespace tessera {

Result<WrittenFile> write_exr(const WriteRequest& request);

/// EXR's packed timecode for film and 24 to 30 frames: {time and flags, user data}. InvalidArgument when `text` is not
/// HH:MM:SS:FF (or ;FF).
Result<std::vector<int64_t>> timecode_of(const std::string& text);
/// request.metadata and request.extra together, the latter winning; sorted by name, with the timecode.
Result<Metadata> metadata_to_write(const WriteRequest& request);

} // namespace tessera
