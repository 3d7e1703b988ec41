#pragma once
// A look at an EXR header before OpenEXR may see it. OpenEXR allocates what a header claims (attribute sizes, tables of
// chunk offsets, line buffers) before it finds the file too short for it; a damaged header of 60 bytes can so ask for
// gigabytes. This check reads only the header, and compares each claim with the size of the file and the limits.
#include "core/media/image_file.h"

namespace tessera {

/// Damaged, OutOfMemory (naming the size in pixels) or Unsupported; success says nothing about the pixels.
Status check_exr_header(const std::string& path, const ReadLimits& limits);

} // namespace tessera
