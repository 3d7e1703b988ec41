// The GPU text against the CPU, executed: every built-in transform both ways and every LUT file both ways with every
// interpolation.
//
// Tolerance, per channel: |gpu - cpu| <= relative * |cpu| + absolute * scale, where scale is 1 or, above 1, the pixel's
// largest channel. Relative 1e-4, absolute 1e-5. Vulkan promises log2 within 2^-21 absolute near 1 and exp2 within
// 3 + 2|x| ulp; a logarithm and its inverse on values of up to 2^16 can so differ by some 2e-5 of the value, and the
// ACES output transforms pass two of them. The absolute term covers results near zero that are differences of larger
// numbers (matrices out of wide gamuts). Two kinds get more, because they magnify what rounding leaves:
// - views: a display's gamma is vertical at black, where 1e-9 becomes 1e-4: absolute 1e-4, half a code of 12 bits;
// - ACES output transforms backwards: their tone curve is nearly level at peak white: relative 1e-3.
#include "core/color/config.h"
#include "tests/color/gpu_runner.h"
#include <cmath>
#include <doctest/doctest.h>
#include <filesystem>
#include <random>
#include <set>

using namespace tessera;
namespace fs = std::filesystem;

namespace {

constexpr size_t kernel_size = 6; // transforms in one kernel: more of them take longer to compile than they save

/// Colours that reach every branch: the usual ones, greys over 24 stops, negative ones, wide-gamut ones, noise.
std::vector<float> sample_colors()
{
    std::vector<float> out;
    auto add = [&](float r, float g, float b) { out.insert(out.end(), {r, g, b, 1.0f}); };
    for (float v : {0.0f, 0.18f, 1.0f, 0.5f, -0.1f, -1.0f, 4.0f, 1e-6f, 0.01f}) add(v, v, v);
    for (int i = -12; i <= 12; ++i) add(std::exp2(i * 0.5f), std::exp2(i * 0.5f), std::exp2(i * 0.5f));
    for (int i = 0; i < 27; ++i) add(float(i % 3) * 0.5f, float(i / 3 % 3) * 0.5f, float(i / 9) * 0.5f);
    add(0.5f, 0.25f, 0.75f), add(0.9f, 0.1f, 0.4f), add(0.02f, 0.6f, 0.33f), add(-0.1f, 0.5f, 1.5f),
        add(4.0f, 2.0f, 0.3f);
    std::mt19937 random(7);
    std::uniform_real_distribution<float> unit(0, 1), stops(-10, 5), wide(-0.2f, 1.2f);
    for (int i = 0; i < 80; ++i) add(unit(random), unit(random), unit(random));
    for (int i = 0; i < 60; ++i) add(std::exp2(stops(random)), std::exp2(stops(random)), std::exp2(stops(random)));
    for (int i = 0; i < 40; ++i) add(wide(random), wide(random), wide(random));
    return out;
}

struct Case {
    std::string name;
    ColorProcessor processor;
    double relative = 1e-4, absolute = 1e-5;
};

void compare(const Case& test, const std::vector<float>& source, const float* gpu)
{
    const auto& [name, processor, relative, absolute] = test;
    std::vector<float> cpu = source;
    processor.apply(std::span<float>(cpu));
    int bad = 0;
    for (size_t p = 0; p < source.size() / 4; ++p) {
        double scale = 1;
        for (int c = 0; c < 3; ++c) scale = std::max(scale, std::abs(double(cpu[p * 4 + c])));
        for (int c = 0; c < 4; ++c) {
            const double want = cpu[p * 4 + c], got = gpu[p * 4 + c];
            if (std::isnan(want) || std::isinf(want) || std::abs(want) > 1e30)
                continue; // overflow: no number to compare
            if (std::abs(got - want) <= relative * std::abs(want) + absolute * scale) continue;
            if (++bad <= 2)
                MESSAGE(name << ": (" << source[p * 4] << ", " << source[p * 4 + 1] << ", " << source[p * 4 + 2]
                             << ") channel " << c << ": CPU " << want << ", GPU " << got);
        }
    }
    CHECK_MESSAGE(bad == 0, name << ": " << bad << " values differ");
}

/// Runs all cases, several to a kernel, and compares each with its CPU path.
void run_cases(const std::vector<Case>& cases)
{
    const std::vector<float> source = sample_colors();
    const unsigned pixels = unsigned(source.size() / 4);
    for (size_t first = 0; first < cases.size(); first += kernel_size) {
        const size_t last = std::min(first + kernel_size, cases.size());
        std::string text, body;
        std::vector<float> table(5, 1e9f); // the base is not zero
        std::set<std::string> defined;
        for (size_t i = first; i < last; ++i) {
            auto gpu = cases[i].processor.gpu();
            REQUIRE_MESSAGE(gpu.ok(), cases[i].name << ": " << gpu.error().text());
            const GpuColor& color = **gpu;
            if (defined.insert(color.function).second) text += color.glsl;
            const std::string place = std::to_string(i - first);
            body += "  c = " + color.function +
                    "(vec4(source[i * 4], source[i * 4 + 1], source[i * 4 + 2], source[i * 4 + 3]), " +
                    std::to_string(table.size()) + "u);\n  o = (" + place + "u * count() + i) * 4;\n" +
                    "  target[o] = c.r; target[o + 1] = c.g; target[o + 2] = c.b; target[o + 3] = c.a;\n";
            table.insert(table.end(), color.table.begin(), color.table.end());
        }
        text +=
            "void main()\n{\n  uint i = gl_GlobalInvocationID.x;\n  if (i >= count()) return;\n  vec4 c; uint o;\n" +
            body + "}\n";
        const auto target = run_kernel(text, source, table, (last - first) * source.size(), pixels);
        for (size_t i = first; i < last; ++i) compare(cases[i], source, target.data() + (i - first) * source.size());
    }
}

std::vector<std::string> lut_files()
{
    std::vector<std::string> out;
    const std::set<std::string> kinds{".cc",  ".ccc", ".cdl", ".cube", ".spi1d", ".spi3d", ".spimtx",
                                      ".3dl", ".csp", ".lut", ".vf",   ".ctf",   ".clf"};
    for (const char* folder : {"/lut", "/ocio/gaffer-context/luts"})
        for (auto& entry : fs::recursive_directory_iterator(std::string(TESSERA_TEST_DATA) + folder))
            if (entry.is_regular_file() && kinds.contains(entry.path().extension().string()))
                out.push_back(entry.path().string());
    std::sort(out.begin(), out.end());
    return out;
}

} // namespace

TEST_CASE("every built-in transform gives the same on GPU and CPU")
{
    auto config = ColorConfig::builtin();
    REQUIRE(config.ok());
    std::vector<Case> cases;
    for (const std::string& style : builtin_transform_styles())
        for (auto direction : {ColorDirection::Forward, ColorDirection::Inverse}) {
            auto processor = config->builtin_transform(style, direction);
            REQUIRE_MESSAGE(processor.ok(), style);
            const bool inverse = direction == ColorDirection::Inverse;
            const double relative = inverse && style.starts_with("ACES-OUTPUT") ? 1e-3 : 1e-4;
            cases.push_back({style + (inverse ? " inverse" : ""), *processor, relative});
        }
    CHECK(cases.size() >= 100);
    run_cases(cases);
}

TEST_CASE("every LUT file gives the same on GPU and CPU, both ways, with each interpolation")
{
    auto config = ColorConfig::builtin();
    REQUIRE(config.ok());
    std::vector<Case> cases;
    std::set<Key> seen; // most files have one way to be read, whatever interpolation is asked for
    for (const std::string& file : lut_files())
        for (auto direction : {ColorDirection::Forward, ColorDirection::Inverse})
            for (auto interpolation :
                 {LutInterpolation::Linear, LutInterpolation::Tetrahedral, LutInterpolation::Nearest}) {
                auto processor = config->file_transform(file, interpolation, direction, "0");
                if (!processor || !seen.insert(processor->key()).second) continue; // refused ones: see luts.cpp
                cases.push_back({fs::path(file).filename().string() + " " + std::string(name_of(interpolation)) +
                                     (direction == ColorDirection::Forward ? "" : " inverse"),
                                 *processor});
            }
    CHECK(cases.size() >= 90);
    run_cases(cases);
}

TEST_CASE("every display and view of the built-in configuration gives the same on GPU and CPU")
{
    auto config = ColorConfig::builtin();
    REQUIRE(config.ok());
    std::vector<Case> cases;
    for (const ColorDisplay& d : config->displays())
        for (const std::string& view : d.views) {
            auto processor = config->display("scene_linear", d.name, view);
            REQUIRE_MESSAGE(processor.ok(), d.name << " " << view);
            cases.push_back({d.name + ", " + view, *processor, 1e-4, 1e-4});
        }
    run_cases(cases);
}

TEST_CASE("GPU text declares nothing that a kernel would have to bind, and names start with the function's")
{
    auto config = ColorConfig::builtin();
    REQUIRE(config.ok());
    auto processor = config->display("ACEScg", "Rec.2100-PQ - Display", config->displays()[0].views[1]);
    REQUIRE(processor.ok());
    auto gpu = processor->gpu();
    REQUIRE(gpu.ok());
    const std::string& text = (*gpu)->glsl;
    for (const char* word : {"uniform", "sampler2D", "texture(", "layout", "buffer"})
        CHECK_MESSAGE(text.find(word) == std::string::npos, word);
    CHECK((*gpu)->function.starts_with("ocio_"));
    CHECK(text.find("vec4 " + (*gpu)->function + "(vec4 c, uint base)") != std::string::npos);
    CHECK(processor->gpu().value().get() == gpu.value().get());
}
