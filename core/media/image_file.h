#pragma once
// Still images: what a file holds, and the pixels of one layer of it. OpenEXR is read directly; every other format is
// decoded by OpenImageIO in a worker process (worker_pool.h), because some of its decoders abort or hang on damaged
// files. Files are y-down with any origin; everything here is y-up with the display window's corner at (0, 0).
#include "core/base/hash.h"
#include "core/base/image.h"
#include "core/base/result.h"
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// One channel as the file stores it.
struct ChannelInfo {
    std::string name;                   ///< full name in the file, view and layer included
    std::string type;                   ///< "half", "float", "uint", "uint8", "uint10", "uint16", ...
    int x_sampling = 1, y_sampling = 1; ///< 2 for the chroma of a luminance/chroma image
    bool operator==(const ChannelInfo&) const = default;
};

/// An EXR part, a TIFF page or a PSD layer.
struct PartInfo {
    std::string name, view; ///< empty where the file gives none
    Rect data_window;       ///< y-up, relative to the display window
    std::string compression;
    std::string line_order; ///< "increasing", "decreasing", "random"; empty where the format has none
    std::vector<ChannelInfo> channels;
    bool tiled = false;
    int tile_width = 0, tile_height = 0;
    int levels = 1; ///< mip levels (the larger count of a rip map)
    bool deep = false;
    bool operator==(const PartInfo&) const = default;
};

/// Where a slot (0 to 3) of a layer comes from.
struct ChannelSource {
    int slot = 0, part = 0, channel = 0; ///< channel: index into the part's channels
    bool operator==(const ChannelSource&) const = default;
};

/// Where the channels of one layer in one view are. A grey image has its luminance in slots 0, 1 and 2.
struct LayerSource {
    std::string layer, view;
    std::vector<ChannelSource> channels;
    bool luma_chroma = false; ///< Y, RY, BY: decoded to R, G, B together
    bool operator==(const LayerSource&) const = default;
};

/// Everything about a file but its pixels.
struct FileInfo {
    ImageInfo info;     ///< layers: of all views together; data window: of all parts together
    std::string format; ///< "openexr", or OpenImageIO's name ("dpx", "tiff", "png", ...)
    std::vector<PartInfo> parts;
    std::vector<LayerSource> sources;
    uint64_t pixel_bytes = 0;       ///< all channels of all flat parts, uncompressed
    int origin_x = 0, origin_y = 0; ///< the display window's first pixel in the file's own y-down coordinates

    /// The file's row of a y-up row, and the other way round.
    int flipped_row(int y) const { return origin_y + info.format.height - 1 - y; }
    /// Layers that `view` has; an empty view means the first. A file without views serves every view.
    std::vector<Layer> layers_of(std::string_view view) const;
    const LayerSource* source(std::string_view layer, std::string_view view) const;
};

/// What a file may ask of the machine before it is refused.
struct ReadLimits {
    int64_t pixels = int64_t(1) << 28; ///< of one part: 16384 x 16384
    int64_t bytes = int64_t(6) << 30;  ///< of memory for one read
    double seconds = 60;               ///< for one read in the worker process
    bool operator==(const ReadLimits&) const = default;
};

/// Reads the header only; a small cache makes asking again for an unchanged file cheap. Errors: NotFound, Permission,
/// Damaged (not an image, or cut off), Unsupported (a movie, a format that is unknown), OutOfMemory (larger than
/// `limits`; the message names the size), Timeout.
Result<FileInfo> read_info(const std::string& path, const ReadLimits& limits = {});

/// The pixels of `layer` in `view` ("" for the first) inside `region`, in full-resolution y-up pixels. The result's
/// region is `region` clipped to the file's data window; what the layer's own part does not cover is zero. Only the
/// channels, scan lines or tiles and parts that are needed are decoded; values are as stored (integers as 0 to 1,
/// EXR's uint as numbers), with no colour conversion and alpha as it is in the file. `threads` 0 means all cores.
/// Further errors: NotFound (layer or view), Unsupported (deep pixels, subsampled channels that are not chroma).
Result<HostImage> read_layer(const std::string& path, std::string_view layer, std::string_view view, const Rect& region,
                             int threads = 0, const ReadLimits& limits = {});

/// Tells versions of a file apart without reading it; part of the content key of whatever is read from it.
struct FileStamp {
    uint64_t size = 0, device = 0, inode = 0;
    int64_t modified_ns = 0; ///< since 1970
    Key key() const;
    bool operator==(const FileStamp&) const = default;
};
Result<FileStamp> stamp_of(const std::string& path);

} // namespace tessera
