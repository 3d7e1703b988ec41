// Order of passes: the memory that a plan needs against the least that any order of its steps needs, found by trying all.
#include "core/eval/plan.h"
#include "tests/eval/fake_device.h"
#include <doctest/doctest.h>
#include <random>

using namespace tessera;

namespace {

Plan plan_of(const TestGraph& g, NodeId node, PlanOptions options = {})
{
    const auto cache = make_param_cache();
    auto resolved = resolve(g.request(node), {}, *cache);
    REQUIRE(resolved.ok());
    auto plan = make_plan(*resolved, resolved->info->data_window, 0, options);
    REQUIRE(plan.ok());
    return std::move(*plan);
}

/// Images alive in a plan depend on the set of steps done alone, not on their order, so the least peak over all orders is
/// a shortest path over sets: 2^steps of them.
uint64_t least_peak(const Plan& plan)
{
    const size_t n = plan.steps.size();
    REQUIRE(n <= 16);
    std::vector<uint32_t> touches(plan.images.size(), 0), writes(plan.images.size(), 0), before(n, 0);
    for (size_t s = 0; s < n; ++s) {
        for (const int r : plan.steps[s].pass.reads) {
            before[s] |= writes[size_t(r)];
            touches[size_t(r)] |= 1u << s;
        }
        const size_t image = size_t(plan.steps[s].image);
        before[s] |= writes[image];
        writes[image] |= 1u << s;
        touches[image] |= 1u << s;
    }
    // While `step` runs after `done`, an image is there when it has been begun and is not finished before this step.
    const auto alive = [&](uint32_t done, size_t step) {
        uint64_t bytes = 0;
        for (size_t i = 0; i < plan.images.size(); ++i) {
            const uint32_t now = done | 1u << step;
            const bool begun = writes[i] & now, over = (touches[i] & ~done) == 0 && int(i) != plan.result;
            if (begun && !over) bytes += plan.images[i].bytes();
        }
        return bytes;
    };
    std::vector<uint64_t> best(size_t(1) << n, ~0ull);
    best[0] = 0;
    for (uint32_t done = 0; done + 1 < best.size(); ++done) {
        if (best[done] == ~0ull) continue;
        for (size_t s = 0; s < n; ++s) {
            if (done >> s & 1 || (before[s] & ~done)) continue;
            uint64_t& to = best[done | 1u << s];
            to = std::min(to, std::max(best[done], alive(done, s)));
        }
    }
    return best.back();
}

/// A graph of a few pictures of different sizes, merged and filtered at random. `reuse`: how likely an input is a node that
/// is read already.
NodeId random_graph(TestGraph& g, std::mt19937& random, double reuse)
{
    const auto below = [&](size_t n) { return size_t(random() % n); };
    std::vector<NodeId> loose, read;
    for (size_t i = 0; i < 2 + below(3); ++i)
        loose.push_back(g.add("src", {{"value", double(i)}, {"width", int(8 << below(5))}, {"height", int(8 << below(4))}}));
    const auto take = [&]() -> NodeId {
        if (!read.empty() && double(below(1000)) < reuse * 1000) return read[below(read.size())];
        if (loose.empty()) return read[below(read.size())];
        const size_t at = below(loose.size());
        const NodeId n = loose[at];
        loose.erase(loose.begin() + std::ptrdiff_t(at));
        read.push_back(n);
        return n;
    };
    for (int i = 0; i < 4; ++i) {
        const size_t kind = below(3);
        if (kind == 0) loose.push_back(g.add("spread", {}, {take()}));
        else if (kind == 1) loose.push_back(g.add("shift", {{"dx", int(below(9))}}, {take()}));
        else loose.push_back(g.add("sum", {}, {take(), take()}));
    }
    while (loose.size() > 1) loose.push_back(g.add("sum", {}, {take(), take()}));
    return loose[0];
}

} // namespace

TEST_CASE("plans need nearly the least memory that any order of their steps needs")
{
    std::mt19937 random(7);
    double worst = 1, sum = 0;
    int graphs = 0;
    for (int i = 0; i < 400; ++i) {
        const bool tree = i % 2 == 0;
        TestGraph g;
        const NodeId n = random_graph(g, random, tree ? 0 : 0.4);
        PlanOptions options;
        options.fuse = i % 3 != 0;
        const Plan plan = plan_of(g, n, options);
        if (plan.steps.empty() || plan.steps.size() > 14) continue;
        const uint64_t least = least_peak(plan);
        CHECK(plan.peak_bytes >= least);
        const double ratio = double(plan.peak_bytes) / double(least);
        if (tree) CHECK(ratio <= 1.1); // orders that go back and forth between subtrees are left out
        worst = std::max(worst, ratio);
        sum += ratio;
        ++graphs;
    }
    REQUIRE(graphs > 200);
    CHECK(worst <= 1.25);
    CHECK(sum / graphs <= 1.01);
}

TEST_CASE("a shot with two plates holds three images at once, a wide tree as many as it is deep")
{
    // Keyed foreground over a background, both graded: plate, blur and result of one side, and the other side's result.
    TestGraph g;
    const auto plate = [&](double value) { return g.add("src", {{"value", value}}); };
    const NodeId front = g.add("spread", {}, {g.add("add", {{"amount", 1.0}}, {plate(1)})});
    const NodeId back = g.add("spread", {}, {g.add("add", {{"amount", 2.0}}, {plate(2)})});
    const NodeId over = g.add("add", {{"amount", 3.0}}, {g.add("sum", {}, {front, back})});
    const Plan shot = plan_of(g, over);
    CHECK(shot.peak_bytes == least_peak(shot));
    CHECK(shot.peak_bytes < 4 * shot.largest_image);

    for (const int depth : {3, 6, 9}) {
        TestGraph wide;
        std::vector<NodeId> row;
        for (int i = 0; i < 1 << depth; ++i)
            row.push_back(wide.add("spread", {}, {wide.add("src", {{"value", double(i)}})}));
        while (row.size() > 1) {
            std::vector<NodeId> next;
            for (size_t i = 0; i < row.size(); i += 2)
                next.push_back(wide.add("spread", {}, {wide.add("sum", {}, {row[i], row[i + 1]})}));
            row = std::move(next);
        }
        PlanOptions options;
        options.fuse = false;
        const Plan plan = plan_of(wide, row[0], options);
        CHECK(plan.peak_bytes <= uint64_t(depth + 3) * plan.largest_image);
        CHECK(plan.images.size() > size_t(3 << depth));
    }
}
