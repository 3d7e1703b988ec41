// Layers and views: how programs name channels, and that what is written comes back by the same names.
#include "tests/media/support.h"
#include <array>
#include <doctest/doctest.h>

using namespace tessera;
using namespace tessera::test;

namespace {

FileInfo info(const std::string& name)
{
    auto file = read_info(data(name));
    REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().text()));
    return std::move(*file);
}

/// The first pixel of the layer's own part.
std::array<float, 4> pixel(const std::string& name, const std::string& layer, const std::string& view = "")
{
    const FileInfo file = info(name);
    const LayerSource* source = file.source(layer, view);
    REQUIRE(source);
    const Rect w = file.parts[size_t(source->channels[0].part)].data_window;
    const auto image = read_layer(data(name), layer, view, w);
    REQUIRE(image.ok());
    const float* p = image->at(w.x0, w.y0);
    return {p[0], p[1], p[2], p[3]};
}

std::vector<std::string> names(const FileInfo& file)
{
    std::vector<std::string> all;
    for (const Layer& l : file.info.layers) all.push_back(l.name);
    return all;
}

bool near(const std::array<float, 4>& a, const std::array<float, 4>& b)
{
    bool close = true;
    for (size_t i = 0; i < 4; ++i) close = close && std::abs(a[i] - b[i]) < 1e-3f;
    return close;
}

using Names = std::vector<std::string>;

} // namespace

TEST_CASE("single part, part per layer and Nuke's names give the same layers")
{
    for (const char* name : {"exr/gaffer/channelTestSinglePart.exr", "exr/gaffer/channelTestPartPerLayer.exr",
                             "exr/gaffer/channelTestNukeSinglePart.exr"}) {
        INFO(std::string(name));
        const FileInfo file = info(name);
        REQUIRE(file.info.layer("rgba"));
        REQUIRE(file.info.layer("character"));
        CHECK(near(pixel(name, "rgba"), {0.1f, 0.2f, 0.3f, 0.4f}));
        CHECK(near(pixel(name, "character"), {0.5f, 0.6f, 0.7f, 0.8f}));
        CHECK(file.info.views == Names{"main"});
    }
    CHECK(near(pixel("exr/gaffer/channelTestSinglePart.exr", "depth"), {0.1f, 0.2f, 0, 0}));
    CHECK(near(pixel("exr/gaffer/channelTestSinglePart.exr", "mask"), {0.3f, 0, 0, 0}));
    CHECK(info("exr/gaffer/channelTestSinglePart.exr").info.layer("depth")->data);
    // more than four channels of one layer
    CHECK(info("exr/gaffer/channelTestSinglePart.exr").info.layer("character#2")->channels.size() == 4);
}

TEST_CASE("a part whose channels are taken already gives its name to the layer")
{
    const char* production = "exr/gaffer/imitateProductionLayers1.exr";
    CHECK(names(info(production)) == Names{"rgba", "character"});
    CHECK(near(pixel(production, "rgba"), {0.1f, 0.2f, 0.3f, 0}));
    CHECK(near(pixel(production, "character"), {0.4f, 0.5f, 0.6f, 0}));
    CHECK(names(info("exr/gaffer/multipart.exr")) == Names{"rgba", "customRgba", "depth"});
}

TEST_CASE("views: a part each, and by prefix")
{
    const FileInfo parts = info("exr/gaffer/channelTestMultiViewPartPerView.exr");
    CHECK(parts.info.views == Names{"left", "right"});
    const Rect left = parts.parts[0].data_window, right = parts.parts[1].data_window;
    CHECK(right == left.moved(-10, 0));
    CHECK(parts.info.data_window == united(left, right));
    // the left view has no pixels where only the right one does
    const auto image =
        read_layer(data("exr/gaffer/channelTestMultiViewPartPerView.exr"), "rgba", "left", parts.info.data_window);
    REQUIRE(image.ok());
    CHECK(image->at(right.x0, right.y0)[3] == 0);
    CHECK(image->at(left.x0, left.y0)[3] > 0.39f);

    const FileInfo one = info("exr/openexr-images/beachball/singlepart.0003.exr");
    CHECK(one.info.views == Names{"right", "left"});
    for (const char* view : {"right", "left"})
        for (const char* layer : {"rgba", "depth", "forward", "whitebarmask"}) CHECK(one.source(layer, view));
    CHECK(one.source("disparityL", "left"));
    CHECK(one.source("disparityL", "right"));
    CHECK(one.source("rgba", "") == one.source("rgba", "right"));
}

TEST_CASE("stereo in one part and in ten holds the same pixels")
{
    const std::string one = data("exr/openexr-images/beachball/singlepart.0003.exr"),
                      ten = data("exr/openexr-images/beachball/multipart.0003.exr");
    const auto a = read_info(one), b = read_info(ten);
    REQUIRE(a.ok());
    REQUIRE(b.ok());
    CHECK(a->info.data_window == b->info.data_window);
    for (const char* view : {"left", "right"})
        for (const char* layer : {"rgba", "depth", "forward", "disparityL", "disparityR"}) {
            INFO(std::string(layer) << " " << view);
            const auto x = read_layer(one, layer, view, a->info.data_window),
                       y = read_layer(ten, layer, view, a->info.data_window);
            REQUIRE(x.ok());
            REQUIRE(y.ok());
            CHECK(identical(*x, *y));
        }
}

TEST_CASE("layers and views come back by the names they were written with")
{
    TemporaryFolder folder;
    const HostImage beauty = noise({0, 0, 40, 30}, true, 1), diffuse = noise({5, 5, 50, 20}, true, 2);
    HostImage depth = noise({0, 0, 40, 30}, false, 3), mask = noise({0, 0, 40, 30}, true, 4),
              extra = noise({0, 0, 40, 30}, true, 5);
    const auto keep = [](HostImage& image, size_t count) {
        for (size_t i = 0; i < image.pixels.size(); ++i)
            if (i % 4 >= count) image.pixels[i] = 0;
    };
    keep(depth, 2), keep(mask, 1), keep(extra, 3);
    const std::vector<std::pair<Layer, const HostImage*>> layers = {
        {rgba(), &beauty},
        {{"diffuse", {"R", "G", "B", "A"}, false}, &diffuse},
        {{"depth", {"Z", "ZBack"}, true}, &depth},
        {{"mask", {"mask"}, false}, &mask},
        {{"motion.forward", {"x", "y", "z"}, false}, &extra}};
    for (const bool parts : {false, true})
        for (const std::vector<std::string>& views : {Names{"main"}, Names{"left", "right"}, Names{"left"}}) {
            INFO((parts ? "parts, " : "one part, ") << views.size() << " views");
            WriteRequest r;
            r.path = folder / "a.exr", r.overwrite = true;
            r.format = {40, 30, 1};
            r.exr.part_per_layer = parts;
            for (const std::string& view : views)
                for (const auto& [layer, pixels] : layers) r.layers.push_back({layer, view, pixels});
            const auto written = write_image(r);
            REQUIRE_MESSAGE(written.ok(), (written.ok() ? "" : written.error().text()));
            const auto file = read_info(r.path);
            REQUIRE(file.ok());
            CHECK(file->parts.size() == (parts ? layers.size() * views.size() : 1));
            CHECK(file->info.views == views);
            CHECK(file->info.layers.size() == layers.size());
            for (const std::string& view : views)
                for (const auto& [layer, pixels] : layers) {
                    INFO(layer.name << " " << view);
                    const auto image = read_layer(r.path, layer.name, view, pixels->region);
                    REQUIRE_MESSAGE(image.ok(), (image.ok() ? "" : image.error().text()));
                    CHECK(identical(*image, *pixels));
                    if (parts)
                        CHECK(file->parts[size_t(file->source(layer.name, view)->channels[0].part)].data_window ==
                              pixels->region);
                }
        }
}

TEST_CASE("channel names as EXR files have them")
{
    CHECK(exr_channel_name("rgba", "R") == "R");
    CHECK(exr_channel_name("rgba", "R", "left") == "left.R");
    CHECK(exr_channel_name("depth", "Z") == "Z");
    CHECK(exr_channel_name("depth", "near") == "depth.near");
    CHECK(exr_channel_name("mask", "mask") == "mask");
    CHECK(exr_channel_name("a.b", "R", "left") == "a.b.left.R");
    CHECK(exr_channel_name("character#2", "Z") == "character.Z");
}

TEST_CASE("alpha is reported as the file has it")
{
    CHECK(info("exr/gaffer/rgb.100x100.exr").info.alpha == AlphaState::Premultiplied);
    CHECK(info("exr/gaffer/circles.exr").info.alpha == AlphaState::Opaque);
    CHECK(info("exr/gaffer/rgb.100x100.png").info.alpha == AlphaState::Unpremultiplied);
    CHECK(info("exr/gaffer/rgb.100x100.jpg").info.alpha == AlphaState::Opaque);
}
