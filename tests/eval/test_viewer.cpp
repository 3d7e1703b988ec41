// What a viewer's requests compute: only what is not cached, in pieces that give way, and round in the memory they have.
#include "core/eval/engine.h"
#include "core/eval/plan.h"
#include "tests/eval/fake_device.h"
#include <doctest/doctest.h>

using namespace tessera;

namespace {

struct Viewer {
    explicit Viewer(EngineOptions options = {}) : device(std::make_shared<FakeDevice>()), engine(device, options) {}
    Rendered show(TestGraph& g, NodeId node, const Rect& region, double frame = 1)
    {
        Request r = g.request(node, region, frame);
        r.priority = Priority::Viewer, r.channel = 1, r.cache_result = true;
        auto answer = engine.render(r);
        REQUIRE_MESSAGE(answer.ok(), (answer.ok() ? "" : answer.error().text()));
        return std::move(*answer);
    }
    std::shared_ptr<FakeDevice> device;
    Engine engine;
};

constexpr int side = 4 * tile_size, small_side = tile_size + 20;

NodeId wide_source(TestGraph& g, int width = side)
{
    return g.add("src", {{"width", width}, {"height", width}});
}

} // namespace

TEST_CASE("moving over a picture computes the tiles that come into view, and nothing twice")
{
    TestGraph g;
    const NodeId last = g.add("add", {{"amount", 2.0}}, {g.add("spread", {}, {wide_source(g)})});
    Viewer viewer, fresh;
    const Rect window{0, 0, 2 * tile_size, 2 * tile_size};
    CHECK(viewer.show(g, last, window).stats.pixels_computed > 0);
    const auto again = viewer.show(g, last, window);
    CHECK(again.stats.passes == 0);
    CHECK(again.stats.tiles_reused == 4);
    // A little to the right: one column of two tiles is new. To the right and up at once: an L of them.
    const Rect right = window.moved(10, 0), corner = window.moved(tile_size, tile_size);
    const Request plain = g.request(last, right);
    const auto shown = viewer.show(g, last, right);
    CHECK(shown.stats.tiles_reused == 4);
    CHECK(shown.stats.tiles_stored == 2);
    CHECK(shown.pixels.pixels == fresh.engine.render(plain)->pixels.pixels);
    const auto diagonal = viewer.show(g, last, corner);
    CHECK(diagonal.stats.tiles_reused == 2); // of the four, those of the column that was made last and the one beside it
    CHECK(diagonal.pixels.pixels == fresh.engine.render(g.request(last, corner))->pixels.pixels);
    // Beyond the picture there is nothing, and nothing is computed for it.
    const Rect outside{-tile_size, -50, tile_size, tile_size};
    const auto edge = viewer.show(g, last, outside);
    CHECK(edge.pixels.pixels == fresh.engine.render(g.request(last, outside))->pixels.pixels);
    const Rect nowhere{-3000, -3000, -2000, -2500};
    CHECK(viewer.show(g, last, nowhere).stats.passes == 0);
}

TEST_CASE("tiles of the answer come from host memory and disk as they were")
{
    TestGraph g;
    const NodeId last = g.add("add", {{"amount", 2.0}}, {wide_source(g)});
    // Room for one slab of tiles on the device: the rest lies in host memory.
    Viewer viewer({.vram_budget = 40ull << 20, .ram_cache = 64ull << 20});
    const Rect all{0, 0, side, side};
    const auto first = viewer.show(g, last, all);
    TestGraph other;
    const NodeId filler = other.add("add", {{"amount", 5.0}}, {wide_source(other)});
    (void)viewer.show(other, filler, all);
    const auto again = viewer.show(g, last, all);
    CHECK(again.stats.passes == 0);
    CHECK(again.pixels.pixels == first.pixels.pixels);
}

TEST_CASE("a slider goes round in the memory it has, and undo finds what was shown")
{
    TestGraph g;
    const NodeId last = g.add("add", {{"amount", 0.0}}, {g.add("spread", {}, {wide_source(g, small_side)})});
    Viewer viewer;
    const Rect all{0, 0, small_side, small_side};
    for (int i = 1; i <= 8; ++i) {
        g.set(last, "amount", double(i));
        (void)viewer.show(g, last, all);
    }
    const uint64_t made = viewer.engine.stats().device_allocations;
    const int compiles = viewer.device->compiles;
    for (int i = 9; i <= 40; ++i) {
        g.set(last, "amount", double(i));
        const auto r = viewer.show(g, last, all);
        CHECK(r.stats.passes == 1); // what the edited node reads is kept
        CHECK(r.stats.compiles == 0);
    }
    CHECK(viewer.engine.stats().device_allocations == made);
    CHECK(viewer.device->compiles == compiles);
    g.set(last, "amount", 39.0);
    CHECK(viewer.show(g, last, all).stats.passes == 0);
    g.set(last, "amount", 9.0); // too long ago
    Viewer fresh;
    CHECK(viewer.show(g, last, all).pixels.pixels == fresh.engine.render(g.request(last, all))->pixels.pixels);
}

TEST_CASE("frames that were shown are not computed again when the play head comes back")
{
    TestGraph g;
    const NodeId last = g.add("add", {}, {wide_source(g, small_side)});
    g.animate(last, "amount", {{1, 1, Interpolation::Linear}, {20, 20}});
    Viewer viewer;
    const Rect all{0, 0, small_side, small_side};
    for (int f = 1; f <= 20; ++f) CHECK(viewer.show(g, last, all, f).stats.passes == 1);
    for (int f = 1; f <= 20; ++f) {
        const auto r = viewer.show(g, last, all, f);
        CHECK(r.stats.passes == 0);
        CHECK(r.pixels.at(5, 7)[0] == 5 + 1000 * 7 + f);
    }
}

TEST_CASE("a picture asked for in pieces keeps what an edited node reads in each of them")
{
    TestGraph g;
    const NodeId last = g.add("add", {{"amount", 0.0}}, {g.add("spread", {}, {wide_source(g)})});
    Viewer viewer;
    const Rect pieces[] = {{0, 0, side, side / 2}, {0, side / 2, side, side}};
    const auto show_pieces = [&] {
        int sources = 0;
        for (const Rect& piece : pieces) {
            Request r = g.request(last, piece);
            r.priority = Priority::Viewer;
            auto answer = viewer.engine.render(r);
            REQUIRE(answer.ok());
            sources += answer->stats.sources_loaded;
        }
        return sources;
    };
    (void)show_pieces();
    g.set(last, "amount", 1.0);
    (void)show_pieces(); // finds out what recurs, and keeps it
    g.set(last, "amount", 2.0);
    CHECK(show_pieces() == 0);
}
