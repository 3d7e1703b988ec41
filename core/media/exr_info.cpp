// What an EXR file holds: headers to FileInfo.
#include "core/media/exr_metadata.h"
#include "core/media/exr_read.h"
#include "core/media/exr_scan.h"
#include "core/media/exr_threads.h"
#include "core/media/layer_map.h"
#include "core/media/media_error.h"
#include <ImfChannelList.h>
#include <ImfInputPart.h>
#include <ImfMultiPartInputFile.h>
#include <ImfPartType.h>
#include <ImfStandardAttributes.h>
#include <ImfTileDescription.h>
#include <algorithm>
#include <bit>
#include <fstream>
#include <mutex>
#include <thread>

namespace tessera {

namespace {

std::string name_of(Imf::Compression c)
{
    switch (c) {
    case Imf::NO_COMPRESSION: return "none";
    case Imf::RLE_COMPRESSION: return "rle";
    case Imf::ZIPS_COMPRESSION: return "zips";
    case Imf::ZIP_COMPRESSION: return "zip";
    case Imf::PIZ_COMPRESSION: return "piz";
    case Imf::PXR24_COMPRESSION: return "pxr24";
    case Imf::B44_COMPRESSION: return "b44";
    case Imf::B44A_COMPRESSION: return "b44a";
    case Imf::DWAA_COMPRESSION: return "dwaa";
    case Imf::DWAB_COMPRESSION: return "dwab";
    default: return "unknown";
    }
}

std::string name_of(Imf::LineOrder order)
{
    switch (order) {
    case Imf::INCREASING_Y: return "increasing";
    case Imf::DECREASING_Y: return "decreasing";
    default: return "random";
    }
}

std::string name_of(Imf::PixelType type)
{
    return type == Imf::HALF ? "half" : type == Imf::FLOAT ? "float" : "uint";
}

/// Mip levels down to a single pixel, by the rounding the file states.
int level_count(const Imf::TileDescription& tiles, int64_t width, int64_t height)
{
    if (tiles.mode == Imf::ONE_LEVEL) return 1;
    const auto largest = uint64_t(std::max(width, height));
    const int down = int(std::bit_width(largest)) - 1;
    return 1 + down + (tiles.roundingMode == Imf::ROUND_UP && !std::has_single_bit(largest) ? 1 : 0);
}

PartInfo part_of(const Imf::Header& header, const FileInfo& file)
{
    PartInfo part;
    if (header.hasName()) part.name = header.name();
    if (header.hasView()) part.view = header.view();
    const auto& w = header.dataWindow();
    part.data_window = {w.min.x - file.origin_x, file.flipped_row(w.max.y), w.max.x - file.origin_x + 1,
                        file.flipped_row(w.min.y) + 1};
    part.compression = name_of(header.compression());
    part.line_order = name_of(header.lineOrder());
    for (auto c = header.channels().begin(); c != header.channels().end(); ++c)
        part.channels.push_back({c.name(), name_of(c.channel().type), c.channel().xSampling, c.channel().ySampling});
    part.deep = header.hasType() && Imf::isDeepData(header.type());
    part.tiled = header.hasTileDescription() && (!header.hasType() || Imf::isTiled(header.type()));
    if (part.tiled) {
        const auto& tiles = header.tileDescription();
        part.tile_width = int(tiles.xSize), part.tile_height = int(tiles.ySize);
        part.levels = level_count(tiles, part.data_window.width(), part.data_window.height());
    }
    return part;
}

uint64_t bytes_of(const PartInfo& part)
{
    uint64_t bytes = 0;
    if (part.deep) return 0;
    for (const ChannelInfo& c : part.channels)
        bytes += uint64_t(part.data_window.pixels()) * (c.type == "half" ? 2 : 4) /
                 uint64_t(std::max(1, c.x_sampling) * int64_t(std::max(1, c.y_sampling)));
    return bytes;
}

/// Attributes of all parts; where two parts disagree the first one's stays.
std::shared_ptr<const Metadata> merged(const std::vector<Metadata>& parts)
{
    auto all = std::make_shared<Metadata>();
    for (const Metadata& part : parts)
        for (const Metadatum& m : part)
            if (!find_metadata(*all, m.name)) all->push_back(m);
    std::sort(all->begin(), all->end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return all;
}

/// Display window, pixel aspect and frame rate, which all parts share.
Status read_format(const std::string& path, const Imf::Header& header, FileInfo& file)
{
    const auto& w = header.displayWindow();
    const int64_t width = int64_t(w.max.x) - w.min.x + 1, height = int64_t(w.max.y) - w.min.y + 1;
    constexpr int64_t farthest = 1 << 28; // keeps sums of coordinates inside int
    const auto& d = header.dataWindow();
    const bool far =
        std::max({std::abs(int64_t(w.min.x)), std::abs(int64_t(w.min.y)), std::abs(int64_t(d.min.x)),
                  std::abs(int64_t(d.min.y)), std::abs(int64_t(d.max.x)), std::abs(int64_t(d.max.y))}) > farthest;
    if (width <= 0 || height <= 0 || width > farthest || height > farthest || far)
        return damaged_error(path, "its display window or data window makes no sense");
    file.info.format = {int(width), int(height), double(header.pixelAspectRatio())};
    file.origin_x = w.min.x, file.origin_y = w.min.y;
    if (Imf::hasFramesPerSecond(header)) {
        const double rate = double(Imf::framesPerSecond(header));
        if (rate > 0 && std::isfinite(rate)) file.info.frames_per_second = rate;
    }
    return {};
}

Result<FileInfo> info_of(const std::string& path, const Imf::MultiPartInputFile& in)
{
    FileInfo file;
    file.format = "openexr";
    TESSERA_CHECK(read_format(path, in.header(0), file));
    std::vector<Metadata> metadata;
    std::vector<std::string> views;
    for (int p = 0; p < in.parts(); ++p) {
        const Imf::Header& header = in.header(p);
        FileInfo frame = file; // a part's own data window is checked like the first one's
        TESSERA_CHECK(read_format(path, header, frame));
        file.parts.push_back(part_of(header, file));
        metadata.push_back(metadata_of(header));
        file.info.data_window = united(file.info.data_window, file.parts.back().data_window);
        file.pixel_bytes += bytes_of(file.parts.back());
        if (p == 0 && Imf::hasMultiView(header)) views = Imf::multiView(header);
    }
    file.info.metadata = merged(metadata);
    assemble_layers(file, views);
    const Layer* main = file.info.layer(main_layer);
    file.info.alpha = main && channel_slot(*main, "A") < 0 && channel_slot(*main, "alpha") < 0
                          ? AlphaState::Opaque
                          : AlphaState::Premultiplied;
    return file;
}

} // namespace

int exr_threads(int asked)
{
    static std::once_flag once;
    std::call_once(once, [] { Imf::setGlobalThreadCount(std::max(1, int(std::thread::hardware_concurrency()))); });
    const int count = asked > 0 ? asked : Imf::globalThreadCount();
    return count == 1 ? 0 : count;
}

bool is_exr(const std::string& path)
{
    constexpr char magic[4] = {0x76, 0x2f, 0x31, 0x01};
    char start[4] = {};
    std::ifstream in(path, std::ios::binary);
    return in.read(start, sizeof start) && std::equal(start, start + 4, magic);
}

Result<FileInfo> exr_info(const std::string& path, const ReadLimits& limits)
{
    TESSERA_CHECK(check_exr_header(path, limits));
    try {
        constexpr bool rebuild_table = false; // that scans the whole file; the header is all we need
        const Imf::MultiPartInputFile in(path.c_str(), exr_threads(1), rebuild_table);
        return info_of(path, in);
    } catch (const std::bad_alloc&) {
        return file_error(ErrorKind::OutOfMemory, path, "cannot read " + path + ": no memory left for its header",
                          "the file is probably damaged: render or copy it again");
    } catch (const std::exception& e) {
        return damaged_error(path, e.what());
    }
}

} // namespace tessera
