#pragma once
// A look at an EXR header before OpenEXR may see it. OpenEXR allocates what a header claims (attribute sizes, tables of
// chunk offsets, line buffers) before it finds the file too short for it; a damaged header of 60 bytes can so ask for
// gigabytes. This reads only the header, and compares each claim with the size of the file and the limits. What it
// found is also all that exr_chunk_read.h needs in order to find the pixels.
#include "core/media/exr_file.h"
#include "core/media/image_file.h"

namespace tessera {

/// The numbers that stand for compressions in a file, as far as they are needed here.
enum ExrCompressionCode { exr_none = 0, exr_rle = 1, exr_zips = 2, exr_zip = 3 };

struct ExrChannel {
    enum Type { Uint = 0, Half = 1, Float = 2 };
    std::string name;
    int type = Half, x_sampling = 1, y_sampling = 1;
    int bytes() const { return type == Half ? 2 : 4; }
};

/// What one header says.
struct ExrPart {
    int64_t min_x = 0, min_y = 0, width = 0, height = 0; ///< data window, in the file's y-down coordinates
    int64_t tile_width = 0, tile_height = 0;
    int64_t bytes_a_pixel = 0; ///< of all channels, without subsampling
    int compression = 0;
    bool data_window = false, tiled = false;
    std::string type;                 ///< "scanlineimage", "tiledimage", ...; not there in older files
    std::vector<ExrChannel> channels; ///< in the order of the file, which sorts them by name
    int64_t chunk_count = 0;          ///< as the header states it; 0 where it does not
    int64_t table = 0;                ///< where the offsets of its chunks begin; 0 when that is not known
};

struct ExrLayout {
    bool multi_part = false;
    std::vector<ExrPart> parts;
};

/// Damaged, OutOfMemory (naming the size in pixels) or Unsupported; success says nothing about the pixels.
Result<ExrLayout> scan_exr(const RawFile& in, const std::string& path, const ReadLimits& limits);
Status check_exr_header(const std::string& path, const ReadLimits& limits);

/// Scan lines that are compressed together, by compression's number in the file.
int64_t lines_in_chunk(int compression);

} // namespace tessera
