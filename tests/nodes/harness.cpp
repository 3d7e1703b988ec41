#include "tests/nodes/harness.h"
#include "core/op/op.h"
#include "gpu/device.h"
#include <cmath>
#include <cstdlib>
#include <doctest/doctest.h>
#include <mutex>

namespace tessera {

namespace {

struct StoredImage {
    ImageInfo info;
    std::map<std::string, HostImage> layers;
};
std::mutex& images_mutex()
{
    static std::mutex m;
    return m;
}
std::vector<std::shared_ptr<const StoredImage>>& images()
{
    static std::vector<std::shared_ptr<const StoredImage>> list;
    return list;
}
std::shared_ptr<const StoredImage> stored(int id)
{
    std::lock_guard lock(images_mutex());
    return images().at(size_t(id));
}

struct Params {
    int id = 0;
};

/// A source whose pixels were put in by the test.
const Register test_image = Op<Params>("test_image")
    .label("Test image").menu("Test").internal()
    .param(&Params::id, "id")
    .info([](const Params& p, const OpContext&) -> Result<ImageInfo> { return stored(p.id)->info; })
    .source([](const Params& p, const OpContext& c) -> Result<SourceJob> {
        const auto image = stored(p.id);
        const std::string layer(c.layer);
        const HostImage& all = image->layers.at(layer);
        SourceJob job;
        job.file = "test image";
        job.stamp = Hasher().add(p.id).add(layer).add(hash_bytes(all.pixels.data(), all.pixels.size() * 4)).key();
        job.load = [image, layer](const Rect& region) -> Result<HostImage> {
            const HostImage& from = image->layers.at(layer);
            HostImage out(region);
            const Rect part = intersected(region, from.region);
            for (int y = part.y0; y < part.y1; ++y)
                std::copy(from.at(part.x0, y), from.at(part.x0, y) + part.width() * 4, out.at(part.x0, y));
            return out;
        };
        return job;
    });

Value converted(const std::string& op, const std::string& param, Value value)
{
    const OpDesc* d = Registry::instance().find(op);
    const ParamDesc* p = d ? d->param(param) : nullptr;
    REQUIRE_MESSAGE(p, "operator " << op << " has no parameter " << param);
    if (p->type == ParamType::Float && std::holds_alternative<int>(value)) return double(std::get<int>(value));
    REQUIRE_MESSAGE(holds(value, p->type), "parameter " << op << "." << param << " has another type");
    return value;
}

uint32_t scrambled(uint32_t x)
{
    x ^= x >> 16, x *= 0x7feb352du, x ^= x >> 15, x *= 0x846ca68bu, x ^= x >> 16;
    return x;
}

} // namespace

std::shared_ptr<Device> test_device()
{
    static std::shared_ptr<Device> device = [] {
        DeviceOptions o;
        const char* wanted = std::getenv("TESSERA_DEVICE");
        o.prefer = wanted ? wanted : "cpu";
        o.validation = !std::getenv("TESSERA_NO_VALIDATION");
        auto opened = open_device(o);
        REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.error().text()));
        return std::shared_ptr<Device>(std::move(*opened));
    }();
    return device;
}

Harness::Harness(Options options)
{
    project_ = *make_project();
    EngineOptions e;
    e.fuse = options.fuse, e.concatenate = options.concatenate, e.chunk_limit = options.chunk_limit;
    e.vram_budget = options.vram_budget;
    engine_ = std::make_unique<Engine>(test_device(), e);
}

NodeId Harness::add(Node node)
{
    node.id = project_.next_node++;
    node.name = node.op + std::to_string(node.id);
    Graph graph = *find_graph(project_, project_.root);
    const NodeId id = node.id;
    graph.nodes.set(id, std::make_shared<const Node>(std::move(node)));
    project_.graphs.set(graph.id, std::make_shared<const Graph>(std::move(graph)));
    return id;
}

void Harness::replace(NodeId id, const std::function<void(Node&)>& change)
{
    Graph graph = *find_graph(project_, project_.root);
    Node node = **graph.nodes.find(id);
    change(node);
    graph.nodes.set(id, std::make_shared<const Node>(std::move(node)));
    project_.graphs.set(graph.id, std::make_shared<const Graph>(std::move(graph)));
}

NodeId Harness::image(HostImage pixels, std::optional<ImageInfo> info)
{
    if (!info) {
        info.emplace();
        info->data_window = pixels.region;
        info->format = {std::max(1, pixels.region.x1), std::max(1, pixels.region.y1), 1};
        info->layers = {{std::string(main_layer), {"R", "G", "B", "A"}, false}};
    }
    std::map<std::string, HostImage> layers;
    layers.emplace(main_layer, std::move(pixels));
    return image(std::move(layers), std::move(*info));
}

NodeId Harness::image(std::map<std::string, HostImage> layers, ImageInfo info)
{
    int id = 0;
    {
        std::lock_guard lock(images_mutex());
        id = int(images().size());
        images().push_back(std::make_shared<StoredImage>(StoredImage{std::move(info), std::move(layers)}));
    }
    return node("test_image", {{"id", id}});
}

NodeId Harness::node(std::string op, std::map<std::string, Value> params, std::vector<NodeId> inputs)
{
    const OpDesc* d = Registry::instance().find(op);
    REQUIRE_MESSAGE(d, "there is no operator " << op);
    Node n;
    n.op = op;
    n.op_version = d->version;
    for (auto& [name, value] : params) n.params[name].value = converted(op, name, std::move(value));
    for (size_t i = 0; i < inputs.size(); ++i)
        if (inputs[i]) n.inputs[d->inputs.at(i).name] = {inputs[i]};
    return add(std::move(n));
}

void Harness::connect(NodeId id, std::string port, NodeId source)
{
    replace(id, [&](Node& n) { n.inputs[port] = {source}; });
}

void Harness::set(NodeId id, std::string param, Value value)
{
    replace(id, [&](Node& n) { n.params[param] = Param{converted(n.op, param, std::move(value)), {}}; });
}

void Harness::set(NodeId id, std::string param, Param with_sources)
{
    replace(id, [&](Node& n) { n.params[param] = std::move(with_sources); });
}

void Harness::disable(NodeId id)
{
    replace(id, [](Node& n) { n.disabled = true; });
}

void Harness::format(const Format& f) { project_.settings.format = f; }

Request Harness::request(NodeId id, double frame) const
{
    Request r;
    r.project = std::make_shared<const Project>(project_);
    r.node = id;
    r.frame = frame;
    return r;
}

Result<Rendered> Harness::rendered(NodeId id, std::optional<Rect> region, double frame, int level, std::string layer,
                                   bool as_output)
{
    Request r = request(id, frame);
    r.level = level, r.layer = std::move(layer), r.region = region, r.as_output = as_output;
    if (!region) {
        TESSERA_TRY(what, engine_->info(r));
        r.region = united(what.data_window, what.format.window());
    }
    auto result = engine_->render(std::move(r));
    const auto messages = validation_messages();
    REQUIRE_MESSAGE(messages.empty(), messages.front());
    return result;
}

Result<HostImage> Harness::render(NodeId id, std::optional<Rect> region, double frame, int level, std::string layer,
                                  bool as_output)
{
    TESSERA_TRY(r, rendered(id, region, frame, level, std::move(layer), as_output));
    return std::move(r.pixels);
}

Result<ImageInfo> Harness::info(NodeId id, double frame) { return engine_->info(request(id, frame)); }

Result<Key> Harness::key(NodeId id, double frame, std::string layer)
{
    Request r = request(id, frame);
    r.layer = std::move(layer);
    return engine_->key(r);
}

Result<std::string> Harness::plan(NodeId id, std::optional<Rect> region, double frame, int level)
{
    Request r = request(id, frame);
    r.region = region, r.level = level;
    return engine_->print_plan(r);
}

HostImage noise_image(const Rect& region, uint32_t seed, float lo, float hi)
{
    HostImage image(region);
    for (int y = region.y0; y < region.y1; ++y)
        for (int x = region.x0; x < region.x1; ++x)
            for (int c = 0; c < 4; ++c) {
                const uint32_t h = scrambled(uint32_t(x) * 0x9E3779B9u ^ scrambled(uint32_t(y) * 0x85EBCA6Bu ^ (seed * 4 + uint32_t(c))));
                image.at(x, y)[c] = lo + (hi - lo) * float(h >> 8) / float(1 << 24);
            }
    return image;
}

HostImage natural_image(const Rect& region, uint32_t seed)
{
    HostImage image(region);
    const HostImage grain = noise_image(region, seed + 77, -0.02f, 0.02f);
    for (int y = region.y0; y < region.y1; ++y)
        for (int x = region.x0; x < region.x1; ++x) {
            const double u = x * 0.11 + seed, v = y * 0.13;
            const double alpha = std::clamp(0.7 + 0.6 * std::sin(u * 0.6) * std::cos(v * 0.5), 0.0, 1.0);
            const double rgb[3] = {0.5 + 0.7 * std::sin(u + v), 0.45 + 0.3 * std::cos(u * 1.7 - v), 0.3 + 0.9 * std::sin(v * 0.7)};
            for (int c = 0; c < 3; ++c) image.at(x, y)[c] = float((rgb[c] + double(grain.at(x, y)[c])) * alpha);
            image.at(x, y)[3] = float(alpha);
        }
    return image;
}

HostImage flat_image(const Rect& region, float r, float g, float b, float a)
{
    HostImage image(region);
    for (size_t i = 0; i < image.pixels.size(); i += 4) {
        image.pixels[i] = r, image.pixels[i + 1] = g, image.pixels[i + 2] = b, image.pixels[i + 3] = a;
    }
    return image;
}

double largest_error(const HostImage& a, const HostImage& b)
{
    REQUIRE(a.region == b.region);
    double worst = 0;
    for (size_t i = 0; i < a.pixels.size(); ++i) {
        const double x = a.pixels[i], y = b.pixels[i];
        if ((std::isnan(x) && std::isnan(y)) || x == y) continue;
        const double e = std::abs(x - y) / std::max(1.0, std::abs(y));
        if (!(e <= worst)) worst = std::isnan(e) ? INFINITY : e;
    }
    return worst;
}

bool identical(const HostImage& a, const HostImage& b)
{
    return a.region == b.region && std::memcmp(a.pixels.data(), b.pixels.data(), a.pixels.size() * sizeof(float)) == 0;
}

} // namespace tessera
