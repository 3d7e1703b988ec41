#include "core/media/exr_scan.h"
#include "core/media/media_error.h"
#include <algorithm>
#include <cstring>
#include <fstream>
#include <optional>

namespace tessera {

namespace {

constexpr uint32_t tiled_flag = 0x200, multi_part_flag = 0x1000;
constexpr size_t longest_name = 255;
constexpr int64_t widest = 1 << 22; ///< pixels in a row, over all channels a line buffer holds whole rows of

/// What one header says about its size.
struct Claim {
    int64_t width = 0, height = 0;
    int64_t tile_width = 0, tile_height = 0;
    int64_t bytes_a_pixel = 0; ///< of all channels, without subsampling
    int compression = 0;
    bool data_window = false;
    std::string type; ///< "scanlineimage", "tiledimage", ...; not there in older files
};

/// The file's bytes in order; every read is checked against its size.
class Bytes {
public:
    explicit Bytes(const std::string& path) : in_(path, std::ios::binary)
    {
        in_.seekg(0, std::ios::end);
        size_ = in_ ? int64_t(in_.tellg()) : 0;
        in_.seekg(0);
    }
    int64_t size() const { return size_; }
    int64_t left() { return size_ - int64_t(in_.tellg()); }
    bool read(void* to, size_t count) { return bool(in_.read(static_cast<char*>(to), std::streamsize(count))); }
    bool skip(int64_t count) { return count <= left() && bool(in_.seekg(count, std::ios::cur)); }
    /// A text ended by a zero; nothing when it is longer than a name may be or the file ends.
    std::optional<std::string> name()
    {
        std::string s;
        for (char c; in_.get(c);) {
            if (c == '\0') return s;
            if (s.size() == longest_name) return std::nullopt;
            s += c;
        }
        return std::nullopt;
    }

private:
    std::ifstream in_;
    int64_t size_ = 0;
};

Error damaged(const std::string& path, const std::string& why)
{
    return file_error(ErrorKind::Damaged, path, "cannot read " + path + ": " + why,
                      "the file is cut off or damaged: render or copy it again");
}

/// Adds up the sizes of the channels in a "chlist" value.
bool read_channels(const std::vector<char>& value, Claim& claim)
{
    constexpr size_t after_name = 16; // type, linear and three reserved bytes, x and y sampling
    size_t at = 0;
    while (at < value.size() && value[at] != '\0') {
        const auto* end = static_cast<const char*>(std::memchr(value.data() + at, 0, value.size() - at));
        if (!end) return false;
        at = size_t(end - value.data()) + 1;
        if (value.size() - at < after_name) return false;
        int32_t type;
        std::memcpy(&type, value.data() + at, sizeof type);
        claim.bytes_a_pixel += type == 1 ? 2 : 4;
        at += after_name;
    }
    return at < value.size();
}

bool read_value(const std::string& name, const std::string& type, const std::vector<char>& value, Claim& claim)
{
    if (name == "dataWindow" && type == "box2i" && value.size() == 16) {
        int32_t box[4];
        std::memcpy(box, value.data(), sizeof box);
        claim.width = int64_t(box[2]) - box[0] + 1, claim.height = int64_t(box[3]) - box[1] + 1;
        claim.data_window = true;
    } else if (name == "tiles" && type == "tiledesc" && value.size() == 9) {
        uint32_t size[2];
        std::memcpy(size, value.data(), sizeof size);
        claim.tile_width = size[0], claim.tile_height = size[1];
    } else if (name == "channels" && type == "chlist") {
        return read_channels(value, claim);
    } else if (name == "compression" && type == "compression" && value.size() == 1) {
        claim.compression = value[0];
    } else if (name == "type" && type == "string") {
        claim.type.assign(value.data(), value.size());
    }
    return true;
}

/// One header up to its final zero; `end` is set when there is none, as after the last part of several.
Status read_header(Bytes& in, const std::string& path, Claim& claim, bool& end)
{
    end = false;
    for (bool first = true;; first = false) {
        const auto name = in.name();
        if (!name) return damaged(path, "its header ends in the middle");
        if (name->empty()) {
            end = first;
            return {};
        }
        const auto type = in.name();
        int32_t size = 0;
        if (!type || !in.read(&size, sizeof size)) return damaged(path, "its header ends in the middle");
        if (size < 0 || size > in.left())
            return damaged(path, "its attribute \"" + *name + "\" claims " + std::to_string(size) +
                                     " bytes, but the file has only " + std::to_string(in.left()) + " more");
        constexpr int32_t longest_read = 1 << 20;
        if (size > longest_read) {
            if (!in.skip(size)) return damaged(path, "its header ends in the middle");
            continue;
        }
        std::vector<char> value(static_cast<size_t>(size));
        if (!in.read(value.data(), value.size()) || !read_value(*name, *type, value, claim))
            return damaged(path, "its attribute \"" + *name + "\" is damaged");
    }
}

/// Scan lines that are compressed together, by compression's number in the file.
int64_t lines_in_chunk(int compression)
{
    switch (compression) {
    case 3:
    case 5: return 16; // ZIP, PXR24
    case 4:
    case 6:
    case 7:
    case 8: return 32;  // PIZ, B44, B44A, DWAA
    case 9: return 256; // DWAB
    default: return 1;
    }
}

int64_t ceil_div(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

Status check_claim(const Claim& c, bool tiled, const std::string& path, int64_t file_size, const ReadLimits& limits)
{
    if (!c.data_window) return damaged(path, "it has no data window");
    if (c.width <= 0 || c.height <= 0) return damaged(path, "its data window is empty");
    TESSERA_CHECK(check_image_size(path, c.width, c.height, limits));
    if (c.width > widest)
        return file_error(ErrorKind::Unsupported, path,
                          "cannot read " + path + ": its rows are " + std::to_string(c.width) + " pixels long",
                          "rows of up to " + std::to_string(widest) + " pixels are read: crop or split the image");
    int64_t chunks = ceil_div(c.height, lines_in_chunk(c.compression));
    int64_t chunk_bytes = c.width * std::min(c.height, lines_in_chunk(c.compression)) * c.bytes_a_pixel;
    if (tiled) {
        if (c.tile_width <= 0 || c.tile_height <= 0) return damaged(path, "its tiles have no pixels");
        chunks = ceil_div(c.width, c.tile_width) * ceil_div(c.height, c.tile_height);
        // OpenEXR's buffers hold whole tiles, however small the image is
        if (c.tile_width > widest || c.tile_height > widest ||
            c.tile_width * c.tile_height > std::max(limits.pixels, int64_t(1)))
            return file_error(ErrorKind::OutOfMemory, path,
                              "cannot read " + path + ": it claims tiles of " + std::to_string(c.tile_width) + " x " +
                                  std::to_string(c.tile_height) + " pixels",
                              "the file is damaged, or needs smaller tiles");
        chunk_bytes = c.tile_width * c.tile_height * std::max(c.bytes_a_pixel, int64_t(1));
    }
    constexpr int64_t offset_bytes = 8; // of a chunk in the table after the headers
    if (chunks * offset_bytes > file_size)
        return damaged(path, "it claims " + std::to_string(c.width) + " x " + std::to_string(c.height) +
                                 " pixels, but has only " + std::to_string(file_size) + " bytes");
    if (chunk_bytes > limits.bytes)
        return file_error(ErrorKind::OutOfMemory, path,
                          "cannot read " + path + ": one compressed block of it needs " +
                              std::to_string(chunk_bytes >> 20) + " MiB of memory",
                          "store it with fewer channels or smaller blocks, or allow more memory");
    return {};
}

} // namespace

Status check_exr_header(const std::string& path, const ReadLimits& limits)
{
    Bytes in(path);
    uint32_t start[2]; // magic number, version and flags
    if (!in.read(start, sizeof start)) return damaged(path, "it is only " + std::to_string(in.size()) + " bytes long");
    const uint32_t flags = start[1];
    constexpr uint32_t version_mask = 0xff, known_version = 2;
    if ((flags & version_mask) != known_version)
        return file_error(ErrorKind::Unsupported, path,
                          "cannot read " + path + ": it is of EXR version " + std::to_string(flags & version_mask),
                          "write it again as EXR 2");
    const bool multi_part = flags & multi_part_flag;
    for (bool first = true, end = false;; first = false) {
        Claim claim;
        TESSERA_CHECK(read_header(in, path, claim, end));
        if (end && multi_part && !first) return {};
        if (end) return damaged(path, "its header is empty");
        const bool tiled =
            claim.type.empty() ? (flags & tiled_flag) != 0 : claim.type.find("tile") != std::string::npos;
        TESSERA_CHECK(check_claim(claim, tiled, path, in.size(), limits));
        if (!multi_part) return {};
    }
}

} // namespace tessera
