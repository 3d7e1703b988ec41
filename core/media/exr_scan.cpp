#include "core/media/exr_scan.h"
#include "core/media/media_error.h"
#include <algorithm>
#include <cstring>
#include <optional>

namespace tessera {

namespace {

constexpr uint32_t tiled_flag = 0x200, multi_part_flag = 0x1000;
constexpr size_t longest_name = 255;
constexpr int64_t widest = 1 << 22; ///< pixels in a row, over all channels a line buffer holds whole rows of

/// The file's bytes in order, read in pieces; every read is checked against its size.
class Bytes {
public:
    explicit Bytes(const RawFile& in) : in_(in) {}
    int64_t size() const { return in_.size(); }
    int64_t position() const { return at_; }
    int64_t left() const { return size() - at_; }
    bool read(void* to, size_t count)
    {
        if (count == 0) return true;
        if (int64_t(count) > left()) return false;
        if (count > piece_bytes) {
            if (!in_.read(to, count, at_)) return false;
        } else {
            if (!fill(count)) return false;
            std::memcpy(to, piece_.data() + (at_ - start_), count);
        }
        at_ += int64_t(count);
        return true;
    }
    bool skip(int64_t count)
    {
        if (count > left()) return false;
        at_ += count;
        return true;
    }
    /// A text ended by a zero; nothing when it is longer than a name may be or the file ends.
    std::optional<std::string> name()
    {
        std::string s;
        for (char c; read(&c, 1);) {
            if (c == '\0') return s;
            if (s.size() == longest_name) return std::nullopt;
            s += c;
        }
        return std::nullopt;
    }

private:
    static constexpr size_t piece_bytes = 16384;
    /// Has the next `count` bytes in the piece.
    bool fill(size_t count)
    {
        if (at_ >= start_ && at_ + int64_t(count) <= start_ + int64_t(piece_.size())) return true;
        start_ = at_;
        piece_.resize(size_t(std::min<int64_t>(piece_bytes, left())));
        return in_.read(piece_.data(), piece_.size(), at_);
    }
    const RawFile& in_;
    int64_t at_ = 0, start_ = 0;
    std::vector<char> piece_;
};

Error damaged(const std::string& path, const std::string& why)
{
    return file_error(ErrorKind::Damaged, path, "cannot read " + path + ": " + why,
                      "the file is cut off or damaged: render or copy it again");
}

/// The channels of a "chlist" value, and the sum of their sizes.
bool read_channels(const std::vector<char>& value, ExrPart& claim)
{
    constexpr size_t after_name = 16; // type, linear and three reserved bytes, x and y sampling
    claim.channels.clear(), claim.bytes_a_pixel = 0;
    size_t at = 0;
    while (at < value.size() && value[at] != '\0') {
        const auto* end = static_cast<const char*>(std::memchr(value.data() + at, 0, value.size() - at));
        if (!end) return false;
        ExrChannel channel{std::string(value.data() + at, end)};
        at = size_t(end - value.data()) + 1;
        if (value.size() - at < after_name) return false;
        int32_t fields[4];
        std::memcpy(fields, value.data() + at, sizeof fields);
        channel.type = fields[0], channel.x_sampling = fields[2], channel.y_sampling = fields[3];
        claim.bytes_a_pixel += channel.bytes();
        claim.channels.push_back(std::move(channel));
        at += after_name;
    }
    return at < value.size();
}

bool read_value(const std::string& name, const std::string& type, const std::vector<char>& value, ExrPart& claim)
{
    if (name == "dataWindow" && type == "box2i" && value.size() == 16) {
        int32_t box[4];
        std::memcpy(box, value.data(), sizeof box);
        claim.width = int64_t(box[2]) - box[0] + 1, claim.height = int64_t(box[3]) - box[1] + 1;
        claim.min_x = box[0], claim.min_y = box[1], claim.data_window = true;
    } else if (name == "tiles" && type == "tiledesc" && value.size() == 9) {
        uint32_t size[2];
        std::memcpy(size, value.data(), sizeof size);
        claim.tile_width = size[0], claim.tile_height = size[1];
    } else if (name == "channels" && type == "chlist") {
        return read_channels(value, claim);
    } else if (name == "compression" && type == "compression" && value.size() == 1) {
        claim.compression = value[0];
    } else if (name == "chunkCount" && type == "int" && value.size() == 4) {
        int32_t count;
        std::memcpy(&count, value.data(), sizeof count);
        claim.chunk_count = std::max(count, 0);
    } else if (name == "type" && type == "string") {
        claim.type.assign(value.data(), value.size());
    }
    return true;
}

/// One header up to its final zero; `end` is set when there is none, as after the last part of several.
Status read_header(Bytes& in, const std::string& path, ExrPart& claim, bool& end)
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

int64_t ceil_div(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

Status check_claim(const ExrPart& c, const std::string& path, int64_t file_size, const ReadLimits& limits)
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
    if (c.tiled) {
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

/// Where the tables of chunk offsets are: one after the other behind the last header.
void place_tables(ExrLayout& layout, int64_t position)
{
    constexpr int64_t offset_bytes = 8;
    for (ExrPart& part : layout.parts) {
        part.table = position;
        if (part.chunk_count == 0) return; // what follows lies nobody knows where
        position += part.chunk_count * offset_bytes;
    }
}

} // namespace

int64_t lines_in_chunk(int compression)
{
    switch (compression) {
    case exr_zip:
    case 5: return 16; // ZIP, PXR24
    case 4:
    case 6:
    case 7:
    case 8: return 32;  // PIZ, B44, B44A, DWAA
    case 9: return 256; // DWAB
    default: return 1;
    }
}

Result<ExrLayout> scan_exr(const RawFile& file, const std::string& path, const ReadLimits& limits)
{
    Bytes in(file);
    uint32_t start[2]; // magic number, version and flags
    if (!in.read(start, sizeof start)) return damaged(path, "it is only " + std::to_string(in.size()) + " bytes long");
    const uint32_t flags = start[1];
    constexpr uint32_t version_mask = 0xff, known_version = 2;
    if ((flags & version_mask) != known_version)
        return file_error(ErrorKind::Unsupported, path,
                          "cannot read " + path + ": it is of EXR version " + std::to_string(flags & version_mask),
                          "write it again as EXR 2");
    ExrLayout layout;
    layout.multi_part = flags & multi_part_flag;
    for (bool end = false;;) {
        ExrPart part;
        TESSERA_CHECK(read_header(in, path, part, end));
        if (end && layout.multi_part && !layout.parts.empty()) break;
        if (end) return damaged(path, "its header is empty");
        part.tiled = part.type.empty() ? (flags & tiled_flag) != 0 : part.type.find("tile") != std::string::npos;
        TESSERA_CHECK(check_claim(part, path, in.size(), limits));
        layout.parts.push_back(std::move(part));
        if (!layout.multi_part) break;
    }
    place_tables(layout, in.position());
    return layout;
}

Status check_exr_header(const std::string& path, const ReadLimits& limits)
{
    TESSERA_TRY(layout, scan_exr(RawFile(path), path, limits));
    (void)layout;
    return {};
}

} // namespace tessera
