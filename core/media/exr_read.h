#pragma once
// OpenEXR files, straight through OpenEXR's own library (measured 14 times as fast as through OpenImageIO).
#include "core/media/image_file.h"

namespace tessera {

/// The file starts with EXR's magic number.
bool is_exr(const std::string& path);

Result<FileInfo> exr_info(const std::string& path, const ReadLimits& limits);

/// `region` lies inside the file's data window; the image has exactly that region.
Result<HostImage> exr_read(const std::string& path, const FileInfo& file, const LayerSource& source, const Rect& region,
                           int threads, const ReadLimits& limits);

} // namespace tessera
