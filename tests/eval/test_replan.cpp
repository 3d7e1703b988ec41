// Edits of values: what is patched, that the answer is the one planning from the start gives, and that dragging a slider
// allocates nothing.
#include "core/eval/replan.h"
#include "core/op/op.h"
#include "tests/eval/fake_device.h"
#include <cstdlib>
#include <doctest/doctest.h>
#include <new>

namespace {
thread_local size_t allocations = 0;
}

[[gnu::noinline]] void* operator new(size_t size)
{
    ++allocations;
    if (void* p = std::malloc(size ? size : 1)) return p;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* p) noexcept
{
    std::free(p);
}
[[gnu::noinline]] void operator delete(void* p, size_t) noexcept
{
    std::free(p);
}

using namespace tessera;

namespace {

struct GainParams {
    double gain = 1;
};
struct TableParams {
    double top = 1;
    int count = 4;
};
struct BothParams {
    double first = 1, second = 2;
};

const Register plain =
    Op<GainParams>("gain_of_tests")
        .in("in")
        .mask()
        .param(&GainParams::gain, "gain")
        .identity([](const GainParams& p, const OpContext&) { return p.gain == 1; })
        .pixel("color/exposure", [](const GainParams& p, const OpContext&, Block& b) { b.put("gain", p.gain); });
/// An operator with an `info` of its own, which most of its values do not touch.
const Register framed = Op<GainParams>("framed")
                            .in("in")
                            .mask()
                            .param(&GainParams::gain, "gain")
                            .info([](const GainParams& p, const OpContext& c) -> Result<ImageInfo> {
                                ImageInfo i = *c.inputs[0];
                                if (p.gain > 100) i.data_window = i.data_window.grown(1, 1);
                                return i;
                            })
                            .pixel("color/exposure", [](const GainParams& p, const OpContext&, Block& b) { b.put("gain", p.gain); });
const Register tabled = Op<TableParams>("tabled")
                            .in("in")
                            .param(&TableParams::top, "top")
                            .param(&TableParams::count, "count")
                            .table([](const TableParams& p, const OpContext&) -> Result<TablePtr> {
                                std::vector<float> v(size_t(p.count), float(p.top));
                                return make_table(std::move(v));
                            })
                            .pixel("color/exposure", [](const TableParams& p, const OpContext&, Block& b) { b.put("gain", p.top); });
const Register both = Op<BothParams>("both")
                          .in("in")
                          .mask()
                          .param(&BothParams::first, "first")
                          .param(&BothParams::second, "second")
                          .composite([](const BothParams& p, const OpContext&, Expansion& e) -> Status {
                              const auto one = e.add("framed", {{"gain", p.first}}, {e.input(0)});
                              if (p.second > 50) e.add("framed", {{"gain", 1.0}}, {one});
                              e.add("framed", {{"gain", p.second}}, {one});
                              return {};
                          });

/// The answer to one request, made right for the next ones.
struct Held {
    Request request;
    std::shared_ptr<ParamCache> cache = make_param_cache();
    Resolved resolved;
    Plan plan;
    std::vector<Change> changes;

    explicit Held(const Request& r) : request(r), resolved(std::move(*resolve(r, {}, *cache))), plan(planned(resolved)) {}
    static Plan planned(const Resolved& r) { return std::move(*make_plan(r, r.info->data_window, 0, {})); }

    bool edit(const Request& next)
    {
        const bool taken = refresh(resolved, request, next, changes) && patch(plan, resolved, changes);
        if (taken) request = next;
        return taken;
    }
};

bool same_bytes(const Plan& a, const Plan& b)
{
    if (a.steps.size() != b.steps.size()) return false;
    for (size_t s = 0; s < a.steps.size(); ++s) {
        const PlanPass &x = a.steps[s].pass, &y = b.steps[s].pass;
        if (x.calls.size() != y.calls.size() || x.tables.size() != y.tables.size()) return false;
        if ((x.program ? x.program->key : Key{}) != (y.program ? y.program->key : Key{})) return false;
        for (size_t k = 0; k < x.calls.size(); ++k)
            if (x.calls[k].uniforms != y.calls[k].uniforms || x.calls[k].mix != y.calls[k].mix) return false;
        for (size_t k = 0; k < x.tables.size(); ++k)
            if (x.tables[k]->key != y.tables[k]->key) return false;
    }
    return true;
}

/// The edit is patched, and gives what planning from the start gives.
void check_patched(Held& held, const Request& next)
{
    REQUIRE(held.edit(next));
    const Held fresh(next);
    CHECK(held.resolved.key == fresh.resolved.key);
    for (size_t i = 0; i < fresh.resolved.instances.size(); ++i)
        CHECK(held.resolved.instances[i].key == fresh.resolved.instances[i].key);
    CHECK(same_bytes(held.plan, fresh.plan));
}

/// The answer can no longer be had by patching, and has not been harmed by trying.
void check_refused(Held& held, const Request& next)
{
    const Key key = held.resolved.key;
    CHECK_FALSE(held.edit(next));
    CHECK(held.resolved.key == key);
    CHECK(same_bytes(held.plan, Held(held.request).plan));
}

/// Shaped like a shot without a plate to decode: a generator, a matte, filters, a background, a merge, a last correction.
struct EditedShot {
    TestGraph g;
    NodeId first, middle, last, mask;
    EditedShot()
    {
        const NodeId plate = g.add("checkerboard_of_tests");
        first = g.add("gain_of_tests", {{"gain", 2.0}}, {plate});
        mask = g.add("gain_of_tests", {{"gain", 3.0}}, {plate});
        const NodeId soft = g.add("spread", {}, {first});
        middle = g.add("gain_of_tests", {{"gain", 4.0}}, {soft, mask});
        const NodeId back = g.add("shift", {{"dx", 3}}, {g.add("framed", {{"gain", 5.0}}, {plate})});
        last = g.add("gain_of_tests", {{"gain", 6.0}}, {g.add("sum", {}, {middle, back})});
    }
};

const Register generator =
    Op<GainParams>("checkerboard_of_tests")
        .param(&GainParams::gain, "gain")
        .info([](const GainParams&, const OpContext&) -> Result<ImageInfo> {
            ImageInfo i;
            i.format = {64, 48, 1};
            i.data_window = i.format.window();
            i.layers = {{"rgba", {"R", "G", "B", "A"}, false}};
            return i;
        })
        .pixel("io/constant", [](const GainParams& p, const OpContext&, Block& b) { b.put("gain", p.gain); });

} // namespace

TEST_CASE("dragging a slider allocates nothing")
{
    EditedShot shot;
    for (const NodeId node : {shot.last, shot.middle, shot.first, shot.mask}) {
        Held held(shot.g.request(shot.last));
        double gain = 7;
        const auto drag = [&] {
            shot.g.set(node, "gain", gain += 0.5);
            const Request next = shot.g.request(shot.last);
            const size_t before = allocations;
            REQUIRE(held.edit(next));
            return allocations - before;
        };
        for (int i = 0; i < 4; ++i) drag(); // buffers grow, the former values are kept
        for (int i = 0; i < 4; ++i) CHECK(drag() == 0);
        CHECK(same_bytes(held.plan, Held(held.request).plan));
    }
}

TEST_CASE("a curve being dragged, and a node of a group, allocate nothing either")
{
    EditedShot shot;
    shot.g.animate(shot.middle, "gain", {{1, 1, Interpolation::Linear}, {9, 5}});
    Held held(shot.g.request(shot.last, {0, 0, 64, 48}, 3));
    double end = 6;
    for (int i = 0; i < 8; ++i) {
        shot.g.animate(shot.middle, "gain", {{1, 1, Interpolation::Linear}, {9, end += 1}});
        const Request next = shot.g.request(shot.last, {0, 0, 64, 48}, 3);
        const size_t before = allocations;
        REQUIRE(held.edit(next));
        if (i >= 4) CHECK(allocations == before);
    }
    const Held fresh(held.request);
    CHECK(held.resolved.key == fresh.resolved.key);
    CHECK(same_bytes(held.plan, fresh.plan));
}

TEST_CASE("values of mask and mix, of tables and of composite operators are patched")
{
    TestGraph g;
    const NodeId plate = g.add("checkerboard_of_tests");
    const NodeId table = g.add("tabled", {{"top", 2.0}}, {plate});
    const NodeId other = g.add("tabled", {{"top", 3.0}, {"count", 7}}, {table});
    const NodeId composite = g.add("both", {{"first", 3.0}}, {other});
    const NodeId last = g.add("framed", {{"gain", 2.0}}, {composite});
    Held held(g.request(last));
    g.set(last, "mix", 0.5);
    check_patched(held, g.request(last));
    g.set(table, "top", 4.0);
    check_patched(held, g.request(last));
    g.set(other, "top", 5.0);
    check_patched(held, g.request(last));
    g.set(composite, "first", 4.0);
    check_patched(held, g.request(last));
    g.set(composite, "second", 5.0);
    g.set(last, "gain", 5.0);
    check_patched(held, g.request(last));
    g.set(plate, "gain", 0.5);
    check_patched(held, g.request(last));
}

TEST_CASE("what reaches further than values is planned from the start")
{
    TestGraph g;
    const NodeId plate = g.add("checkerboard_of_tests");
    const NodeId table = g.add("tabled", {{"top", 2.0}}, {plate});
    const NodeId composite = g.add("both", {{"first", 3.0}}, {table});
    const NodeId add = g.add("add", {{"amount", 1.0}}, {composite});
    const NodeId last = g.add("framed", {{"gain", 2.0}}, {add});
    const TestGraph before = g;
    const auto refused = [&](NodeId node, const char* param, Value value) {
        g = before;
        Held held(g.request(last));
        g.set(node, param, std::move(value));
        check_refused(held, g.request(last));
    };
    refused(last, "gain", 200.0);                // another data window
    refused(last, "mix", 0.0);                   // vanishes
    refused(last, "channels", std::string("red"));
    refused(table, "count", 9);                  // another layout of tables
    refused(composite, "second", 60.0);          // other parts
    refused(composite, "first", 200.0);          // a part's data window
    refused(composite, "mix", 0.5);              // mask and mix come after it
    refused(add, "amount", 0.0);                 // identity
    g = before;
    Held held(g.request(last));
    g.change(table, [](Node& n) { n.disabled = true; });
    check_refused(held, g.request(last));
    g = before;
    g.change(table, [](Node& n) { n.inputs.clear(); });
    check_refused(held, g.request(last));
}

TEST_CASE("expressions and links see the edited value; a change they do not see is patched")
{
    TestGraph g;
    const NodeId plate = g.add("checkerboard_of_tests");
    const NodeId free = g.add("framed", {{"gain", 2.0}}, {plate});
    const NodeId led = g.add("framed", {{"gain", 3.0}}, {free});
    const NodeId follower = g.add("framed", {}, {led});
    const std::string leader = (*find_graph(g.project, g.project.root)->nodes.find(led))->name;
    g.change(follower, [&](Node& n) { n.params["gain"] = Param{0.0, {LinkSource{leader + ".gain"}}}; });
    Held held(g.request(follower));
    g.set(free, "gain", 4.0);
    check_patched(held, g.request(follower));
    g.set(led, "gain", 5.0);
    check_patched(held, g.request(follower));
    g.set(led, "gain", 150.0); // the follower's window grows, too
    check_refused(held, g.request(follower));
}
