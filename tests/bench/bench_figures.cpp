#include "tests/bench/bench_figures.h"
#include "core/media/image_write.h"
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <new>
#include <unistd.h>

namespace {
std::atomic<uint64_t> all{0}, large{0};

void* counted(size_t size)
{
    all.fetch_add(1, std::memory_order_relaxed);
    if (size >= (1 << 20)) large.fetch_add(1, std::memory_order_relaxed);
    if (void* p = std::malloc(size)) return p;
    throw std::bad_alloc();
}
} // namespace

[[gnu::noinline]] void* operator new(size_t size)
{
    return counted(size);
}
[[gnu::noinline]] void operator delete(void* p) noexcept
{
    std::free(p);
}
[[gnu::noinline]] void operator delete(void* p, size_t) noexcept
{
    std::free(p);
}

namespace tessera::bench {

void print(const std::vector<Figure>& figures, bool json)
{
    if (!json) {
        for (const Figure& f : figures)
            std::printf("  %-58s %12.2f %-8s %s\n", f.name.c_str(), f.value, f.unit.c_str(),
                        f.goal.empty() ? "" : ("goal " + f.goal).c_str());
        return;
    }
    std::printf("[\n");
    for (size_t i = 0; i < figures.size(); ++i) {
        const Figure& f = figures[i]; // names and units are ours and plain
        std::printf("  {\"name\": \"%s\", \"value\": %.6g, \"unit\": \"%s\", \"goal\": ", f.name.c_str(), f.value,
                    f.unit.c_str());
        std::printf(f.goal.empty() ? "null" : "\"%s\"", f.goal.c_str());
        std::printf("}%s\n", i + 1 < figures.size() ? "," : "");
    }
    std::printf("]\n");
}

double median(std::vector<double> values)
{
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const size_t n = values.size();
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

double worst(const std::vector<double>& values)
{
    return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

Allocations allocations()
{
    return {all.load(), large.load()};
}

Scratch::Scratch()
{
    path = std::filesystem::temp_directory_path() / ("tessera-bench-" + std::to_string(::getpid()));
    std::filesystem::create_directories(path);
}

Scratch::~Scratch()
{
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

Status write_green(const std::filesystem::path& folder, const std::string& name, int width, int height, int frames,
                   bool screen)
{
    for (int frame = 1; frame <= frames; ++frame) {
        HostImage image({0, 0, width, height});
        uint32_t seed = uint32_t(frame) * 2654435761u;
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x) {
                seed = seed * 1664525u + 1013904223u;
                const float grain = float(seed >> 8) * (0.02f / float(1 << 24));
                const float u = float(x - frame * 4) / float(height) - 0.9f, v = float(y) / float(height) - 0.4f;
                const float inside = std::clamp((0.35f - std::sqrt(u * u + v * v)) * 100, 0.0f, 1.0f);
                const float wave = 0.3f + 0.2f * std::sin(40 * u) * std::cos(30 * v);
                const float back[3] = {screen ? 0.09f : wave, screen ? 0.52f : 0.3f + 0.3f * v, screen ? 0.13f : 0.5f};
                const float front[3] = {0.5f * wave, 0.3f * wave, 0.25f};
                float* p = image.at(x, y);
                for (int c = 0; c < 3; ++c) p[c] = back[c] + (front[c] - back[c]) * inside + grain;
                p[3] = 1;
            }
        char number[16];
        std::snprintf(number, sizeof number, ".%04d.exr", frame);
        WriteRequest request;
        request.path = (folder / (name + number)).string();
        request.format = {width, height, 1};
        request.layers.push_back({.layer = {std::string(main_layer), {"R", "G", "B"}, false}, .pixels = &image});
        TESSERA_TRY(written, write_image(request));
        (void)written;
    }
    return {};
}

} // namespace tessera::bench
