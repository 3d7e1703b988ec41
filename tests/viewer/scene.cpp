#include "tests/viewer/scene.h"
#include "core/op/op.h"
#include "gpu/device.h"
#include <atomic>
#include <cmath>
#include <thread>

namespace tessera {

namespace {

std::atomic<int> loads{0};

struct Params {
    double offset = 0;
    bool broken = false;
};

const Register test_picture =
    Op<Params>("test_picture")
        .label("Test picture")
        .menu("Test")
        .param(&Params::offset, "offset")
        .param(&Params::broken, "broken")
        .info([](const Params&, const OpContext& c) -> Result<ImageInfo> {
            ImageInfo info{.data_window = c.project_format.window(), .format = c.project_format};
            info.layers = {{std::string(main_layer), {"R", "G", "B", "A"}, false}, {"depth", {"Z"}, true}};
            return info;
        })
        .source([](const Params& p, const OpContext& c) -> Result<SourceJob> {
            SourceJob job;
            job.file = "made up";
            job.stamp = Hasher().add("test_picture").add(p.offset).add(p.broken).add(c.layer).key();
            job.load = [p, depth = c.layer == "depth"](const Rect& region) -> Result<HostImage> {
                ++loads;
                if (p.broken) return Error{ErrorKind::Damaged, "the plate is damaged", "get it again"};
                HostImage out(region);
                for (int y = region.y0; y < region.y1; ++y)
                    for (int x = region.x0; x < region.x1; ++x) {
                        const auto v = test_pixel(x, y, p.offset);
                        for (size_t i = 0; i < 4; ++i) out.at(x, y)[i] = depth ? (i ? 0 : v[0] * 100) : v[i];
                    }
                return out;
            };
            return job;
        });

} // namespace

std::array<float, 4> test_pixel(int x, int y, double offset)
{
    const auto f = [&](int k) { return float(-0.25 + ((x * (3 + k) + y * (7 - k)) % 97) / 97.0 * 1.75 + offset); };
    return {f(0), f(1), f(2), float(((x + 2 * y) % 50) / 49.0)};
}

TestProject::TestProject(int width, int height)
{
    ProjectSettings settings;
    settings.format = {width, height, 1};
    project = make_project(settings);
}

NodeId TestProject::add(const std::string& op, const std::map<std::string, Value>& params,
                        const std::map<std::string, NodeId>& inputs)
{
    const NodeId id = project->next_node;
    auto made = add_node(project, project->root, op, {});
    REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().text()));
    project = *made;
    for (const auto& [name, value] : params) set(id, name, value);
    for (const auto& [port, source] : inputs) {
        auto connected = connect(project, {project->root, id}, port, source);
        REQUIRE_MESSAGE(connected.ok(), (connected.ok() ? "" : connected.error().text()));
        project = *connected;
    }
    return id;
}

void TestProject::set(NodeId node, const std::string& param, const Value& value)
{
    auto next = set_param(project, {project->root, node}, param, value);
    REQUIRE_MESSAGE(next.ok(), (next.ok() ? "" : next.error().text()));
    project = *next;
}

void TestProject::animate(NodeId node, const std::string& param, double at_first, double at_100)
{
    for (const auto& [time, value] : {std::pair(1.0, at_first), std::pair(100.0, at_100)}) {
        CurveKey key;
        key.time = time, key.value = value, key.interpolation = Interpolation::Linear;
        auto next = set_key(project, {project->root, node}, param, 0, key);
        REQUIRE_MESSAGE(next.ok(), (next.ok() ? "" : next.error().text()));
        project = *next;
    }
}

NodeId add_picture(TestProject& p, double offset)
{
    return p.add("test_picture", {{"offset", offset}});
}

int pictures_loaded()
{
    return loads;
}

std::shared_ptr<Device> shared_device()
{
    static std::shared_ptr<Device> device = [] {
        const char* prefer = std::getenv("TESSERA_DEVICE");
        auto opened = open_device({.prefer = prefer ? prefer : "cpu"});
        REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.error().text()));
        return std::shared_ptr<Device>(std::move(*opened));
    }();
    return device;
}

Viewing::Viewing(uint64_t cache_bytes, EngineOptions options)
    : engine(std::make_unique<Engine>(shared_device(), options)), pictures({cache_bytes, {}})
{
    pictures.use(engine.get());
}

Viewing::~Viewing() = default;

void Viewing::wait_for(const std::function<bool()>& done)
{
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + std::chrono::seconds(60);
    while (!done()) {
        REQUIRE_MESSAGE(Clock::now() < until, "it takes too long");
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

void Viewing::wait(PictureFeed& feed, const std::function<bool()>& done)
{
    wait_for([&] {
        for (TilePixels& t : feed.take(1ull << 30)) uploaded[t.id] = std::move(t);
        for (const uint64_t id : feed.take_dropped()) uploaded.erase(id);
        return done();
    });
}

std::optional<std::array<uint8_t, 4>> Viewing::drawn_at(const PictureFeed& feed, int x, int y) const
{
    std::optional<std::array<uint8_t, 4>> colour;
    for (const ShownTile& tile : feed.shown()) {
        const int px = x >> tile.level, py = y >> tile.level;
        if (!tile.area.contains(px, py)) continue;
        const auto it = uploaded.find(tile.id);
        if (it == uploaded.end()) continue;
        const size_t row = size_t(tile.area.y1 - 1 - py);
        const uint8_t* p = it->second.rgba->data() + (row * size_t(it->second.width) + size_t(px - tile.area.x0)) * 4;
        colour = {p[0], p[1], p[2], p[3]};
    }
    return colour;
}

PictureWish wish_for(const TestProject& p, NodeId node)
{
    PictureWish wish;
    wish.picture.project = p.project;
    wish.picture.node = node;
    wish.picture.look.raw = true;
    wish.picture.look.not_finite = false;
    wish.visible = p.project->settings.format.window();
    return wish;
}

uint8_t byte_of(double v)
{
    return uint8_t(std::floor(std::clamp(v, 0.0, 1.0) * 255 + 0.5));
}

} // namespace tessera
