// What the kinds of kernel cost on this device: milliseconds, bytes moved a second, and the ratio to what the machine
// needs to copy as many bytes, measured in the same run (a copy between buffers on a GPU, memcpy by all cores where the
// device is the CPU). The best of several warm runs counts. Asserts nothing.
//
//   bench_kernels [--only TEXT] [--runs N] [--device NAME] [--json]
#include "core/op/block.h"
#include "gpu/device.h"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <limits>
#include <string>
#include <thread>

using namespace tessera;

namespace {

struct Options {
    std::string only, device;
    int runs = 9;
    bool json = false;
};

double wall_ms()
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
/// Of all threads of this process: what a busy machine disturbs least.
double cpu_ms()
{
    return double(std::clock()) * 1e3 / CLOCKS_PER_SEC;
}

void stop(const Error& error)
{
    std::fprintf(stderr, "%s\n", error.text().c_str());
    std::exit(1);
}
template <class T> T must(Result<T> result)
{
    if (!result) stop(result.error());
    return std::move(result.value());
}
void must(Status status)
{
    if (!status) stop(status.error());
}

struct Figure {
    double wall = std::numeric_limits<double>::infinity(), cpu = wall;
};

/// The least of `runs` runs after one to warm up.
Figure best(int runs, const std::function<void()>& work)
{
    Figure least;
    for (int i = 0; i <= runs; ++i) {
        const double wall = wall_ms(), cpu = cpu_ms();
        work();
        if (i == 0) continue;
        least.wall = std::min(least.wall, wall_ms() - wall);
        least.cpu = std::min(least.cpu, cpu_ms() - cpu);
    }
    return least;
}

KernelPtr madd()
{
    return make_kernel("madd", KernelForm::Pixel, "vec4 madd(vec4 c, madd_u u, Px px) { return c * u.a + u.b; }\n", 1);
}
KernelPtr power()
{
    return make_kernel("power", KernelForm::Pixel,
                       "vec4 power(vec4 c, power_u u, Px px)\n{\n    vec4 v = c * u.a + u.b;\n"
                       "    return mix(v, pow(v, u.e), greaterThan(v, vec4(0.0)));\n}\n",
                       1);
}
KernelPtr taps16()
{
    return make_kernel("taps", KernelForm::Gather,
                       "vec4 taps(taps_u u, Px px)\n{\n"
                       "    ivec2 p = ivec2(floor(vec2(px.at) * 0.9));\n    vec4 sum = vec4(0.0);\n"
                       "    for (int i = 0; i < 16; ++i)\n"
                       "        sum += FETCH0(p + ivec2(i & 3, i >> 2)) * (u.a[i & 3] * u.b[i >> 2]);\n"
                       "    return sum;\n}\n",
                       1);
}
/// `axis` x or y, 17 weights in the table.
KernelPtr line17(const std::string& axis)
{
    const std::string name = "line" + axis, step = axis == "x" ? "ivec2(i - 8, 0)" : "ivec2(0, i - 8)";
    return make_kernel(name, KernelForm::Gather,
                       "vec4 " + name + "(" + name + "_u u, Px px)\n{\n    vec4 sum = vec4(0.0);\n" +
                           "    for (int i = 0; i < u.count; ++i) sum += FETCH0(px.at + " + step +
                           ") * TABLE(u.table + i);\n    return sum;\n}\n",
                       1);
}

struct Case {
    std::string name;
    Pass pass; ///< without images
    double goal; ///< least share of the copy's speed, on a GPU as well; 0: none was set
};

PassCall values(const Block& block)
{
    PassCall call;
    call.uniforms.assign(block.bytes().begin(), block.bytes().end());
    return call;
}

Pass chain(const KernelPtr& kernel, int length, const Block& block)
{
    Program program;
    program.images = 1;
    program.steps.push_back({.kind = ProgramStep::Kind::Load, .image = 0});
    Pass pass;
    for (int i = 0; i < length; ++i) {
        program.steps.push_back(
            {.kind = ProgramStep::Kind::Call, .kernel = kernel, .fields = block.fields(), .args = {i}});
        pass.calls.push_back(values(block));
    }
    pass.program = finish_program(std::move(program));
    return pass;
}

Pass gather(const KernelPtr& kernel, const Block& block)
{
    Program program;
    program.images = 1;
    program.steps.push_back(
        {.kind = ProgramStep::Kind::Call, .kernel = kernel, .fields = block.fields(), .images = {0}});
    Pass pass;
    pass.calls = {values(block)};
    pass.program = finish_program(std::move(program));
    return pass;
}

std::vector<Case> cases()
{
    Block linear, powers, weights, line;
    linear.put("a", Vec4{1.01, 0.99, 1.02, 1});
    linear.put("b", Vec4{0.01, -0.01, 0.02, 0});
    powers = linear;
    powers.put("e", Vec4{1.1, 0.9, 1.2, 1});
    weights.put("a", Vec4{-0.1, 0.6, 0.6, -0.1});
    weights.put("b", Vec4{-0.05, 0.55, 0.55, -0.05});
    line.put("count", 17);
    line.put("table", 0);
    std::vector<float> table(17, 1.0f / 17);
    Program load;
    load.images = 1;
    load.steps.push_back({.kind = ProgramStep::Kind::Load, .image = 0});
    Pass copy;
    copy.program = finish_program(std::move(load));
    Pass across = gather(line17("x"), line), up = gather(line17("y"), line);
    across.tables = up.tables = {make_table(std::move(table))};
    return {{"copy by a kernel", copy, 0.8},
            {"multiply-add", chain(madd(), 1, linear), 0.8},
            {"8 multiply-adds fused", chain(madd(), 8, linear), 0.8},
            {"8 powers fused", chain(power(), 8, powers), 0},
            {"16 taps, scaled", gather(taps16(), weights), 0},
            {"17 taps along x", across, 0.5},
            {"17 taps along y", up, 0.5}};
}

class Bench {
public:
    Bench(Device& device, const Options& options) : device_(device), options_(options) {}

    void run(int width, int height)
    {
        const Rect region{0, 0, width, height};
        bytes_ = double(DeviceImage::bytes(region));
        label_ = std::to_string(width) + "x" + std::to_string(height);
        const DeviceImage a = image(region), b = image(region);
        HostImage picture(region);
        for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = float(i % 1021) / 1021;
        auto back = std::make_shared<HostImage>(region);
        const auto finish = [&] { must(device_.wait(must(device_.submit()))); };
        const auto upload = [&] {
            must(device_.upload(a, picture, region));
            finish();
        };
        const auto copy = [&] {
            must(device_.copy(a, b, region));
            finish();
        };
        upload();
        floor_ = 0;
        if (device_.caps().cpu)
            report("floor: memcpy by all cores", best(options_.runs, [&] { copy_all(picture, *back); }), 2, 0);
        report(device_.caps().cpu ? "copy" : "floor: copy", best(options_.runs, copy), 2, 0);
        for (Case& c : cases()) {
            if (c.name.find(options_.only) == std::string::npos) continue;
            c.pass.reads = {a}, c.pass.write = b, c.pass.area = region;
            report(c.name, best(options_.runs, [&] {
                       must(device_.run(c.pass));
                       finish();
                   }),
                   2, c.goal);
        }
        report("clear", best(options_.runs, [&] {
                   must(device_.clear(b, region));
                   finish();
               }),
               1, 0);
        report("upload", best(options_.runs, upload), 2, 0);
        report("read-back", best(options_.runs, [&] {
                   must(device_.read_back(a, region, back));
                   finish();
               }),
               2, 0);
        report("an empty submit and wait", best(options_.runs * 10, [&] {
                   must(device_.clear(b, {0, 0, 1, 1}));
                   finish();
               }),
               0, 0);
        for (const DeviceImage& i : {a, b}) device_.release(i.memory.buffer);
    }

    void print_json() const
    {
        std::printf("[");
        for (size_t i = 0; i < json_.size(); ++i) std::printf("%s%s", i ? ",\n " : "", json_[i].c_str());
        std::printf("]\n");
    }

private:
    DeviceImage image(const Rect& region)
    {
        return {{must(device_.allocate(DeviceImage::bytes(region))), 0}, region, region};
    }

    static void copy_all(const HostImage& from, HostImage& to)
    {
        const size_t count = std::max(1u, std::thread::hardware_concurrency());
        const size_t share = from.pixels.size() / count;
        std::vector<std::thread> threads;
        for (size_t i = 0; i < count; ++i)
            threads.emplace_back([&, i] {
                const size_t begin = i * share, end = i + 1 == count ? from.pixels.size() : begin + share;
                std::memcpy(to.pixels.data() + begin, from.pixels.data() + begin, (end - begin) * sizeof(float));
            });
        for (std::thread& t : threads) t.join();
    }

    /// `moves`: how many times the image's bytes are moved, reading and writing counted apart.
    void report(const std::string& what, const Figure& figure, double moves, double goal)
    {
        const double speed = moves * bytes_ / figure.wall * 1e-6;
        if (!floor_) floor_ = speed;
        if (options_.json) {
            char line[512];
            const double share = moves ? floor_ / speed * goal : 0;
            std::snprintf(line, sizeof line, R"({"name": "%s %s", "value": %.4g, "unit": "ms", "goal": )",
                          what.c_str(), label_.c_str(), figure.wall);
            std::string text = line;
            if (goal) {
                std::snprintf(line, sizeof line, "%.4g}", figure.wall / share);
                text += line;
            } else {
                text += "null}";
            }
            json_.push_back(std::move(text));
            return;
        }
        std::printf("%-10s %-28s %8.2f ms  %8.2f ms of CPU", label_.c_str(), what.c_str(), figure.wall, figure.cpu);
        if (moves) std::printf("  %6.1f GB/s  %5.2f of the floor", speed, speed / floor_);
        std::printf("\n");
    }

    Device& device_;
    const Options& options_;
    double bytes_ = 0, floor_ = 0;
    std::string label_;
    std::vector<std::string> json_;
};

} // namespace

int main(int count, char** words)
{
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        if (word == "--json") {
            options.json = true;
        } else if (i + 1 < count && word == "--only") {
            options.only = words[++i];
        } else if (i + 1 < count && word == "--runs") {
            options.runs = std::max(1, std::atoi(words[++i]));
        } else if (i + 1 < count && word == "--device") {
            options.device = words[++i];
        } else {
            std::fprintf(stderr, "bench_kernels [--only TEXT] [--runs N] [--device NAME] [--json]\n");
            return 2;
        }
    }
    DeviceOptions with;
    with.prefer = options.device;
    const auto device = must(open_device(with));
    if (!options.json) std::printf("%s\n", device->caps().name.c_str());
    Bench bench(*device, options);
    bench.run(1920, 1080);
    bench.run(3840, 2160);
    if (options.json) bench.print_json();
    return 0;
}
