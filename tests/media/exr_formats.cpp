// EXR files written here and read back: every compression, type and layout; regions; and the same files through
// OpenEXR's own simple interface, so that one side cannot hide the other's mistake.
#include "tests/media/support.h"
#include <ImfArray.h>
#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfInputFile.h>
#include <ImfOutputFile.h>
#include <ImfRgbaFile.h>
#include <ImfTileDescription.h>
#include <ImfTiledOutputFile.h>
#include <doctest/doctest.h>
#include <half.h>
#include <limits>

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr Rect odd_window{-13, 7, 180, 161}; ///< outside the format on the left, inside above

bool lossless(ExrCompression c, bool halves)
{
    switch (c) {
    case ExrCompression::Pxr24: return halves;
    case ExrCompression::B44:
    case ExrCompression::B44a: return !halves; // only halves are packed
    case ExrCompression::Dwaa:
    case ExrCompression::Dwab: return false;
    default: return true;
    }
}

HostImage read_whole(const std::string& path, const std::string& layer = "rgba", const std::string& view = "")
{
    const auto file = read_info(path);
    REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().text()));
    auto image = read_layer(path, layer, view, file->info.data_window);
    REQUIRE_MESSAGE(image.ok(), (image.ok() ? "" : image.error().text()));
    return std::move(*image);
}

} // namespace

TEST_CASE("every compression, type and layout comes back as it was written")
{
    TemporaryFolder folder;
    for (int c = 0; c < 10; ++c)
        for (const bool halves : {true, false})
            for (const bool tiled : {false, true})
                for (const int threads : {1, 2}) {
                    const auto compression = ExrCompression(c);
                    INFO(name_of(compression)
                         << (halves ? " half" : " float") << (tiled ? " tiled" : "") << ", threads " << threads);
                    const HostImage pixels =
                        lossless(compression, halves) ? noise(odd_window, halves) : ramp(odd_window);
                    WriteRequest r = request_for(folder / "a.exr", pixels);
                    r.format = {200, 150, 1.5};
                    r.depth = halves ? PixelDepth::Half : PixelDepth::Float;
                    r.exr.compression = compression, r.exr.tiled = tiled;
                    r.exr.tile_width = 32, r.exr.tile_height = 48;
                    r.exr.dwa_level = 1;
                    r.overwrite = true, r.threads = threads;
                    const auto written = write_image(r);
                    REQUIRE_MESSAGE(written.ok(), (written.ok() ? "" : written.error().text()));
                    CHECK(written->bytes == fs::file_size(r.path));
                    const auto file = read_info(r.path);
                    REQUIRE(file.ok());
                    CHECK(file->info.data_window == odd_window);
                    CHECK(file->info.format == Format{200, 150, 1.5});
                    CHECK(file->parts[0].compression == name_of(compression));
                    CHECK(file->parts[0].tiled == tiled);
                    const auto image = read_layer(r.path, "rgba", "main", odd_window, threads);
                    REQUIRE(image.ok());
                    if (lossless(compression, halves))
                        CHECK(identical(*image, pixels));
                    else
                        for (int slot = 0; slot < 4; ++slot) CHECK(largest_difference(*image, pixels, slot) < 0.02);
                }
}

TEST_CASE("regions equal crops of the whole")
{
    TemporaryFolder folder;
    const Rect regions[] = {{-13, 7, 180, 161},   {0, 7, 1, 8},         {-5, 40, 180, 41},   {10, 20, 90, 99},
                            {-13, 100, 180, 161}, {150, 150, 400, 400}, {-400, -400, 0, 30}, {31, 55, 33, 57}};
    for (const bool halves : {true, false})
        for (const bool tiled : {false, true}) {
            const HostImage pixels = noise(odd_window, halves);
            WriteRequest r =
                request_for(folder / (std::string("a") + (halves ? "h" : "f") + (tiled ? "t" : "s") + ".exr"), pixels);
            r.depth = halves ? PixelDepth::Half : PixelDepth::Float;
            r.exr.tiled = tiled, r.exr.tile_width = 32, r.exr.tile_height = 48;
            REQUIRE(write_image(r).ok());
            for (const Rect& region : regions) {
                INFO(halves << tiled << " region " << region.x0 << " " << region.y0 << " " << region.x1 << " "
                            << region.y1);
                const auto image = read_layer(r.path, "rgba", "", region);
                REQUIRE(image.ok());
                CHECK(identical(*image, cropped(pixels, region)));
            }
            const auto outside = read_layer(r.path, "rgba", "", {1000, 1000, 1010, 1010});
            REQUIRE(outside.ok());
            CHECK(outside->region.empty());
        }
    for (const char* name : {"exr/openexr-images/mip/MirrorPattern.exr", "exr/gaffer/rgb.100x100.tif",
                             "exr/gaffer/rgb.100x100.png", "exr/gaffer/rgb.100x100.jpg", "exr/gaffer/rgb.100x100.dpx",
                             "film/checker.cin", "exr/gaffer/rgb.100x100.tga"}) {
        INFO(std::string(name));
        const HostImage whole = read_whole(data(name));
        for (const Rect& region : {Rect{3, 5, 77, 61}, Rect{60, 0, 100, 64}, Rect{0, 89, 160, 90}}) {
            const auto image = read_layer(data(name), "rgba", "", region);
            REQUIRE(image.ok());
            CHECK(identical(*image, cropped(whole, region)));
        }
    }
}

TEST_CASE("the same pixels as OpenEXR's own reader, flipped")
{
    const std::string path = data("exr/openexr-images/displaywindow/t07.exr");
    Imf::RgbaInputFile in(path.c_str());
    const auto w = in.dataWindow();
    const int width = w.max.x - w.min.x + 1, height = w.max.y - w.min.y + 1;
    std::vector<Imf::Rgba> pixels(size_t(width) * size_t(height));
    in.setFrameBuffer(pixels.data() - w.min.x - int64_t(w.min.y) * width, 1, size_t(width));
    in.readPixels(w.min.y, w.max.y);
    const HostImage image = read_whole(path);
    const auto d = in.displayWindow();
    bool same =
        image.region == Rect{w.min.x - d.min.x, d.max.y - w.max.y, w.max.x - d.min.x + 1, d.max.y - w.min.y + 1};
    for (int y = w.min.y; y <= w.max.y && same; ++y)
        for (int x = w.min.x; x <= w.max.x; ++x) {
            const Imf::Rgba& p = pixels[size_t(y - w.min.y) * size_t(width) + size_t(x - w.min.x)];
            const float* q = image.at(x - d.min.x, d.max.y - y);
            same = same && q[0] == float(p.r) && q[1] == float(p.g) && q[2] == float(p.b) && q[3] == 0;
        }
    CHECK(same);
}

TEST_CASE("luminance and chroma become colour, as OpenEXR reconstructs it")
{
    for (const char* name : {"exr/openexr-images/luma-chroma/Flowers.exr", "exr/openexr-tests/comp_b44.exr"}) {
        INFO(std::string(name));
        Imf::RgbaInputFile in(data(name).c_str());
        const auto w = in.dataWindow(), d = in.displayWindow();
        const int width = w.max.x - w.min.x + 1, height = w.max.y - w.min.y + 1;
        std::vector<Imf::Rgba> pixels(size_t(width) * size_t(height));
        in.setFrameBuffer(pixels.data() - w.min.x - int64_t(w.min.y) * width, 1, size_t(width));
        in.readPixels(w.min.y, w.max.y);
        const auto file = read_info(data(name));
        REQUIRE(file.ok());
        REQUIRE(file->info.layers.size() == 1);
        CHECK(file->info.layers[0].name == main_layer);
        CHECK(file->info.layers[0].channels.size() >= 3);
        const HostImage image = read_whole(data(name));
        size_t different = 0;
        for (int y = w.min.y; y <= w.max.y; ++y)
            for (int x = w.min.x; x <= w.max.x; ++x) {
                const Imf::Rgba& p = pixels[size_t(y - w.min.y) * size_t(width) + size_t(x - w.min.x)];
                const float* q = image.at(x - d.min.x, d.max.y - y);
                different += q[0] != float(p.r) || q[1] != float(p.g) || q[2] != float(p.b);
            }
        CHECK(different == 0);
        const Rect part{11, 20, 60, 47};
        const auto some = read_layer(data(name), "rgba", "", part);
        REQUIRE(some.ok());
        CHECK(identical(*some, cropped(image, part)));
    }
    // luminance alone is grey
    const HostImage grey = read_whole(data("exr/gaffer/noisyBlobs.exr"));
    bool equal = true;
    for (size_t i = 0; i < grey.pixels.size(); i += 4)
        equal = equal && grey.pixels[i] == grey.pixels[i + 1] && grey.pixels[i] == grey.pixels[i + 2] &&
                grey.pixels[i + 3] == 0;
    CHECK(equal);
}

TEST_CASE("ids keep every bit, and uint is read as numbers")
{
    TemporaryFolder folder;
    HostImage ids({0, 0, 16, 16});
    for (size_t i = 0; i < ids.pixels.size(); ++i) {
        const uint32_t bits = uint32_t(i) * 2654435761u; // NaNs with payloads, infinities and denormals among them
        std::memcpy(&ids.pixels[i], &bits, 4);
    }
    WriteRequest r = request_for(folder / "ids.exr", ids, {"crypto00", {"R", "G", "B", "A"}, true});
    r.depth = PixelDepth::Half; // which a data layer does not follow
    REQUIRE(write_image(r).ok());
    CHECK(read_info(r.path)->parts[0].channels[0].type == "float");
    CHECK(identical(read_whole(r.path, "crypto00"), ids));

    Imf::Header header(4, 2);
    header.channels().insert("id", Imf::Channel(Imf::UINT));
    const uint32_t numbers[8] = {0, 1, 2, 1000, 65536, 16777216, 7, 9};
    {
        Imf::OutputFile out((folder / "uint.exr").c_str(), header);
        Imf::FrameBuffer frame;
        frame.insert("id", Imf::Slice(Imf::UINT, reinterpret_cast<char*>(const_cast<uint32_t*>(numbers)), 4, 16));
        out.setFrameBuffer(frame);
        out.writePixels(2);
    }
    const auto file = read_info(folder / "uint.exr");
    REQUIRE(file.ok());
    CHECK(file->info.layers[0].data);
    const HostImage read = read_whole(folder / "uint.exr", "id");
    for (int i = 0; i < 8; ++i) CHECK(read.at(i % 4, 1 - i / 4)[0] == float(numbers[i]));
}

TEST_CASE("halves keep infinities, NaN, denormals and the sign of zero")
{
    TemporaryFolder folder;
    HostImage image({0, 0, 4, 3});
    const float infinity = std::numeric_limits<float>::infinity();
    const float values[] = {infinity,      -infinity, 65504.f, 1e6f,    -0.f,    6e-8f,
                            std::nanf(""), 0.1f,      65519.f, 65520.f, -1e-30f, 2049.f};
    for (size_t i = 0; i < std::size(values); ++i)
        std::fill_n(image.pixels.begin() + std::ptrdiff_t(i * 4), 4, values[i]);
    WriteRequest r = request_for(folder / "a.exr", image);
    REQUIRE(write_image(r).ok());
    const HostImage read = read_whole(r.path);
    for (size_t i = 0; i < std::size(values); ++i)
        for (size_t c = 0; c < 4; ++c) {
            const float got = read.pixels[i * 4 + c], wanted = float(half(values[i]));
            CHECK((std::isnan(wanted) ? std::isnan(got) : got == wanted && std::signbit(got) == std::signbit(wanted)));
        }
}

TEST_CASE("line orders and mip levels")
{
    TemporaryFolder folder;
    std::vector<half> pixels(50 * 40);
    for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = half(float(i % 997));
    for (const auto order : {Imf::INCREASING_Y, Imf::DECREASING_Y}) {
        Imf::Header header(50, 40);
        header.lineOrder() = order;
        header.channels().insert("R", Imf::Channel(Imf::HALF));
        {
            Imf::OutputFile out((folder / "order.exr").c_str(), header);
            Imf::FrameBuffer frame;
            frame.insert("R", Imf::Slice(Imf::HALF, reinterpret_cast<char*>(pixels.data()), 2, 100));
            out.setFrameBuffer(frame);
            out.writePixels(40);
        }
        CHECK(read_info(folder / "order.exr")->parts[0].line_order ==
              (order == Imf::INCREASING_Y ? "increasing" : "decreasing"));
        const HostImage image = read_whole(folder / "order.exr");
        bool same = true;
        for (int y = 0; y < 40; ++y)
            for (int x = 0; x < 50; ++x) same = same && image.at(x, 39 - y)[0] == float(pixels[size_t(y * 50 + x)]);
        CHECK(same);
        fs::remove(folder / "order.exr");
    }
    for (const auto mode : {Imf::MIPMAP_LEVELS, Imf::RIPMAP_LEVELS}) {
        Imf::Header header(50, 40);
        header.setTileDescription(Imf::TileDescription(16, 8, mode));
        header.lineOrder() = Imf::RANDOM_Y;
        header.channels().insert("R", Imf::Channel(Imf::HALF));
        {
            Imf::TiledOutputFile out((folder / "levels.exr").c_str(), header);
            Imf::FrameBuffer frame;
            frame.insert("R", Imf::Slice(Imf::HALF, reinterpret_cast<char*>(pixels.data()), 2, 100));
            out.setFrameBuffer(frame);
            for (int ly = 0; ly < out.numYLevels(); ++ly)
                for (int lx = 0; lx < out.numXLevels(); ++lx)
                    if (out.isValidLevel(lx, ly))
                        out.writeTiles(0, out.numXTiles(lx) - 1, 0, out.numYTiles(ly) - 1, lx, ly);
        }
        const auto file = read_info(folder / "levels.exr");
        CHECK(file->parts[0].levels == 6); // 50, 25, 12, 6, 3, 1
        CHECK(file->parts[0].line_order == "random");
        const HostImage image = read_whole(folder / "levels.exr");
        bool same = true;
        for (int y = 0; y < 40; ++y)
            for (int x = 0; x < 50; ++x) same = same && image.at(x, 39 - y)[0] == float(pixels[size_t(y * 50 + x)]);
        CHECK(same);
        fs::remove(folder / "levels.exr");
    }
}

TEST_CASE("subsampled channels that are no chroma are refused by name")
{
    TemporaryFolder folder;
    Imf::Header header(8, 8);
    header.channels().insert("mask", Imf::Channel(Imf::HALF, 2, 2));
    std::vector<half> pixels(16);
    {
        Imf::OutputFile out((folder / "a.exr").c_str(), header);
        Imf::FrameBuffer frame;
        frame.insert("mask", Imf::Slice(Imf::HALF, reinterpret_cast<char*>(pixels.data()), 2, 8, 2, 2));
        out.setFrameBuffer(frame);
        out.writePixels(8);
    }
    const auto image = read_layer(folder / "a.exr", "mask", "", {0, 0, 8, 8});
    REQUIRE(!image.ok());
    CHECK(image.error().kind == ErrorKind::Unsupported);
    CHECK(image.error().message.find("\"mask\"") != std::string::npos);
}

TEST_CASE("a file replaced by another between header and pixels is read anew")
{
    TemporaryFolder folder;
    for (const int size : {64, 32, 96}) {
        const HostImage pixels = noise({0, 0, size, size}, true, uint32_t(size));
        WriteRequest r = request_for(folder / "a.exr", pixels);
        r.overwrite = true;
        const auto before = stamp_of(r.path);
        REQUIRE(write_image(r).ok());
        const auto after = stamp_of(r.path);
        REQUIRE(after.ok());
        if (before) CHECK(before->key() != after->key());
        CHECK(identical(read_whole(r.path), pixels));
    }
}
