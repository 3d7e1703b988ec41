// A viewer at work. Panning and zooming: 300 moves of a 1920 x 1080 window over a graded picture of 16384 x 16384, with
// every pixel that passes computed against what became visible for the first time. Playing: frames that are cached, over
// and over, with whether any of them is computed twice and how many come a second. Asserts nothing.
#include "core/base/pixel_memory.h"
#include "core/doc/edit.h"
#include "core/eval/plan.h"
#include "gpu/device.h"
#include "tests/bench/bench_figures.h"
#include <chrono>
#include <cmath>
#include <cstring>
#include <set>

using namespace tessera;
using namespace tessera::bench;

namespace {

double ms_since(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

struct Picture {
    ProjectPtr project;
    NodeId node = 0;
};

/// A checkerboard with a grade; animated, it is another picture in every frame.
Picture picture(int width, int height, bool animated)
{
    ProjectSettings settings;
    settings.format = {width, height, 1};
    Picture p{make_project(settings)};
    const GraphId root = p.project->root;
    const NodeId board = p.project->next_node;
    p.project = must(add_node(p.project, root, "checkerboard", {}));
    p.node = p.project->next_node;
    p.project = must(add_node(p.project, root, "grade", {}));
    p.project = must(connect(p.project, {root, p.node}, "in", board));
    p.project = must(set_param(p.project, {root, p.node}, "gamma", Value(Color(1.2f))));
    if (animated)
        for (const double time : {1.0, 1000.0})
            p.project = must(set_key(p.project, {root, p.node}, "gain", 0, {time, time / 1000, Interpolation::Linear}));
    return p;
}

Request request_of(const Picture& p, const Rect& region, int level, double frame)
{
    Request r;
    r.project = p.project, r.graph = p.project->root, r.node = p.node;
    r.region = region, r.level = level, r.frame = frame;
    r.priority = Priority::Viewer, r.channel = 1, r.cache_result = true;
    return r;
}

void pan_and_zoom(std::vector<Figure>& figures)
{
    constexpr int side = 16384, moves = 300;
    const Picture p = picture(side, side, false);
    Engine engine(std::shared_ptr<Device>(must(open_device())), {.vram_budget = 2ull << 30, .ram_cache = 3ull << 30});
    std::set<std::tuple<int, int, int>> seen; // level, x, y
    std::vector<double> times;
    double x = 2000, y = 3000;
    uint64_t computed = 0, visible = 0, passes = 0;
    int level = 0, still = 0;
    for (int i = 0; i < moves; ++i) {
        // Sweeps with turns, now and then a step in or out, and back over what has been seen.
        if (i % 50 == 49) level = (level + 1) % 4;
        const double angle = double(i) * 0.06, speed = 180;
        x += std::cos(angle) * speed * (1 << level), y += std::sin(angle) * speed * (1 << level);
        const int w = 1920 << level, h = 1080 << level;
        x = std::clamp(x, 0.0, double(side - w)), y = std::clamp(y, 0.0, double(side - h));
        const Rect region{int(x), int(y), int(x) + w, int(y) + h};
        uint64_t fresh = 0;
        for (const TileId& t : tiles_over({}, level, at_level(region, level)))
            if (seen.insert({t.level, t.x, t.y}).second) fresh += uint64_t(tile_size) * tile_size;
        const auto start = std::chrono::steady_clock::now();
        const Rendered r = must(engine.render(request_of(p, region, level, 1)));
        times.push_back(ms_since(start));
        computed += r.stats.pixels_computed, visible += fresh, passes += uint64_t(r.stats.passes);
        still += r.stats.passes == 0;
    }
    figures.push_back({"pan, zoom: 300 moves, pixels computed", double(computed) * 1e-6, "Mpx", ""});
    figures.push_back({"pan, zoom: pixels of tiles seen for the first time", double(visible) * 1e-6, "Mpx", ""});
    figures.push_back({"pan, zoom: computed for each new one", double(computed) / double(visible), "", "1"});
    figures.push_back({"pan, zoom: passes", double(passes), "", ""});
    figures.push_back({"pan, zoom: moves without a pass", double(still), "", ""});
    figures.push_back({"pan, zoom: median of a move", median(times), "ms", ""});
    figures.push_back({"pan, zoom: worst of a move", worst(times), "ms", ""});
}

void play(const char* name, int width, int height, int frames, uint64_t vram, uint64_t ram, std::vector<Figure>& figures)
{
    const Picture p = picture(width, height, true);
    Engine engine(std::shared_ptr<Device>(must(open_device())), {.vram_budget = vram, .ram_cache = ram});
    const Rect region{0, 0, width, height};
    constexpr int shown = 100;
    for (int f = 1; f <= frames; ++f) (void)must(engine.render(request_of(p, region, 0, f)));
    uint64_t passes = 0;
    std::vector<double> times;
    for (int i = 0; i < shown; ++i) {
        const auto start = std::chrono::steady_clock::now();
        const Rendered r = must(engine.render(request_of(p, region, 0, 1 + i % frames)));
        times.push_back(ms_since(start));
        passes += uint64_t(r.stats.passes);
    }
    double sum = 0;
    for (const double t : times) sum += t;
    const std::string of = std::string("play ") + name + ", " + std::to_string(frames) + " frames: ";
    figures.push_back({of + "rate", shown / sum * 1e3, "fps", "60"});
    figures.push_back({of + "worst frame", worst(times), "ms", ""});
    figures.push_back({of + "passes while all is cached", double(passes), "", "0"});
}

} // namespace

int main(int count, char** words)
{
    const bool json = count > 1 && !std::strcmp(words[1], "--json");
    std::vector<Figure> figures;
    constexpr uint64_t GiB = 1ull << 30;
    pan_and_zoom(figures);
    play("1920x1080 from device memory", 1920, 1080, 20, 3 * GiB, 1 * GiB, figures);
    play("1920x1080", 1920, 1080, 100, GiB / 2, 5 * GiB, figures);
    play("3840x2160", 3840, 2160, 20, GiB, 4 * GiB, figures);
    print(figures, json);
    return 0;
}
