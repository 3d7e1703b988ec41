// Dragging a slider: samples/bench/w5.tess (key, despill, grade, transform, over a blurred plate, grade) at 1920 x 1080 as
// a viewer asks for it, and one value of its last, a middle and its first node changed over and over, each to a value it
// never had. Prints, from the edit to all pixels in host memory, the median and the worst time; the passes, the pixels and
// bytes they moved; and what was compiled or allocated on the way. Asserts nothing.
#include "core/base/pixel_memory.h"
#include "core/doc/edit.h"
#include "core/doc/project_file.h"
#include "gpu/device.h"
#include "tests/bench/bench_figures.h"
#include <chrono>
#include <cstring>

using namespace tessera;
using namespace tessera::bench;

namespace {

constexpr int width = 1920, height = 1080;
constexpr int warm_up = 3, edits = 15;

struct Edited {
    const char* name;
    const char* node;
    const char* param;
    double first, step;
    bool color;
    const char* goal;
};

NodePlace node(const Project& project, const char* name)
{
    const NodePlace place = find_node(project, name);
    if (place) return place;
    std::fprintf(stderr, "the project has no node %s\n", name);
    std::exit(1);
}

ProjectPtr open_project(const Scratch& scratch)
{
    must(write_green(scratch.path, "green", width, height, 1, true));
    must(write_green(scratch.path, "plate", width, height, 1, false));
    ProjectPtr project = must(load_project(TESSERA_SOURCE "/samples/bench/w5.tess")).project;
    for (const auto& [name, file] : {std::pair{"Green", "green"}, std::pair{"Plate", "plate"}})
        project = must(set_param(project, node(*project, name), "file",
                                 Value((scratch.path / (std::string(file) + ".####.exr")).string())));
    return project;
}

Request viewer_request(const ProjectPtr& project)
{
    const NodePlace last = node(*project, "Cool");
    Request r;
    r.project = project, r.graph = last.graph->id, r.node = last.node->id;
    r.region = Rect{0, 0, width, height};
    r.priority = Priority::Viewer, r.channel = 1, r.cache_result = true;
    return r;
}

void measure(Engine& engine, ProjectPtr& project, const Edited& e, std::vector<Figure>& figures)
{
    std::vector<double> times, plan_times, news;
    Rendered last;
    uint64_t compiles = 0;
    EngineStats before{};
    PixelMemory pixels{};
    Allocations count{};
    for (int i = 0; i < warm_up + edits; ++i) {
        if (i == warm_up) before = engine.stats(), pixels = pixel_memory(), count = allocations();
        const double value = e.first + e.step * i;
        project = must(set_param(project, node(*project, e.node), e.param,
                                 e.color ? Value(Color(float(value), 1, 1, 1)) : Value(value)));
        const Request request = viewer_request(project);
        last = {}; // a viewer has shown it
        const uint64_t news_before = allocations().all;
        const auto start = std::chrono::steady_clock::now();
        last = must(engine.render(request));
        const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
        if (i < warm_up) continue;
        times.push_back(ms);
        plan_times.push_back(last.stats.plan_ms);
        news.push_back(double(allocations().all - news_before));
        compiles += uint64_t(last.stats.compiles);
    }
    const std::string name = std::string(e.name) + " (" + e.node + "." + e.param + "): ";
    const auto add = [&](const char* what, double value, const char* unit, std::string goal = {}) {
        figures.push_back({name + what, value, unit, std::move(goal)});
    };
    add("median", median(times), "ms", e.goal);
    add("worst", worst(times), "ms");
    add("of it planning", median(plan_times), "ms");
    add("on the device", last.stats.device_ms, "ms");
    add("passes", last.stats.passes, "");
    add("chunks", last.stats.chunks, "");
    add("pixels computed", double(last.stats.pixels_computed) * 1e-6, "Mpx");
    add("bytes moved", double(last.stats.bytes_moved) / (1 << 20), "MiB");
    add("programs compiled", double(compiles), "", "0");
    add("device allocations", double(engine.stats().device_allocations - before.device_allocations), "", "0");
    add("host blocks of pixels got from the system", double(pixel_memory().fresh - pixels.fresh), "", "0");
    add("host allocations of a MiB or more", double(allocations().large - count.large), "", "0");
    add("small host allocations an edit", median(news), "");
}

} // namespace

int main(int count, char** words)
{
    const bool json = count > 1 && !std::strcmp(words[1], "--json");
    const Scratch scratch;
    ProjectPtr project = open_project(scratch);
    std::vector<Figure> figures;
    {
        Engine engine(std::shared_ptr<Device>(must(open_device())), {});
        for (int i = 0; i < 2; ++i) (void)must(engine.render(viewer_request(project)));
        // The first node's goal is w5's time a frame in the same program: decoded sources are still at hand.
        const Edited list[] = {{"last node", "Cool", "multiply", 0.5, 0.013, true, "60"},
                               {"middle node", "Move", "rotate", 8.0, 0.17, false, ""},
                               {"first node", "Key", "screen_gain", 1.0, 0.011, false, "a frame of w5"}};
        for (const Edited& e : list) measure(engine, project, e, figures);
    }
    print(figures, json);
    return 0;
}
