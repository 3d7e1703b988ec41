// What the filters cost on this device: every case at 1920x1080 and 3840x2160, the time its passes take on the device
// (best of several runs, warm), nanoseconds a pixel and the ratio to a pass that copies the picture in the same run;
// beside them OpenCV's own functions on the CPU, where it was found. Asserts nothing.
//
//   bench_filters [--only TEXT] [--uhd] [--runs N] [--passes] [--json]
#include "core/eval/image_pool.h"
#include "core/eval/plan.h"
#include "core/op/op.h"
#include "gpu/device.h"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <optional>
#ifdef TESSERA_OPENCV
#include <opencv2/imgproc.hpp>
#endif

using namespace tessera;

namespace {

struct Options {
    std::string only;
    bool uhd = false, passes = false, json = false;
    int runs = 7;
};

/// A subject with a soft matte in front of nothing: colour everywhere inside, edges a few pixels wide.
HostImage picture(const Rect& region)
{
    HostImage image(region);
    const double w = region.width(), h = region.height();
    uint32_t state = 1;
    for (int y = region.y0; y < region.y1; ++y)
        for (int x = region.x0; x < region.x1; ++x) {
            const double distance = std::hypot((x - w / 2) / w * 2.2, (y - h / 2) / h * 1.3);
            const double alpha = std::clamp((0.8 - distance) * h / 8, 0.0, 1.0);
            state = state * 1664525u + 1013904223u;
            const double noise = double(state >> 8) / (1 << 24) * 0.04;
            const double rgb[3] = {0.4 + 0.3 * std::sin(x * 0.02), 0.5 + 0.4 * std::cos(y * 0.013 + x * 0.003),
                                   0.3 + 0.2 * std::sin((x + y) * 0.031)};
            for (int c = 0; c < 3; ++c) image.at(x, y)[c] = float((rgb[c] + noise) * alpha);
            image.at(x, y)[3] = float(alpha);
        }
    return image;
}

struct SourceParams {
    int width = 1920, height = 1080;
};

/// The picture as a decoded file would be: an image of its own in front of the filter.
const Register source = Op<SourceParams>("bench_picture")
                            .label("Bench picture")
                            .menu("Test")
                            .internal()
                            .param(&SourceParams::width, "width")
                            .param(&SourceParams::height, "height")
                            .info([](const SourceParams& p, const OpContext&) -> Result<ImageInfo> {
                                ImageInfo i;
                                i.format = {p.width, p.height, 1};
                                i.data_window = i.format.window();
                                i.layers = {{std::string(main_layer), {"R", "G", "B", "A"}, false}};
                                return i;
                            })
                            .source([](const SourceParams& p, const OpContext&) -> Result<SourceJob> {
                                SourceJob job;
                                job.file = "picture";
                                job.stamp = Hasher().add(p.width).add(p.height).key();
                                job.load = [](const Rect& region) -> Result<HostImage> { return picture(region); };
                                return job;
                            });

using Params = std::map<std::string, Value>;

struct Step {
    std::string op;
    Params params;
    std::vector<int> inputs; ///< indices of steps before it; 0 is the picture
};

struct Case {
    std::string name;
    std::vector<Step> steps;
    std::optional<double> goal;                      ///< milliseconds at 1920x1080 on a CPU, where one was set
    std::function<double(const HostImage&)> other{}; ///< the same with OpenCV, milliseconds
};

ProjectPtr project_of(const std::vector<Step>& steps, const Format& format, NodeId& last)
{
    Project project = *make_project();
    project.settings.format = format;
    Graph graph = *find_graph(project, project.root);
    std::vector<NodeId> ids;
    const auto add = [&](const Step& step) {
        const OpDesc* op = Registry::instance().find(step.op);
        Node node;
        node.id = project.next_node++, node.op = step.op, node.op_version = op->version;
        node.name = step.op + std::to_string(node.id);
        for (const auto& [name, value] : step.params) node.params[name].value = value;
        for (size_t i = 0; i < step.inputs.size(); ++i)
            if (step.inputs[i] >= 0) node.inputs[op->inputs.at(i).name] = {ids.at(size_t(step.inputs[i]))};
        ids.push_back(last = node.id);
        graph.nodes.set(node.id, std::make_shared<const Node>(std::move(node)));
    };
    add({"bench_picture", {{"width", format.width}, {"height", format.height}}, {}});
    for (const Step& step : steps) add(step);
    project.graphs.set(graph.id, std::make_shared<const Graph>(std::move(graph)));
    return std::make_shared<const Project>(std::move(project));
}

struct PassFigure {
    std::string name;
    Rect area;
    std::vector<double> times;
};

double least(const std::vector<double>& times)
{
    return times.empty() ? 0 : *std::min_element(times.begin(), times.end());
}

/// Runs a plan as the engine does, its sources uploaded once.
class Runner {
public:
    explicit Runner(Device& device) : device_(device), pool_(device, device.caps().memory_bytes) {}

    /// Times of every pass over `runs` runs, after one to compile and warm up.
    Result<std::vector<PassFigure>> run(const ProjectPtr& project, NodeId node, int runs)
    {
        Request request;
        request.project = project;
        request.node = node;
        const auto cache = make_param_cache();
        TESSERA_TRY(resolved, resolve(request, {}, *cache));
        PlanOptions options;
        options.max_images = device_.caps().max_images;
        TESSERA_TRY(plan, make_plan(resolved, resolved.info->format.window(), 0, options));
        std::vector<PassFigure> figures;
        for (const PlanStep& step : plan.steps)
            if (step.kind == PlanStep::Kind::Pass) figures.push_back({step.pass.program->name, step.pass.area, {}});
        std::vector<DeviceImage> images(plan.images.size());
        for (const PlanStep& step : plan.steps)
            if (step.kind == PlanStep::Kind::Source) TESSERA_CHECK(upload(resolved, plan, step, images));
        for (int i = 0; i <= runs; ++i) {
            TESSERA_CHECK(once(plan, images));
            for (const PassTime& t : device_.take_times())
                if (i > 0) figures[t.tag].times.push_back(t.milliseconds);
        }
        for (const PlanStep& step : plan.steps)
            if (step.kind == PlanStep::Kind::Source) pool_.release(images[size_t(step.image)].memory);
        return figures;
    }

private:
    Status upload(const Resolved& resolved, const Plan& plan, const PlanStep& step, std::vector<DeviceImage>& images)
    {
        const PlanImage& image = plan.images[size_t(step.image)];
        TESSERA_TRY(memory, pool_.acquire(image.bytes()));
        images[size_t(step.image)] = {memory, image.region, image.window};
        TESSERA_TRY(pixels, resolved.instances[size_t(step.instance)].source->load(image.region));
        return device_.upload(images[size_t(step.image)], pixels, image.region);
    }

    Status once(const Plan& plan, std::vector<DeviceImage> images)
    {
        uint32_t tag = 0;
        std::vector<bool> kept(images.size());
        for (size_t i = 0; i < images.size(); ++i) kept[i] = !images[i].region.empty();
        std::vector<bool> held(images.size(), false);
        for (size_t s = 0; s < plan.steps.size(); ++s) {
            const PlanStep& step = plan.steps[s];
            if (step.kind != PlanStep::Kind::Pass) continue;
            const size_t made = size_t(step.image);
            if (!held[made]) {
                TESSERA_TRY(memory, pool_.acquire(plan.images[made].bytes()));
                images[made] = {memory, plan.images[made].region, plan.images[made].window};
                held[made] = true;
            }
            Pass pass{step.pass.program, {}, images[made], step.pass.area, step.pass.calls, step.pass.tables};
            for (const int r : step.pass.reads) pass.reads.push_back(images[size_t(r)]);
            pass.groups_x = step.pass.groups_x, pass.groups_y = step.pass.groups_y;
            pass.tag = tag++;
            TESSERA_CHECK(device_.run(pass));
            for (size_t i = 0; i < images.size(); ++i)
                if (held[i] && !kept[i] && plan.images[i].last_use <= int(s)) {
                    pool_.release(images[i].memory);
                    held[i] = false;
                }
        }
        for (size_t i = 0; i < images.size(); ++i)
            if (held[i] && !kept[i]) pool_.release(images[i].memory);
        TESSERA_TRY(ticket, device_.submit());
        return device_.wait(ticket);
    }

    Device& device_;
    ImagePool pool_;
};

/// A pass that reads every pixel and stores it.
Result<double> copy_time(Device& device, const Rect& area, int runs)
{
    Program program;
    ProgramStep load;
    load.image = 0;
    program.steps.push_back(load);
    program.images = 1;
    const ProgramPtr copy = finish_program(std::move(program));
    TESSERA_TRY(from, device.allocate(DeviceImage::bytes(area)));
    TESSERA_TRY(to, device.allocate(DeviceImage::bytes(area)));
    const DeviceImage source_image{{from, 0}, area, area}, target{{to, 0}, area, area};
    TESSERA_CHECK(device.clear(source_image, area));
    std::vector<double> times;
    for (int i = 0; i <= runs; ++i) {
        TESSERA_CHECK(device.run({copy, {source_image}, target, area, {}, {}}));
        TESSERA_TRY(ticket, device.submit());
        TESSERA_CHECK(device.wait(ticket));
        for (const PassTime& t : device.take_times())
            if (i > 0) times.push_back(t.milliseconds);
    }
    device.release(from);
    device.release(to);
    return least(times);
}

#ifdef TESSERA_OPENCV
/// Best of several runs of an OpenCV function from one four-channel picture to another.
std::function<double(const HostImage&)> opencv(std::function<void(const cv::Mat&, cv::Mat&)> run)
{
    return [run](const HostImage& image) {
        const cv::Mat in(image.region.height(), image.region.width(), CV_32FC4, const_cast<float*>(image.pixels.data()));
        cv::Mat out;
        std::vector<double> times;
        for (int i = 0; i < 4; ++i) {
            const auto start = std::chrono::steady_clock::now();
            run(in, out);
            times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
        }
        return least(times);
    };
}
#define OPENCV(...) opencv([=](const cv::Mat& in, cv::Mat& out) { __VA_ARGS__; })
#else
#define OPENCV(...) \
    {}
#endif

std::string text(double v)
{
    char number[32];
    std::snprintf(number, sizeof number, "%g", v);
    return number;
}

Step step(std::string op, Params params, std::vector<int> inputs = {0})
{
    return {std::move(op), std::move(params), std::move(inputs)};
}

void add_filters(std::vector<Case>& cases)
{
    for (const double sigma : {2.0, 5.0, 20.8, 50.0, 100.0, 200.0})
        cases.push_back({"blur gaussian sigma " + text(sigma),
                         {step("blur", {{"size", Vec2{sigma * 2.4, sigma * 2.4}}})},
                         30.0,
                         sigma > 60 ? std::function<double(const HostImage&)>{}
                                    : OPENCV(cv::GaussianBlur(in, out, {}, sigma))});
    for (const int radius : {3, 30})
        cases.push_back({"blur box radius " + text(radius),
                         {step("blur", {{"size", Vec2{2.0 * radius + 1, 2.0 * radius + 1}}, {"filter", "box"}})},
                         {},
                         OPENCV(cv::blur(in, out, {2 * radius + 1, 2 * radius + 1}))});
    for (const int radius : {3, 20})
        for (const char* op : {"dilate", "erode_fast"})
            cases.push_back({std::string(op) + " radius " + text(radius),
                             {step(op, {{"size", Vec2{double(radius), double(radius)}}, {"channels", "rgba"}})},
                             {},
                             OPENCV(cv::dilate(in, out, cv::Mat::ones(2 * radius + 1, 2 * radius + 1, CV_8U)))});
    cases.push_back({"erode_blur 10", {step("erode_blur", {{"size", 10.0}})}, {}});
    for (const double radius : {5.0, 13.0, 30.0, 60.0})
        cases.push_back(
            {"defocus radius " + text(radius), {step("defocus", {{"size", 2 * radius}})}, {}});
}

void add_transforms(std::vector<Case>& cases, const Format& format)
{
    const Value centre = Vec2{format.width / 2.0, format.height / 2.0};
    for (const char* filter : {"impulse", "cubic", "keys", "mitchell", "lanczos4", "lanczos6"})
        cases.push_back(
            {std::string("rotate 10 scale 1.1 ") + filter,
             {step("transform",
                   {{"rotate", 10.0}, {"scale", Vec2{1.1, 1.1}}, {"center", centre}, {"filter", filter}})},
             std::string(filter) == "cubic" ? std::optional<double>(75) : std::nullopt,
             std::string(filter) != "keys"
                 ? std::function<double(const HostImage&)>{}
                 : OPENCV(cv::warpAffine(in, out, cv::getRotationMatrix2D({in.cols / 2.f, in.rows / 2.f}, 10, 1.1),
                                         in.size(), cv::INTER_CUBIC))});
    for (const char* filter : {"cubic", "mitchell", "lanczos6"}) {
        cases.push_back({std::string("scale 4 ") + filter,
                         {step("transform", {{"scale", Vec2{4, 4}}, {"center", centre}, {"filter", filter}})}});
        cases.push_back({std::string("scale 0.5 ") + filter,
                         {step("transform", {{"scale", Vec2{.5, .5}}, {"center", centre}, {"filter", filter}})}});
        cases.push_back({std::string("move 10.5 ") + filter,
                         {step("transform", {{"translate", Vec2{10.5, 3.25}}, {"filter", filter}})}});
    }
    cases.push_back({"move whole pixels", {step("transform", {{"translate", Vec2{10, 3}}})}});
}

void add_composites(std::vector<Case>& cases)
{
    const Color screen(0.2105, 0.5517, 0.1875, 1);
    cases.push_back({"key, despill, over",
                     {step("keyer", {{"screen_colour", screen}, {"clip_black", 0.12}, {"clip_white", 0.88}}),
                      step("despill", {}, {1}), step("merge", {}, {2, 0})},
                     70.0});
    const Params wrap{
        {"bg_blur", 40.0}, {"diffuse", 6.0}, {"fg_blur", 40.0}, {"intensity", 0.45}, {"saturation", 0.9}};
    cases.push_back({"light wrap", {step("light_wrap", wrap, {0, 0})}});
    cases.push_back({"light wrap, over, grain",
                     {step("light_wrap", wrap, {0, 0}), step("merge", {}, {1, 0}), step("grain", {}, {2})}});
    cases.push_back({"edge extend 40", {step("edge_extend", {})}});
    cases.push_back(
        {"edge extend 6", {step("edge_extend", {{"count", 2}, {"erode", 1.0}, {"mix", 0.35}, {"size", 6.0}})}});
    cases.push_back({"grain", {step("grain", {})}});
}

void print_json(const std::string& name, double value, const char* unit, std::optional<double> goal, bool& first)
{
    std::printf("%s  {\"name\": \"%s\", \"value\": %.3f, \"unit\": \"%s\", \"goal\": %s}", first ? "[\n" : ",\n",
                name.c_str(), value, unit, goal ? text(*goal).c_str() : "null");
    first = false;
}

Status bench(Device& device, const Options& o, const Format& format, bool& first)
{
    const Rect window = format.window();
    TESSERA_TRY(copy, copy_time(device, window, o.runs));
    const std::string size = std::to_string(format.width) + "x" + std::to_string(format.height);
    const double gigabytes = 2.0 * double(DeviceImage::bytes(window)) / 1e6 / copy;
    if (o.json) print_json(size + " copy", copy, "ms", {}, first);
    else std::printf("%s, a copy pass %.1f ms (%.1f GB/s)\n", size.c_str(), copy, gigabytes);
    std::vector<Case> cases;
    add_filters(cases);
    add_transforms(cases, format);
    add_composites(cases);
    const HostImage input = picture(window);
    for (const Case& c : cases) {
        if (c.name.find(o.only) == std::string::npos) continue;
        NodeId last = 0;
        const ProjectPtr project = project_of(c.steps, format, last);
        Runner runner(device);
        TESSERA_TRY(passes, runner.run(project, last, o.runs));
        double sum = 0;
        for (const PassFigure& p : passes) sum += least(p.times);
        const std::optional<double> goal = format.width == 1920 && device.caps().cpu ? c.goal : std::nullopt;
        const double other = c.other ? c.other(input) : 0;
        if (o.json) {
            print_json(size + " " + c.name, sum, "ms", goal, first);
            if (other > 0) print_json(size + " " + c.name + " OpenCV", other, "ms", {}, first);
            continue;
        }
        std::printf("  %-34s %8.2f ms %7.2f ns/pixel %6.1f copies %2zu passes", c.name.c_str(), sum,
                    sum * 1e6 / double(window.pixels()), sum / copy, passes.size());
        if (other > 0) std::printf("  OpenCV %8.2f ms", other);
        if (goal) std::printf("  goal %g ms", *goal);
        std::printf("\n");
        if (o.passes)
            for (const PassFigure& p : passes)
                std::printf("      %8.2f ms  %4d x %-4d  %s\n", least(p.times), p.area.width(), p.area.height(),
                            p.name.c_str());
    }
    return {};
}

} // namespace

int main(int count, char** words)
{
    Options o;
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        if (word == "--only" && i + 1 < count) o.only = words[++i];
        else if (word == "--runs" && i + 1 < count) o.runs = std::max(1, std::atoi(words[++i]));
        else if (word == "--uhd") o.uhd = true;
        else if (word == "--passes") o.passes = true;
        else if (word == "--json") o.json = true;
        else return std::fprintf(stderr, "bench_filters [--only TEXT] [--uhd] [--runs N] [--passes] [--json]\n"), 2;
    }
    auto device = open_device();
    if (!device) return std::fprintf(stderr, "%s\n", device.error().text().c_str()), 1;
    if (!o.json) std::printf("%s\n", (*device)->caps().name.c_str());
    bool first = true;
    std::vector<Format> formats{{1920, 1080, 1}};
    if (o.uhd || o.json) formats.push_back({3840, 2160, 1});
    for (const Format& format : formats)
        if (const Status s = bench(**device, o, format, first); !s)
            return std::fprintf(stderr, "%s\n", s.error().text().c_str()), 1;
    if (o.json) std::printf("\n]\n");
    return 0;
}
