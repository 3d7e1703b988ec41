// How long it takes to plan chains of 10 to 10,000 grades: cold, warm (the same snapshot again), at the next frame, and
// after one value of the first, middle and last node has changed. Prints medians in milliseconds; asserts nothing.
#include "core/eval/plan.h"
#include "core/eval/replan.h"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>

using namespace tessera;

namespace {

double ms(const std::function<void()>& f)
{
    const auto start = std::chrono::steady_clock::now();
    f();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

double median(const std::function<void()>& f, int runs = 9)
{
    std::vector<double> times;
    for (int i = 0; i < runs; ++i) times.push_back(ms(f));
    std::nth_element(times.begin(), times.begin() + runs / 2, times.end());
    return times[size_t(runs / 2)];
}

struct Chain {
    explicit Chain(int count) : project(*make_project())
    {
        NodeId last = add("checkerboard", 0);
        for (int i = 0; i < count; ++i) ids.push_back(last = add("grade", last));
    }
    NodeId add(const char* op, NodeId input)
    {
        Node n;
        n.id = project.next_node++, n.op = op, n.name = op + std::to_string(n.id);
        if (input) n.inputs["in"] = {input};
        n.params["multiply"].value = Color(1.01);
        if (std::string(op) != "grade") n.params.clear();
        put(std::move(n));
        return project.next_node - 1;
    }
    void put(Node n)
    {
        Graph g = *find_graph(project, project.root);
        const NodeId id = n.id;
        g.nodes.set(id, std::make_shared<const Node>(std::move(n)));
        project.graphs.set(g.id, std::make_shared<const Graph>(std::move(g)));
    }
    void change(NodeId id, double value)
    {
        Node n = **find_graph(project, project.root)->nodes.find(id);
        n.params["multiply"].value = Color(value);
        put(std::move(n));
    }
    Request request(double frame = 1) const
    {
        Request r;
        r.project = std::make_shared<const Project>(project);
        r.node = ids.back();
        r.frame = frame;
        return r;
    }
    Project project;
    std::vector<NodeId> ids;
};

void run(int count)
{
    Chain chain(count);
    const Rect region{0, 0, 1920, 1080};
    auto cache = make_param_cache();
    const auto plan_once = [&](const Request& r, ParamCache& c) {
        auto resolved = resolve(r, {}, c);
        auto plan = make_plan(*resolved, region, 0, {});
        if (!plan.ok()) std::printf("%s\n", plan.error().text().c_str());
    };
    const Request r = chain.request();
    const double cold = median([&] { auto fresh = make_param_cache(); plan_once(r, *fresh); }, 5);
    plan_once(r, *cache);
    const double warm = median([&] { plan_once(r, *cache); });
    // What the engine does for a viewer: take over the former answer where only values differ.
    Request former = r;
    auto resolved = resolve(former, {}, *cache);
    auto plan = make_plan(*resolved, region, 0, {});
    int patched = 0;
    const auto update = [&](const Request& next) {
        const auto changes = refresh(*resolved, former, next);
        patched += changes && patch(*plan, *resolved, *changes);
        former = next;
    };
    double value = 1.1, changed[3];
    const NodeId which[3] = {chain.ids.front(), chain.ids[chain.ids.size() / 2], chain.ids.back()};
    for (int k = 0; k < 3; ++k) {
        std::vector<double> times;
        for (int i = 0; i < 9; ++i) {
            chain.change(which[k], value += 0.01);
            const Request edited = chain.request();
            times.push_back(ms([&] { update(edited); }));
        }
        std::nth_element(times.begin(), times.begin() + 4, times.end());
        changed[k] = times[4];
    }
    const Request same = chain.request();
    const double again = median([&] { update(same); });
    std::printf("%6d nodes  cold %8.3f  warm %8.3f  unchanged %7.3f  first changed %7.3f  middle %7.3f  last %7.3f ms  (%d patched)\n",
                count, cold, warm, again, changed[0], changed[1], changed[2], patched);
}

} // namespace

int main()
{
    for (const int count : {10, 100, 1000, 10'000}) run(count);
    return 0;
}
