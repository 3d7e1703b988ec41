#pragma once
// Writes still images: EXR with any number of layers and views, other formats with one layer. A file appears whole or
// not at all (atomic_file.h).
#include "core/base/image.h"
#include "core/base/result.h"
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

enum class ExrCompression { None, Rle, Zips, Zip, Piz, Pxr24, B44, B44a, Dwaa, Dwab };
std::string_view name_of(ExrCompression c); ///< "none", "rle", ..., "dwab"
std::optional<ExrCompression> exr_compression(std::string_view name);

struct ExrOptions {
    ExrCompression compression = ExrCompression::Zip;
    float dwa_level = 45; ///< of DWAA and DWAB: 0 keeps most, 45 is OpenEXR's own choice
    int zip_level = 4;    ///< of ZIP and ZIPS: 1 (fastest) to 9
    bool part_per_layer =
        false; ///< a part for each layer and view, each with its own data window; else all in one part
    bool tiled = false;
    int tile_width = 64, tile_height = 64;
};

/// How numbers are stored. EXR: Half or Float (a data layer is always Float). TIFF: Int8, Int16 or Float. PNG: Int8
/// or Int16. DPX: Int8, Int10, Int12 or Int16. HDR: Float. JPEG, TGA, WebP, BMP: Int8. Auto is Half for EXR, Int16 for
/// TIFF and PNG, Int10 for DPX and the only one for the others.
enum class PixelDepth { Auto, Int8, Int10, Int12, Int16, Half, Float };
std::string_view name_of(PixelDepth d); ///< "auto", "8", "10", "12", "16", "half", "float"

struct FormatOptions {
    int quality = 95;        ///< JPEG and WebP: 1 to 100
    std::string compression; ///< TIFF: "none", "lzw", "zip", "packbits"; empty is "zip"
};

/// One layer of one view. The pixels' region is what is written of it: it may be inside or beyond the format.
struct WriteLayer {
    Layer layer;
    std::string view = "main";
    const HostImage* pixels = nullptr;   ///< channel c of the layer is in slot channel_slot(layer, c)
    PixelDepth depth = PixelDepth::Auto; ///< EXR only: another depth than the request's
};

struct WriteRequest {
    std::string path; ///< its extension chooses the format: exr, png, tif(f), jpg/jpeg, dpx, tga, hdr, webp, bmp
    Format format;
    std::vector<WriteLayer>
        layers; ///< EXR: views in order of appearance, the first is the main one. Others: exactly one
    PixelDepth depth = PixelDepth::Auto;
    /// What the pixels are. PNG, TGA and WebP get colour divided by alpha where it is multiplied in; EXR, TIFF and DPX
    /// get the pixels as they are; the others drop alpha.
    AlphaState alpha = AlphaState::Premultiplied;
    Metadata metadata;              ///< passed on from what was read
    Metadata extra;                 ///< ours ("tessera:key", ...): wins over `metadata`
    double frames_per_second = 0;   ///< 0: not written, unless metadata has it
    std::string timecode;           ///< "HH:MM:SS:FF", a semicolon before the frames for drop-frame; empty: none
    int origin_x = 0, origin_y = 0; ///< EXR: first pixel of the display window in the file (FileInfo::origin_x, y)
    ExrOptions exr;
    FormatOptions other;
    bool create_folders = false, overwrite = false;
    int threads = 0; ///< 0: all cores
};

struct WrittenFile {
    std::string path;
    uint64_t bytes = 0;
};

/// Errors: InvalidArgument (the request makes no sense; the message says where), Unsupported (a format or depth),
/// Exists, Permission, NotFound (no such folder), DiskFull. Whatever fails, no new or half file is left. In integer
/// formats values are rounded after being limited to 0 to 1, NaN becomes 0; outside the layer's region pixels are zero.
Result<WrittenFile> write_image(const WriteRequest& request);

/// Begins to load, on another thread, what the first file of this path's format needs: formats other than EXR take a
/// quarter of a second. Errors are those of write_image. The future ends with the loading.
std::future<void> prepare_image_writer(const std::string& path);

/// The channel's name in an EXR file: "R", "Z", "diffuse.R"; with a view "left.R", "diffuse.left.R".
std::string exr_channel_name(std::string_view layer, std::string_view channel, std::string_view view = {});

} // namespace tessera
