// The chunks that are read and written without OpenEXR, against OpenEXR and OpenImageIO: the same pixels bit for bit
// both ways, files that are not larger, and of a damaged file what OpenEXR says of it.
#include "tests/media/support.h"
#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfInputFile.h>
#include <ImfInputPart.h>
#include <ImfMultiPartInputFile.h>
#include <ImfOutputFile.h>
#include <ImfTileDescription.h>
#include <ImfTiledOutputFile.h>
#include <OpenImageIO/imageio.h>
#include <doctest/doctest.h>
#include <half.h>
#include <map>

using namespace tessera;
using namespace tessera::test;

namespace {

/// A channel of a file, its samples as the file has them: rows from the top.
struct Plane {
    Imf::PixelType type = Imf::HALF;
    std::vector<char> bytes;
    size_t sample() const { return type == Imf::HALF ? 2 : 4; }
    float at(size_t i) const
    {
        if (type == Imf::HALF) {
            half h;
            std::memcpy(static_cast<void*>(&h), bytes.data() + i * 2, 2);
            return h;
        }
        uint32_t v;
        std::memcpy(&v, bytes.data() + i * 4, 4);
        float f;
        std::memcpy(&f, &v, 4);
        return type == Imf::UINT ? float(v) : f;
    }
};
using Planes = std::map<std::string, Plane>;

struct Window {
    int x = 0, y = 0, width = 1, height = 1;
    Imath::Box2i box() const { return {{x, y}, {x + width - 1, y + height - 1}}; }
};

Imf::FrameBuffer frame_of(Planes& planes, const Window& w)
{
    Imf::FrameBuffer frame;
    for (auto& [name, p] : planes) {
        const size_t row = p.sample() * size_t(w.width);
        frame.insert(name, Imf::Slice(p.type, p.bytes.data() - w.x * ptrdiff_t(p.sample()) - w.y * ptrdiff_t(row),
                                      p.sample(), row));
    }
    return frame;
}

/// Every bit pattern may occur: grain, flat and smooth places, NaNs and infinities.
Planes random_planes(const std::map<std::string, Imf::PixelType>& types, const Window& w, uint32_t seed)
{
    Planes planes;
    uint32_t state = seed * 747796405u + 1;
    for (const auto& [name, type] : types) {
        Plane& p = planes[name];
        p.type = type;
        p.bytes.resize(size_t(w.width) * size_t(w.height) * p.sample());
        const uint32_t kind = (state >> 9) % 3;
        for (size_t i = 0; i < p.bytes.size(); ++i) {
            state = state * 1664525u + 1013904223u;
            p.bytes[i] = char(kind == 0 || i % 501 < 40 ? state >> 24 : kind == 1 ? 0x3c : i / 64);
        }
    }
    return planes;
}

void write_with_openexr(const std::string& path, Planes& planes, const Window& w, Imf::Compression compression,
                        Imf::LineOrder order, int tile)
{
    Imf::Header header(Imath::Box2i({0, 0}, {99, 79}), w.box());
    header.compression() = compression, header.lineOrder() = order;
    for (const auto& [name, p] : planes) header.channels().insert(name, Imf::Channel(p.type));
    if (tile == 0) {
        Imf::OutputFile out(path.c_str(), header);
        out.setFrameBuffer(frame_of(planes, w));
        out.writePixels(w.height);
        return;
    }
    header.setTileDescription(
        Imf::TileDescription(unsigned(tile), unsigned(tile) + 3, tile > 16 ? Imf::MIPMAP_LEVELS : Imf::ONE_LEVEL));
    Imf::TiledOutputFile out(path.c_str(), header);
    out.setFrameBuffer(frame_of(planes, w)); // smaller levels get its upper left corner
    for (int l = 0; l < out.numLevels(); ++l) out.writeTiles(0, out.numXTiles(l) - 1, 0, out.numYTiles(l) - 1, l);
}

/// All channels of a part as they are, or the first words of what OpenEXR says.
struct Verdict {
    Planes planes;
    std::string error;
};

Verdict read_with_openexr(const std::string& path, int part = 0)
{
    Verdict v;
    try {
        Imf::MultiPartInputFile in(path.c_str());
        Imf::InputPart pixels(in, part);
        const auto d = pixels.header().dataWindow();
        const Window w{d.min.x, d.min.y, d.max.x - d.min.x + 1, d.max.y - d.min.y + 1};
        const auto& channels = pixels.header().channels();
        for (auto c = channels.begin(); c != channels.end(); ++c) {
            Plane& p = v.planes[c.name()];
            p.type = c.channel().type;
            p.bytes.resize(size_t(w.width) * size_t(w.height) * p.sample());
        }
        pixels.setFrameBuffer(frame_of(v.planes, w));
        pixels.readPixels(d.min.y, d.max.y);
    } catch (const std::exception& e) {
        v.error = e.what();
    }
    return v;
}

/// What read_layer makes of the whole file, all layers of it, is what the planes hold.
size_t differences(const std::string& path, const Planes& planes, const Window& w, int threads)
{
    const auto file = read_info(path);
    REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().text()));
    size_t different = 0, channels = 0;
    for (const LayerSource& source : file->sources) {
        const auto image = read_layer(path, source.layer, source.view, file->info.data_window, threads);
        REQUIRE_MESSAGE(image.ok(), (image.ok() ? "" : image.error().text()));
        CHECK(image->region.width() == w.width);
        CHECK(image->region.height() == w.height);
        bool filled[4] = {};
        for (const ChannelSource& c : source.channels) {
            filled[c.slot] = true, ++channels;
            const Plane& p = planes.at(file->parts[0].channels[size_t(c.channel)].name);
            for (int y = 0; y < w.height; ++y)
                for (int x = 0; x < w.width; ++x) {
                    const float wanted = p.at(size_t(y) * size_t(w.width) + size_t(x)),
                                got = image->at(image->region.x0 + x, image->region.y1 - 1 - y)[c.slot];
                    different += std::memcmp(&wanted, &got, 4) != 0 && !(std::isnan(wanted) && std::isnan(got));
                }
        }
        for (size_t i = 0; i < image->pixels.size(); ++i) different += !filled[i % 4] && image->pixels[i] != 0;
    }
    CHECK(channels == planes.size());
    return different;
}

constexpr Imf::Compression own_kinds[] = {Imf::NO_COMPRESSION, Imf::ZIPS_COMPRESSION, Imf::ZIP_COMPRESSION,
                                          Imf::RLE_COMPRESSION};
const std::map<std::string, Imf::PixelType> mixed = {{"R", Imf::HALF},    {"G", Imf::HALF},   {"B", Imf::HALF},
                                                     {"A", Imf::FLOAT},   {"Z", Imf::FLOAT},  {"id", Imf::UINT},
                                                     {"v.x", Imf::HALF},  {"v.y", Imf::HALF}, {"w.R", Imf::FLOAT},
                                                     {"w.G", Imf::FLOAT}, {"w.B", Imf::FLOAT}};

} // namespace

TEST_CASE("what OpenEXR writes is read bit for bit: types, windows, line orders, tiles, levels")
{
    TemporaryFolder folder;
    const Window windows[] = {{0, 0, 1, 1}, {-7, 5, 3, 40}, {10, -20, 131, 17}, {0, 0, 64, 33}, {-100, -100, 37, 70}};
    uint32_t seed = 0;
    for (const Imf::Compression kind : own_kinds)
        for (const Imf::LineOrder order : {Imf::INCREASING_Y, Imf::DECREASING_Y})
            for (const int tile : {0, 13, 24})
                for (const Window& w : windows) {
                    INFO("compression " << int(kind) << " order " << int(order) << " tile " << tile << " " << w.width
                                        << " x " << w.height);
                    const std::string path = folder / ("a" + std::to_string(++seed) + ".exr");
                    Planes planes = random_planes(mixed, w, seed);
                    // a smaller level of a tiled file reads the window's corner from the same memory
                    write_with_openexr(path, planes, w, kind, order, tile);
                    CHECK(differences(path, planes, w, int(seed % 3)) == 0);
                    fs::remove(path);
                }
}

TEST_CASE("a frame large enough for several threads, whole and in regions")
{
    TemporaryFolder folder;
    const Window w{0, 0, 700, 500};
    const std::map<std::string, Imf::PixelType> rgb_types = {{"R", Imf::HALF}, {"G", Imf::HALF}, {"B", Imf::HALF}};
    for (const Imf::Compression kind : own_kinds) {
        INFO("compression " << int(kind));
        const std::string path = folder / ("a" + std::to_string(int(kind)) + ".exr");
        Planes planes = random_planes(rgb_types, w, uint32_t(kind) + 50);
        write_with_openexr(path, planes, w, kind, Imf::INCREASING_Y, 0);
        for (const int threads : {1, 2, 4}) CHECK(differences(path, planes, w, threads) == 0);
        const auto file = read_info(path);
        REQUIRE(file.ok());
        const Rect all = file->info.data_window;
        const auto whole = read_layer(path, "rgba", "", all);
        REQUIRE(whole.ok());
        for (const Rect& region :
             {Rect{0, all.y0, 700, all.y0 + 1}, Rect{13, all.y0 + 3, 14, all.y1}, all.moved(100, 100)}) {
            const auto part = read_layer(path, "rgba", "", region, 3);
            REQUIRE(part.ok());
            CHECK(identical(*part, cropped(*whole, region)));
        }
    }
}

namespace {

enum class Content { Grain, Grey, Smooth, Flat, Edges, GrainAndAlpha, Checks };

HostImage picture(Content content, const Rect& region)
{
    HostImage image(region);
    uint32_t state = 7;
    const auto grain = [&state] {
        state = state * 1664525u + 1013904223u;
        return float(state >> 8) / float(1 << 24) - 0.5f;
    };
    for (int y = region.y0; y < region.y1; ++y)
        for (int x = region.x0; x < region.x1; ++x) {
            float* p = image.at(x, y);
            const float smooth = 0.4f + 0.3f * std::sin(float(x) * 0.013f) * std::cos(float(y) * 0.021f);
            const float grey = smooth * (1 + 0.1f * grain());
            for (int c = 0; c < 4; ++c) switch (content) {
                case Content::Grain: p[c] = smooth * (1 + 0.1f * grain()); break;
                case Content::Grey: p[c] = c == 3 ? 1 : grey; break;
                case Content::Smooth: p[c] = smooth + 0.1f * float(c); break;
                case Content::Flat: p[c] = 0.18f; break;
                case Content::Edges: p[c] = (x * x + y * y) / 40000 % 2 ? grey : 0; break;
                case Content::GrainAndAlpha:
                    p[c] = c == 3 ? std::clamp(float(x - 100) / 50, 0.f, 1.f) : smooth * (1 + 0.1f * grain());
                    break;
                case Content::Checks: p[c] = (x / 8 + y / 8) % 2 ? 0.8f : 0.2f; break;
                }
        }
    return image;
}

constexpr Content contents[] = {Content::Grain, Content::Grey,          Content::Smooth, Content::Flat,
                                Content::Edges, Content::GrainAndAlpha, Content::Checks};

/// The planes that a layer R, G, B, A should have become.
Planes planes_of(const HostImage& image, Imf::PixelType type)
{
    Planes planes;
    const Rect& r = image.region;
    for (int c = 0; c < 4; ++c) {
        Plane& p = planes[std::string(1, "RGBA"[c])];
        p.type = type;
        for (int y = r.y1 - 1; y >= r.y0; --y)
            for (int x = r.x0; x < r.x1; ++x) {
                const float f = image.at(x, y)[c];
                const half h(f);
                const char* from =
                    type == Imf::HALF ? reinterpret_cast<const char*>(&h) : reinterpret_cast<const char*>(&f);
                p.bytes.insert(p.bytes.end(), from, from + p.sample());
            }
    }
    return planes;
}

size_t count_different(const Planes& a, const Planes& b)
{
    size_t different = a.size() != b.size();
    for (const auto& [name, p] : a)
        different += !b.contains(name) || b.at(name).type != p.type || b.at(name).bytes != p.bytes;
    return different;
}

/// Through OpenImageIO, as floats.
size_t different_in_oiio(const std::string& path, const HostImage& image)
{
    auto in = OIIO::ImageInput::open(path);
    REQUIRE(in);
    const auto& spec = in->spec();
    REQUIRE(spec.width == image.region.width());
    REQUIRE(spec.height == image.region.height());
    REQUIRE(spec.nchannels == 4);
    std::vector<float> pixels(size_t(spec.width) * size_t(spec.height) * 4);
    REQUIRE(in->read_image(0, 0, 0, 4, OIIO::TypeFloat, pixels.data()));
    size_t different = 0;
    for (int y = 0; y < spec.height; ++y)
        for (int x = 0; x < spec.width; ++x)
            for (int c = 0; c < 4; ++c) {
                const float wanted = image.at(image.region.x0 + x, image.region.y1 - 1 - y)[c];
                different += pixels[(size_t(y) * size_t(spec.width) + size_t(x)) * 4 + size_t(c)] != wanted;
            }
    return different;
}

} // namespace

TEST_CASE("OpenEXR and OpenImageIO read what is written, whatever it shows")
{
    TemporaryFolder folder;
    const Rect regions[] = {{0, 0, 300, 70}, {-5, 3, 12, 20}, {0, 0, 1, 1}};
    for (const Content content : contents)
        for (const Rect& region : regions)
            for (const auto compression : {ExrCompression::None, ExrCompression::Zips, ExrCompression::Zip})
                for (const bool tiled : {false, true})
                    for (const bool halves : {true, false}) {
                        INFO(int(content) << " " << name_of(compression) << " tiled " << tiled << " half " << halves
                                          << " " << region.width() << " x " << region.height());
                        const HostImage image = picture(content, region);
                        WriteRequest r = request_for(folder / "a.exr", image);
                        r.format = {320, 80, 1};
                        r.depth = halves ? PixelDepth::Half : PixelDepth::Float;
                        r.exr.compression = compression, r.overwrite = true;
                        r.exr.tiled = tiled, r.exr.tile_width = 70, r.exr.tile_height = 31;
                        REQUIRE(write_image(r).ok());
                        const Verdict v = read_with_openexr(r.path);
                        CHECK(v.error == "");
                        CHECK(count_different(v.planes, planes_of(image, halves ? Imf::HALF : Imf::FLOAT)) == 0);
                        if (!halves && region.width() > 100) CHECK(different_in_oiio(r.path, image) == 0);
                    }
}

TEST_CASE("several parts and layers of different windows and depths in OpenEXR")
{
    TemporaryFolder folder;
    const HostImage beauty = noise({0, 0, 90, 50}, true, 1), small = noise({20, 10, 60, 30}, true, 2),
                    depth = noise({-10, 0, 90, 60}, false, 3);
    for (const bool parts : {true, false})
        for (const auto compression : {ExrCompression::None, ExrCompression::Zip}) {
            WriteRequest r;
            r.path = folder / "a.exr", r.overwrite = true, r.format = {90, 60, 1};
            r.exr.part_per_layer = parts, r.exr.compression = compression;
            r.layers = {{rgba(), "main", &beauty},
                        {{"spec", {"R", "G", "B"}, false}, "main", &small},
                        {{"depth", {"Z"}, true}, "main", &depth}};
            REQUIRE(write_image(r).ok());
            const Imf::MultiPartInputFile in(r.path.c_str());
            CHECK(in.parts() == (parts ? 3 : 1));
            const Verdict last = read_with_openexr(r.path, parts ? 2 : 0),
                          middle = read_with_openexr(r.path, parts ? 1 : 0);
            REQUIRE(last.error == "");
            REQUIRE(middle.error == "");
            const Rect whole = parts ? depth.region : united(united(beauty.region, small.region), depth.region);
            size_t different = 0;
            for (int y = whole.y0; y < whole.y1; ++y)
                for (int x = whole.x0; x < whole.x1; ++x) {
                    const size_t i = size_t(whole.y1 - 1 - y) * size_t(whole.width()) + size_t(x - whole.x0);
                    different += last.planes.at("Z").at(i) != depth.at(x, y)[0];
                    if (parts) continue;
                    const bool inside = x >= 20 && x < 60 && y >= 10 && y < 30;
                    different += middle.planes.at("spec.G").at(i) != (inside ? small.at(x, y)[1] : 0.f);
                }
            CHECK(different == 0);
            if (parts) CHECK(middle.planes.at("spec.B").at(0) == small.at(20, 29)[2]);
        }
}

TEST_CASE("files are no larger than OpenEXR's by more than a few per cent")
{
    TemporaryFolder folder;
    for (const Content content : contents)
        for (const bool halves : {true, false}) {
            INFO(int(content) << " half " << halves);
            const HostImage image = picture(content, {0, 0, 960, 256});
            Planes planes = planes_of(image, halves ? Imf::HALF : Imf::FLOAT);
            write_with_openexr(folder / "theirs.exr", planes, {0, 0, 960, 256}, Imf::ZIP_COMPRESSION, Imf::INCREASING_Y,
                               0);
            WriteRequest r = request_for(folder / "ours.exr", image);
            r.overwrite = true, r.depth = halves ? PixelDepth::Half : PixelDepth::Float;
            const auto written = write_image(r);
            REQUIRE(written.ok());
            // two kilobytes for the header and for pictures that are next to nothing
            CHECK(double(written->bytes) < 1.03 * double(fs::file_size(folder / "theirs.exr")) + 2048);
            const auto image_back = read_layer(r.path, "rgba", "", image.region);
            REQUIRE(image_back.ok());
            CHECK(differences(r.path, planes, {0, 0, 960, 256}, 2) == 0);
            fs::remove(folder / "theirs.exr"), fs::remove(r.path);
        }
}

TEST_CASE("the bytes of a file do not depend on the threads")
{
    TemporaryFolder folder;
    const HostImage image = picture(Content::GrainAndAlpha, {0, 0, 500, 300});
    for (const auto compression : {ExrCompression::None, ExrCompression::Zips, ExrCompression::Zip}) {
        std::string first;
        for (const int threads : {1, 2, 7}) {
            WriteRequest r = request_for(folder / "a.exr", image);
            r.exr.compression = compression, r.threads = threads, r.overwrite = true;
            REQUIRE(write_image(r).ok());
            if (first.empty()) first = bytes_of(r.path);
            CHECK((bytes_of(r.path) == first));
        }
    }
}

TEST_CASE("of a damaged file is said what OpenEXR says, and what can be read is read")
{
    TemporaryFolder folder;
    const HostImage image = picture(Content::Grain, {0, 0, 60, 50});
    int damaged = 0, sound = 0, number = 0;
    for (const auto compression : {ExrCompression::None, ExrCompression::Zips, ExrCompression::Zip})
        for (const bool tiled : {false, true}) {
            WriteRequest r = request_for(folder / "whole.exr", image);
            r.exr.compression = compression, r.exr.tiled = tiled, r.overwrite = true;
            r.exr.tile_width = r.exr.tile_height = 32;
            REQUIRE(write_image(r).ok());
            const std::string whole = bytes_of(r.path);
            const auto file = read_info(r.path);
            REQUIRE(file.ok());
            const size_t chunks = tiled ? 4 : compression == ExrCompression::Zip ? 4 : 50;
            uint64_t first_chunk = 0;
            size_t table = 8;
            // the table of offsets ends where the first chunk begins, which is its first entry
            for (; table + 8 * chunks < whole.size(); ++table) {
                std::memcpy(&first_chunk, whole.data() + table, 8);
                if (first_chunk == table + 8 * chunks) break;
            }
            REQUIRE(first_chunk == table + 8 * chunks);
            const auto check = [&](const std::string& bytes, const std::string& what) {
                INFO(what << " " << name_of(compression) << " tiled " << tiled);
                const std::string path = folder / ("d" + std::to_string(++number) + ".exr");
                put_bytes(path, bytes);
                const Verdict theirs = read_with_openexr(path);
                const auto ours = read_layer(path, "rgba", "", image.region, 2);
                CHECK(ours.ok() == theirs.error.empty());
                if (ours.ok() && theirs.error.empty()) {
                    CHECK(count_different(theirs.planes, planes_of(*ours, Imf::HALF)) == 0);
                    ++sound;
                } else if (!ours.ok()) {
                    CHECK(ours.error().kind == ErrorKind::Damaged);
                    CHECK(ours.error().message.find(path) != std::string::npos);
                    ++damaged;
                }
                fs::remove(path);
            };
            for (size_t at = table; at < first_chunk; at += 8 * (chunks / 4 + 1)) {
                std::string bytes = whole;
                bytes[at] = char(bytes[at] + 1);
                check(bytes, "offset of a chunk");
                bytes = whole;
                std::memset(bytes.data() + at, 0, 8);
                check(bytes, "no offset of a chunk");
            }
            for (size_t at = first_chunk; at < first_chunk + 24; ++at) {
                std::string bytes = whole;
                bytes[at] = char(bytes[at] ^ 0x41);
                check(bytes, "start of a chunk, byte " + std::to_string(at - first_chunk));
            }
            for (size_t at = first_chunk + 30; at < whole.size(); at += whole.size() / 23) {
                std::string bytes = whole;
                bytes[at] = char(bytes[at] + 7);
                check(bytes, "inside, byte " + std::to_string(at));
                check(whole.substr(0, at), "cut off at " + std::to_string(at));
            }
        }
    CHECK(damaged > 200);
    CHECK(sound > 20);
}
