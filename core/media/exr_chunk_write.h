#pragma once
// Chunks of EXR parts that are stored as they are or by ZIP or ZIPS, from the pixels of images straight to the file.
#include "core/base/image.h"
#include "core/media/atomic_file.h"
#include "core/media/image_write.h"

namespace tessera {

/// The channels of a part that come from one image.
struct ChunkLayer {
    struct Channel {
        int slot = 0;
        size_t bytes_before = 0; ///< of the part's channels in front of it, a pixel
    };
    const HostImage* pixels = nullptr; ///< zero outside its region
    bool half = false;
    std::vector<Channel> channels;
};

/// A part, as the header that is already in the file describes it.
struct ChunkPart {
    Rect window;                         ///< y-up
    int top_row = 0;                     ///< the file's row of the window's uppermost
    int number = -1;                     ///< of the part; -1 in a file of a single part
    int tile_width = 0, tile_height = 0; ///< 0: scan lines
    ExrCompression compression = ExrCompression::None;
    int zip_level = 4;
    size_t bytes_a_pixel = 0;
    std::vector<size_t> sample_bytes; ///< of each channel in the order of the file: 2 or 4
    std::vector<ChunkLayer> layers;
};

/// Whether write_chunks knows the compression, and the chunks are of a sensible size.
bool writes_chunks(const ChunkPart& part);
int64_t chunk_count(const ChunkPart& part);
/// Appends the part's chunks in the order of their rows, then fills its table of offsets at `table`. False when the
/// file could not be written; its status says why.
bool write_chunks(AtomicFile& file, const ChunkPart& part, uint64_t table, int threads);

} // namespace tessera
