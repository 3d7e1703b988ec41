// EXR files. The headers are OpenEXR's; chunks that are stored as they are or by ZIP or ZIPS are ours
// (exr_chunk_write.h). Other compressions go through OpenEXR: half channels are narrowed by ourselves (half_convert.h),
// a band of rows at a time so that a large frame needs no second copy of itself; floats are taken from the image where
// it lies, its rows upwards.
#include "core/media/atomic_file.h"
#include "core/media/exr_chunk_write.h"
#include "core/media/exr_memory.h"
#include "core/media/exr_metadata.h"
#include "core/media/exr_threads.h"
#include "core/media/half_convert.h"
#include "core/media/image_write_formats.h"
#include "core/media/media_error.h"
#include "core/media/parallel.h"
#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfFramesPerSecond.h>
#include <ImfHeader.h>
#include <ImfIO.h>
#include <ImfMultiPartOutputFile.h>
#include <ImfOutputPart.h>
#include <ImfPartType.h>
#include <ImfStandardAttributes.h>
#include <ImfTileDescription.h>
#include <ImfTiledOutputPart.h>
#include <algorithm>
#include <cstring>
#include <memory>
#include <set>
#include <stdexcept>

namespace tessera {

namespace {

constexpr size_t slots = 4;

/// Lets OpenEXR write to our file. It swallows what its destructors meet (the chunk table is written there), so the
/// file keeps the first failure for us.
class FileStream : public Imf::OStream {
public:
    FileStream(AtomicFile& file, const std::string& name) : OStream(name.c_str()), file_(file) {}
    void write(const char c[], int n) override
    {
        if (!file_.write(c, size_t(n))) throw std::runtime_error("the file cannot be written");
    }
    uint64_t tellp() override { return file_.position(); }
    void seekp(uint64_t position) override { file_.seek(position); }

private:
    AtomicFile& file_;
};

/// A layer of a part, with the names its channels get.
struct PartLayer {
    const WriteLayer* layer = nullptr;
    std::vector<std::string> names; ///< parallel to layer->layer.channels
    bool half = false;
};

struct Part {
    std::string name, view; ///< empty: the file has a single part
    Rect window;            ///< y-up, united over its layers
    std::vector<PartLayer> layers;
};

std::vector<std::string> views_of(const WriteRequest& r)
{
    std::vector<std::string> views;
    for (const WriteLayer& l : r.layers)
        if (std::find(views.begin(), views.end(), l.view) == views.end()) views.push_back(l.view);
    return views;
}

/// A single view called "main" is what every program takes a file without views for.
bool named_views(const std::vector<std::string>& views)
{
    return views.size() > 1 || views.front() != "main";
}

Result<bool> stored_as_half(const WriteRequest& r, const WriteLayer& l)
{
    if (l.layer.data) return false;
    const PixelDepth depth = l.depth == PixelDepth::Auto ? r.depth : l.depth;
    if (depth == PixelDepth::Auto || depth == PixelDepth::Half) return true;
    if (depth == PixelDepth::Float) return false;
    return file_error(ErrorKind::Unsupported, r.path,
                      "cannot write " + r.path + ": EXR has no " + std::string(name_of(depth)) + "-bit integers",
                      "choose half or float");
}

Result<std::vector<Part>> parts_of(const WriteRequest& r)
{
    const auto views = views_of(r);
    std::vector<Part> parts;
    std::set<std::pair<size_t, std::string>> taken;
    std::set<std::string> part_names;
    for (const WriteLayer& l : r.layers) {
        TESSERA_TRY(half, stored_as_half(r, l));
        // by EXR's rule only a root channel of the first view goes without its view's name
        const bool prefixed = !r.exr.part_per_layer && named_views(views);
        if (parts.empty() || r.exr.part_per_layer) {
            Part part;
            if (r.exr.part_per_layer) {
                part.name = l.layer.name + (views.size() > 1 ? "." + l.view : "");
                if (named_views(views)) part.view = l.view;
                if (!part_names.insert(part.name).second)
                    return file_error(ErrorKind::InvalidArgument, r.path,
                                      "cannot write " + r.path + ": it would hold \"" + part.name + "\" twice",
                                      "rename a layer");
            }
            parts.push_back(std::move(part));
        }
        Part& part = parts.back();
        PartLayer layer{&l, {}, half};
        for (const std::string& channel : l.layer.channels) {
            const std::string plain = exr_channel_name(l.layer.name, channel);
            const bool bare = !prefixed || (l.view == views.front() && plain.find('.') == std::string::npos);
            layer.names.push_back(bare ? plain : exr_channel_name(l.layer.name, channel, l.view));
            if (!taken.insert({parts.size(), layer.names.back()}).second)
                return file_error(ErrorKind::InvalidArgument, r.path,
                                  "cannot write " + r.path + ": it would hold the channel \"" + layer.names.back() +
                                      "\" twice",
                                  "rename a layer or a channel");
        }
        part.window = united(part.window, l.pixels->region);
        part.layers.push_back(std::move(layer));
    }
    return parts;
}

constexpr Imf::Compression compressions[] = {
    Imf::NO_COMPRESSION,    Imf::RLE_COMPRESSION, Imf::ZIPS_COMPRESSION, Imf::ZIP_COMPRESSION,  Imf::PIZ_COMPRESSION,
    Imf::PXR24_COMPRESSION, Imf::B44_COMPRESSION, Imf::B44A_COMPRESSION, Imf::DWAA_COMPRESSION, Imf::DWAB_COMPRESSION};

/// The file's row of a y-up row.
int file_row(const WriteRequest& r, int y)
{
    return r.origin_y + r.format.height - 1 - y;
}

Result<Imf::Header> header_of(const WriteRequest& r, const Part& part, const Metadata& metadata)
{
    const Imath::Box2i display({r.origin_x, r.origin_y},
                               {r.origin_x + r.format.width - 1, r.origin_y + r.format.height - 1});
    const Imath::Box2i data({part.window.x0 + r.origin_x, file_row(r, part.window.y1 - 1)},
                            {part.window.x1 - 1 + r.origin_x, file_row(r, part.window.y0)});
    Imf::Header h(display, data, float(r.format.pixel_aspect));
    TESSERA_CHECK(add_metadata(h, metadata));
    h.compression() = compressions[size_t(r.exr.compression)];
    h.zipCompressionLevel() = std::clamp(r.exr.zip_level, 1, 9);
    h.dwaCompressionLevel() = std::max(r.exr.dwa_level, 0.f);
    if (r.frames_per_second > 0) Imf::addFramesPerSecond(h, Imf::guessExactFps(r.frames_per_second));
    if (r.exr.tiled) {
        h.setTileDescription(
            Imf::TileDescription(unsigned(r.exr.tile_width), unsigned(r.exr.tile_height), Imf::ONE_LEVEL));
        h.lineOrder() = Imf::INCREASING_Y;
    }
    if (!part.name.empty()) h.setName(part.name);
    if (!part.view.empty()) h.setView(part.view);
    h.setType(r.exr.tiled ? Imf::TILEDIMAGE : Imf::SCANLINEIMAGE);
    const auto views = views_of(r);
    if (!r.exr.part_per_layer && named_views(views)) Imf::addMultiView(h, views);
    for (const PartLayer& l : part.layers)
        for (const std::string& name : l.names)
            h.channels().insert(name, Imf::Channel(l.half ? Imf::HALF : Imf::FLOAT));
    return h;
}

/// One layer's rows of a band, as OpenEXR shall see them.
class LayerBand {
public:
    LayerBand(const WriteRequest& r, const Part& part, const PartLayer& layer) : request_(r), part_(part), layer_(layer)
    {
    }

    /// Prepares y-up rows [y0, y1) and adds them to `frame`.
    void add(Imf::FrameBuffer& frame, int y0, int y1)
    {
        const HostImage& image = *layer_.layer->pixels;
        const size_t width = size_t(part_.window.width());
        if (layer_.half) {
            halves_.resize(width * size_t(y1 - y0) * slots);
            fill(halves_, y0, y1,
                 [](const float* from, uint16_t* to, size_t count) { float_to_half(from, to, count); });
            insert(frame, reinterpret_cast<uintptr_t>(halves_.data()), sizeof(uint16_t), y0);
        } else if (image.region == part_.window) {
            const auto* bottom = image.row(y0);
            insert(frame, reinterpret_cast<uintptr_t>(bottom), sizeof(float), y0);
        } else {
            floats_.resize(width * size_t(y1 - y0) * slots);
            fill(floats_, y0, y1,
                 [](const float* from, float* to, size_t count) { std::copy(from, from + count, to); });
            insert(frame, reinterpret_cast<uintptr_t>(floats_.data()), sizeof(float), y0);
        }
    }

private:
    /// Rows from the bottom up, zero where the layer has no pixels.
    template <class T, class Convert> void fill(std::vector<T>& band, int y0, int y1, const Convert& convert)
    {
        const HostImage& image = *layer_.layer->pixels;
        const Rect& w = part_.window;
        const size_t row = size_t(w.width()) * slots;
        parallel_rows(y1 - y0, request_.threads, [&](int first, int last) {
            for (int y = y0 + first; y < y0 + last; ++y) {
                T* to = band.data() + size_t(y - y0) * row;
                if (y < image.region.y0 || y >= image.region.y1) {
                    std::fill(to, to + row, T(0));
                    continue;
                }
                const size_t before = size_t(image.region.x0 - w.x0) * slots,
                             own = size_t(image.region.width()) * slots;
                std::fill(to, to + before, T(0));
                convert(image.row(y), to + before, own);
                std::fill(to + before + own, to + row, T(0));
            }
        });
    }

    void insert(Imf::FrameBuffer& frame, uintptr_t bottom, size_t value_bytes, int y0)
    {
        const size_t x_stride = value_bytes * slots, row = x_stride * size_t(part_.window.width());
        const int64_t bottom_row = file_row(request_, y0), first_column = int64_t(part_.window.x0) + request_.origin_x;
        const uintptr_t base = bottom + uint64_t(bottom_row) * row - uint64_t(first_column) * x_stride;
        for (size_t i = 0; i < layer_.names.size(); ++i) {
            const int slot = channel_slot(layer_.layer->layer, layer_.layer->layer.channels[i]);
            frame.insert(layer_.names[i], Imf::Slice(value_bytes == sizeof(uint16_t) ? Imf::HALF : Imf::FLOAT,
                                                     reinterpret_cast<char*>(base + uint64_t(slot) * value_bytes),
                                                     x_stride, size_t(0) - row));
        }
    }

    const WriteRequest& request_;
    const Part& part_;
    const PartLayer& layer_;
    std::vector<uint16_t> halves_;
    std::vector<float> floats_;
};

/// Rows of a band: enough chunks (of at most 256 rows, mostly 16 or 32) for every thread, and few enough that the
/// halves stay in the processor's cache and need no second frame of memory.
int band_rows(const WriteRequest& r, const Part& part)
{
    constexpr int chunk = 256, rows_a_thread = 128;
    const int step = r.exr.tiled ? r.exr.tile_height : chunk;
    const int wanted = std::max(chunk, thread_count(r.threads) * rows_a_thread);
    return std::min((wanted + step - 1) / step * step, std::max(part.window.height(), step));
}

void write_part(Imf::MultiPartOutputFile& out, int index, const WriteRequest& r, const Part& part)
{
    std::vector<LayerBand> bands;
    for (const PartLayer& l : part.layers) bands.emplace_back(r, part, l);
    std::unique_ptr<Imf::TiledOutputPart> tiles;
    std::unique_ptr<Imf::OutputPart> lines;
    if (r.exr.tiled)
        tiles = std::make_unique<Imf::TiledOutputPart>(out, index);
    else
        lines = std::make_unique<Imf::OutputPart>(out, index);
    const int step = band_rows(r, part), tile_columns = tiles ? tiles->numXTiles() : 0;
    for (int top = part.window.y1; top > part.window.y0; top -= std::min(step, top - part.window.y0)) {
        const int bottom = top - std::min(step, top - part.window.y0);
        Imf::FrameBuffer frame;
        for (LayerBand& b : bands) b.add(frame, bottom, top);
        if (lines) {
            lines->setFrameBuffer(frame);
            lines->writePixels(top - bottom);
        } else {
            tiles->setFrameBuffer(frame);
            tiles->writeTiles(0, tile_columns - 1, (part.window.y1 - top) / r.exr.tile_height,
                              (part.window.y1 - bottom - 1) / r.exr.tile_height);
        }
    }
}

/// The part as our own chunks see it.
ChunkPart chunk_part(const WriteRequest& r, const Part& part, const Imf::Header& header, int number)
{
    ChunkPart out;
    out.window = part.window, out.top_row = file_row(r, part.window.y1 - 1), out.number = number;
    if (r.exr.tiled) out.tile_width = r.exr.tile_width, out.tile_height = r.exr.tile_height;
    out.compression = r.exr.compression, out.zip_level = r.exr.zip_level;
    for (const PartLayer& l : part.layers) out.layers.push_back({l.layer->pixels, l.half, {}});
    for (auto c = header.channels().begin(); c != header.channels().end(); ++c) // in the order of the file
        for (size_t i = 0; i < part.layers.size(); ++i) {
            const PartLayer& l = part.layers[i];
            const auto name = std::find(l.names.begin(), l.names.end(), c.name());
            if (name == l.names.end()) continue;
            const std::string& channel = l.layer->layer.channels[size_t(name - l.names.begin())];
            out.layers[i].channels.push_back({channel_slot(l.layer->layer, channel), out.bytes_a_pixel});
            out.sample_bytes.push_back(l.half ? sizeof(uint16_t) : sizeof(float));
            out.bytes_a_pixel += out.sample_bytes.back();
        }
    return out;
}

/// OpenEXR's headers with empty tables behind them, then our chunks.
void write_own(AtomicFile& file, const std::vector<Imf::Header>& headers, const std::vector<ChunkPart>& parts,
               int threads)
{
    ExrMemoryOut start;
    {
        constexpr bool shared_from_first = false; // all headers are made alike
        constexpr int no_threads = 0;
        const Imf::MultiPartOutputFile only_headers(start, headers.data(), int(headers.size()), shared_from_first,
                                                    no_threads);
    }
    const auto table_bytes = [](const ChunkPart& p) { return uint64_t(chunk_count(p)) * sizeof(uint64_t); };
    uint64_t table = start.bytes().size();
    for (const ChunkPart& p : parts) table -= table_bytes(p);
    bool good = file.write(start.bytes().data(), start.bytes().size());
    for (const ChunkPart& p : parts) {
        good = good && write_chunks(file, p, table, threads);
        table += table_bytes(p);
    }
    if (!good) throw std::runtime_error("the file cannot be written");
}

void write_through_openexr(AtomicFile& file, const WriteRequest& r, const std::vector<Imf::Header>& headers,
                           const std::vector<Part>& parts)
{
    FileStream stream(file, r.path);
    constexpr bool shared_from_first = false;
    Imf::MultiPartOutputFile out(stream, headers.data(), int(headers.size()), shared_from_first,
                                 exr_threads(r.threads));
    for (size_t p = 0; p < parts.size(); ++p) write_part(out, int(p), r, parts[p]);
}

} // namespace

Result<WrittenFile> write_exr(const WriteRequest& r)
{
    constexpr int largest_tile = 4096;
    if (r.exr.tiled &&
        (r.exr.tile_width < 1 || r.exr.tile_height < 1 || std::max(r.exr.tile_width, r.exr.tile_height) > largest_tile))
        return file_error(ErrorKind::InvalidArgument, r.path,
                          "cannot write " + r.path + ": its tiles have no sensible size",
                          "choose tiles of 1 to " + std::to_string(largest_tile) + " pixels");
    TESSERA_TRY(parts, parts_of(r));
    TESSERA_TRY(metadata, metadata_to_write(r));
    std::vector<Imf::Header> headers;
    for (const Part& part : parts) {
        TESSERA_TRY(header, header_of(r, part, metadata));
        headers.push_back(std::move(header));
    }
    std::vector<ChunkPart> own;
    for (size_t p = 0; p < parts.size(); ++p)
        own.push_back(chunk_part(r, parts[p], headers[p], parts.size() > 1 ? int(p) : -1));
    TESSERA_TRY(file, AtomicFile::create(r.path, {r.create_folders, r.overwrite}));
    try {
        if (std::all_of(own.begin(), own.end(), writes_chunks))
            write_own(file, headers, own, r.threads);
        else
            write_through_openexr(file, r, headers, parts);
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception&) {
        TESSERA_CHECK(file.status()); // what really happened, when it was the disk
        throw;
    }
    TESSERA_TRY(bytes, file.commit());
    return WrittenFile{r.path, bytes};
}

} // namespace tessera
