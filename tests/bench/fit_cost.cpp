// The measurements behind core/eval/cost_model.cpp, and the fit of its coefficients to them.
//
//   fit_cost measure [DEVICE [FIRST [COUNT]]]
//                              runs passes of many kinds and sizes on a device ("cpu", "discrete", part of a name) and
//                              prints one row a pass (of COUNT cases from the one numbered FIRST on): tests/data/cost/passes.tsv holds such rows. Kernels are compiled
//                              anew when MESA_SHADER_CACHE_DISABLE=1 is set, which the rows of compiling need.
//   fit_cost fit FILE          prints the coefficients that fit a file of rows, and how well they do
#include "core/eval/cost_model.h"
#include "core/eval/plan.h"
#include "core/op/op.h"
#include "gpu/device.h"
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

using namespace tessera;

namespace {

struct PictureParams {
    int width = 1920, height = 1080;
};
const Register picture =
    Op<PictureParams>("cost_picture")
        .param(&PictureParams::width, "width")
        .param(&PictureParams::height, "height")
        .info([](const PictureParams& p, const OpContext&) -> Result<ImageInfo> {
            ImageInfo i;
            i.format = {p.width, p.height, 1};
            i.data_window = i.format.window();
            i.layers = {{std::string(main_layer), {"R", "G", "B", "A"}, false}};
            return i;
        })
        .source([](const PictureParams& p, const OpContext&) -> Result<SourceJob> {
            SourceJob job;
            job.file = "picture";
            job.stamp = Hasher().add(p.width).add(p.height).key();
            job.load = [](const Rect& region) -> Result<HostImage> {
                HostImage image(region);
                uint32_t state = 1;
                for (float& v : image.pixels) v = float((state = state * 1664525u + 1013904223u) >> 8) / float(1 << 24);
                return image;
            };
            return job;
        });

// ---- measuring -------------------------------------------------------------------------------------------------------

using Params = std::map<std::string, Value>;
struct Step {
    std::string op;
    Params params;
    std::vector<int> inputs{-1}; ///< steps before it by index, -1 is the picture
};
using Steps = std::vector<Step>;

double since(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

std::vector<Steps> cases()
{
    std::vector<Steps> all;
    const auto chain = [&](const char* op, const Params& params, int count) {
        Steps s;
        for (int i = 0; i < count; ++i) s.push_back({op, params, {i - 1}});
        all.push_back(std::move(s));
    };
    for (const int n : {1, 2, 4, 8, 12}) chain("grade", {{"multiply", Color(1.1)}, {"gamma", Color(1.2)}}, n);
    for (const int n : {1, 3, 8}) {
        chain("exposure", {{"red", 0.5}, {"green", 0.5}, {"blue", 0.5}}, n);
        chain("saturation", {{"saturation", 1.2}}, n);
    }
    chain("despill", {}, 1);
    chain("grain", {}, 1);
    chain("keyer", {}, 1);
    chain("edge_extend", {}, 1);
    chain("invert", {}, 1);
    for (const double size : {2.0, 8.0, 30.0, 100.0}) {
        chain("blur", {{"size", Vec2{size, size}}}, 1);
        if (size <= 30) chain("defocus", {{"size", size}}, 1);
    }
    for (const double size : {3.0, 12.0}) {
        chain("erode_fast", {{"size", Vec2{size, size}}}, 1);
        chain("erode_filter", {{"size", Vec2{size, size}}}, 1);
        chain("erode_blur", {{"size", size}}, 1);
        chain("median", {{"size", Vec2{size, size}}}, 1);
    }
    for (const char* filter : {"impulse", "cubic", "keys", "lanczos4"})
        chain("transform", {{"rotate", 10.0}, {"scale", Vec2{1.1, 1.1}}, {"filter", std::string(filter)}}, 1);
    all.push_back({{"checkerboard", {}, {}}});
    all.push_back({{"constant", {}, {}}});
    for (const char* operation : {"over", "plus", "soft-light"})
        all.push_back({{"grade", {{"multiply", Color(0.5)}}, {-1}}, {"merge", {{"operation", std::string(operation)}}, {-1, 0}}});
    all.push_back({{"keyer", {}, {-1}},
                   {"blur", {{"size", Vec2{20, 20}}}, {-1}},
                   {"grade", {{"multiply", Color(1.1)}}, {0}},
                   {"merge", {}, {1, 2}},
                   {"grade", {{"multiply", Color(0.9)}}, {3}}});
    all.push_back({{"blur", {{"size", Vec2{9, 9}}}, {-1}}, {"keymix", {}, {-1, 0}}});
    return all;
}

/// The project of a case, without what this program does not have: an operator, a parameter or a choice of another name.
ProjectPtr project_of(const Steps& steps, const Format& format, NodeId& last)
{
    Project project = *make_project();
    project.settings.format = format;
    Graph graph = *find_graph(project, project.root);
    std::vector<NodeId> ids;
    const auto add = [&](const std::string& op_id, const Params& params, const std::vector<int>& inputs) {
        const OpDesc* op = Registry::instance().find(op_id);
        if (!op) return false;
        Node node;
        node.id = last = project.next_node++, node.op = op_id, node.name = op_id + std::to_string(node.id);
        for (const auto& [name, value] : params) {
            const ParamDesc* p = op->param(name);
            const auto* text = std::get_if<std::string>(&value);
            const bool known = p && holds(value, p->type) &&
                               (!text || p->choices.empty() || std::count(p->choices.begin(), p->choices.end(), *text));
            if (known) node.params[name].value = value;
        }
        for (size_t i = 0; i < inputs.size() && i < op->inputs.size(); ++i)
            node.inputs[op->inputs[i].name] = {ids.at(size_t(inputs[i] + 1))};
        ids.push_back(node.id);
        graph.nodes.set(node.id, std::make_shared<const Node>(std::move(node)));
        return true;
    };
    if (!add("cost_picture", {{"width", format.width}, {"height", format.height}}, {})) return nullptr;
    for (const Step& s : steps)
        if (!add(s.op, s.params, s.inputs)) return nullptr;
    project.graphs.set(graph.id, std::make_shared<const Graph>(std::move(graph)));
    return std::make_shared<const Project>(std::move(project));
}

constexpr const char* kind_names[] = {"pixel", "gather", "raw", "copy", "decode", "compile"};

struct Row {
    std::string device, name, program, kind;
    PassFeatures features;
    double milliseconds = 0;
};

void print_row(const Row& r)
{
    std::printf("%s\t%s\t%s\t%s\t%.0f\t%.0f\t%.0f\t%.0f\t%.4f\n", r.device.c_str(), r.name.c_str(), r.kind.c_str(),
                r.program.c_str(), r.features.pixels, r.features.bytes, r.features.operations, r.features.taps,
                r.milliseconds);
    std::fflush(stdout);
}

class Measurement {
public:
    explicit Measurement(Device& device) : device_(device) {}

    Status run(const Steps& steps, const Format& format)
    {
        NodeId node = 0;
        const ProjectPtr project = project_of(steps, format, node);
        if (!project) return {};
        Request request;
        request.project = project, request.node = node;
        const auto cache = make_param_cache();
        TESSERA_TRY(resolved, resolve(request, {}, *cache));
        PlanOptions options;
        options.max_images = device_.caps().max_images;
        TESSERA_TRY(plan, make_plan(resolved, resolved.info->format.window(), 0, options));
        std::vector<DeviceImage> images;
        const auto release = [&] {
            for (const DeviceImage& image : images) device_.release(image.memory.buffer);
        };
        for (const PlanImage& image : plan.images) {
            auto buffer = device_.allocate(image.bytes());
            if (!buffer) return release(), Status(); // too large for this device
            images.push_back({{*buffer, 0}, image.region, image.window});
        }
        Status status;
        for (const PlanStep& step : plan.steps)
            if (status) status = once(plan, step, resolved, images);
        release();
        return status;
    }

    /// Copies between images of `size` x `size` pixels.
    Status copies(int size)
    {
        const Rect area{0, 0, size, size};
        TESSERA_TRY(from, device_.allocate(DeviceImage::bytes(area)));
        TESSERA_TRY(to, device_.allocate(DeviceImage::bytes(area)));
        const DeviceImage a{{from, 0}, area, area}, b{{to, 0}, area, area};
        TESSERA_CHECK(device_.clear(a, area));
        Row row = describe("copy");
        row.features.kind = PassFeatures::Kind::Copy;
        row.features.pixels = double(area.pixels()), row.features.bytes = 32 * row.features.pixels;
        constexpr int at_once = 8; // so that waiting for the device does not show
        for (int i = 0; i < runs; ++i) {
            const auto start = std::chrono::steady_clock::now();
            for (int k = 0; k < at_once; ++k) TESSERA_CHECK(device_.copy(a, b, area));
            TESSERA_CHECK(finish());
            const double t = since(start) / at_once;
            row.milliseconds = i == 0 ? t : std::min(row.milliseconds, t);
        }
        print_row(row);
        device_.release(from);
        device_.release(to);
        return {};
    }

private:
    static constexpr int runs = 4;

    Row describe(std::string kind) const
    {
        Row row;
        row.device = device_.caps().cpu ? "cpu" : "gpu", row.name = device_.caps().name, row.kind = std::move(kind);
        row.program = "-";
        return row;
    }

    Status finish()
    {
        TESSERA_TRY(ticket, device_.submit());
        return device_.wait(ticket);
    }

    Status once(const Plan& plan, const PlanStep& step, const Resolved& resolved, const std::vector<DeviceImage>& images)
    {
        const DeviceImage& to = images[size_t(step.image)];
        if (step.kind == PlanStep::Kind::Source) {
            TESSERA_TRY(pixels, resolved.instances[size_t(step.instance)].source->load(to.region));
            return device_.upload(to, pixels, to.region);
        }
        Pass pass{step.pass.program, {}, to, step.pass.area, step.pass.calls, step.pass.tables};
        for (const int r : step.pass.reads) pass.reads.push_back(images[size_t(r)]);
        pass.groups_x = step.pass.groups_x, pass.groups_y = step.pass.groups_y;
        Row row = describe("");
        row.features = features_of(plan, step);
        row.kind = kind_names[size_t(row.features.kind)];
        row.program = step.pass.program->name;
        const bool known = !measured_.insert({step.pass.program->key, row.features.pixels, row.features.taps}).second;
        double first = 0, wall = 0;
        for (int i = 0; i <= (known ? 0 : runs); ++i) {
            const auto start = std::chrono::steady_clock::now();
            TESSERA_CHECK(device_.run(pass));
            TESSERA_CHECK(finish());
            const double t = since(start);
            const auto times = device_.take_times();
            const double timed = times.empty() ? t : times.front().milliseconds;
            if (i == 0) {
                first = t;
                continue;
            }
            row.milliseconds = i == 1 ? timed : std::min(row.milliseconds, timed);
            wall = i == 1 ? t : std::min(wall, t);
        }
        if (known) return {};
        print_row(row);
        if (!compiled_.insert(step.pass.program->key).second) return {};
        Row compile = describe("compile");
        compile.program = row.program;
        for (const ProgramStep& s : step.pass.program->steps)
            if (s.kind == ProgramStep::Kind::Call) compile.features.operations += operations_of(*s.kernel);
        compile.milliseconds = first - wall;
        if (compile.milliseconds > 0) print_row(compile);
        return {};
    }

    Device& device_;
    std::set<Key> compiled_;
    std::set<std::tuple<Key, double, double>> measured_; ///< program, pixels, taps
};

int measure(const char* prefer, size_t first_case, size_t case_count)
{
    const auto folder = std::filesystem::temp_directory_path() / "tessera_fit_cost";
    std::filesystem::remove_all(folder);
    DeviceOptions options;
    options.prefer = prefer;
    options.cache_folder = folder.string();
    auto device = open_device(options);
    if (!device) return std::fprintf(stderr, "%s\n", device.error().text().c_str()), 1;
    Measurement m(**device);
    const bool gpu = !(*device)->caps().cpu;
    std::vector<Format> formats{{256, 256}, {640, 360}, {1280, 720}, {1920, 1080}};
    if (gpu) formats.push_back({3840, 2160});
    Status status;
    for (const int size : {256, 512, 1024, 2048})
        if (status && first_case == 0) status = m.copies(size);
    const auto all = cases();
    for (size_t i = first_case; i < all.size() && i - first_case < case_count; ++i)
        for (const Format& f : formats)
            if (status) status = m.run(all[i], f);
    device->reset();
    std::filesystem::remove_all(folder);
    if (!status) return std::fprintf(stderr, "%s\n", status.error().text().c_str()), 1;
    return 0;
}

// ---- fitting ---------------------------------------------------------------------------------------------------------

std::vector<Row> read_rows(const char* path)
{
    std::vector<Row> rows;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::istringstream s(line);
        Row r;
        std::string number[5];
        std::getline(s, r.device, '\t');
        std::getline(s, r.name, '\t');
        std::getline(s, r.kind, '\t');
        std::getline(s, r.program, '\t');
        for (std::string& n : number) std::getline(s, n, '\t');
        r.features.pixels = std::stod(number[0]), r.features.bytes = std::stod(number[1]);
        r.features.operations = std::stod(number[2]), r.features.taps = std::stod(number[3]);
        r.milliseconds = std::stod(number[4]);
        rows.push_back(std::move(r));
    }
    return rows;
}

constexpr size_t terms = 5;
using Vector = std::array<double, terms>;

Vector terms_of(const PassFeatures& f)
{
    return {1, f.pixels / 1e6, f.bytes / 1e6, f.operations / 1e6, f.taps / 1e6};
}

/// Solves the small symmetric system by elimination; false when it is singular.
bool solve(std::array<Vector, terms> a, Vector b, Vector& x)
{
    for (size_t c = 0; c < terms; ++c) {
        size_t pivot = c;
        for (size_t r = c + 1; r < terms; ++r)
            if (std::abs(a[r][c]) > std::abs(a[pivot][c])) pivot = r;
        if (std::abs(a[pivot][c]) < 1e-14) return false;
        std::swap(a[c], a[pivot]);
        std::swap(b[c], b[pivot]);
        for (size_t r = c + 1; r < terms; ++r) {
            const double f = a[r][c] / a[c][c];
            for (size_t k = c; k < terms; ++k) a[r][k] -= f * a[c][k];
            b[r] -= f * b[c];
        }
    }
    for (size_t c = terms; c-- > 0;) {
        x[c] = b[c];
        for (size_t k = c + 1; k < terms; ++k) x[c] -= a[c][k] * x[k];
        x[c] /= a[c][c];
    }
    return true;
}

/// Least squares of log(predicted / measured) with coefficients above zero: they are exponentials of what is searched, by
/// damped Gauss-Newton steps. In logarithms, because twice and half as long are equally wrong for a scheduler.
Vector fitted(const std::vector<const Row*>& rows)
{
    Vector theta;
    for (size_t j = 0; j < terms; ++j) {
        double ms = 0, term = 0;
        for (const Row* r : rows) ms += r->milliseconds, term += terms_of(r->features)[j];
        theta[j] = term > 0 ? std::log(ms / term / double(terms)) : -60;
    }
    const auto error = [&](const Vector& t) {
        double sum = 0;
        for (const Row* r : rows) {
            const Vector x = terms_of(r->features);
            double predicted = 0;
            for (size_t j = 0; j < terms; ++j) predicted += std::exp(t[j]) * x[j];
            sum += std::pow(std::log(predicted / r->milliseconds), 2);
        }
        return sum;
    };
    double damping = 1;
    for (int iteration = 0; iteration < 500; ++iteration) {
        std::array<Vector, terms> a{};
        Vector b{};
        for (const Row* r : rows) {
            const Vector x = terms_of(r->features);
            Vector j{};
            double predicted = 0;
            for (size_t k = 0; k < terms; ++k) predicted += j[k] = std::exp(theta[k]) * x[k];
            for (double& v : j) v /= predicted;
            const double residual = std::log(r->milliseconds / predicted);
            for (size_t p = 0; p < terms; ++p) {
                b[p] += j[p] * residual;
                for (size_t q = 0; q < terms; ++q) a[p][q] += j[p] * j[q];
            }
        }
        for (size_t p = 0; p < terms; ++p) a[p][p] += damping * (a[p][p] + 1e-6);
        Vector change{};
        if (!solve(a, b, change)) break;
        Vector next = theta;
        for (size_t p = 0; p < terms; ++p) next[p] = std::clamp(theta[p] + change[p], -60.0, 20.0);
        if (error(next) < error(theta)) {
            theta = next;
            damping = std::max(damping / 3, 1e-6);
        } else {
            damping *= 4;
            if (damping > 1e9) break;
        }
    }
    Vector c;
    for (size_t j = 0; j < terms; ++j) c[j] = theta[j] < -40 ? 0 : std::exp(theta[j]);
    return c;
}

int fit(const char* path)
{
    const auto rows = read_rows(path);
    for (const char* device : {"cpu", "gpu"})
        for (const char* kind : kind_names) {
            std::vector<const Row*> some;
            for (const Row& r : rows)
                if (r.device == device && r.kind == kind && r.milliseconds > 0) some.push_back(&r);
            if (some.size() < 4) continue;
            const Vector c = fitted(some);
            std::vector<double> errors;
            for (const Row* r : some) {
                const Vector x = terms_of(r->features);
                double predicted = 0;
                for (size_t j = 0; j < terms; ++j) predicted += c[j] * x[j];
                errors.push_back(std::abs(predicted / r->milliseconds - 1));
            }
            std::sort(errors.begin(), errors.end());
            std::printf("%s %-8s {%.4g, %.4g, %.4g, %.4g, %.4g}  %zu rows, relative error median %.2f, 9 of 10 below %.2f\n",
                        device, kind, c[0], c[1], c[2], c[3], c[4], some.size(), errors[errors.size() / 2],
                        errors[errors.size() * 9 / 10]);
        }
    return 0;
}

} // namespace

int main(int count, char** arguments)
{
    if (count >= 2 && std::strcmp(arguments[1], "measure") == 0) {
        const auto number = [&](int i, size_t fallback) { return count > i ? size_t(std::atoi(arguments[i])) : fallback; };
        return measure(count > 2 ? arguments[2] : "", number(3, 0), number(4, ~size_t(0)));
    }
    if (count == 3 && std::strcmp(arguments[1], "fit") == 0) return fit(arguments[2]);
    std::fprintf(stderr, "usage: fit_cost measure [DEVICE [FIRST [COUNT]]] | fit_cost fit FILE\n");
    return 2;
}
