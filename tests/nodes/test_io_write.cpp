#include "core/color/config.h"
#include "core/media/image_write.h"
#include "core/media/movie_writer.h"
#include "tests/nodes/wild.h"

using namespace tessera;

namespace {

struct Writer : Harness {
    Writer() { project().settings.color_config = "builtin"; }
};
Value text(const char* s)
{
    return std::string(s);
}

HostImage unassociated(HostImage image, bool divide)
{
    for (size_t i = 0; i < image.pixels.size(); i += 4)
        for (size_t c = 0; c < 3; ++c)
            if (image.pixels[i + 3] != 0)
                image.pixels[i + c] =
                    divide ? image.pixels[i + c] / image.pixels[i + 3] : image.pixels[i + c] * image.pixels[i + 3];
    return image;
}

} // namespace

TEST_CASE("write: in the graph it passes its input on, as output it is in the output colour space")
{
    Writer h;
    const HostImage in = natural_image({0, 0, 24, 18});
    const NodeId a = h.image(in);
    const auto config = ColorConfig::builtin();
    REQUIRE(config.ok());
    const auto written = [&](std::map<std::string, Value> params) {
        const NodeId n = h.node("write", std::move(params), {a});
        CHECK(*h.key(n) == *h.key(a));
        const auto out = h.render(n, {}, 1, 0, "rgba", true);
        REQUIRE_MESSAGE(out.ok(), out.error().text());
        return *out;
    };
    const auto converted = [&](const Result<ColorProcessor>& p, bool divide) {
        REQUIRE(p.ok());
        HostImage out = divide ? unassociated(in, true) : in;
        p->apply(out);
        return divide ? unassociated(out, false) : out;
    };
    CHECK(identical(written({{"file", text("/shot/a.####.exr")}}), in));
    CHECK(identical(written({{"file", text("/shot/a.####.png")}, {"transform", text("raw")}}), in));
    const std::string log = *config->space("ACEScct");
    CHECK(largest_error(written({{"file", text("/shot/a.exr")}, {"colorspace", log}}),
                        converted(config->convert("ACEScg", log), true)) < transcendental);
    CHECK(largest_error(written({{"file", text("/shot/a.exr")}, {"colorspace", log}, {"unpremult_transform", false}}),
                        converted(config->convert("ACEScg", log), false)) < transcendental);
    const std::string by_rule = config->space_for_file("/shot/a.mov");
    CHECK(largest_error(written({{"file", text("/shot/a.mov")}, {"unpremult_transform", false}}),
                        converted(config->convert("ACEScg", by_rule), false)) < transcendental);
    const ColorDisplay& display = config->displays().front();
    CHECK(largest_error(written({{"transform", text("display")}, {"unpremult_transform", false}}),
                        converted(config->display("ACEScg", display.name, display.views.front()), false)) <
          transcendental);
}

TEST_CASE("write: data and layers without colour are not converted")
{
    Writer h;
    const Rect r{0, 0, 12, 8};
    ImageInfo info;
    info.data_window = r, info.format = {12, 8};
    info.layers = {
        {"rgba", {"R", "G", "B", "A"}}, {"diffuse", {"R", "G", "B"}}, {"motion", {"u", "v"}}, {"depth", {"Z"}, true}};
    std::map<std::string, HostImage> layers;
    uint32_t seed = 1;
    for (const Layer& l : info.layers) layers.emplace(l.name, noise_image(r, seed++));
    const NodeId n =
        h.node("write", {{"file", text("a.exr")}, {"colorspace", text("ACES2065-1")}}, {h.image(layers, info)});
    for (const char* same : {"motion", "depth"}) {
        const auto out = h.render(n, {}, 1, 0, same, true);
        REQUIRE(out.ok());
        CHECK_MESSAGE(identical(*out, layers.at(same)), same);
    }
    for (const char* changed : {"rgba", "diffuse"}) {
        const auto out = h.render(n, {}, 1, 0, changed, true);
        REQUIRE(out.ok());
        CHECK_MESSAGE(!identical(*out, layers.at(changed)), changed);
    }
}

TEST_CASE("write: the names of its choices are the media library's")
{
    const OpDesc* write = Registry::instance().find("write");
    REQUIRE(write);
    std::vector<std::string> codecs = write->param("codec")->choices;
    REQUIRE(codecs.front() == "auto");
    codecs.erase(codecs.begin());
    CHECK(codecs == movie_codec_names());
    for (const std::string& c : write->param("compression")->choices)
        if (c != "auto" && c != "lzw" && c != "packbits") CHECK_MESSAGE(exr_compression(c).has_value(), c);
    for (const PixelDepth d : {PixelDepth::Auto, PixelDepth::Int8, PixelDepth::Int10, PixelDepth::Int12,
                               PixelDepth::Int16, PixelDepth::Half, PixelDepth::Float}) {
        const auto& choices = write->param("datatype")->choices;
        CHECK_MESSAGE(std::find(choices.begin(), choices.end(), name_of(d)) != choices.end(), name_of(d));
    }
}
