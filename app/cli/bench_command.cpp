// tessera bench: what this machine can do, in a minute: memory, kernels of each kind, fusion, planning.
#include "app/cli/cli.h"
#include "app/cli/session.h"
#include "app/cli/text.h"
#include "core/doc/edit.h"
#include "gpu/device.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

namespace tessera {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
    EngineFlags engine;
    int width = 1920, height = 1080, repeats = 5;
    bool json = false;
};

struct Figure {
    std::string name;
    double value = 0;
    std::string unit;
    double bandwidth = 0; ///< of a kernel: GB/s of what its passes read and wrote; 0: not one
    double of_floor = 0;  ///< the time a copy of as many bytes takes, over the time taken
};

/// What a frame took on the device.
struct DeviceTime {
    double milliseconds = 0, bytes = 0;
};

double milliseconds_since(Clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// A chain of nodes after a checkerboard.
struct Chain {
    ProjectPtr project;
    NodeId first = 0, last = 0, middle = 0;
};

struct Link {
    std::string op, param;
    Value value;
};

Result<Chain> make_chain(const Options& o, const Link& link, int count)
{
    ProjectSettings settings;
    settings.format = {o.width, o.height, 1};
    Chain chain{make_project(settings)};
    const GraphId root = chain.project->root;
    chain.first = chain.last = chain.project->next_node;
    TESSERA_TRY(first, add_node(chain.project, root, "checkerboard", {}));
    chain.project = first;
    for (int i = 0; i < count; ++i) {
        const NodeId id = chain.project->next_node;
        TESSERA_TRY(added, add_node(chain.project, root, link.op, {}));
        TESSERA_TRY(set, set_param(added, {root, id}, link.param, link.value));
        TESSERA_TRY(linked,
                    connect(set, {root, id}, Registry::instance().find(link.op)->inputs.front().name, chain.last));
        chain.project = linked;
        chain.last = id;
        if (i == count / 2) chain.middle = id;
    }
    return chain;
}

Request request_of(const Chain& chain, std::optional<Rect> region = {})
{
    Request request;
    request.project = chain.project;
    request.graph = chain.project->root;
    request.node = chain.last;
    request.region = region;
    return request;
}

/// Median time on the device for one frame, after one to compile and warm up. A pass that makes the checkerboard alone
/// is not counted.
Result<DeviceTime> device_time(Engine& engine, const Options& o, const Chain& chain)
{
    const NodePlace source = find_node(*chain.project, chain.project->root, chain.first);
    std::vector<double> times;
    DeviceTime time;
    for (int i = 0; i <= o.repeats; ++i) {
        TESSERA_TRY(rendered, engine.render(request_of(chain)));
        double sum = 0;
        time.bytes = 0;
        for (const NodeTime& t : rendered.times) {
            if (t.node == source.node->name) continue;
            sum += t.milliseconds;
            time.bytes += t.bytes_read + t.bytes_written;
        }
        if (i > 0) times.push_back(sum);
    }
    time.milliseconds = median(std::move(times));
    return time;
}

/// Median milliseconds of `work`, after one run to warm up.
Result<double> timed(const Options& o, const std::function<Status()>& work)
{
    std::vector<double> times;
    for (int i = 0; i <= o.repeats; ++i) {
        const auto start = Clock::now();
        TESSERA_CHECK(work());
        if (i > 0) times.push_back(milliseconds_since(start));
    }
    return median(std::move(times));
}

/// The floors: what moving bytes costs on this machine. Gives the device's copy in GB/s.
Result<double> bench_floor(const Options& o, std::vector<Figure>& figures)
{
    TESSERA_TRY(device, open_device({.prefer = o.engine.device}));
    const Rect area{0, 0, 4096, 2048}; // 128 MiB: beyond any cache, within every device's largest binding
    const double bytes = double(DeviceImage::bytes(area));
    TESSERA_TRY(from, device->allocate(DeviceImage::bytes(area)));
    TESSERA_TRY(to, device->allocate(DeviceImage::bytes(area)));
    const DeviceImage source{{from, 0}, area, area}, target{{to, 0}, area, area};
    const auto finish = [&]() -> Status {
        TESSERA_TRY(ticket, device->submit());
        return device->wait(ticket);
    };
    const auto figure = [&](const char* name, double moved, const std::function<Status()>& work) -> Result<double> {
        TESSERA_TRY(ms, timed(o, work));
        figures.push_back({name, moved / ms / 1e6, "GB/s"});
        return moved / ms / 1e6;
    };
    std::vector<char> host(size_t(bytes), 1), other(size_t(bytes), 2);
    TESSERA_TRY(memory, figure("copy by the processor, one thread (read and write)", 2 * bytes, [&]() -> Status {
                    std::memcpy(other.data(), host.data(), host.size());
                    return {};
                }));
    TESSERA_TRY(copy, figure("copy on the device (read and write)", 2 * bytes, [&]() -> Status {
                    TESSERA_CHECK(device->copy(source, target, area));
                    return finish();
                }));
    TESSERA_TRY(clear, figure("clear on the device (write)", bytes, [&]() -> Status {
                    TESSERA_CHECK(device->clear(source, area));
                    return finish();
                }));
    auto image = std::make_shared<HostImage>(area);
    TESSERA_TRY(upload, figure("upload", bytes, [&]() -> Status {
                    TESSERA_CHECK(device->upload(target, *image, area));
                    return finish();
                }));
    TESSERA_TRY(back, figure("read back", bytes, [&]() -> Status {
                    TESSERA_CHECK(device->read_back(target, area, image));
                    return finish();
                }));
    (void)memory, (void)clear, (void)upload, (void)back;
    TESSERA_TRY(launch, timed(o, [&]() -> Status {
                    TESSERA_CHECK(device->clear(source, {0, 0, 1, 1}));
                    return finish();
                }));
    figures.push_back({"one pixel, from submitting to knowing", launch, "ms"});
    device->release(from);
    device->release(to);
    return copy;
}

/// Kernels of each class: their time, and what share of it a copy of as many bytes takes (`copy` GB/s).
Status bench_kernels(const Options& o, double copy, std::vector<Figure>& figures)
{
    struct Case {
        std::string name;
        Link link;
        int count;
        bool fuse;
    };
    const Link grade{"grade", "multiply", Color(1.01, 0.99, 1.02, 1)};
    const Link gamma{"grade", "gamma", Color(1.1, 1.1, 1.1, 1)};
    const std::vector<Case> cases{
        {"pointwise: grade, 1", grade, 1, true},
        {"fused pointwise: grade, 8", grade, 8, true},
        {"the same unfused", grade, 8, false},
        {"fused powers: gamma, 8", gamma, 8, true},
        {"colour transform: to ACEScct", {"colorspace", "to", std::string("ACEScct")}, 1, true},
        {"separable: blur, size 10", {"blur", "size", Vec2{10, 10}}, 1, true},
        {"separable: blur, size 100", {"blur", "size", Vec2{100, 100}}, 1, true},
        {"convolution by Fourier: defocus, size 60", {"defocus", "size", 60.0}, 1, true},
        {"gather: transform, rotated", {"transform", "rotate", 10.0}, 1, true},
        {"morphology: dilate, size 10", {"dilate", "size", Vec2{10, 10}}, 1, true},
        {"order: median, size 3", {"median", "size", Vec2{3, 3}}, 1, true},
        {"order: median, size 30", {"median", "size", Vec2{30, 30}}, 1, true},
    };
    for (const Case& c : cases) {
        const OpDesc* op = Registry::instance().find(c.link.op);
        const ParamDesc* param = op ? op->param(c.link.param) : nullptr;
        if (!param) continue; // a build with fewer operators
        Link link = c.link;
        if (!holds(link.value, param->type)) link.value = component(link.value, 0);
        EngineFlags flags = o.engine;
        flags.no_fuse = !c.fuse;
        TESSERA_TRY(engine, open_engine(flags));
        TESSERA_TRY(chain, make_chain(o, link, c.count));
        TESSERA_TRY(time, device_time(*engine, o, chain));
        const double bandwidth = time.milliseconds > 0 ? time.bytes / time.milliseconds / 1e6 : 0;
        figures.push_back({c.name, time.milliseconds, "ms", bandwidth, copy > 0 ? bandwidth / copy : 0});
    }
    return {};
}

/// Planning alone: one pixel of a long chain.
Status bench_plan(const Options& o, std::vector<Figure>& figures)
{
    constexpr int nodes = 1000;
    TESSERA_TRY(engine, open_engine(o.engine));
    TESSERA_TRY(chain, make_chain(o, {"grade", "multiply", Color(1.001)}, nodes));
    const auto plan = [&](const Chain& c) -> Result<double> {
        const auto start = Clock::now();
        TESSERA_TRY(text, engine->key(request_of(c)));
        (void)text;
        return milliseconds_since(start);
    };
    TESSERA_TRY(cold, plan(chain));
    figures.push_back({"keys of 1,000 nodes, cold", cold, "ms"});
    std::vector<double> warm, changed, planned;
    const Rect pixel{0, 0, 1, 1};
    for (int i = 0; i <= o.repeats; ++i) {
        TESSERA_TRY(again, plan(chain));
        warm.push_back(again);
        Chain edited = chain;
        TESSERA_TRY(project,
                    set_param(chain.project, {chain.project->root, chain.middle}, "multiply", Value(Color(1.1 + i))));
        edited.project = project;
        TESSERA_TRY(after, plan(edited));
        changed.push_back(after);
        TESSERA_TRY(rendered, engine->render(request_of(edited, pixel)));
        if (i > 0) planned.push_back(rendered.stats.plan_ms);
    }
    figures.push_back({"keys of 1,000 nodes, warm", median(warm), "ms"});
    figures.push_back({"keys of 1,000 nodes, one value changed", median(changed), "ms"});
    figures.push_back({"whole plan of 1,000 nodes, one value changed", median(planned), "ms"});
    return {};
}

Status bench(const Options& o)
{
    std::vector<Figure> figures;
    TESSERA_TRY(copy, bench_floor(o, figures));
    TESSERA_CHECK(bench_kernels(o, copy, figures));
    TESSERA_CHECK(bench_plan(o, figures));
    if (o.json) {
        nlohmann::json list = nlohmann::json::array();
        for (const Figure& f : figures) {
            list.push_back({{"name", f.name}, {"value", f.value}, {"unit", f.unit}});
            if (f.bandwidth > 0) list.back()["gb_per_s"] = f.bandwidth, list.back()["of_copy"] = f.of_floor;
        }
        std::cout << nlohmann::json{{"width", o.width}, {"height", o.height}, {"figures", list}}.dump(2) << "\n";
        return {};
    }
    TextTable table;
    for (const Figure& f : figures)
        table.row({f.name, fixed_text(f.value, 2), f.unit, f.bandwidth > 0 ? fixed_text(f.bandwidth, 1) + " GB/s" : "",
                   f.bandwidth > 0 ? fixed_text(100 * f.of_floor, 0) + " % of a copy" : ""});
    std::cout << "At " << o.width << " x " << o.height << ", median of " << o.repeats << ":\n" << table.text(2);
    return {};
}

} // namespace

void add_bench(CLI::App& app, Command& chosen)
{
    auto o = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("bench", "Measure this machine: memory, kernels of each kind, fusion, planning");
    command->add_option("--width", o->width, "Width of the images")->check(CLI::Range(16, 16384))->type_name("PIXELS");
    command->add_option("--height", o->height, "Height of the images")
        ->check(CLI::Range(16, 16384))
        ->type_name("PIXELS");
    command->add_option("--repeats", o->repeats, "Measurements, of which the median is printed")
        ->check(CLI::Range(1, 1000))
        ->type_name("N");
    command->add_flag("--json", o->json, "As JSON");
    add_engine_flags(*command, o->engine);
    command->callback([o, &chosen] { chosen = [o] { return bench(*o); }; });
}

} // namespace tessera
