// Pictures of the interface for its documentation. Not a test of anything: scripts/screenshots runs it.
#include "tests/ui/driver.h"
#include <OpenImageIO/imageio.h>
#include <cstdlib>
#include <doctest/doctest.h>

namespace tessera::tests {

namespace {

void write_png(const Screenshot& s, int width, int height, const std::filesystem::path& path)
{
    std::vector<uint8_t> rgb;
    rgb.reserve(size_t(width) * size_t(height) * 3);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (const int shift : {16, 8, 0}) rgb.push_back(uint8_t(s.at(x, y) >> shift));
    const auto out = OIIO::ImageOutput::create(path.string());
    REQUIRE(out);
    OIIO::ImageSpec spec(width, height, 3, OIIO::TypeDesc::UINT8);
    spec.attribute("png:compressionLevel", 9);
    REQUIRE(out->open(path.string(), spec));
    CHECK(out->write_image(OIIO::TypeDesc::UINT8, rgb.data()));
    CHECK(out->close());
}

/// What is open in a workspace's picture.
struct Scene {
    const char *workspace, *file;
    std::vector<std::string> nodes;
    int frame;
    std::vector<const char*> commands;
};

} // namespace

TEST_CASE("screenshots" * doctest::skip())
{
    const char* folder = std::getenv("TESSERA_SCREENSHOTS");
    REQUIRE_MESSAGE(folder, "TESSERA_SCREENSHOTS names the folder they go to");
    const Scene scenes[] = {{"Compositing", "compositing", {"Key"}, 1, {"panel.scopes"}},
                            {"Colour", "colour", {"MatchLight"}, 1, {}},
                            {"Timeline", "timeline", {"ForegroundMove"}, 24, {}},
                            {"Review", "review", {}, 36, {}}};
    for (const auto& [width, height, scale, suffix] : {std::tuple{1920, 1080, 1.0, ""}, {2560, 1440, 1.5, "@1.5x"}}) {
        Driver d({.project = TESSERA_SOURCE "/samples/greenscreen/greenscreen.tess", .width = width, .height = height,
                  .scale = scale, .validation = false});
        REQUIRE(d.wait([&] { return d.graph().nodes.size() > 5; }));
        for (const Scene& scene : scenes) {
            d.run(std::string("workspace.") + scene.workspace);
            d->playback().go_to(scene.frame);
            d.select(scene.nodes);
            for (const char* command : scene.commands) d.run(command);
            d.move({float(width) - 4, float(height) - 4});
            CHECK(d.wait_for_picture(120));
            // Thumbnails, cached frames and notices come and go on their own.
            const double end = now() + 6;
            d.wait([&] { return now() > end; }, 10);
            write_png(d.screenshot(), width, height, std::filesystem::path(folder) / (std::string(scene.file) + suffix + ".png"));
        }
    }
    Driver start({.width = 1920, .height = 1080, .start_page = true, .validation = false});
    start.step(60);
    write_png(start.screenshot(), 1920, 1080, std::filesystem::path(folder) / "start.png");
}

} // namespace tessera::tests
