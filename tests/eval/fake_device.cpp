#include "tests/eval/fake_device.h"
#include "core/op/op.h"
#include <cstring>
#include <doctest/doctest.h>

namespace tessera {

namespace {

struct NoParams {};
struct SrcParams {
    double value = 0;
    int width = 64, height = 48;
};
struct AddParams {
    double amount = 0;
};
struct ShiftParams {
    int dx = 1;
};
struct HoldParams {
    int frame = 1;
};
struct PickParams {
    int which = 0;
};

KernelPtr gather(const char* name) { return make_kernel(name, KernelForm::Gather, std::string("// ") + name, 1); }

ImageInfo src_info(const SrcParams& p)
{
    ImageInfo i;
    i.format = {p.width, p.height, 1};
    i.data_window = i.format.window();
    i.layers = {{"rgba", {"R", "G", "B", "A"}, false}};
    return i;
}

const Register src = Op<SrcParams>("src").param(&SrcParams::value, "value").param(&SrcParams::width, "width")
    .param(&SrcParams::height, "height")
    .info([](const SrcParams& p, const OpContext&) -> Result<ImageInfo> { return src_info(p); })
    .source([](const SrcParams& p, const OpContext&) -> Result<SourceJob> {
        if (p.value == 666) return Error{ErrorKind::NotFound, "there is no such plate", "relink it"};
        SourceJob job;
        job.stamp = Hasher().add(p.value).key();
        job.file = "plate";
        job.load = [p](const Rect& r) -> Result<HostImage> {
            if (p.value == 667) return Error{ErrorKind::Damaged, "the plate is damaged", "get it again"};
            HostImage image(r);
            for (int y = r.y0; y < r.y1; ++y)
                for (int x = r.x0; x < r.x1; ++x)
                    for (int c = 0; c < 4; ++c) image.at(x, y)[c] = float(x + 1000 * y + p.value);
            return image;
        };
        return job;
    });

const Register add = Op<AddParams>("add").in("in").mask().param(&AddParams::amount, "amount")
    .identity([](const AddParams& p, const OpContext&) { return p.amount == 0; })
    .dynamic_pixel([](const AddParams&, const OpContext&) -> Result<KernelPtr> {
        static const KernelPtr k = make_kernel("fake_add", KernelForm::Pixel, "", 1);
        return k;
    }, [](const AddParams& p, const OpContext&, Block& b) { b.put("amount", p.amount); });

const Register sum = Op<NoParams>("sum").in("B").in("A")
    .dynamic_pixel([](const NoParams&, const OpContext&) -> Result<KernelPtr> {
        static const KernelPtr k = make_kernel("fake_sum", KernelForm::Pixel, "", 2);
        return k;
    }, [](const NoParams&, const OpContext&, Block&) {});

const Register shift = Op<ShiftParams>("shift").in("in").param(&ShiftParams::dx, "dx")
    .roi([](const ShiftParams& p, const OpContext&, int, const Rect& r) { return r.moved(-p.dx, 0); })
    .area([](const ShiftParams& p, const OpContext&, PassList& l) {
        l.run(gather("fake_shift"), {l.input(0)}, l.output(), l.work()).put("dx", p.dx);
    });

const Register spread = Op<NoParams>("spread").in("in")
    .roi([](const NoParams&, const OpContext&, int, const Rect& r) { return r.grown(2, 0); })
    .area([](const NoParams&, const OpContext&, PassList& l) {
        const Rect wide = l.work().grown(1, 0);
        const AreaImage scratch = l.scratch(wide);
        l.run(gather("fake_shift"), {l.input(0)}, scratch, wide).put("dx", 1);
        l.run(gather("fake_shift"), {scratch}, l.output(), l.work()).put("dx", -1);
    });

const Register scale2 = Op<ShiftParams>("move").in("in").param(&ShiftParams::dx, "dx")
    .matrix([](const ShiftParams& p, const OpContext&) { return translation(p.dx, 0); })
    .roi([](const ShiftParams& p, const OpContext& c, int, const Rect& r) {
        return r.moved(-p.dx - int(c.concatenated.m[2]), 0);
    })
    .area([](const ShiftParams& p, const OpContext& c, PassList& l) {
        l.run(gather("fake_shift"), {l.input(0)}, l.output(), l.work()).put("dx", p.dx + int(c.concatenated.m[2]));
    });

const Register hold = Op<HoldParams>("hold").in("in").param(&HoldParams::frame, "frame")
    .route([](const HoldParams& p, const OpContext& c) -> Result<Need> { return Need{0, double(p.frame), std::string(c.layer)}; });

const Register pick = Op<PickParams>("pick").in("a").in("b").param(&PickParams::which, "which")
    .route([](const PickParams& p, const OpContext& c) -> Result<Need> { return Need{p.which, c.frame, std::string(c.layer)}; });

const Register twice = Op<AddParams>("twice").in("in").mask().param(&AddParams::amount, "amount")
    .composite([](const AddParams& p, const OpContext&, Expansion& e) -> Status {
        const auto once = e.add("add", {{"amount", p.amount}}, {e.input(0)});
        e.add("add", {{"amount", p.amount}}, {once});
        return {};
    });

float value_of(const PassCall& call)
{
    float v = 0;
    std::memcpy(&v, call.uniforms.data(), sizeof v);
    return v;
}
int int_of(const PassCall& call)
{
    int v = 0;
    std::memcpy(&v, call.uniforms.data(), sizeof v);
    return v;
}

} // namespace

FakeDevice::FakeDevice()
{
    caps_.name = "fake";
    caps_.cpu = true;
    caps_.memory_bytes = 8ull << 30;
    caps_.max_image_bytes = 128ull << 20;
}

Status FakeDevice::compile(const ProgramPtr& program)
{
    std::lock_guard lock(mutex_);
    if (compiled_.insert(program->key).second) ++compiles;
    return {};
}
bool FakeDevice::compiled(const ProgramPtr& program) const
{
    std::lock_guard lock(mutex_);
    return compiled_.contains(program->key);
}

Result<BufferId> FakeDevice::allocate(uint64_t bytes)
{
    if (allocated_ + bytes > budget) return Error{ErrorKind::OutOfMemory, "the fake device is full", ""};
    allocated_ += bytes;
    peak = std::max(peak, allocated_);
    buffers_[next_].assign(bytes / 4, -12345.0f);
    return next_++;
}
void FakeDevice::release(BufferId buffer)
{
    const auto it = buffers_.find(buffer);
    REQUIRE(it != buffers_.end());
    allocated_ -= it->second.size() * 4;
    buffers_.erase(it);
}

float* FakeDevice::at(const DeviceImage& image, int x, int y)
{
    REQUIRE(image.region.contains(x, y));
    const auto it = buffers_.find(image.memory.buffer);
    REQUIRE(it != buffers_.end());
    const size_t i = image.memory.offset / 4 +
                     (size_t(y - image.region.y0) * size_t(image.region.width()) + size_t(x - image.region.x0)) * 4;
    REQUIRE(i + 4 <= it->second.size());
    return it->second.data() + i;
}

Status FakeDevice::upload(const DeviceImage& to, const HostImage& from, const Rect& part)
{
    ++uploads;
    REQUIRE(from.region.contains(part));
    for (int y = part.y0; y < part.y1; ++y)
        for (int x = part.x0; x < part.x1; ++x) std::memcpy(at(to, x, y), from.at(x, y), 16);
    return {};
}
Status FakeDevice::copy(const DeviceImage& from, const DeviceImage& to, const Rect& part)
{
    ++copies;
    for (int y = part.y0; y < part.y1; ++y)
        for (int x = part.x0; x < part.x1; ++x) std::memcpy(at(to, x, y), at(from, x, y), 16);
    return {};
}
Status FakeDevice::clear(const DeviceImage& image, const Rect& part)
{
    for (int y = part.y0; y < part.y1; ++y)
        for (int x = part.x0; x < part.x1; ++x) std::memset(at(image, x, y), 0, 16);
    return {};
}
Status FakeDevice::read_back(const DeviceImage& from, const Rect& part, std::shared_ptr<HostImage> to)
{
    REQUIRE(to->region.contains(part));
    for (int y = part.y0; y < part.y1; ++y)
        for (int x = part.x0; x < part.x1; ++x) std::memcpy(to->at(x, y), at(from, x, y), 16);
    return {};
}

std::array<float, 4> FakeDevice::fetch(const Pass& pass, int slot, int x, int y)
{
    if (slot < 0 || !pass.reads[size_t(slot)].region.contains(x, y)) {
        // Beyond what is there must be beyond the data window, or the planner asked for too little.
        if (slot >= 0) REQUIRE(!pass.reads[size_t(slot)].window.contains(x, y));
        return {};
    }
    const float* p = at(pass.reads[size_t(slot)], x, y);
    return {p[0], p[1], p[2], p[3]};
}

Status FakeDevice::run(const Pass& pass)
{
    ++passes;
    REQUIRE(pass.write.region.contains(pass.area));
    REQUIRE(int(pass.reads.size()) == pass.program->images);
    for (const ProgramStep& s : pass.program->steps) calls += s.kind == ProgramStep::Kind::Call;
    std::vector<std::array<float, 4>> values;
    for (int y = pass.area.y0; y < pass.area.y1; ++y)
        for (int x = pass.area.x0; x < pass.area.x1; ++x) {
            values.clear();
            size_t call = 0;
            for (const ProgramStep& s : pass.program->steps) {
                std::array<float, 4> v{};
                const auto arg = [&](int i) { return i < 0 ? std::array<float, 4>{} : values[size_t(i)]; };
                if (s.kind == ProgramStep::Kind::Load) {
                    const DeviceImage& image = pass.reads[size_t(s.image)];
                    if (!s.clip) REQUIRE(image.region.contains(x, y));
                    v = fetch(pass, s.image, x, y);
                    values.push_back(v);
                    continue;
                }
                const PassCall& c = pass.calls[call++];
                if (s.kernel->name == "fake_add" || s.kernel->name == "keep") {
                    v = arg(s.args[0]);
                    if (s.kernel->name == "fake_add")
                        for (float& f : v) f += value_of(c);
                } else if (s.kernel->name == "fake_sum") {
                    const auto a = arg(s.args[0]), b = arg(s.args[1]);
                    for (size_t k = 0; k < 4; ++k) v[k] = a[k] + b[k];
                } else {
                    REQUIRE(s.kernel->name == "fake_shift");
                    v = fetch(pass, s.images[0], x - int_of(c), y);
                }
                if (s.mixed) {
                    const float m = s.mask < 0 ? 1 : arg(s.mask)[3];
                    const auto o = arg(s.mix_with);
                    for (size_t k = 0; k < 4; ++k) {
                        const float t = c.mix[k] * (m * c.mask_scale + c.mask_offset);
                        v[k] = t == 1 ? v[k] : v[k] * t + o[k] * (1 - t);
                    }
                }
                if (s.clip && !c.window.contains(x, y)) v = {};
                values.push_back(v);
            }
            std::memcpy(at(pass.write, x, y), values.back().data(), 16);
        }
    return {};
}

Result<Ticket> FakeDevice::submit()
{
    ++submits;
    if (lose_after >= 0 && submits > lose_after) lost_ = true;
    if (lost_) return Error{ErrorKind::DeviceLost, "the fake device is gone", "start again"};
    return Ticket(submits);
}
Status FakeDevice::wait(Ticket)
{
    if (lost_) return Error{ErrorKind::DeviceLost, "the fake device is gone", "start again"};
    return {};
}

TestGraph::TestGraph() : project(*make_project()) {}

NodeId TestGraph::add(std::string op, std::map<std::string, Value> params, std::vector<NodeId> inputs)
{
    const OpDesc* d = Registry::instance().find(op);
    Node n;
    n.id = project.next_node++;
    n.op = op;
    n.name = op + std::to_string(n.id);
    for (auto& [name, value] : params) n.params[name].value = value;
    for (size_t i = 0; i < inputs.size(); ++i)
        if (inputs[i]) n.inputs[d ? d->inputs.at(i).name : "in"] = {inputs[i]};
    const NodeId id = n.id;
    Graph g = *find_graph(project, project.root);
    g.nodes.set(id, std::make_shared<const Node>(std::move(n)));
    project.graphs.set(g.id, std::make_shared<const Graph>(std::move(g)));
    return id;
}

void TestGraph::change(NodeId id, const std::function<void(Node&)>& edit)
{
    Graph g = *find_graph(project, project.root);
    Node n = **g.nodes.find(id);
    edit(n);
    g.nodes.set(id, std::make_shared<const Node>(std::move(n)));
    project.graphs.set(g.id, std::make_shared<const Graph>(std::move(g)));
}

void TestGraph::set(NodeId id, std::string param, Value value)
{
    change(id, [&](Node& n) { n.params[param] = Param{value, {}}; });
}

void TestGraph::animate(NodeId id, std::string param, std::vector<CurveKey> keys)
{
    auto curve = Curve::make(std::move(keys));
    REQUIRE(curve.ok());
    change(id, [&](Node& n) { n.params[param] = Param{0.0, {std::make_shared<const Curve>(*curve)}}; });
}

Request TestGraph::request(NodeId id, Rect region, double frame) const
{
    Request r;
    r.project = std::make_shared<const Project>(project);
    r.node = id, r.region = region, r.frame = frame;
    return r;
}

} // namespace tessera
