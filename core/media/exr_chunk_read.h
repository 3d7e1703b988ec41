#pragma once
// Pixels of EXR parts that are stored as they are or by ZIP or ZIPS, from the file's chunks straight to the pixels of
// an image.
#include "core/media/exr_scan.h"

namespace tessera {

/// The channels of a layer that one part holds.
struct PartRead {
    int part = 0;
    std::vector<ChannelSource> channels;
};

/// Fills the slots of `read` in `image`, inside the part's data window; with `whole_pixels` the other slots too, with
/// zero. `layout` is of `in`, `file` what the caller was told the file holds.
///
/// False where the part is stored in another way (other compressions, subsampled channels), or where anything is not as
/// it must be: then some of those pixels may have been written, and OpenEXR, reading them all, tells what is wrong.
bool read_chunks(const RawFile& in, const ExrLayout& layout, const FileInfo& file, const PartRead& read,
                 HostImage& image, bool whole_pixels, int threads);

} // namespace tessera
