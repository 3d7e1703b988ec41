// Writing: what is passed on, that files appear whole or not at all, and what a user is told when they cannot.
#include "core/media/atomic_file.h"
#include "tests/media/support.h"
#include <ImfFramesPerSecond.h>
#include <ImfHeader.h>
#include <ImfInputFile.h>
#include <ImfStandardAttributes.h>
#include <ImfStringAttribute.h>
#include <ImfTimeCodeAttribute.h>
#include <csignal>
#include <doctest/doctest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace tessera;
using namespace tessera::test;

namespace {

Metadata metadata_of(const std::string& path)
{
    const auto file = read_info(path);
    REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().text()));
    return *file->info.metadata;
}

Error refused(const WriteRequest& r)
{
    const auto written = write_image(r);
    REQUIRE(!written.ok());
    CHECK(!written.error().remedy.empty());
    return written.error();
}

/// Lets no file grow beyond `bytes` while it lives, as a full disk would.
class SizeLimit {
public:
    explicit SizeLimit(uint64_t bytes)
    {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
    }
    ~SizeLimit()
    {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    SizeLimit(const SizeLimit&) = delete;
    SizeLimit& operator=(const SizeLimit&) = delete;

private:
    rlimit before_{};
    void (*handler_)(int) = SIG_DFL;
};

} // namespace

TEST_CASE("every attribute is passed on as it was")
{
    TemporaryFolder folder;
    int attributes = 0;
    for (const char* name :
         {"exr/gaffer/checker.exr", "exr/gaffer/imitateProductionLayers1.exr", "film/grid-overscan.exr",
          "exr/openexr-images/mip/MirrorPattern.exr", "exr/openexr-tests/lineOrder_increasing.exr",
          "exr/openexr-images/luma-chroma/Flowers.exr", "exr/openexr-images/beachball/singlepart.0003.exr"}) {
        INFO(std::string(name));
        const Metadata before = metadata_of(data(name));
        const HostImage pixels = ramp({0, 0, 8, 8});
        WriteRequest r = request_for(folder / "a.exr", pixels);
        r.metadata = before, r.overwrite = true;
        const auto written = write_image(r);
        REQUIRE_MESSAGE(written.ok(), (written.ok() ? "" : written.error().text()));
        const Metadata after = metadata_of(r.path);
        for (const Metadatum& m : before) {
            if (m.type == "preview") continue;
            INFO(m.name << " " << m.type);
            const Metadatum* kept = find_metadata(after, m.name);
            REQUIRE(kept);
            CHECK(*kept == m);
            ++attributes;
        }
    }
    CHECK(attributes > 25);
}

TEST_CASE("attributes of every type, and of types nobody knows")
{
    TemporaryFolder folder;
    const HostImage pixels = ramp({0, 0, 8, 8});
    WriteRequest r = request_for(folder / "a.exr", pixels);
    r.metadata = {
        {"aString", "string", std::string("text with\nlines")},
        {"cInt", "int", std::vector<int64_t>{-7}},
        {"cLines", "stringvector", std::string("one\ntwo words\n\n")},
        {"chromaticities", "chromaticities",
         std::vector<double>{0.708f, 0.292f, 0.17f, 0.797f, 0.131f, 0.046f, 0.3127f, 0.329f}},
        {"dFloat", "float", std::vector<double>{0.1f}},
        {"eDouble", "double", std::vector<double>{0.1}},
        {"fBox", "box2i", std::vector<int64_t>{-1, -2, 3, 4}},
        {"gMatrix", "m44f", std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}},
        {"hRational", "rational", std::vector<int64_t>{-24000, 1001}},
        {"iKey", "keycode", std::vector<int64_t>{1, 2, 3, 4, 5, 6, 80}},
        {"jVector", "v3d", std::vector<double>{0.1, 0.2, 0.3}},
        {"kNumbers", "floatvector", std::vector<double>{1, 2, 3, 4, 5}},
        {"lUnknown", "somebodysOwnType", std::vector<std::byte>{std::byte(1), std::byte(0), std::byte(255)}},
        {"mFromElsewhere", "", std::vector<int64_t>{5}},
        {"nFromElsewhere", "", std::string("a note")},
        {"oLarge", "", std::vector<int64_t>{int64_t(1) << 40}},
        {"pLongNameThatIsBeyondTheThirtyOneOfOldFiles", "", std::vector<double>{1, 2}},
    };
    const auto written = write_image(r);
    REQUIRE_MESSAGE(written.ok(), (written.ok() ? "" : written.error().text()));
    const Metadata after = metadata_of(r.path);
    for (const Metadatum& m : r.metadata) {
        INFO(m.name);
        const Metadatum* kept = find_metadata(after, m.name);
        REQUIRE(kept);
        if (!m.type.empty()) CHECK(*kept == m);
    }
    CHECK(find_metadata(after, "mFromElsewhere")->type == "int");
    CHECK(find_metadata(after, "nFromElsewhere")->type == "string");
    CHECK(std::get<std::vector<double>>(find_metadata(after, "oLarge")->value).at(0) == 1099511627776.0);

    r.overwrite = true;
    r.metadata = {{"wrong", "v2f", std::string("no vector")}};
    CHECK(refused(r).message.find("\"wrong\"") != std::string::npos);
    r.metadata = {{"wrong", "v2f", std::vector<double>{1}}};
    CHECK(refused(r).kind == ErrorKind::InvalidArgument);
}

TEST_CASE("our own attributes, frame rate, timecode, aspect and origin, read with OpenEXR")
{
    TemporaryFolder folder;
    const HostImage pixels = ramp({-5, 0, 108, 50});
    WriteRequest r = request_for(folder / "a.exr", pixels);
    r.format = {100, 60, 2};
    r.origin_x = 17, r.origin_y = -9;
    r.frames_per_second = 24000.0 / 1001;
    r.timecode = "01:02:03;14";
    r.metadata = {{"owner", "string", std::string("somebody")},
                  {"framesPerSecond", "rational", std::vector<int64_t>{25, 1}},
                  {"tessera:frame", "", std::vector<int64_t>{1}}};
    r.extra = {{"tessera:key", "", std::string("0123456789abcdef0123456789abcdef")},
               {"tessera:frame", "", std::vector<int64_t>{1001}}};
    REQUIRE(write_image(r).ok());
    const Imf::InputFile in(r.path.c_str());
    const Imf::Header& h = in.header();
    CHECK(h.displayWindow() == Imath::Box2i({17, -9}, {116, 50}));
    CHECK(h.dataWindow() == Imath::Box2i({12, 1}, {124, 50}));
    CHECK(h.pixelAspectRatio() == 2.f);
    CHECK(Imf::framesPerSecond(h) == Imf::fps_23_976());
    CHECK(h.typedAttribute<Imf::StringAttribute>("tessera:key").value() == "0123456789abcdef0123456789abcdef");
    CHECK(h.typedAttribute<Imf::StringAttribute>("owner").value() == "somebody");
    const Imf::TimeCode t = Imf::timeCode(h);
    CHECK(t.hours() == 1);
    CHECK(t.minutes() == 2);
    CHECK(t.seconds() == 3);
    CHECK(t.frame() == 14);
    CHECK(t.dropFrame());
    const auto file = read_info(r.path);
    REQUIRE(file.ok());
    CHECK(file->origin_x == 17);
    CHECK(file->origin_y == -9);
    CHECK(file->info.format == r.format);
    CHECK(file->info.data_window == pixels.region);
    CHECK(file->info.frames_per_second == doctest::Approx(24000.0 / 1001).epsilon(1e-12));
    CHECK(std::get<std::vector<int64_t>>(find_metadata(*file->info.metadata, "tessera:frame")->value).at(0) == 1001);

    r.overwrite = true, r.timecode = "25:00:00:00";
    CHECK(refused(r).message.find("25:00:00:00") != std::string::npos);
}

TEST_CASE("a file is not replaced unless that is allowed")
{
    TemporaryFolder folder;
    const HostImage pixels = ramp({0, 0, 8, 8});
    for (const char* name : {"a.exr", "a.png"}) {
        WriteRequest r = request_for(folder / name, pixels);
        put_bytes(r.path, "precious");
        const Error error = refused(r);
        CHECK(error.kind == ErrorKind::Exists);
        CHECK(error.file == r.path);
        CHECK(bytes_of(r.path) == "precious");
        r.overwrite = true;
        CHECK(write_image(r).ok());
        CHECK(read_info(r.path).ok());
    }
    CHECK(folder.entries() == 2);
    // also when the file appears while ours is being written
    auto file = AtomicFile::create(folder / "late.bin", {});
    REQUIRE(file.ok());
    CHECK(file->write("ours", 4));
    CHECK(!fs::exists(folder / "late.bin"));
    put_bytes(folder / "late.bin", "theirs");
    const auto committed = file->commit();
    REQUIRE(!committed.ok());
    CHECK(committed.error().kind == ErrorKind::Exists);
    CHECK(bytes_of(folder / "late.bin") == "theirs");
    CHECK(folder.entries() == 3);
}

TEST_CASE("folders are made when that is asked for")
{
    TemporaryFolder folder;
    const HostImage pixels = ramp({0, 0, 8, 8});
    WriteRequest r = request_for(folder / "shots/010/v003/a.0001.exr", pixels);
    const Error error = refused(r);
    CHECK(error.kind == ErrorKind::NotFound);
    CHECK(error.text().find("v003") != std::string::npos);
    r.create_folders = true;
    CHECK(write_image(r).ok());
    CHECK(fs::exists(r.path));
    r.path = folder / "shots/010/v003/a.0001.exr/below-a-file/b.exr";
    CHECK(refused(r).text().find("a.0001.exr") != std::string::npos);
}

TEST_CASE("an unwritable folder is a permission error")
{
    TemporaryFolder folder;
    const std::string locked = folder / "locked";
    fs::create_directory(locked);
    ::chmod(locked.c_str(), 0555);
    ::chmod(folder.path().c_str(), 0755);
    const HostImage pixels = ramp({0, 0, 8, 8});
    const bool root = ::geteuid() == 0; // who may write anywhere
    if (root) REQUIRE(::seteuid(65534) == 0);
    const auto written = write_image(request_for(locked + "/a.exr", pixels));
    if (root) REQUIRE(::seteuid(0) == 0);
    REQUIRE(!written.ok());
    CHECK(written.error().kind == ErrorKind::Permission);
    CHECK(written.error().text().find(locked + "/a.exr") != std::string::npos);
    ::chmod(locked.c_str(), 0755);
}

namespace {

/// Writes noise of every format where there is no room for it.
void fill_the_disk(const std::string& folder)
{
    HostImage pixels = noise({0, 0, 600, 400}, false);
    for (size_t i = 0; i < pixels.pixels.size(); ++i) pixels.pixels[i] = i % 4 == 3 ? 1 : (pixels.pixels[i] + 2) / 8;
    for (const char* name : {"a.exr", "b.exr", "c.exr", "a.png", "a.tif", "a.dpx", "a.tga", "a.hdr", "a.bmp"}) {
        INFO(std::string(name));
        WriteRequest r = request_for(folder + "/" + name, pixels);
        r.exr.compression = name[0] == 'b' ? ExrCompression::None : ExrCompression::Zip;
        r.exr.part_per_layer = r.exr.tiled = name[0] == 'c';
        const Error error = refused(r);
        CHECK(error.kind == ErrorKind::DiskFull);
        CHECK(error.text().find(r.path) != std::string::npos);
        CHECK(fs::is_empty(folder));
    }
}

} // namespace

TEST_CASE("a full disk is said to be full, and leaves nothing behind")
{
    TemporaryFolder folder;
    const std::string disk = folder / "disk";
    fs::create_directory(disk);
    {
        const SizeLimit limit(64 * 1024);
        fill_the_disk(disk);
    }
    // a real disk, where we may mount one
    for (const char* size : {"size=64k", "size=200k"}) {
        if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, size) != 0) continue;
        fill_the_disk(disk);
        ::umount2(disk.c_str(), MNT_DETACH);
    }
}

TEST_CASE("a disk that is full just before the end, whichever byte is the last")
{
    TemporaryFolder folder;
    const HostImage pixels = noise({0, 0, 64, 48}, true);
    WriteRequest r = request_for(folder / "whole.exr", pixels);
    const auto whole = write_image(r);
    REQUIRE(whole.ok());
    for (const uint64_t short_by : {uint64_t(1), uint64_t(20), uint64_t(1000), whole->bytes - 350, whole->bytes - 1}) {
        INFO("short by " << short_by);
        const SizeLimit limit(whole->bytes - short_by);
        r.path = folder / "part.exr";
        CHECK(refused(r).kind == ErrorKind::DiskFull);
        CHECK(folder.entries() == 1);
    }
}

TEST_CASE("requests that make no sense are refused before anything is written")
{
    TemporaryFolder folder;
    const HostImage pixels = ramp({0, 0, 8, 8});
    const WriteRequest good = request_for(folder / "a.exr", pixels);
    const auto kind = [&](auto change) {
        WriteRequest r = good;
        change(r);
        return refused(r).kind;
    };
    CHECK(kind([](auto& r) { r.layers.clear(); }) == ErrorKind::InvalidArgument);
    CHECK(kind([](auto& r) { r.layers[0].pixels = nullptr; }) == ErrorKind::InvalidArgument);
    CHECK(kind([](auto& r) { r.layers[0].layer.channels.clear(); }) == ErrorKind::InvalidArgument);
    CHECK(kind([](auto& r) { r.layers.push_back(r.layers[0]); }) == ErrorKind::InvalidArgument);
    CHECK(kind([](auto& r) { r.layers.push_back(r.layers[0]), r.exr.part_per_layer = true; }) ==
          ErrorKind::InvalidArgument);
    CHECK(kind([](auto& r) { r.format.width = 0; }) == ErrorKind::InvalidArgument);
    CHECK(kind([](auto& r) { r.format.pixel_aspect = std::nan(""); }) == ErrorKind::InvalidArgument);
    CHECK(kind([](auto& r) { r.depth = PixelDepth::Int8; }) == ErrorKind::Unsupported);
    CHECK(kind([](auto& r) { r.exr.tiled = true, r.exr.tile_width = 0; }) == ErrorKind::InvalidArgument);
    CHECK(kind([&](auto& r) { r.path = folder / "a.mxf"; }) == ErrorKind::Unsupported);
    CHECK(kind([&](auto& r) { r.path = folder / "name"; }) == ErrorKind::Unsupported);
    CHECK(kind([&](auto& r) { r.path = folder / "a.png", r.layers.push_back(r.layers[0]); }) == ErrorKind::Unsupported);
    CHECK(kind([&](auto& r) { r.path = folder / "a.jpg", r.depth = PixelDepth::Int16; }) == ErrorKind::Unsupported);
    CHECK(folder.entries() == 0);
}
