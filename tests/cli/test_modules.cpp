// FFmpeg and OpenImageIO are no part of the program: it starts without them, and says so when they are wanted.
#include "tests/cli/program.h"
#include <doctest/doctest.h>

using namespace tessera::tests;

namespace {

const std::string library_folder = TESSERA_BINARY;

/// A project whose one writer makes `file`.
std::string writer_to(const std::string& file)
{
    return project_text(R"({"id": 3, "name": "Write1", "op": "write", "version": 1, "inputs": {"in": 2},
                            "params": {"file": ")" +
                        file + R"(", "create_directories": true}})");
}

Outcome render(const TemporaryFolder& folder, const std::string& file, const std::string& variable)
{
    write_text(folder.path("p.tess"), writer_to(file));
    RunOptions options;
    options.environment = {variable};
    return tessera_program({"render", folder.path("p.tess"), "--frames", "1"}, options);
}

bool says(const Outcome& o, const std::string& text)
{
    return o.err.find(text) != std::string::npos || o.out.find(text) != std::string::npos;
}

} // namespace

TEST_CASE("the program starts without FFmpeg and OpenImageIO")
{
    RunOptions options;
    options.environment = {"LD_TRACE_LOADED_OBJECTS=1"}; // the dynamic linker lists what it would load, and ends
    const Outcome listed = tessera_program({"--version"}, options);
    REQUIRE(says(listed, "libstdc++"));
    for (const char* library : {"libavcodec", "libavformat", "libavutil", "libswscale", "libOpenImageIO"})
        CHECK_MESSAGE(!says(listed, library), library << " is loaded at start");
}

TEST_CASE("a movie without FFmpeg's module")
{
    const TemporaryFolder folder;
    const Outcome missing = render(folder, "a.mp4", "TESSERA_MEDIA_FFMPEG=/no/such/module.so");
    CHECK(missing.status == 1);
    CHECK_MESSAGE(says(missing, "there is no /no/such/module.so"), missing.err);
    CHECK_MESSAGE(says(missing, "or name it in TESSERA_MEDIA_FFMPEG"), missing.err);
    const std::string other = library_folder + "/tessera-media-oiio.so";
    const Outcome foreign = render(folder, "a.mp4", "TESSERA_MEDIA_FFMPEG=" + other);
    CHECK(foreign.status == 1);
    CHECK_MESSAGE(says(foreign, other + " belongs to another build"), foreign.err);
    write_text(folder.path("text.so"), "no library");
    const Outcome text = render(folder, "a.mp4", "TESSERA_MEDIA_FFMPEG=" + folder.path("text.so"));
    CHECK(text.status == 1);
    CHECK_MESSAGE(says(text, "cannot use FFmpeg for"), text.err);
    for (const std::string& file : folder.files()) CHECK(file.find("mp4") == std::string::npos);
}

TEST_CASE("stills without OpenImageIO's module")
{
    const TemporaryFolder folder;
    const Outcome missing = render(folder, "a.####.png", "TESSERA_MEDIA_OIIO=/no/such/module.so");
    CHECK(missing.status == 1);
    CHECK_MESSAGE(says(missing, "cannot use OpenImageIO for"), missing.err);
    CHECK_MESSAGE(says(missing, "there is no /no/such/module.so"), missing.err);
    const Outcome exr = render(folder, "a.####.exr", "TESSERA_MEDIA_OIIO=/no/such/module.so");
    CHECK_MESSAGE(exr.status == 0, exr.err);
}
