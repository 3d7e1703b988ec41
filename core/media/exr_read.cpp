// Pixels of EXR files. What is stored as it is, or by ZIP or ZIPS, is decoded by ourselves (exr_chunk_read.h); the
// rest, and whatever is not as it should be, by OpenEXR. Of that, half channels go into a buffer of halves, four a
// pixel, and are widened row by row while they are turned over (OpenEXR's own conversion is several times slower);
// anything else is decoded straight into the result where the region spans whole rows, or into a buffer of floats.
#include "core/media/exr_read.h"
#include "core/media/exr_chunk_read.h"
#include "core/media/exr_scan.h"
#include "core/media/exr_threads.h"
#include "core/media/half_convert.h"
#include "core/media/media_error.h"
#include "core/media/parallel.h"
#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfInputPart.h>
#include <ImfMultiPartInputFile.h>
#include <ImfRgbaFile.h>
#include <ImfTiledInputPart.h>
#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace tessera {

namespace {

constexpr size_t slots = 4;

std::vector<PartRead> by_part(const LayerSource& source)
{
    std::vector<PartRead> reads;
    for (const ChannelSource& c : source.channels) {
        auto r = std::find_if(reads.begin(), reads.end(), [&](const PartRead& x) { return x.part == c.part; });
        if (r == reads.end()) r = reads.insert(reads.end(), PartRead{c.part, {}});
        r->channels.push_back(c);
    }
    return reads;
}

/// Pixels in the file's order: y down, `box` in y-up coordinates, four values a pixel.
template <class T> struct Buffer {
    Rect box;
    std::unique_ptr<T[]> values;

    explicit Buffer(const Rect& r) : box(r), values(new T[size_t(r.pixels()) * slots]()) {}
    const T* row(int y) const { return values.get() + size_t(box.y1 - 1 - y) * size_t(box.width()) * slots; }
};

/// Where OpenEXR shall put pixel (x, y) of the file: base + x * x_stride + y * y_stride, modulo 2^64.
struct Target {
    uintptr_t base;
    size_t x_stride, y_stride;
    Imf::PixelType type;
};

template <class T> Target target_of(const Buffer<T>& b, const FileInfo& file, Imf::PixelType type)
{
    const size_t x_stride = sizeof(T) * slots, y_stride = x_stride * size_t(b.box.width());
    const int64_t first_row = file.flipped_row(b.box.y1 - 1), first_column = int64_t(b.box.x0) + file.origin_x;
    return {reinterpret_cast<uintptr_t>(b.values.get()) - uint64_t(first_row) * y_stride -
                uint64_t(first_column) * x_stride,
            x_stride, y_stride, type};
}

/// The result itself, whose rows go upwards: a negative step from one of the file's rows to the next.
Target target_of(HostImage& image, const FileInfo& file)
{
    const size_t x_stride = sizeof(float) * slots, row = x_stride * size_t(image.region.width());
    const int64_t bottom_row = file.flipped_row(image.region.y0),
                  first_column = int64_t(image.region.x0) + file.origin_x;
    return {reinterpret_cast<uintptr_t>(image.pixels.data()) + uint64_t(bottom_row) * row -
                uint64_t(first_column) * x_stride,
            x_stride, size_t(0) - row, Imf::FLOAT};
}

Imf::FrameBuffer frame_buffer(const Target& t, const PartInfo& part, const PartRead& read)
{
    Imf::FrameBuffer frame;
    for (size_t i = 0; i < read.channels.size(); ++i) {
        const ChannelSource& c = read.channels[i];
        const bool repeated = i > 0 && c.channel == read.channels[i - 1].channel; // grey: copied afterwards
        if (!repeated)
            frame.insert(part.channels[size_t(c.channel)].name,
                         Imf::Slice(t.type,
                                    reinterpret_cast<char*>(t.base + uint64_t(c.slot) * (t.type == Imf::HALF ? 2 : 4)),
                                    t.x_stride, t.y_stride));
    }
    return frame;
}

/// Copies the first slot of a grey image to the second and third.
void spread_grey(HostImage& image, const PartRead& read, const Rect& rows)
{
    if (read.channels.size() < 3 || read.channels[0].channel != read.channels[2].channel) return;
    for (int y = rows.y0; y < rows.y1; ++y)
        for (float *p = image.at(rows.x0, y), *end = p + size_t(rows.width()) * slots; p < end; p += slots)
            p[1] = p[2] = p[0];
}

/// What must be decoded for `wanted`: whole rows, or whole tiles, of the part's data window.
Rect decoded_box(const PartInfo& part, const Rect& wanted)
{
    const Rect& w = part.data_window;
    if (!part.tiled) return {w.x0, wanted.y0, w.x1, wanted.y1};
    const auto down = [](int64_t v, int64_t step) { return v / step * step; };
    const auto up = [](int64_t v, int64_t step) { return (v + step - 1) / step * step; };
    // tiles start at the data window's upper left corner
    Rect box;
    box.x0 = w.x0 + int(down(wanted.x0 - w.x0, part.tile_width));
    box.x1 = int(std::min<int64_t>(w.x1, w.x0 + up(wanted.x1 - w.x0, part.tile_width)));
    box.y1 = w.y1 - int(down(w.y1 - wanted.y1, part.tile_height));
    box.y0 = int(std::max<int64_t>(w.y0, w.y1 - up(w.y1 - wanted.y0, part.tile_height)));
    return box;
}

/// The buffers are sized by what the header said when `file` was made; a file replaced since then must not overrun
/// them.
void check_unchanged(const Imf::Header& header, const FileInfo& file, const PartRead& read)
{
    const PartInfo& part = file.parts[size_t(read.part)];
    const auto& w = header.dataWindow();
    const Rect now{w.min.x - file.origin_x, file.flipped_row(w.max.y), w.max.x - file.origin_x + 1,
                   file.flipped_row(w.min.y) + 1};
    bool same = now == part.data_window && header.hasTileDescription() >= part.tiled;
    if (same && part.tiled)
        same = int(header.tileDescription().xSize) == part.tile_width &&
               int(header.tileDescription().ySize) == part.tile_height;
    for (const ChannelSource& c : read.channels)
        same = same && header.channels().findChannel(part.channels[size_t(c.channel)].name) != nullptr;
    if (!same) throw std::runtime_error("it was replaced while it was being read");
}

void decode(Imf::MultiPartInputFile& in, const FileInfo& file, const PartRead& read, const Rect& box,
            const Target& target)
{
    const PartInfo& part = file.parts[size_t(read.part)];
    check_unchanged(in.header(read.part), file, read);
    const Imf::FrameBuffer frame = frame_buffer(target, part, read);
    if (part.tiled) {
        Imf::TiledInputPart pixels(in, read.part);
        pixels.setFrameBuffer(frame);
        const Rect& w = part.data_window;
        pixels.readTiles((box.x0 - w.x0) / part.tile_width, (box.x1 - 1 - w.x0) / part.tile_width,
                         (w.y1 - box.y1) / part.tile_height, (w.y1 - 1 - box.y0) / part.tile_height, 0);
    } else {
        Imf::InputPart pixels(in, read.part);
        pixels.setFrameBuffer(frame);
        pixels.readPixels(file.flipped_row(box.y1 - 1), file.flipped_row(box.y0));
    }
}

/// Copies `wanted` of the buffer into the slots that `read` fills; all four at once where the image is still empty.
template <class T>
void copy_out(const Buffer<T>& from, HostImage& image, const PartRead& read, const Rect& wanted, bool all, int threads)
{
    const size_t count = size_t(wanted.width()) * slots;
    parallel_rows(wanted.height(), threads, [&](int first, int last) {
        std::vector<float> widened;
        for (int y = wanted.y0 + first; y < wanted.y0 + last; ++y) {
            const T* source = from.row(y) + size_t(wanted.x0 - from.box.x0) * slots;
            float* to = image.at(wanted.x0, y);
            if constexpr (std::is_same_v<T, uint16_t>) {
                if (all) {
                    half_to_float(source, to, count);
                    continue;
                }
                widened.resize(count);
                half_to_float(source, widened.data(), count);
            } else if (all) {
                std::memcpy(to, source, count * sizeof(float));
                continue;
            }
            const float* values = widened.empty() ? reinterpret_cast<const float*>(source) : widened.data();
            for (const ChannelSource& c : read.channels)
                for (size_t i = size_t(c.slot); i < count; i += slots) to[i] = values[i];
        }
    });
}

/// Decodes and widens a band of rows at a time, so that the halves stay in the processor's cache.
void read_halves(Imf::MultiPartInputFile& in, const FileInfo& file, const PartRead& read, HostImage& image,
                 const Rect& box, const Rect& wanted, bool only, int threads)
{
    const PartInfo& part = file.parts[size_t(read.part)];
    constexpr int chunk = 256, rows_a_thread = 128; // the tallest chunk; enough chunks of 16 or 32 rows for a thread
    const int step = part.tiled ? part.tile_height : chunk;
    const int64_t rows = (int64_t(std::max(chunk, thread_count(threads) * rows_a_thread)) + step - 1) / step * step;
    std::unique_ptr<Buffer<uint16_t>> buffer;
    for (int64_t top = box.y1; top > box.y0;) {
        // bands end where chunks and tiles do, which are counted from the top of the data window
        const int64_t down = part.data_window.y1 - top;
        const int64_t bottom = std::max<int64_t>(box.y0, part.data_window.y1 - (down / step * step + rows));
        const Rect band{box.x0, int(bottom), box.x1, int(top)};
        if (buffer && buffer->box.height() >= band.height())
            buffer->box = band;
        else
            buffer = std::make_unique<Buffer<uint16_t>>(band);
        decode(in, file, read, band, target_of(*buffer, file, Imf::HALF));
        copy_out(*buffer, image, read, intersected(wanted, band), only, threads);
        top = bottom;
    }
}

void read_part(Imf::MultiPartInputFile& in, const FileInfo& file, const PartRead& read, HostImage& image, bool only,
               int threads)
{
    const PartInfo& part = file.parts[size_t(read.part)];
    const Rect wanted = intersected(image.region, part.data_window);
    if (wanted.empty()) return;
    const Rect box = decoded_box(part, wanted);
    const bool halves = std::all_of(read.channels.begin(), read.channels.end(), [&](const ChannelSource& c) {
        return part.channels[size_t(c.channel)].type == "half";
    });
    const bool in_place = box.x0 == image.region.x0 && box.x1 == image.region.x1 && image.region.contains(box);
    if (halves) {
        read_halves(in, file, read, image, box, wanted, only, threads);
    } else if (in_place) {
        decode(in, file, read, box, target_of(image, file));
    } else {
        const Buffer<float> buffer(box);
        decode(in, file, read, box, target_of(buffer, file, Imf::FLOAT));
        copy_out(buffer, image, read, wanted, only, threads);
    }
    spread_grey(image, read, wanted);
}

/// Luminance and chroma through OpenEXR's own reconstruction filter, in halves.
Status read_luma_chroma(const std::string& path, const FileInfo& file, const LayerSource& source, HostImage& image,
                        int threads)
{
    const PartRead read = by_part(source).front();
    const PartInfo& part = file.parts[size_t(read.part)];
    if (file.parts.size() > 1)
        return file_error(ErrorKind::Unsupported, path,
                          "cannot read " + path + ": it has luminance and chroma in one of several parts",
                          "write it as a single part, or as R, G and B");
    const std::string& luminance = part.channels[size_t(read.channels.front().channel)].name;
    const std::string prefix =
        luminance.substr(0, luminance.find_last_of('.') == std::string::npos ? 0 : luminance.find_last_of('.'));
    const Rect wanted = intersected(image.region, part.data_window);
    if (wanted.empty()) return {};
    Imf::RgbaInputFile in(path.c_str(), prefix, exr_threads(threads));
    check_unchanged(in.header(), file, read);
    const Rect box{part.data_window.x0, wanted.y0, part.data_window.x1, wanted.y1};
    const Buffer<uint16_t> buffer(box);
    const Target t = target_of(buffer, file, Imf::HALF);
    in.setFrameBuffer(reinterpret_cast<Imf::Rgba*>(t.base), 1, size_t(box.width()));
    in.readPixels(file.flipped_row(box.y1 - 1), file.flipped_row(box.y0));
    copy_out(buffer, image, read, wanted, false, threads);
    return {};
}

Status check_readable(const std::string& path, const FileInfo& file, const LayerSource& source, const Rect& region,
                      const ReadLimits& limits)
{
    int64_t bytes = region.pixels() * int64_t(sizeof(float) * slots);
    for (const PartRead& read : by_part(source)) {
        const PartInfo& part = file.parts[size_t(read.part)];
        if (part.deep)
            return file_error(ErrorKind::Unsupported, path, "cannot read " + path + ": its pixels are deep",
                              "flatten it in the renderer, or with another tool");
        for (const ChannelSource& c : read.channels) {
            const ChannelInfo& channel = part.channels[size_t(c.channel)];
            if ((channel.x_sampling != 1 || channel.y_sampling != 1) && !source.luma_chroma)
                return file_error(ErrorKind::Unsupported, path,
                                  "cannot read " + path + ": its channel \"" + channel.name +
                                      "\" has fewer pixels than the image",
                                  "write it with a value for every pixel");
        }
        const Rect wanted = intersected(region, part.data_window);
        if (!wanted.empty()) bytes += decoded_box(part, wanted).pixels() * int64_t(sizeof(float) * slots);
    }
    if (bytes > limits.bytes)
        return file_error(ErrorKind::OutOfMemory, path,
                          "cannot read " + path + ": " + std::to_string(region.width()) + " x " +
                              std::to_string(region.height()) + " pixels need " + std::to_string(bytes >> 20) +
                              " MiB of memory",
                          "read a smaller region, or allow more memory");
    return {};
}

} // namespace

Result<HostImage> exr_read(const std::string& path, const FileInfo& file, const LayerSource& source, const Rect& region,
                           int threads, const ReadLimits& limits)
{
    TESSERA_CHECK(check_readable(path, file, source, region, limits));
    const RawFile raw(path);
    TESSERA_TRY(layout, scan_exr(raw, path, limits));
    try {
        if (source.luma_chroma) {
            HostImage image(region);
            TESSERA_CHECK(read_luma_chroma(path, file, source, image, threads));
            return image;
        }
        const auto reads = by_part(source);
        const bool only = reads.size() == 1;
        const bool covered = only && file.parts[size_t(reads.front().part)].data_window.contains(region);
        HostImage image = covered ? HostImage::for_overwrite(region) : HostImage(region);
        if (std::all_of(reads.begin(), reads.end(), [&](const PartRead& read) {
                return read_chunks(raw, layout, file, read, image, only, threads);
            }))
            return image;
        std::fill(image.pixels.begin(), image.pixels.end(), 0.f);
        Imf::MultiPartInputFile in(path.c_str(), exr_threads(threads));
        for (const PartRead& read : reads) read_part(in, file, read, image, only, threads);
        return image;
    } catch (const std::bad_alloc&) {
        return file_error(ErrorKind::OutOfMemory, path, "cannot read " + path + ": no memory left",
                          "read a smaller region, or close other programs");
    } catch (const std::exception& e) {
        return damaged_error(path, e.what());
    }
}

} // namespace tessera
