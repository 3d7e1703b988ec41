// Why not through OpenEXR: its C++ interface inflates with zlib (half as fast as libdeflate), undoes the predictor a
// byte at a time and writes planes that must be widened and turned over in another pass. Its C interface lets the
// inflating be replaced, but it still parses the whole header once more and allocates its buffers for every file. All
// that is needed here is the table of chunks, which exr_scan.h has found on its way through the header.
//
// A thread takes the next chunk, reads it into memory that is still in its cache from the last one, inflates it, and
// writes the rows that are wanted into the image once, four floats a pixel.
#include "core/media/exr_chunk_read.h"
#include "core/media/exr_bytes.h"
#include "core/media/exr_scratch.h"
#include "core/media/half_convert.h"
#include "core/media/parallel.h"
#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <optional>

namespace tessera {

namespace {

constexpr int slots = 4;
/// Larger chunks (tiles of thousands of pixels, hundreds of channels) are left to OpenEXR: every thread holds one
/// twice.
constexpr int64_t largest_chunk = 64 << 20;

struct WantedChannel {
    int slot = 0;
    int type = 0;
    int64_t bytes_before = 0; ///< of the channels in front of it, a pixel
};

/// Pixels of a chunk, in the file's y-down coordinates relative to the data window.
struct ChunkBox {
    int64_t x = 0, y = 0, width = 0, height = 0;
};

struct Job {
    const RawFile& in;
    const ExrPart& part;
    HostImage& image;
    std::vector<WantedChannel> channels;
    Rect window;          ///< the part's data window, y-up
    Rect wanted;          ///< of the image, inside the window
    int part_number = -1; ///< in the headers of chunks; none in a file of a single part
    bool whole_pixels = false, halves = false;
    int64_t chunk_width = 0, chunk_height = 0, columns = 1;
    int64_t first_row = 0, rows = 0;             ///< of chunks that hold wanted pixels
    int64_t first_column = 0, chunks_across = 1; ///< the same across
    std::vector<uint64_t> offsets;               ///< of whole rows of chunks, from first_row on
};

int64_t ceil_div(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

/// Sorted as EXR asks for, without subsampling, and of the types that exist: then a row is one run of samples a
/// channel.
bool plain_channels(const ExrPart& part)
{
    for (size_t i = 0; i < part.channels.size(); ++i) {
        const ExrChannel& c = part.channels[i];
        if (c.x_sampling != 1 || c.y_sampling != 1 || c.type < ExrChannel::Uint || c.type > ExrChannel::Float)
            return false;
        if (i > 0 && part.channels[i - 1].name >= c.name) return false;
    }
    return true;
}

bool find_channels(Job& job, const PartInfo& info, const PartRead& read)
{
    for (const ChannelSource& source : read.channels) {
        WantedChannel wanted{source.slot};
        const std::string& name = info.channels[size_t(source.channel)].name;
        auto c = job.part.channels.begin();
        for (; c != job.part.channels.end() && c->name != name; ++c) wanted.bytes_before += c->bytes();
        if (c == job.part.channels.end()) return false;
        wanted.type = c->type;
        job.channels.push_back(wanted);
    }
    job.halves = std::all_of(job.channels.begin(), job.channels.end(),
                             [](const WantedChannel& c) { return c.type == ExrChannel::Half; });
    return true;
}

/// Which chunks hold what is wanted, and where they are.
bool find_chunks(Job& job)
{
    const ExrPart& part = job.part;
    job.chunk_width = part.tiled ? part.tile_width : part.width;
    job.chunk_height = part.tiled ? part.tile_height : lines_in_chunk(part.compression);
    if (std::min(job.chunk_width, part.width) * std::min(job.chunk_height, part.height) * part.bytes_a_pixel >
        largest_chunk)
        return false;
    job.columns = ceil_div(part.width, job.chunk_width);
    const int64_t top = job.window.y1 - job.wanted.y1, bottom = job.window.y1 - job.wanted.y0;
    const int64_t left = job.wanted.x0 - job.window.x0, right = job.wanted.x1 - job.window.x0;
    job.first_row = top / job.chunk_height, job.rows = ceil_div(bottom, job.chunk_height) - job.first_row;
    job.first_column = left / job.chunk_width;
    job.chunks_across = ceil_div(right, job.chunk_width) - job.first_column;
    // one more than needed tells where the last of them ends
    const int64_t first = job.first_row * job.columns, needed = job.rows * job.columns;
    const bool more = first + needed < job.columns * ceil_div(part.height, job.chunk_height);
    job.offsets.resize(size_t(needed + more));
    return job.in.read(job.offsets.data(), job.offsets.size() * sizeof(uint64_t),
                       part.table + first * int64_t(sizeof(uint64_t)));
}

std::optional<Job> make_job(const RawFile& in, const ExrLayout& layout, const FileInfo& file, const PartRead& read,
                            HostImage& image)
{
    if (std::endian::native != std::endian::little || size_t(read.part) >= layout.parts.size()) return {};
    const ExrPart& part = layout.parts[size_t(read.part)];
    const PartInfo& info = file.parts[size_t(read.part)];
    const bool ours = part.compression == exr_none || part.compression == exr_zip || part.compression == exr_zips;
    if (!ours || part.table == 0 || info.deep || part.tiled != info.tiled || !plain_channels(part)) return {};
    Job job{in, part, image};
    job.window = info.data_window;
    // the file may have been replaced since `file` was made
    if (part.width != info.data_window.width() || part.height != info.data_window.height() ||
        part.min_x != int64_t(info.data_window.x0) + file.origin_x ||
        part.min_y != file.flipped_row(info.data_window.y1 - 1))
        return {};
    job.wanted = intersected(image.region, job.window);
    if (layout.multi_part) job.part_number = read.part;
    if (!find_channels(job, info, read) || (!job.wanted.empty() && !find_chunks(job))) return {};
    return job;
}

/// A chunk's own header: the part where there are several, then where it is, then the size of what follows.
bool check_header(const Job& job, const uint8_t* bytes, int64_t row, int64_t column, const ChunkBox& box,
                  uint64_t& size)
{
    const auto next = [&bytes] {
        int32_t v;
        std::memcpy(&v, bytes, sizeof v);
        bytes += sizeof v;
        return int64_t(v);
    };
    if (job.part_number >= 0 && next() != job.part_number) return false;
    if (job.part.tiled) {
        if (next() != column || next() != row || next() != 0 || next() != 0) return false; // of the largest level
    } else if (next() != job.part.min_y + box.y) {
        return false;
    }
    const int64_t stated = next();
    size = uint64_t(stated);
    return stated > 0;
}

/// Where row `y` of a chunk has a channel: in the file's order, or apart as low and high bytes.
struct ChunkBytes {
    const uint8_t* bytes = nullptr;
    size_t size = 0;
    bool reordered = false;
};

/// `count` samples at byte `at` of the chunk; put together in `row` where they are apart.
const uint8_t* samples(const ChunkBytes& chunk, size_t at, size_t bytes, uint8_t* row)
{
    if (!chunk.reordered) return chunk.bytes + at;
    join_words(chunk.bytes + at / 2, chunk.bytes + chunk.size / 2 + at / 2, row, bytes / 2);
    return row;
}

void widen(const uint8_t* from, int type, float* to, size_t count)
{
    if (type == ExrChannel::Half) {
        half_to_float(reinterpret_cast<const uint16_t*>(from), to, count);
    } else if (type == ExrChannel::Float) {
        std::memcpy(to, from, count * sizeof(float));
    } else {
        for (size_t i = 0; i < count; ++i) {
            uint32_t v;
            std::memcpy(&v, from + i * sizeof v, sizeof v);
            to[i] = float(v);
        }
    }
}

/// Writes what is wanted of one row of a chunk; `y` counts from its top.
void write_row(const Job& job, const ChunkBox& box, const ChunkBytes& chunk, int64_t y, ExrScratch& scratch)
{
    const int image_y = int(job.window.y1 - 1 - (box.y + y));
    const int x0 = std::max(job.wanted.x0, int(job.window.x0 + box.x));
    const int x1 = std::min(job.wanted.x1, int(job.window.x0 + box.x + box.width));
    const size_t count = size_t(x1 - x0), skip = size_t(x0 - job.window.x0 - box.x), row = count * sizeof(float);
    if (scratch.zeros.size() < row) scratch.zeros.resize(row);
    uint8_t* joined = scratch.row.room(row * slots);
    auto* floats = reinterpret_cast<float*>(scratch.row_floats.room(row * slots));
    const uint8_t* found[slots] = {scratch.zeros.data(), scratch.zeros.data(), scratch.zeros.data(),
                                   scratch.zeros.data()};
    for (size_t i = 0; i < job.channels.size(); ++i) {
        const WantedChannel& c = job.channels[i];
        if (i > 0 && c.bytes_before == job.channels[i - 1].bytes_before) { // grey
            found[c.slot] = found[job.channels[i - 1].slot];
            continue;
        }
        const size_t sample = c.type == ExrChannel::Half ? 2 : 4;
        const size_t at = size_t(y * box.width * job.part.bytes_a_pixel + c.bytes_before * box.width) + skip * sample;
        found[c.slot] = samples(chunk, at, count * sample, joined + size_t(c.slot) * row);
        if (job.halves && job.whole_pixels) continue;
        float* widened = floats + size_t(c.slot) * count;
        widen(found[c.slot], c.type, widened, count);
        found[c.slot] = reinterpret_cast<const uint8_t*>(widened);
    }
    float* to = job.image.at(x0, image_y);
    if (!job.whole_pixels) {
        for (const WantedChannel& c : job.channels) {
            const auto* from = reinterpret_cast<const float*>(found[c.slot]);
            for (size_t i = 0; i < count; ++i) to[i * slots + size_t(c.slot)] = from[i];
        }
    } else if (job.halves) {
        const uint16_t* rows[slots];
        for (int s = 0; s < slots; ++s) rows[s] = reinterpret_cast<const uint16_t*>(found[s]);
        pixels_from_halves(rows, to, count);
    } else {
        const float* rows[slots];
        for (int s = 0; s < slots; ++s) rows[s] = reinterpret_cast<const float*>(found[s]);
        pixels_from_floats(rows, to, count);
    }
}

bool read_chunk(const Job& job, int64_t index, ExrScratch& scratch)
{
    const ExrPart& part = job.part;
    const int64_t row = job.first_row + index / job.chunks_across,
                  column = job.first_column + index % job.chunks_across;
    ChunkBox box{column * job.chunk_width, row * job.chunk_height};
    box.width = std::min(job.chunk_width, part.width - box.x);
    box.height = std::min(job.chunk_height, part.height - box.y);
    const size_t raw = size_t(box.width * box.height * part.bytes_a_pixel);
    const size_t header = sizeof(int32_t) * ((job.part_number >= 0 ? 1 : 0) + (part.tiled ? 5 : 2));
    // read at once: the header and, mostly, no more than the chunk
    const size_t entry = size_t((row - job.first_row) * job.columns + column);
    const uint64_t offset = job.offsets[entry], file_size = uint64_t(job.in.size());
    if (offset == 0 || offset >= file_size) return false;
    uint64_t length = std::min<uint64_t>(header + raw, file_size - offset);
    if (entry + 1 < job.offsets.size() && job.offsets[entry + 1] > offset)
        length = std::min(length, job.offsets[entry + 1] - offset);
    uint8_t* packed = scratch.packed.room(size_t(length));
    uint64_t size = 0;
    if (length <= header || !job.in.read(packed, size_t(length), int64_t(offset)) ||
        !check_header(job, packed, row, column, box, size) || size > length - header)
        return false;
    ChunkBytes chunk{packed + header, raw};
    if (size > raw || (size < raw && part.compression == exr_none)) return false;
    if (size < raw) {
        uint8_t* bytes = scratch.chunk.room(raw);
        if (!scratch.inflater.inflate(packed + header, size_t(size), bytes, raw)) return false;
        from_differences(bytes, raw);
        chunk = {bytes, raw, true};
    }
    const int64_t first = std::max<int64_t>(0, job.window.y1 - job.wanted.y1 - box.y);
    const int64_t last = std::min(box.height, job.window.y1 - job.wanted.y0 - box.y);
    for (int64_t y = first; y < last; ++y) write_row(job, box, chunk, y, scratch);
    return true;
}

} // namespace

bool read_chunks(const RawFile& in, const ExrLayout& layout, const FileInfo& file, const PartRead& read,
                 HostImage& image, bool whole_pixels, int threads)
{
    auto job = make_job(in, layout, file, read, image);
    if (!job) return false;
    if (job->wanted.empty()) return true;
    job->whole_pixels = whole_pixels;
    const int64_t chunks = job->rows * job->chunks_across;
    // starting a thread takes as long as decoding this much
    constexpr int64_t least_bytes = 256 << 10;
    const int64_t bytes = job->wanted.pixels() * job->part.bytes_a_pixel;
    const int members = int(std::clamp<int64_t>(std::min(chunks, bytes / least_bytes), 1, thread_count(threads)));
    // chunks of single rows are taken several at a time
    const int64_t chunk_bytes = std::max<int64_t>(1, job->chunk_width * job->chunk_height * job->part.bytes_a_pixel);
    const int64_t batch = std::max<int64_t>(1, (least_bytes / 2) / chunk_bytes);
    std::atomic<int64_t> next{0};
    std::atomic<bool> good{true};
    parallel_team(members, [&] {
        ExrScratchLease scratch;
        for (int64_t first; good && (first = next.fetch_add(batch)) < chunks;)
            for (int64_t i = first; i < std::min(chunks, first + batch) && good; ++i)
                if (!read_chunk(*job, i, *scratch)) good = false;
    });
    return good;
}

} // namespace tessera
