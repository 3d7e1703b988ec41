// Configurations: what they list, how they choose, what they say when something is missing, and the built-in one
// against the Academy's own configuration and against formulas in double precision.
#include "core/color/config.h"
#include "core/color/nearest.h"
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace tessera;
namespace fs = std::filesystem;

namespace {

const std::string data = TESSERA_TEST_DATA;
const std::string academy = data + "/ocio/cg-config-v1.0.0_aces-v1.3_ocio-v2.1.ocio";

ColorConfig builtin()
{
    auto config = ColorConfig::builtin();
    REQUIRE_MESSAGE(config.ok(), config.error().text());
    return *config;
}

std::array<float, 3> applied(const Result<ColorProcessor>& processor, float r, float g, float b)
{
    REQUIRE_MESSAGE(processor.ok(), processor.error().text());
    float pixel[4] = {r, g, b, 0.25f};
    processor->apply(std::span<float>(pixel));
    CHECK(pixel[3] == 0.25f);
    return {pixel[0], pixel[1], pixel[2]};
}

void check_near(const std::array<float, 3>& got, const std::array<double, 3>& want, double tolerance)
{
    for (size_t c = 0; c < 3; ++c) CHECK(std::abs(got[c] - want[c]) <= tolerance * std::max(1.0, std::abs(want[c])));
}

/// Sets $OCIO for as long as it lives.
struct OcioVariable {
    explicit OcioVariable(const std::string& value) { ::setenv("OCIO", value.c_str(), 1); }
    ~OcioVariable() { ::unsetenv("OCIO"); }
};

} // namespace

TEST_CASE("the built-in configuration lists spaces with families, roles, displays with views, and looks")
{
    const ColorConfig config = builtin();
    auto family = [&](const std::string& name) {
        for (const ColorSpaceInfo& s : config.spaces())
            if (s.name == name) return s.family;
        return std::string("missing");
    };
    CHECK(family("ACEScg") == "ACES");
    CHECK(family("ARRI LogC3 (EI800)") == "Input/ARRI");
    CHECK(family("S-Log3 S-Gamut3.Cine") == "Input/Sony");
    CHECK(family("sRGB - Texture") == "Utility");
    CHECK(family("Rec.2100-PQ - Display") == "Display");
    CHECK(config.space("scene_linear").value() == "ACEScg");
    CHECK(config.space("lin_rec709").value() == "Linear Rec.709 (sRGB)");
    CHECK(config.space("acescct").value() == "ACEScct");
    REQUIRE(config.displays().size() >= 8);
    CHECK(config.displays()[0].name == "sRGB - Display");
    CHECK(config.displays()[0].views == std::vector<std::string>{"ACES 1.0 - SDR Video", "Un-tone-mapped", "Raw"});
    CHECK(std::count(config.looks().begin(), config.looks().end(), "ACES 1.3 Reference Gamut Compression") == 1);
    CHECK(std::any_of(config.roles().begin(), config.roles().end(),
                      [](const ColorRole& r) { return r.name == "compositing_log" && r.space == "ACEScct"; }));
    CHECK(config.source() == "builtin");
    CHECK(config.key() == builtin().key());
}

TEST_CASE("the built-in configuration can be written and read back")
{
    const auto text = builtin().text();
    REQUIRE(text.ok());
    const fs::path file = fs::temp_directory_path() / "tessera-builtin-config.ocio";
    std::ofstream(file) << *text;
    auto config = ColorConfig::from_file(file.string());
    REQUIRE_MESSAGE(config.ok(), config.error().text());
    CHECK(config->spaces().size() == builtin().spaces().size());
    CHECK(config->convert("ACEScg", "ACEScct")->key() == builtin().convert("ACEScg", "ACEScct")->key());
    fs::remove(file);
}

TEST_CASE("the colour space of a file follows from its own name, then from its extension")
{
    const ColorConfig config = builtin();
    const std::pair<const char*, const char*> cases[] = {
        {"/plates/a.exr", "ACEScg"},
        {"/plates/a.0001.EXR", "ACEScg"},
        {"/plates/a.jpg", "sRGB - Texture"},
        {"a.PNG", "sRGB - Texture"},
        {"a.tiff", "sRGB - Texture"},
        {"scan.%04d.dpx", "Cineon Log Rec.709"},
        {"scan.####.cin", "Cineon Log Rec.709"},
        {"sky.hdr", "Linear Rec.709 (sRGB)"},
        {"IMG_1234.CR2", "Linear Rec.709 (sRGB)"},
        {"clip.mov", "Gamma 2.4 Rec.709 - Texture"},
        {"what.ever", "ACEScg"},
        {"", "ACEScg"},
        {"/shots/plate_lin_srgb.0001.exr", "Linear Rec.709 (sRGB)"},
        {"/shots/plate_ACES2065-1.0001.exr", "ACES2065-1"},
        {"/shots/A001_LogC3.0001.dpx", "ARRI LogC3 (EI800)"},
        {"/shots/sh010_srgb/plate.exr", "ACEScg"}, // a folder's name says nothing
        {"/raw/plate.exr", "ACEScg"},
        {"mask_raw.png", "Raw"},
        {"drawing.png", "sRGB - Texture"}, // "raw" inside a word
    };
    for (auto [path, space] : cases) CHECK_MESSAGE(config.space_for_file(path) == space, path);
}

TEST_CASE("the built-in configuration agrees with the Academy's")
{
    const ColorConfig ours = builtin();
    auto theirs = ColorConfig::from_file(academy);
    REQUIRE_MESSAGE(theirs.ok(), theirs.error().text());
    for (const char* name :
         {"ACES2065-1", "ACEScct", "ACEScc", "Linear P3-D65", "Linear Rec.2020", "Linear Rec.709 (sRGB)",
          "Gamma 2.2 Rec.709 - Texture", "Gamma 2.4 Rec.709 - Texture", "sRGB - Texture"})
        for (auto color :
             {std::array{0.18f, 0.18f, 0.18f}, std::array{0.8f, 0.3f, 0.05f}, std::array{2.0f, 1.0f, 4.0f}}) {
            INFO(name);
            const auto want = applied(theirs->convert("ACEScg", name), color[0], color[1], color[2]);
            const auto got = applied(ours.convert("ACEScg", name), color[0], color[1], color[2]);
            check_near(got, {want[0], want[1], want[2]}, 2e-5);
        }
    for (const ColorDisplay& d : theirs->displays())
        for (const std::string& view : d.views) {
            INFO(d.name << " " << view);
            const auto want = applied(theirs->display("ACEScg", d.name, view), 0.4f, 0.2f, 0.1f);
            const auto got = applied(ours.display("ACEScg", d.name, view), 0.4f, 0.2f, 0.1f);
            check_near(got, {want[0], want[1], want[2]}, 2e-5);
        }
}

TEST_CASE("curves follow their formulas")
{
    const ColorConfig config = builtin();
    const auto srgb = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    check_near(applied(config.convert("sRGB - Texture", "Linear Rec.709 (sRGB)"), 0.02f, 0.5f, 0.9f),
               {srgb(0.02), srgb(0.5), srgb(0.9)}, 1e-5);
    const auto cineon = [](double v) {
        const double black = std::pow(10, (95 - 685) / 300.0);
        return (std::pow(10, (v * 1023 - 685) / 300) - black) / (1 - black);
    };
    check_near(applied(config.convert("Cineon Log Rec.709", "Linear Rec.709 (sRGB)"), 95 / 1023.0f, 445 / 1023.0f,
                       685 / 1023.0f),
               {0, cineon(445 / 1023.0), 1}, 1e-5);
    // ACEScct, Academy S-2016-001, of AP1 values.
    const auto acescct = [](double v) {
        return v <= 0.0078125 ? 10.5402377416545 * v + 0.0729055341958355 : (std::log2(v) + 9.72) / 17.52;
    };
    check_near(applied(config.log_convert(), 0.18f, 0.001f, 8.0f), {acescct(0.18), acescct(0.001), acescct(8)}, 1e-5);
    check_near(applied(config.log_convert(ColorDirection::Inverse), float(acescct(0.18)), 0.5f, 0.3f),
               {0.18, std::exp2(0.5 * 17.52 - 9.72), std::exp2(0.3 * 17.52 - 9.72)}, 1e-5);
}

TEST_CASE("CDL: slope, offset, power and saturation, clamped or not, and back")
{
    const ColorConfig config = builtin();
    Cdl cdl;
    cdl.slope = {1.2, 0.9, 1.0};
    cdl.offset = {0.02, -0.01, 0.0};
    cdl.power = {1.1, 0.8, 1.0};
    cdl.saturation = 0.7;
    const auto sop = [&](double v, size_t c) { return std::pow(v * cdl.slope[c] + cdl.offset[c], cdl.power[c]); };
    const double r = sop(0.4, 0), g = sop(0.3, 1), b = sop(0.2, 2), luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    const auto saturated = [&](double v) { return luma + cdl.saturation * (v - luma); };
    check_near(applied(config.cdl(cdl), 0.4f, 0.3f, 0.2f), {saturated(r), saturated(g), saturated(b)}, 1e-5);
    CHECK(applied(config.cdl(cdl), 5, 5, 5)[0] <= 1);
    cdl.clamp = false;
    CHECK(applied(config.cdl(cdl), 5, 5, 5)[0] > 2);
    check_near(applied(config.cdl(cdl, ColorDirection::Inverse), float(saturated(r)), float(saturated(g)),
                       float(saturated(b))),
               {0.4, 0.3, 0.2}, 1e-4);
    CHECK(config.cdl(Cdl{}, ColorDirection::Forward, "ACEScct").ok());
    cdl.power[1] = 0;
    CHECK(config.cdl(cdl).error().kind == ErrorKind::InvalidArgument);
    cdl.power[1] = std::nan("");
    CHECK(config.cdl(cdl).error().kind == ErrorKind::InvalidArgument);
}

TEST_CASE("displays go both ways, and looks change the picture")
{
    const ColorConfig config = builtin();
    const std::string display = "sRGB - Display", view = "ACES 1.0 - SDR Video";
    const auto shown = applied(config.display("ACEScg", display, view), 0.2f, 0.3f, 0.25f);
    const auto back =
        applied(config.display("ACEScg", display, view, ColorDirection::Inverse), shown[0], shown[1], shown[2]);
    check_near(back, {0.2, 0.3, 0.25}, 1e-4); // not a red: the inverse of the transform's red modifier is approximate
    const std::string look = "ACES 1.3 Reference Gamut Compression";
    CHECK(config.display("ACEScg", display, view, ColorDirection::Forward, look)->key() !=
          config.display("ACEScg", display, view)->key());
    CHECK(config.look("ACEScg", "ACEScg", look).ok());
    CHECK(applied(config.look("ACEScg", "ACEScg", look), 0.9f, -0.2f, 0.1f)[1] > -0.2f);
    CHECK(applied(config.display("ACEScg", display, "Raw"), 2, 0.5f, -1) == std::array{2.0f, 0.5f, -1.0f});
}

TEST_CASE("identity, keys and sharing")
{
    const ColorConfig config = builtin();
    CHECK(config.convert("ACEScg", "scene_linear")->identity());
    CHECK(config.convert("Raw", "ACEScg")->identity());
    CHECK(!config.convert("ACEScg", "ACEScct")->identity());
    CHECK(config.convert("ACEScg", "ACEScct")->key() == config.convert("scene_linear", "compositing_log")->key());
    CHECK(config.convert("ACEScg", "ACEScct")->key() != config.convert("ACEScct", "ACEScg")->key());
    const auto gpu = config.convert("ACEScg", "ACEScg")->gpu();
    REQUIRE(gpu.ok());
    CHECK((*gpu)->table.empty());
    std::vector<std::thread> threads;
    std::vector<Key> keys(4);
    for (size_t i = 0; i < keys.size(); ++i)
        threads.emplace_back([&, i] {
            auto processor = config.display("ACEScg", "Rec.2100-PQ - Display", "Un-tone-mapped");
            HostImage image(Rect{0, 0, 64, 8});
            if (processor) processor->apply(image);
            if (processor && processor->gpu()) keys[i] = processor->key();
        });
    for (auto& t : threads) t.join();
    for (const Key& k : keys) CHECK((k && k == keys[0]));
}

TEST_CASE("context variables choose a configuration's files; what is missing is an error")
{
    auto config = ColorConfig::from_file(data + "/ocio/gaffer-context/context.ocio");
    REQUIRE_MESSAGE(config.ok(), config.error().text());
    const auto cineon = config->convert("linear", "context", {{"LUT", "cineon.spi1d"}, {"CDL", "primary"}});
    const auto srgb = config->convert("linear", "context", {{"LUT", "srgb.spi1d"}, {"CDL", "primary"}});
    REQUIRE_MESSAGE(cineon.ok(), cineon.error().text());
    REQUIRE(srgb.ok());
    CHECK(cineon->key() != srgb->key());
    auto missing = config->convert("linear", "context", {{"LUT", "nothing.spi1d"}, {"CDL", "primary"}});
    REQUIRE(!missing.ok());
    CHECK(missing.error().kind == ErrorKind::NotFound);
    CHECK(missing.error().message.find("nothing.spi1d") != std::string::npos);
    auto nested = ColorConfig::from_file(data + "/lut/ocio/configs/context_test1/config.ocio");
    CHECK_MESSAGE(nested.ok(), nested.error().text());
}

TEST_CASE("errors name what is missing and the nearest names")
{
    const ColorConfig config = builtin();
    auto space = config.convert("ACESgc", "ACEScct");
    REQUIRE(!space.ok());
    CHECK(space.error().kind == ErrorKind::NotFound);
    CHECK(space.error().message == "the colour configuration builtin has no colour space \"ACESgc\"");
    CHECK(space.error().remedy.find("\"ACEScg\"") != std::string::npos);
    auto display = config.display("ACEScg", "sRGB Display", "Raw");
    REQUIRE(!display.ok());
    CHECK(display.error().remedy.find("\"sRGB - Display\"") != std::string::npos);
    auto view = config.display("ACEScg", "sRGB - Display", "ACES SDR");
    REQUIRE(!view.ok());
    CHECK(view.error().message.find("\"ACES SDR\"") != std::string::npos);
    CHECK(!config.look("ACEScg", "ACEScg", "+grade").ok());
    CHECK(!config.named_transform("x").ok());
    CHECK(!config.builtin_transform("x").ok());
    CHECK(!config.convert("", "ACEScg").ok());
}

TEST_CASE("configuration files: missing, damaged, too new, and $OCIO")
{
    auto missing = ColorConfig::from_file("/nowhere/config.ocio");
    REQUIRE(!missing.ok());
    CHECK(missing.error().kind == ErrorKind::NotFound);
    CHECK(missing.error().file == "/nowhere/config.ocio");
    auto binary = ColorConfig::from_file(data + "/lut/ocio/nuke_3d.vf");
    REQUIRE(!binary.ok());
    CHECK(binary.error().kind == ErrorKind::Damaged);
    auto folder = ColorConfig::from_file(data + "/lut");
    CHECK(!folder.ok());
    // Its version is beyond 2.2; a newer OpenColorIO reads it.
    auto newer = ColorConfig::from_file(data + "/ocio/cg-config-v2.1.0_aces-v1.3_ocio-v2.3.ocio");
    if (!newer) CHECK(newer.error().remedy.find("OpenColorIO") != std::string::npos);
    {
        OcioVariable variable(academy);
        auto config = ColorConfig::load("$OCIO");
        REQUIRE(config.ok());
        CHECK(config->source() == academy);
        auto curve = config->named_transform("sRGB - Curve", ColorDirection::Inverse);
        check_near(applied(curve, 0.5f, 0.5f, 0.5f), {0.735357, 0.735357, 0.735357}, 1e-5);
        check_near(applied(config->named_transform("sRGB - Curve"), 0.735357f, 0.5f, 0.5f), {0.5, 0.214041, 0.214041},
                   1e-5);
    }
    {
        OcioVariable variable("/nowhere/else.ocio");
        auto config = ColorConfig::from_environment();
        REQUIRE(!config.ok());
        CHECK(config.error().message.find("variable OCIO") != std::string::npos);
    }
    CHECK(ColorConfig::from_environment()->source() == "builtin");
    CHECK(ColorConfig::load("")->source() == "builtin");
}

TEST_CASE("nearest names and lists in quotes")
{
    const std::vector<std::string> names{"linear", "log", "Linear Rec.709", "sRGB"};
    CHECK(nearest_names("linaer", names).front() == "linear");
    CHECK(nearest_names("rec.709", names).front() == "Linear Rec.709");
    CHECK(nearest_names("zzzzzzzz", names, 2).size() == 2);
    CHECK(quoted_list(names) == "\"linear\", \"log\", \"Linear Rec.709\" or \"sRGB\"");
    CHECK(quoted_list({}).empty());
}
