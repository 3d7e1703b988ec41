// Each thread takes the next few chunks, narrows the rows of the image into memory that is still in its cache,
// reorders, deflates, and hands the bytes on; they go into the file in order, so that it is the same however many
// threads there are. OpenEXR's own way is a copy of all pixels into planes of halves, another into its line buffers,
// and zlib, which takes twice to six times as long as exr_deflate.h.
#include "core/media/exr_chunk_write.h"
#include "core/media/exr_bytes.h"
#include "core/media/exr_scratch.h"
#include "core/media/half_convert.h"
#include "core/media/parallel.h"
#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>

namespace tessera {

namespace {

constexpr size_t slots = 4;

/// Pixels of a chunk; x from the window's left, y down from its top.
struct ChunkBox {
    int x = 0, y = 0, width = 0, height = 0;
};

struct Grid {
    int chunk_width = 0, chunk_height = 0;
    int64_t columns = 0, rows = 0;
};

Grid grid_of(const ChunkPart& part)
{
    constexpr int zip_lines = 16;
    Grid g{part.tile_width, part.tile_height, 0, 0};
    if (g.chunk_width == 0)
        g.chunk_width = part.window.width(), g.chunk_height = part.compression == ExrCompression::Zip ? zip_lines : 1;
    g.columns = (int64_t(part.window.width()) + g.chunk_width - 1) / g.chunk_width;
    g.rows = (int64_t(part.window.height()) + g.chunk_height - 1) / g.chunk_height;
    return g;
}

/// `count` samples of one slot as floats, wherever they come to lie.
void floats_from_pixels(const float* from, int slot, uint8_t* to, size_t count)
{
    for (size_t i = 0; i < count; ++i)
        std::memcpy(to + i * sizeof(float), from + i * slots + size_t(slot), sizeof(float));
}

/// One row of a chunk as the file has it: the samples of each channel together.
void pack_row(const ChunkPart& part, const ChunkBox& box, int row, uint8_t* to)
{
    const int y = part.window.y1 - 1 - (box.y + row), x0 = part.window.x0 + box.x, x1 = x0 + box.width;
    const auto width = size_t(box.width);
    for (const ChunkLayer& layer : part.layers) {
        const Rect& r = layer.pixels->region;
        const bool inside = y >= r.y0 && y < r.y1;
        const int from = inside ? std::clamp(r.x0, x0, x1) : x1, to_x = inside ? std::clamp(r.x1, from, x1) : x1;
        const size_t sample = layer.half ? 2 : 4, before = size_t(from - x0), count = size_t(to_x - from),
                     after = size_t(x1 - to_x);
        for (const ChunkLayer::Channel& c : layer.channels) {
            uint8_t* plane = to + c.bytes_before * width;
            if (before > 0) std::memset(plane, 0, before * sample);
            if (after > 0) std::memset(plane + (before + count) * sample, 0, after * sample);
        }
        if (count == 0) continue;
        const float* pixels = layer.pixels->at(from, y);
        if (!layer.half) {
            for (const ChunkLayer::Channel& c : layer.channels)
                floats_from_pixels(pixels, c.slot, to + c.bytes_before * width + before * sample, count);
            continue;
        }
        uint16_t* planes[slots] = {};
        for (const ChunkLayer::Channel& c : layer.channels)
            planes[c.slot] = reinterpret_cast<uint16_t*>(to + (c.bytes_before * width + before * sample));
        halves_from_pixels(pixels, planes, count);
    }
}

/// A few chunks, ready for the file.
struct Packed {
    ScratchBytes bytes;
    size_t used = 0;
    std::vector<size_t> starts; ///< of each chunk in `bytes`
};

class Packer {
public:
    Packer(const ChunkPart& part) : part_(part), grid_(grid_of(part))
    {
        // chunks of single rows go several at a time: handing them on costs as much as packing this much
        constexpr size_t batch_bytes = 128 << 10;
        const size_t chunk_bytes = size_t(grid_.chunk_width) * size_t(grid_.chunk_height) * part.bytes_a_pixel;
        batch_ = int64_t(std::max<size_t>(1, batch_bytes / std::max<size_t>(1, chunk_bytes)));
        chunks_ = grid_.columns * grid_.rows;
    }
    int64_t batches() const { return (chunks_ + batch_ - 1) / batch_; }
    int64_t chunks() const { return chunks_; }

    void pack(int64_t index, Packed& out) const
    {
        ExrScratchLease scratch;
        const int64_t first = index * batch_, last = std::min(chunks_, first + batch_);
        size_t room = 0;
        for (int64_t i = first; i < last; ++i) room += header_bytes() + raw_bytes(box_of(i));
        uint8_t* p = out.bytes.room(room);
        out.starts.clear();
        out.used = 0;
        for (int64_t i = first; i < last; ++i) {
            out.starts.push_back(out.used);
            out.used += pack_chunk(i, p + out.used, *scratch);
        }
    }

private:
    size_t header_bytes() const { return sizeof(int32_t) * ((part_.number >= 0 ? 1 : 0) + (tiled() ? 5 : 2)); }
    bool tiled() const { return part_.tile_width > 0; }
    size_t raw_bytes(const ChunkBox& b) const { return size_t(b.width) * size_t(b.height) * part_.bytes_a_pixel; }
    ChunkBox box_of(int64_t chunk) const
    {
        ChunkBox b{int(chunk % grid_.columns) * grid_.chunk_width, int(chunk / grid_.columns) * grid_.chunk_height};
        b.width = std::min(grid_.chunk_width, part_.window.width() - b.x);
        b.height = std::min(grid_.chunk_height, part_.window.height() - b.y);
        return b;
    }

    size_t pack_chunk(int64_t index, uint8_t* to, ExrScratch& scratch) const
    {
        const ChunkBox box = box_of(index);
        uint8_t* body = to + header_bytes();
        size_t size = part_.compression == ExrCompression::None ? 0 : deflate(box, body, scratch);
        if (size == 0) { // stored as it is, also where deflating does not make it smaller
            size = raw_bytes(box);
            const size_t row = size / size_t(box.height);
            for (int y = 0; y < box.height; ++y) pack_row(part_, box, y, body + size_t(y) * row);
        }
        const auto put = [&to](int32_t v) {
            std::memcpy(to, &v, sizeof v);
            to += sizeof v;
        };
        if (part_.number >= 0) put(part_.number);
        if (tiled()) {
            put(int32_t(index % grid_.columns)), put(int32_t(index / grid_.columns));
            put(0), put(0); // the only level
        } else {
            put(part_.top_row + box.y);
        }
        put(int32_t(size));
        return header_bytes() + size;
    }

    /// 0 when the result would not be smaller.
    size_t deflate(const ChunkBox& box, uint8_t* to, ExrScratch& scratch) const
    {
        const size_t size = raw_bytes(box), row = size / size_t(box.height);
        uint8_t *bytes = scratch.chunk.room(size), *one = scratch.row.room(row);
        for (int y = 0; y < box.height; ++y) {
            pack_row(part_, box, y, one);
            const size_t at = size_t(y) * row / 2;
            split_words(one, bytes + at, bytes + size / 2 + at, row / 2);
        }
        to_differences(bytes, size);
        ReorderedChunk chunk{bytes, size, size_t(box.height), {}};
        for (const size_t sample : part_.sample_bytes) chunk.row_pieces.push_back(size_t(box.width) * sample / 2);
        return scratch.deflater.deflate(chunk, to, size - 1, part_.zip_level);
    }

    const ChunkPart& part_;
    Grid grid_;
    int64_t batch_ = 1, chunks_ = 0;
};

} // namespace

bool writes_chunks(const ChunkPart& part)
{
    constexpr size_t largest_chunk = 256u << 20; // every thread holds two or three
    const ExrCompression c = part.compression;
    const bool known = c == ExrCompression::None || c == ExrCompression::Zips || c == ExrCompression::Zip;
    const Grid g = grid_of(part);
    return known && size_t(g.chunk_width) * size_t(g.chunk_height) <= largest_chunk / part.bytes_a_pixel &&
           std::endian::native == std::endian::little;
}

int64_t chunk_count(const ChunkPart& part)
{
    const Grid g = grid_of(part);
    return g.columns * g.rows;
}

bool write_chunks(AtomicFile& file, const ChunkPart& part, uint64_t table, int threads)
{
    const Packer packer(part);
    std::vector<uint64_t> offsets;
    offsets.reserve(size_t(packer.chunks()));
    std::atomic<bool> good{true};
    parallel_in_order<Packed>(
        packer.batches(), threads,
        [&](int64_t index, Packed& packed) {
            if (good) packer.pack(index, packed);
        },
        [&](int64_t, Packed& packed) {
            if (!good) return;
            for (const size_t start : packed.starts) offsets.push_back(file.position() + start);
            if (!file.write(packed.bytes.data(), packed.used)) good = false;
        });
    const uint64_t end = file.position();
    return good && file.seek(table) && file.write(offsets.data(), offsets.size() * sizeof(uint64_t)) && file.seek(end);
}

} // namespace tessera
