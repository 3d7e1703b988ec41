#include "nodes/channel/routing.h"
#include "tests/nodes/wild.h"

using namespace tessera;

namespace {

const Rect area{0, 0, 16, 12};

struct Images {
    Harness h;
    std::map<std::string, HostImage> A, B;
    NodeId a = 0, b = 0;
    Images()
    {
        ImageInfo info;
        info.data_window = area, info.format = {16, 12};
        info.layers = {{"rgba", {"R", "G", "B", "A"}}, {"diffuse", {"R", "G", "B"}}, {"depth", {"Z"}, true}};
        uint32_t seed = 1;
        for (auto* layers : {&A, &B})
            for (const Layer& l : info.layers) {
                HostImage image = wild_image(area, seed++);
                for (size_t i = 0; i < image.pixels.size(); ++i)
                    if (i % 4 >= l.channels.size()) image.pixels[i] = 0;
                layers->emplace(l.name, std::move(image));
            }
        a = h.image(A, info), b = h.image(B, info);
    }
    void check(NodeId n, const std::string& layer, const std::function<Pixel(int, int)>& expected,
               const std::string& what)
    {
        check_pixels(h.render(n, {}, 1, 0, layer), expected, 0, what);
    }
};

} // namespace

TEST_CASE("shuffle: as it comes it changes nothing")
{
    Images i;
    const NodeId n = i.h.node("shuffle", {}, {i.b});
    for (const char* layer : {"rgba", "diffuse", "depth"}) CHECK(*i.h.key(n, 1, layer) == *i.h.key(i.b, 1, layer));
    CHECK(i.h.info(n)->layers == i.h.info(i.b)->layers);
}

TEST_CASE("shuffle: panels")
{
    Images i;
    const NodeId swapped = i.h.node("shuffle",
                                    {{"red1", std::string("in1.blue")},
                                     {"green1", std::string("white")},
                                     {"blue1", std::string("in1.red")},
                                     {"alpha1", std::string("black")}},
                                    {i.b});
    i.check(
        swapped, "rgba",
        [&](int x, int y) {
            const Pixel p = pixel(i.B.at("rgba"), x, y);
            return Pixel{p[2], 1, p[0], 0};
        },
        "swapped");
    const NodeId both = i.h.node("shuffle",
                                 {{"in2", std::string("diffuse")},
                                  {"alpha1", std::string("in2.green")},
                                  {"out2", std::string("mask")},
                                  {"red2", std::string("in1.alpha")},
                                  {"green2", std::string("unwired")},
                                  {"blue2", std::string("unwired")},
                                  {"alpha2", std::string("unwired")}},
                                 {i.b, i.a});
    i.check(
        both, "rgba",
        [&](int x, int y) {
            Pixel p = pixel(i.B.at("rgba"), x, y);
            p[3] = i.A.at("diffuse").at(x, y)[1];
            return p;
        },
        "alpha from A.diffuse.green");
    i.check(
        both, "mask",
        [&](int x, int y) {
            return Pixel{i.B.at("rgba").at(x, y)[3], 0, 0, 0};
        },
        "new layer");
    const auto info = i.h.info(both);
    REQUIRE(info.ok());
    REQUIRE(info->layer("mask"));
    CHECK(info->layer("mask")->channels == std::vector<std::string>{"R"});
}

TEST_CASE("shuffle: wires as text")
{
    Images i;
    const NodeId n =
        i.h.node("shuffle",
                 {{"mapping", std::string("rgba.red=A.rgba.green, rgba.alpha=1; depth.Z=B.rgba.alpha\ndiffuse.red=0.25 "
                                          "motion.u=A.depth.Z motion.v=A.diffuse.blue")}},
                 {i.b, i.a});
    i.check(
        n, "rgba",
        [&](int x, int y) {
            const Pixel p = pixel(i.B.at("rgba"), x, y);
            return Pixel{i.A.at("rgba").at(x, y)[1], p[1], p[2], 1};
        },
        "rgba");
    i.check(
        n, "depth",
        [&](int x, int y) {
            return Pixel{i.B.at("rgba").at(x, y)[3], 0, 0, 0};
        },
        "depth");
    i.check(
        n, "diffuse",
        [&](int x, int y) {
            Pixel p = pixel(i.B.at("diffuse"), x, y);
            p[0] = 0.25;
            return p;
        },
        "diffuse");
    i.check(
        n, "motion",
        [&](int x, int y) {
            return Pixel{i.A.at("depth").at(x, y)[0], i.A.at("diffuse").at(x, y)[2], 0, 0};
        },
        "motion");
}

TEST_CASE("shuffle: a new channel keeps the layer's others in their places")
{
    Images i;
    const NodeId n = i.h.node("shuffle", {{"mapping", std::string("diffuse.alpha=A.rgba.alpha")}}, {i.b, i.a});
    i.check(
        n, "diffuse",
        [&](int x, int y) {
            Pixel p = pixel(i.B.at("diffuse"), x, y);
            p[3] = i.A.at("rgba").at(x, y)[3];
            return p;
        },
        "diffuse with alpha");
    // Depth packs its lone Z into the first slot until it has an alpha beside it.
    const NodeId deep = i.h.node("shuffle", {{"mapping", std::string("depth.A=1")}}, {i.b});
    const auto info = i.h.info(deep);
    REQUIRE(info.ok());
    const Layer* depth = info->layer("depth");
    REQUIRE(depth);
    const int z = channel_slot(*depth, "Z"), a = channel_slot(*depth, "A");
    i.check(
        deep, "depth",
        [&](int x, int y) {
            Pixel p{};
            p[size_t(z)] = i.B.at("depth").at(x, y)[0];
            p[size_t(a)] = 1;
            return p;
        },
        "depth with alpha");
}

TEST_CASE("shuffle: errors say what is wrong")
{
    Images i;
    const auto text = [&](const char* mapping, std::vector<NodeId> inputs) {
        const auto out = i.h.render(i.h.node("shuffle", {{"mapping", std::string(mapping)}}, std::move(inputs)));
        return out.ok() ? std::string() : out.error().text();
    };
    CHECK(text("rgba.red", {i.b}).find("\"rgba.red\"") != std::string::npos);
    CHECK(text("rgba.red=", {i.b}).find("empty") != std::string::npos);
    CHECK(text("rgba.red=glow.R", {i.b}).find("glow.R") != std::string::npos);
    CHECK(text("rgba.red=glow.R", {i.b}).find("diffuse.G") != std::string::npos);
    CHECK(text("rgba.red=A.rgba.green", {i.b}).find("not connected") != std::string::npos);
    CHECK(text("rgba.fifth=1", {i.b}).find("fifth") != std::string::npos);
    CHECK(text("rgba.red=B.diffuse.G", {i.b}).empty());
}
