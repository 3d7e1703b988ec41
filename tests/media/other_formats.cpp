// PNG, TIFF, JPEG, DPX, TGA, HDR, WebP, BMP: written here, read back through the worker, values against the arithmetic
// of each format.
#include "tests/media/support.h"
#include <OpenImageIO/imageio.h>
#include <array>
#include <doctest/doctest.h>
#include <limits>

using namespace tessera;
using namespace tessera::test;

namespace {

/// Half alpha on the right, and values outside 0 to 1.
HostImage picture()
{
    HostImage image = ramp({0, 0, 64, 48});
    for (int y = 0; y < 48; ++y)
        for (int x = 32; x < 64; ++x) {
            float* p = image.at(x, y);
            for (int c = 0; c < 3; ++c) p[c] *= 0.25f;
            p[3] = 0.5f;
        }
    image.at(0, 0)[0] = -1, image.at(1, 0)[0] = 3, image.at(2, 0)[0] = std::nanf("");
    return image;
}

double stored(double value, int bits)
{
    const double largest = double((1 << bits) - 1), limited = value > 0 ? std::min(value, 1.0) : 0;
    return std::floor(limited * largest + 0.5) / largest;
}

HostImage read(const std::string& path)
{
    const auto file = read_info(path);
    REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().text()));
    auto image = read_layer(path, "rgba", "", file->info.data_window);
    REQUIRE_MESSAGE(image.ok(), (image.ok() ? "" : image.error().text()));
    return std::move(*image);
}

struct Case {
    const char* name;
    PixelDepth depth;
    int bits;
    bool alpha, straight;
};

} // namespace

TEST_CASE("integer formats hold the nearest value they can")
{
    TemporaryFolder folder;
    const HostImage pixels = picture();
    for (const Case& c :
         {Case{"a.png", PixelDepth::Int8, 8, true, true}, Case{"a.png", PixelDepth::Int16, 16, true, true},
          Case{"a.tif", PixelDepth::Int8, 8, true, false}, Case{"a.tif", PixelDepth::Int16, 16, true, false},
          Case{"a.dpx", PixelDepth::Int8, 8, true, false}, Case{"a.dpx", PixelDepth::Int10, 10, true, false},
          Case{"a.dpx", PixelDepth::Int12, 12, true, false}, Case{"a.dpx", PixelDepth::Int16, 16, true, false},
          Case{"a.tga", PixelDepth::Int8, 8, true, true}, Case{"a.bmp", PixelDepth::Int8, 8, false, false}}) {
        INFO(std::string(c.name) << " " << c.bits);
        WriteRequest r = request_for(folder / c.name, pixels);
        r.depth = c.depth, r.overwrite = true;
        const auto written = write_image(r);
        REQUIRE_MESSAGE(written.ok(), (written.ok() ? "" : written.error().text()));
        CHECK(written->bytes == fs::file_size(r.path));
        const HostImage image = read(r.path);
        REQUIRE(image.region == pixels.region);
        double worst = 0;
        for (int y = 0; y < 48; ++y)
            for (int x = 0; x < 64; ++x) {
                const float *p = pixels.at(x, y), *q = image.at(x, y);
                for (int ch = 0; ch < 3; ++ch)
                    worst =
                        std::max(worst, std::abs(double(q[ch]) -
                                                 stored(c.straight ? double(p[ch] / p[3]) : double(p[ch]), c.bits)));
                worst = std::max(worst, std::abs(double(q[3]) - (c.alpha ? stored(double(p[3]), c.bits) : 0)));
            }
        // 10 and 12 bits come back widened to 16, which is off by less than one of those
        CHECK(worst < (c.bits == 10 || c.bits == 12 ? 1.0 / 65535 : 1e-6));
        const auto file = read_info(r.path);
        CHECK(file->info.alpha == (!c.alpha     ? AlphaState::Opaque
                                   : c.straight ? AlphaState::Unpremultiplied
                                                : AlphaState::Premultiplied));
    }
}

TEST_CASE("float TIFF is exact, HDR nearly, WebP and JPEG close")
{
    TemporaryFolder folder;
    const HostImage wild = noise({0, 0, 33, 21}, false);
    WriteRequest r = request_for(folder / "a.tif", wild);
    r.depth = PixelDepth::Float;
    REQUIRE(write_image(r).ok());
    CHECK(identical(read(r.path), wild));

    const HostImage pixels = ramp({0, 0, 96, 64});
    r = request_for(folder / "a.hdr", pixels);
    REQUIRE(write_image(r).ok());
    for (int slot = 0; slot < 3; ++slot) CHECK(largest_difference(read(r.path), pixels, slot) < 1.0 / 128);
    for (const char* name : {"a.jpg", "a.webp"}) {
        INFO(std::string(name));
        std::array<uintmax_t, 2> sizes{};
        for (size_t i = 0; i < 2; ++i) {
            r = request_for(folder / name, pixels);
            r.overwrite = true, r.other.quality = i ? 98 : 30;
            REQUIRE(write_image(r).ok());
            sizes[i] = fs::file_size(r.path);
        }
        CHECK(sizes[0] < sizes[1]);
        for (int slot = 0; slot < 3; ++slot)
            CHECK(largest_difference(read(r.path), pixels, slot) < 0.06); // their chroma has half the pixels
    }
}

TEST_CASE("a layer inside or beyond the format is padded or cropped")
{
    TemporaryFolder folder;
    for (const Rect& region :
         {Rect{-10, -5, 80, 60}, Rect{10, 5, 30, 20}, Rect{50, 40, 90, 90}, Rect{100, 100, 120, 120}}) {
        const HostImage pixels = ramp(region);
        WriteRequest r = request_for(folder / "a.png", pixels);
        r.format = {64, 48, 1}, r.overwrite = true;
        REQUIRE(write_image(r).ok());
        const HostImage image = read(r.path);
        REQUIRE(image.region == Rect{0, 0, 64, 48});
        double worst = 0;
        for (int y = 0; y < 48; ++y)
            for (int x = 0; x < 64; ++x)
                for (int c = 0; c < 4; ++c)
                    worst =
                        std::max(worst, std::abs(double(image.at(x, y)[c]) -
                                                 (region.contains(x, y) ? stored(double(pixels.at(x, y)[c]), 16) : 0)));
        CHECK(worst < 1e-6);
    }
}

TEST_CASE("a single channel is grey, pixel aspect and frame rate reach the file")
{
    TemporaryFolder folder;
    HostImage mask = ramp({0, 0, 20, 10});
    for (size_t i = 0; i < mask.pixels.size(); ++i)
        if (i % 4) mask.pixels[i] = 0;
    for (const char* name : {"a.png", "a.tif", "a.jpg", "a.tga", "a.dpx", "a.bmp"}) {
        INFO(std::string(name));
        REQUIRE(write_image(request_for(folder / name, mask, {"mask", {"mask"}, false})).ok());
        const HostImage image = read(folder / name);
        bool grey = true;
        for (size_t i = 0; i < image.pixels.size(); i += 4)
            grey = grey && image.pixels[i] == image.pixels[i + 1] && image.pixels[i] == image.pixels[i + 2];
        CHECK(grey);
        CHECK(largest_difference(image, mask, 0) < 0.02);
    }
    const HostImage pixels = ramp({0, 0, 8, 8});
    WriteRequest r = request_for(folder / "b.dpx", pixels);
    r.format.pixel_aspect = 2, r.frames_per_second = 25, r.timecode = "10:11:12:13";
    REQUIRE(write_image(r).ok());
    const auto file = read_info(r.path);
    REQUIRE(file.ok());
    CHECK(file->info.format.pixel_aspect == doctest::Approx(2));
    CHECK(file->info.frames_per_second == doctest::Approx(25));
    const Metadatum* timecode = find_metadata(*file->info.metadata, "timeCode");
    REQUIRE(timecode);
    CHECK(timecode->type == "timecode");
    CHECK(std::get<std::vector<int64_t>>(timecode->value).at(0) == 0x10111213);
}

TEST_CASE("every value of a DPX row arrives, whatever its width")
{
    TemporaryFolder folder;
    for (int width = 1; width < 14; ++width)
        for (const PixelDepth depth : {PixelDepth::Int8, PixelDepth::Int10, PixelDepth::Int12, PixelDepth::Int16}) {
            INFO("width " << width << ", depth " << std::string(name_of(depth)));
            HostImage pixels({0, 0, width, 3});
            for (size_t i = 0; i < pixels.pixels.size(); ++i) pixels.pixels[i] = float(1 + i % 200) / 255.f;
            WriteRequest r = request_for(folder / "a.dpx", pixels);
            r.depth = depth, r.overwrite = true;
            REQUIRE(write_image(r).ok());
            const HostImage image = read(r.path);
            for (int slot = 0; slot < 4; ++slot) CHECK(largest_difference(image, pixels, slot) < 0.6 / 255);
        }
}

TEST_CASE("10-bit DPX holds the code values that were meant")
{
    TemporaryFolder folder;
    HostImage pixels({0, 0, 1024, 1});
    for (int i = 0; i < 1024; ++i)
        for (int c = 0; c < 3; ++c) pixels.at(i, 0)[c] = float(i) / 1023.f;
    REQUIRE(write_image(request_for(folder / "a.dpx", pixels, rgb())).ok());
    // the file's own words: 10 bits of red, green and blue in 32, two bits of padding at the end
    const std::string bytes = bytes_of(folder / "a.dpx");
    uint32_t offset;
    std::memcpy(&offset, bytes.data() + 4, 4);
    const bool big_endian = bytes.starts_with("SDPX");
    if (big_endian) offset = __builtin_bswap32(offset);
    int wrong = 0;
    for (uint32_t i = 0; i < 1024; ++i) {
        uint32_t word;
        std::memcpy(&word, bytes.data() + offset + 4 * i, 4);
        if (big_endian) word = __builtin_bswap32(word);
        wrong += (word >> 22) != i || ((word >> 12) & 1023) != i || ((word >> 2) & 1023) != i;
    }
    CHECK(wrong == 0);
}

TEST_CASE("PNG and TIFF alpha stays as it is in the file")
{
    TemporaryFolder folder;
    const std::string path = folder / "straight.png";
    {
        OIIO::ImageSpec spec(2, 1, 4, OIIO::TypeDesc::UINT8);
        spec.attribute("oiio:UnassociatedAlpha", 1);
        const uint8_t values[8] = {200, 100, 50, 128, 10, 20, 30, 0};
        auto out = OIIO::ImageOutput::create(path);
        REQUIRE(out->open(path, spec));
        REQUIRE(out->write_image(OIIO::TypeDesc::UINT8, values));
        REQUIRE(out->close());
    }
    const HostImage image = read(path);
    const int expected[8] = {200, 100, 50, 128, 10, 20, 30, 0};
    for (int i = 0; i < 8; ++i) CHECK(image.pixels[size_t(i)] == doctest::Approx(expected[i] / 255.0));
}

TEST_CASE("metadata of other formats is kept")
{
    const auto file = read_info(data("exr/gaffer/rgb.100x100.png"));
    REQUIRE(file.ok());
    const Metadatum* software = find_metadata(*file->info.metadata, "Software");
    REQUIRE(software);
    CHECK(std::get<std::string>(software->value) == "Gaffer 1.4.0.0");
    CHECK(file->format == "png");
    TemporaryFolder folder;
    const HostImage pixels = ramp({0, 0, 8, 8});
    WriteRequest r = request_for(folder / "a.exr", pixels);
    r.metadata = *file->info.metadata; // a mixture of types, none of EXR's
    REQUIRE(write_image(r).ok());
    CHECK(std::get<std::string>(find_metadata(*read_info(r.path)->info.metadata, "Software")->value) ==
          "Gaffer 1.4.0.0");
    r = request_for(folder / "a.png", pixels);
    r.extra = {{"tessera:key", "", std::string("abc")}};
    REQUIRE(write_image(r).ok());
    const auto png = read_info(r.path);
    REQUIRE(find_metadata(*png->info.metadata, "tessera:key"));
}
