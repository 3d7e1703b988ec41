#include "core/eval/engine.h"
#include "tests/eval/fake_device.h"
#include <atomic>
#include <doctest/doctest.h>

using namespace tessera;

namespace {

struct Rig {
    explicit Rig(EngineOptions options = {}) : device(std::make_shared<FakeDevice>()), engine(device, options) {}
    std::shared_ptr<FakeDevice> device;
    Engine engine;
};

HostImage pixels(Result<Rendered> r)
{
    REQUIRE_MESSAGE(r.ok(), (r.ok() ? "" : r.error().text()));
    return std::move(r->pixels);
}

} // namespace

TEST_CASE("a chain of pixel operators is one pass, and unfused gives the same")
{
    TestGraph g;
    NodeId n = g.add("src");
    for (int i = 0; i < 5; ++i) n = g.add("add", {{"amount", double(i + 1)}}, {n});
    Rig fused, single({.fuse = false});
    const HostImage a = pixels(fused.engine.render(g.request(n))), b = pixels(single.engine.render(g.request(n)));
    CHECK(fused.device->passes == 1);
    CHECK(single.device->passes == 5);
    CHECK(a.pixels == b.pixels);
    CHECK(a.at(3, 2)[0] == 2003 + 15);
}

TEST_CASE("any chunking gives the same pixels")
{
    TestGraph g;
    const NodeId s = g.add("src");
    const NodeId n = g.add("sum", {}, {g.add("spread", {}, {g.add("shift", {{"dx", 5}}, {s})}), g.add("add", {{"amount", 1.0}}, {s})});
    Rig whole;
    const HostImage a = pixels(whole.engine.render(g.request(n, {-8, -8, 72, 56})));
    for (const uint64_t limit : {1000u, 77u, 10u}) {
        Rig parts({.chunk_limit = limit});
        auto r = parts.engine.render(g.request(n, {-8, -8, 72, 56}));
        REQUIRE(r.ok());
        CHECK(r->stats.chunks > 1);
        CHECK(r->pixels.pixels == a.pixels);
    }
}

TEST_CASE("the last pass of an area operator is fused with what follows")
{
    TestGraph g;
    const NodeId s = g.add("src");
    const NodeId n = g.add("add", {{"amount", 1.0}}, {g.add("spread", {}, {g.add("add", {{"amount", 2.0}}, {s})})});
    Rig rig;
    auto r = rig.engine.render(g.request(n));
    REQUIRE(r.ok());
    CHECK(r->stats.passes == 3); // add; first half of spread; second half with add
    CHECK(r->pixels.at(10, 1)[2] == 1010 + 3);
}

TEST_CASE("mask, mix and channels are the engine's")
{
    TestGraph g;
    const NodeId s = g.add("src"), mask = g.add("src", {{"value", -1002.0}});
    const NodeId n = g.add("add", {{"amount", 10.0}, {"mix", 0.5}, {"channels", std::string("red green")}}, {s});
    Rig rig;
    HostImage out = pixels(rig.engine.render(g.request(n)));
    CHECK(out.at(0, 0)[0] == 5);
    CHECK(out.at(0, 0)[2] == 0);
    g.set(n, "mix", 1.0);
    g.change(n, [&](Node& node) { node.inputs["mask"] = {mask}; });
    out = pixels(rig.engine.render(g.request(n)));
    CHECK(out.at(3, 1)[0] == 1003 + 10 * 1.0f); // mask there: 3 + 1000 - 1002 = 1
    CHECK(out.at(2, 1)[0] == 1002);
    g.set(n, "invert_mask", true);
    out = pixels(rig.engine.render(g.request(n)));
    CHECK(out.at(3, 1)[0] == 1003);
    CHECK(out.at(2, 1)[0] == 1012);
    // A mask that is connected and empty leaves nothing of the effect.
    g.set(n, "invert_mask", false);
    const NodeId nothing = g.add("add", {{"amount", 1.0}});
    g.change(n, [&](Node& node) { node.inputs["mask"] = {nothing}; });
    CHECK(pixels(rig.engine.render(g.request(n))).at(2, 1)[0] == 1002);
}

TEST_CASE("identity, disabled and routing nodes pass their input's key on")
{
    TestGraph g;
    const NodeId s = g.add("src"), other = g.add("src", {{"value", 5.0}});
    const NodeId identity = g.add("add", {}, {s});
    const NodeId disabled = g.add("add", {{"amount", 3.0}}, {s});
    g.change(disabled, [](Node& n) { n.disabled = true; });
    const NodeId pick = g.add("pick", {{"which", 1}}, {other, s});
    Rig rig;
    const Key key = *rig.engine.key(g.request(s));
    CHECK(*rig.engine.key(g.request(identity)) == key);
    CHECK(*rig.engine.key(g.request(disabled)) == key);
    CHECK(*rig.engine.key(g.request(pick)) == key);
    CHECK(*rig.engine.key(g.request(other)) != key);
    g.set(identity, "amount", 1.0);
    CHECK(*rig.engine.key(g.request(identity)) != key);
}

TEST_CASE("the key holds the sampled value: a held curve keeps it, a moving one changes it")
{
    TestGraph g;
    const NodeId n = g.add("add", {}, {g.add("src")});
    g.animate(n, "amount", {{1, 1, Interpolation::Linear}, {5, 1, Interpolation::Linear}, {10, 2}});
    Rig rig;
    const auto key = [&](double f) { return *rig.engine.key(g.request(n, {0, 0, 8, 8}, f)); };
    CHECK(key(1) == key(4));
    CHECK(key(4) != key(7));
    const NodeId held = g.add("hold", {{"frame", 7}}, {n});
    CHECK(*rig.engine.key(g.request(held, {0, 0, 8, 8}, 2)) == key(7));
}

TEST_CASE("composite operators are replaced by their graph and fuse with their neighbours")
{
    TestGraph g;
    const NodeId n = g.add("add", {{"amount", 1.0}}, {g.add("twice", {{"amount", 4.0}}, {g.add("src")})});
    Rig rig;
    auto r = rig.engine.render(g.request(n));
    REQUIRE(r.ok());
    CHECK(r->pixels.at(1, 0)[0] == 1 + 9);
    CHECK(r->stats.passes == 1);
}

TEST_CASE("a run of affine operators becomes one")
{
    TestGraph g;
    NodeId n = g.add("src");
    for (int i = 1; i <= 4; ++i) n = g.add("move", {{"dx", i}}, {n});
    Rig rig, apart({.concatenate = false});
    auto r = rig.engine.render(g.request(n));
    auto s = apart.engine.render(g.request(n));
    REQUIRE(r.ok());
    REQUIRE(s.ok());
    CHECK(r->stats.passes == 1);
    CHECK(s->stats.passes == 4);
    CHECK(r->pixels.pixels == s->pixels.pixels);
    CHECK(r->pixels.at(12, 3)[0] == 3002);
    auto plan = rig.engine.print_plan(g.request(n));
    REQUIRE(plan.ok());
    CHECK(plan->find("+3 transforms") != std::string::npos);
}

TEST_CASE("what recurs and feeds what changes is kept: the hot edge")
{
    TestGraph g;
    const NodeId s = g.add("src"), blur = g.add("spread", {}, {s});
    const NodeId n = g.add("add", {{"amount", 1.0}}, {g.add("shift", {{"dx", 2}}, {blur})});
    Rig rig;
    int last = 0;
    for (int i = 1; i <= 5; ++i) {
        g.set(n, "amount", double(i));
        auto r = rig.engine.render(g.request(n));
        REQUIRE(r.ok());
        CHECK(r->pixels.at(20, 0)[0] == 18 + i);
        last = r->stats.passes;
    }
    CHECK(last == 1); // only the edited node runs
    CHECK(rig.device->uploads <= 2);
}

TEST_CASE("errors name node, frame and remedy, and branches that are not used do not matter")
{
    TestGraph g;
    const NodeId bad = g.add("src", {{"value", 666.0}}), damaged = g.add("src", {{"value", 667.0}}), good = g.add("src");
    Rig rig;
    auto r = rig.engine.render(g.request(g.add("add", {{"amount", 1.0}}, {bad}), {0, 0, 4, 4}, 7));
    REQUIRE_FALSE(r.ok());
    CHECK(r.error().text() == "src1, frame 7: there is no such plate. Relink it.");
    r = rig.engine.render(g.request(g.add("add", {{"amount", 1.0}}, {damaged})));
    REQUIRE_FALSE(r.ok());
    CHECK(r.error().kind == ErrorKind::Damaged);
    CHECK(rig.engine.render(g.request(g.add("pick", {{"which", 1}}, {bad, good}))).ok());
    r = rig.engine.render(g.request(g.add("no_such_op", {}, {good})));
    REQUIRE_FALSE(r.ok());
    CHECK(r.error().message == "there is no operator 'no_such_op'");
}

TEST_CASE("a circle in the graph is an error, not a hang")
{
    TestGraph g;
    const NodeId a = g.add("add", {{"amount", 1.0}}), b = g.add("add", {{"amount", 1.0}}, {a});
    g.change(a, [&](Node& n) { n.inputs["in"] = {b}; });
    Rig rig;
    auto r = rig.engine.render(g.request(b));
    REQUIRE_FALSE(r.ok());
    CHECK(r.error().message.find("circle") != std::string::npos);
}

TEST_CASE("out of memory: evict, give back, work on smaller pieces, and only then an error")
{
    TestGraph g;
    const NodeId s = g.add("src", {{"width", 256}, {"height", 256}});
    const NodeId n = g.add("sum", {}, {g.add("spread", {}, {s}), g.add("shift", {{"dx", 3}}, {s})});
    Rig roomy;
    const HostImage expected = pixels(roomy.engine.render(g.request(n, {0, 0, 256, 256})));
    auto device = std::make_shared<FakeDevice>();
    device->budget = 2500 << 10; // an image is 1 MiB
    Engine engine(device, {});
    auto r = engine.render(g.request(n, {0, 0, 256, 256}));
    REQUIRE_MESSAGE(r.ok(), (r.ok() ? "" : r.error().text()));
    CHECK(r->stats.chunks > 1);
    CHECK(r->pixels.pixels == expected.pixels);
    CHECK(device->peak <= device->budget);
    device->budget = 1000;
    r = engine.render(g.request(g.add("spread", {}, {n}), {0, 0, 256, 256}));
    REQUIRE_FALSE(r.ok());
    CHECK(r.error().kind == ErrorKind::OutOfMemory);
}

TEST_CASE("the plan is cut so that it fits the budget")
{
    TestGraph g;
    const NodeId n = g.add("spread", {}, {g.add("src", {{"width", 1024}, {"height", 1024}})});
    Rig rig({.vram_budget = 16ull << 20});
    auto r = rig.engine.render(g.request(n, {0, 0, 1024, 1024}));
    REQUIRE_MESSAGE(r.ok(), (r.ok() ? "" : r.error().text()));
    CHECK(r->stats.chunks >= 4);
    CHECK(rig.device->peak <= 16ull << 20);
}

TEST_CASE("a lost device is opened again; a second loss is an error")
{
    TestGraph g;
    const NodeId n = g.add("spread", {}, {g.add("src")});
    auto device = std::make_shared<FakeDevice>();
    device->lose_after = 0;
    int reopened = 0;
    EngineOptions options;
    options.reopen_device = [&]() -> Result<std::shared_ptr<Device>> {
        ++reopened;
        auto fresh = std::make_shared<FakeDevice>();
        if (reopened > 1) fresh->lose_after = 0;
        return std::shared_ptr<Device>(fresh);
    };
    {
        Engine engine(device, options);
        CHECK(pixels(engine.render(g.request(n))).at(9, 0)[0] == 9);
        CHECK(reopened == 1);
    }
    Engine hopeless(device, {});
    auto r = hopeless.render(g.request(n));
    REQUIRE_FALSE(r.ok());
    CHECK(r.error().kind == ErrorKind::DeviceLost);
}

TEST_CASE("a newer request of the same channel supersedes the older one; every request is answered once")
{
    TestGraph g;
    const NodeId n = g.add("spread", {}, {g.add("src", {{"width", 512}, {"height", 512}})});
    std::atomic<int> answers{0}, cancelled{0};
    {
        Rig rig({.chunk_limit = 4096});
        for (int i = 0; i < 20; ++i) {
            Request r = g.request(n, {0, 0, 512, 512});
            r.channel = 1;
            r.priority = Priority::Viewer;
            rig.engine.submit(r, [&](Result<Rendered> done) {
                ++answers;
                if (!done && done.error().kind == ErrorKind::Cancelled) ++cancelled;
            });
        }
        CHECK(rig.engine.render(g.request(n, {0, 0, 8, 8})).ok());
    }
    CHECK(answers == 20);
    CHECK(cancelled >= 18);
}

TEST_CASE("a chain of ten thousand nodes needs no deep recursion")
{
    TestGraph g;
    NodeId n = g.add("src");
    for (int i = 0; i < 10'000; ++i) n = g.add("add", {{"amount", 1.0}}, {n});
    Rig rig;
    CHECK(pixels(rig.engine.render(g.request(n, {0, 0, 2, 2}))).at(0, 0)[0] == 10'000);
}

TEST_CASE("editing a value patches the plan: the same answers as planning from the start")
{
    TestGraph g;
    NodeId n = g.add("spread", {}, {g.add("src")});
    std::vector<NodeId> adds;
    for (int i = 0; i < 30; ++i) adds.push_back(n = g.add("add", {{"amount", 1.0}}, {n}));
    const NodeId last = n = g.add("sum", {}, {g.add("shift", {{"dx", 2}}, {n}), n});
    Rig rig;
    for (int i = 0; i < 12; ++i) {
        const NodeId edited = adds[size_t(i * 7) % adds.size()];
        g.set(edited, "amount", 1.0 + i);
        if (i == 8) g.set(adds[3], "mix", 0.5);
        Request r = g.request(last);
        r.channel = 3;
        auto patched = rig.engine.render(r);
        REQUIRE(patched.ok());
        Rig fresh;
        auto whole = fresh.engine.render(g.request(last));
        REQUIRE(whole.ok());
        CHECK(patched->key == whole->key);
        CHECK(patched->pixels.pixels == whole->pixels.pixels);
    }
    // An edit that reaches further than values: a node is disabled, one is disconnected, a curve moves with the frame.
    g.change(adds[5], [](Node& node) { node.disabled = true; });
    Request r = g.request(last);
    r.channel = 3;
    Rig fresh;
    CHECK(rig.engine.render(r)->key == fresh.engine.render(g.request(last))->key);
    g.animate(adds[6], "amount", {{1, 1, Interpolation::Linear}, {5, 9}});
    for (const double frame : {1.0, 3.0}) {
        Request moving = g.request(last, {0, 0, 64, 48}, frame);
        moving.channel = 3;
        CHECK(rig.engine.render(moving)->key == fresh.engine.render(g.request(last, {0, 0, 64, 48}, frame))->key);
    }
}

namespace {

/// Adds a group around "add amount" to the root graph: input port "plate", output; gives the group's node.
NodeId add_group(TestGraph& g, double amount, NodeId source)
{
    Graph inner;
    inner.id = g.project.next_graph++;
    const auto put = [&](const char* op, std::map<std::string, NodeId> inputs) {
        Node n;
        n.id = g.project.next_node++;
        n.op = op, n.name = std::string(op) + std::to_string(n.id);
        for (const auto& [port, node] : inputs) n.inputs[port] = {node};
        if (n.op == "input") n.params["name"].value = std::string("plate");
        if (n.op == "add") n.params["amount"].value = amount;
        inner.nodes.set(n.id, std::make_shared<const Node>(n));
        return n.id;
    };
    const NodeId in = put("input", {}), add = put("add", {{"in", in}});
    put("output", {{"in", add}});
    g.project.graphs.set(inner.id, std::make_shared<const Graph>(inner));
    const NodeId group = g.add("group");
    g.change(group, [&](Node& n) {
        n.graph = inner.id;
        n.inputs["plate"] = {source};
    });
    return group;
}

} // namespace

TEST_CASE("a group is its graph: its inputs reach in, its output reaches out, disabled it passes its input")
{
    TestGraph g;
    const NodeId s = g.add("src");
    const NodeId first = add_group(g, 5, s), second = add_group(g, 7, first);
    Rig rig;
    auto r = rig.engine.render(g.request(second));
    REQUIRE_MESSAGE(r.ok(), (r.ok() ? "" : r.error().text()));
    CHECK(r->pixels.at(3, 0)[0] == 3 + 12);
    CHECK(r->stats.passes == 1); // groups are no border for fusion
    g.change(first, [](Node& n) { n.disabled = true; });
    CHECK(pixels(rig.engine.render(g.request(second))).at(3, 0)[0] == 3 + 7);
    // A node inside, asked for by itself, sees what is connected outside.
    const Node& group = **find_graph(g.project, g.project.root)->nodes.find(second);
    NodeId inside = 0;
    find_graph(g.project, group.graph)->nodes.each([&](NodeId id, const NodePtr& n) {
        if (n->op == "add") inside = id;
    });
    Request q = g.request(inside);
    q.graph = group.graph;
    auto looked = rig.engine.render(q);
    REQUIRE_MESSAGE(looked.ok(), (looked.ok() ? "" : looked.error().text()));
    CHECK(looked->pixels.at(3, 0)[0] == 3 + 7);
    // Errors inside name the way in.
    g.change(s, [](Node& n) { n.params["value"].value = 667.0; });
    auto failed = rig.engine.render(g.request(second));
    REQUIRE_FALSE(failed.ok());
    CHECK(failed.error().node == "src1");
}
