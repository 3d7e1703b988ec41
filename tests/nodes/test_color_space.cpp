// Colour space conversion and display transforms against OpenColorIO's CPU path.
#include "core/color/config.h"
#include "tests/nodes/wild.h"

using namespace tessera;

namespace {

HostImage on_cpu(const HostImage& in, const Result<ColorProcessor>& processor)
{
    REQUIRE_MESSAGE(processor.ok(), processor.error().text());
    HostImage out = in;
    processor->apply(out);
    return out;
}

/// Largest difference of red, green and blue, by the pixel's largest channel: a matrix mixes them after an exponential.
double color_error(const HostImage& got, const HostImage& want)
{
    double worst = 0;
    for (size_t i = 0; i < want.pixels.size(); i += 4) {
        double scale = 1, error = 0;
        for (size_t c = 0; c < 3; ++c) {
            scale = std::max(scale, double(std::abs(want.pixels[i + c])));
            error = std::max(error, std::abs(double(got.pixels[i + c]) - want.pixels[i + c]));
        }
        worst = std::max(worst, error / scale);
    }
    return worst;
}

/// Alpha is not OpenColorIO's business: it stays bit for bit.
bool same_alpha(const HostImage& a, const HostImage& b)
{
    for (size_t i = 3; i < a.pixels.size(); i += 4)
        if (a.pixels[i] != b.pixels[i]) return false;
    return true;
}

const ColorConfig& config()
{
    static const ColorConfig c = *ColorConfig::builtin();
    return c;
}

struct BuiltinConfig : Harness {
    BuiltinConfig() { project().settings.color_config = "builtin"; }
};

} // namespace

TEST_CASE("colorspace is OpenColorIO's conversion")
{
    BuiltinConfig h;
    const HostImage in =
        wild_image({0, 0, 32, 24}, 8, {-0.1f, 0.0f, 0.001f, 0.05f, 0.18f, 0.5f, 0.9f, 1.0f, 2.0f, 8.0f});
    const NodeId a = h.image(in);
    size_t tested = 0;
    for (const ColorSpaceInfo& space : config().spaces()) {
        if (space.data) continue;
        ++tested;
        INFO(space.name);
        const auto out = h.render(h.node("colorspace", {{"to", space.name}}, {a}));
        REQUIRE_MESSAGE(out.ok(), out.error().text());
        CHECK(color_error(*out, on_cpu(in, config().convert("ACEScg", space.name))) < transcendental);
        CHECK(same_alpha(*out, in));
        const auto back = h.render(h.node("colorspace", {{"from", space.name}}, {h.image(noise_image(in.region, 5))}));
        REQUIRE_MESSAGE(back.ok(), back.error().text());
        CHECK(color_error(*back, on_cpu(noise_image(in.region, 5), config().convert(space.name, "ACEScg"))) <
              transcendental);
    }
    CHECK(tested > 10);
}

TEST_CASE("colorspace: the same space passes the key on; roles and aliases are names too")
{
    BuiltinConfig h;
    const NodeId a = h.image(noise_image({0, 0, 8, 8}, 1));
    CHECK(*h.key(h.node("colorspace", {}, {a})) == *h.key(a));
    CHECK(*h.key(h.node("colorspace", {{"to", std::string("scene_linear")}}, {a})) == *h.key(a));
}

TEST_CASE("colorspace: unpremult converts colour without alpha")
{
    BuiltinConfig h;
    const HostImage in = natural_image({0, 0, 24, 24});
    const std::string to = *config().space("color_timing");
    HostImage straight = in;
    for (size_t i = 0; i < in.pixels.size(); i += 4)
        for (size_t c = 0; c < 3; ++c)
            if (in.pixels[i + 3] != 0) straight.pixels[i + c] /= in.pixels[i + 3];
    HostImage want = on_cpu(straight, config().convert("ACEScg", to));
    for (size_t i = 0; i < in.pixels.size(); i += 4)
        for (size_t c = 0; c < 3; ++c)
            if (in.pixels[i + 3] != 0) want.pixels[i + c] *= in.pixels[i + 3];
    const auto out = h.render(h.node("colorspace", {{"to", to}, {"unpremult", true}}, {h.image(in)}));
    REQUIRE_MESSAGE(out.ok(), out.error().text());
    CHECK(largest_error(*out, want) < transcendental);
}

TEST_CASE("colorspace: a name that does not exist is named, with those near it")
{
    BuiltinConfig h;
    const NodeId a = h.image(noise_image({0, 0, 8, 8}, 1));
    const auto out = h.render(h.node("colorspace", {{"to", std::string("ACEScgg")}}, {a}));
    REQUIRE(!out.ok());
    CHECK(out.error().text().find("ACEScgg") != std::string::npos);
    CHECK(out.error().text().find("ACEScg\"") != std::string::npos);
    const auto context =
        h.render(h.node("colorspace", {{"to", std::string("ACES2065-1")}, {"context", std::string("SHOT")}}, {a}));
    REQUIRE(!context.ok());
    CHECK(context.error().text().find("NAME=VALUE") != std::string::npos);
    h.project().settings.color_config = "nowhere/config.ocio";
    const auto missing = h.render(h.node("colorspace", {{"to", std::string("ACES2065-1")}}, {a}));
    REQUIRE(!missing.ok());
    CHECK(missing.error().text().find("nowhere/config.ocio") != std::string::npos);
}

TEST_CASE("ocio_display is OpenColorIO's display transform")
{
    BuiltinConfig h;
    const HostImage in = natural_image({0, 0, 24, 24});
    const NodeId a = h.image(in);
    for (const ColorDisplay& display : config().displays())
        for (const std::string& view : display.views) {
            INFO(display.name << " / " << view);
            const auto out = h.render(h.node("ocio_display", {{"display", display.name}, {"view", view}}, {a}));
            REQUIRE_MESSAGE(out.ok(), out.error().text());
            CHECK(largest_error(*out, on_cpu(in, config().display("ACEScg", display.name, view))) < transcendental);
        }
    const auto standard = h.render(h.node("ocio_display", {}, {a}));
    const ColorDisplay& first = config().displays().front();
    REQUIRE(standard.ok());
    CHECK(largest_error(*standard, on_cpu(in, config().display("ACEScg", first.name, first.views.front()))) <
          transcendental);
}
