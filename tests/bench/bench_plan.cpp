// How long it takes to resolve and plan graphs of several shapes and 10 to 10,000 nodes: cold, warm (the same snapshot
// again), at the next frame, and after one value of the first, middle and last node has changed, with the allocations that
// the last of such changes makes. Prints medians in milliseconds of CPU time and by which power of the number of nodes they grow from
// 1,000 to 10,000 (1 is linear); asserts nothing. `--json` prints an array of {"name", "value", "unit", "goal"} instead.
#include "core/eval/plan.h"
#include "core/eval/replan.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <new>

using namespace tessera;

namespace {
size_t allocations = 0;
}

[[gnu::noinline]] void* operator new(size_t size)
{
    ++allocations;
    if (void* p = std::malloc(size)) return p;
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

namespace {

/// CPU time of this process in milliseconds: planning is one thread, and others on the machine shall not count.
double now()
{
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return double(t.tv_sec) * 1e3 + double(t.tv_nsec) / 1e6;
}

double ms(const std::function<void()>& f)
{
    const double start = now();
    f();
    return now() - start;
}

double median(const std::function<void()>& f, int runs)
{
    std::vector<double> times;
    for (int i = 0; i < runs; ++i) times.push_back(ms(f));
    std::nth_element(times.begin(), times.begin() + runs / 2, times.end());
    return times[size_t(runs / 2)];
}

/// A project under construction. Nodes go into one graph at a time and are shared at the end.
struct Sheet {
    Project project = *make_project();
    std::map<GraphId, Graph> graphs;
    std::vector<std::pair<GraphId, NodeId>> editable; ///< grades, first to last
    NodeId target = 0;

    Sheet() { graphs[project.root] = *find_graph(project, project.root); }
    NodeId add(GraphId graph, const char* op, std::vector<std::pair<const char*, NodeId>> inputs = {})
    {
        Node n;
        n.id = project.next_node++, n.op = op, n.name = op + std::to_string(n.id);
        for (const auto& [port, id] : inputs)
            if (id) n.inputs[port] = {id};
        if (n.op == "grade") {
            n.params["multiply"].value = Color(1.01);
            editable.push_back({graph, n.id});
        }
        if (n.op == "transform") n.params["translate"].value = Vec2{double(n.id % 7) - 3, 2};
        if (n.op == "time_offset") n.params["offset"].value = 1;
        graphs[graph].nodes.set(n.id, std::make_shared<const Node>(std::move(n)));
        return project.next_node - 1;
    }
    NodeId add(const char* op, std::vector<std::pair<const char*, NodeId>> inputs = {})
    {
        return add(project.root, op, std::move(inputs));
    }
    void share()
    {
        for (const auto& [id, graph] : graphs) project.graphs.set(id, std::make_shared<const Graph>(graph));
    }
    void change(std::pair<GraphId, NodeId> where, double value)
    {
        Graph g = *find_graph(project, where.first);
        Node n = **g.nodes.find(where.second);
        n.params["multiply"].value = Color(value);
        g.nodes.set(n.id, std::make_shared<const Node>(std::move(n)));
        project.graphs.set(g.id, std::make_shared<const Graph>(std::move(g)));
    }
    Request request(double frame = 1) const
    {
        Request r;
        r.project = std::make_shared<const Project>(project);
        r.node = target;
        r.frame = frame;
        return r;
    }
};

void chain(Sheet& s, int count)
{
    NodeId n = s.add("checkerboard");
    for (int i = 1; i < count; ++i) n = s.add("grade", {{"in", n}});
    s.target = n;
}

/// A binary tree of merges over graded checkerboards.
void tree(Sheet& s, int count)
{
    std::vector<NodeId> row;
    for (int i = 0; i < std::max(1, count / 3); ++i) row.push_back(s.add("grade", {{"in", s.add("checkerboard")}}));
    while (row.size() > 1) {
        std::vector<NodeId> next;
        for (size_t i = 0; i + 1 < row.size(); i += 2) next.push_back(s.add("merge", {{"B", row[i]}, {"A", row[i + 1]}}));
        if (row.size() % 2) next.push_back(row.back());
        row = std::move(next);
    }
    s.target = row[0];
}

/// Layers of eight; every node is read by two or three of the next layer.
void layers(Sheet& s, int count)
{
    constexpr int width = 8;
    std::vector<NodeId> row;
    for (int i = 0; i < width; ++i) row.push_back(s.add("checkerboard"));
    for (int made = width; made + width < count; made += width) {
        std::vector<NodeId> next;
        for (size_t i = 0; i < width; ++i) {
            const NodeId a = row[i], b = row[(i + 1) % width];
            if (i % 4 == 3) next.push_back(s.add("grade", {{"in", a}, {"mask", b}}));
            else next.push_back(s.add("merge", {{"B", a}, {"A", b}}));
        }
        row = std::move(next);
    }
    NodeId n = row[0];
    for (size_t i = 1; i < width; ++i) n = s.add("merge", {{"B", n}, {"A", row[i]}});
    s.target = s.add("grade", {{"in", n}});
}

/// Runs of seven transforms, which become one, and a grade.
void transforms(Sheet& s, int count)
{
    NodeId n = s.add("checkerboard");
    for (int i = 1; i < count; ++i) n = s.add(i % 8 ? "transform" : "grade", {{"in", n}});
    s.target = s.add("grade", {{"in", n}});
}

/// A chain of groups of groups of four grades.
void groups(Sheet& s, int count)
{
    NodeId n = s.add("checkerboard");
    const auto group = [&](GraphId outer, NodeId in, auto fill) {
        const GraphId inner = s.project.next_graph++;
        s.graphs[inner].id = inner;
        const NodeId input = s.add(inner, "input");
        s.add(inner, "output", {{"in", fill(inner, input)}});
        const std::string port = (*s.graphs[inner].nodes.find(input))->name;
        const NodeId id = s.add(outer, "group", {{port.c_str(), in}});
        Node node = **s.graphs[outer].nodes.find(id);
        node.graph = inner;
        s.graphs[outer].nodes.set(id, std::make_shared<const Node>(std::move(node)));
        return id;
    };
    for (int made = 1; made < count; made += 10)
        n = group(s.project.root, n, [&](GraphId a, NodeId in) {
            return group(a, in, [&](GraphId b, NodeId inside) {
                for (int i = 0; i < 4; ++i) inside = s.add(b, "grade", {{"in", inside}});
                return inside;
            });
        });
    s.target = n;
}

/// Grades with four steps in time on the way, and at the end the frame before merged with the frame itself.
void time(Sheet& s, int count)
{
    NodeId n = s.add("checkerboard");
    const int step = std::max(2, count / 4);
    for (int i = 1; i < count; ++i) n = s.add(i % step == 1 ? "time_offset" : "grade", {{"in", n}});
    s.target = s.add("merge", {{"B", n}, {"A", s.add("time_offset", {{"in", n}})}});
}

struct Figure {
    std::string name, unit;
    double value = 0;
    std::optional<double> goal;
};

constexpr double warm_goal = 5; ///< milliseconds at 1,000 nodes

struct Shape {
    const char* name;
    void (*make)(Sheet&, int);
};

class Bench {
public:
    void run(const Shape& shape, int count)
    {
        Sheet s;
        shape.make(s, count);
        s.share();
        const Rect region{0, 0, 1920, 1080};
        const auto plan_once = [&](const Request& r, ParamCache& c) {
            auto resolved = resolve(r, {}, c);
            if (!resolved.ok()) return std::printf("%s\n", resolved.error().text().c_str()), void();
            auto plan = make_plan(*resolved, region, 0, {});
            if (!plan.ok()) std::printf("%s\n", plan.error().text().c_str());
        };
        const auto put = [&](const char* what, double value, const char* unit = "ms", std::optional<double> goal = {}) {
            figures.push_back({std::string(shape.name) + " " + std::to_string(count) + " " + what, unit, value, goal});
        };
        const Request r = s.request();
        put("cold", median([&] { auto fresh = make_param_cache(); plan_once(r, *fresh); }, 5));
        auto cache = make_param_cache();
        plan_once(r, *cache);
        put("warm", median([&] { plan_once(r, *cache); }, 9), "ms", count == 1000 ? std::optional(warm_goal) : std::nullopt);
        double frame = 1;
        put("next frame", median([&] { Request next = s.request(++frame); plan_once(next, *cache); }, 9));
        changes(s, r, *cache, region, put);
    }
    std::vector<Figure> figures;

private:
    /// What the engine does for a viewer: takes over the former answer where only values differ.
    template <class F> static void changes(Sheet& s, const Request& r, ParamCache& cache, const Rect& region, F put)
    {
        Request former = r;
        auto resolved = resolve(former, {}, cache);
        auto plan = make_plan(*resolved, region, 0, {});
        std::vector<Change> changed;
        double value = 1.1;
        const char* names[] = {"first", "middle", "last"};
        for (size_t k = 0; k < 3; ++k) {
            const auto which = s.editable[k * (s.editable.size() - 1) / 2];
            std::vector<double> times;
            size_t last = 0;
            int patched = 0;
            constexpr int runs = 9;
            times.reserve(runs);
            for (int i = 0; i < runs; ++i) {
                s.change(which, value += 0.01);
                const Request edited = s.request();
                const size_t before = allocations;
                const double start = now();
                if (refresh(*resolved, former, edited, changed)) {
                    if (patch(*plan, *resolved, changed)) ++patched;
                    else plan = make_plan(*resolved, region, 0, {});
                } else {
                    resolved = resolve(edited, {}, cache);
                    plan = make_plan(*resolved, region, 0, {});
                }
                times.push_back(now() - start);
                last = allocations - before;
                former = edited;
            }
            std::nth_element(times.begin(), times.begin() + runs / 2, times.end());
            put(names[k], times[runs / 2]);
            put((std::string(names[k]) + " allocations").c_str(), double(last), "", 0.0);
            if (patched != runs) put((std::string(names[k]) + " planned anew").c_str(), runs - patched, "");
        }
    }
};

double value_of(const std::vector<Figure>& figures, const std::string& name)
{
    for (const Figure& f : figures)
        if (f.name == name) return f.value;
    return 0;
}

void print_table(const Shape& shape, const std::vector<int>& counts, const std::vector<Figure>& figures)
{
    std::printf("%-11s", shape.name);
    for (const int c : counts) std::printf("%10d", c);
    std::printf("   nodes^\n");
    const auto of = [&](int count, const char* what) {
        return value_of(figures, std::string(shape.name) + " " + std::to_string(count) + " " + what);
    };
    for (const char* what : {"cold", "warm", "next frame", "first", "middle", "last"}) {
        std::printf("  %-9s", what);
        for (const int c : counts) std::printf("%10.3f", of(c, what));
        const double small = of(counts[counts.size() - 2], what), large = of(counts.back(), what);
        const double ratio = double(counts.back()) / counts[counts.size() - 2];
        std::printf("   %.2f", small > 0 && large > 0 ? std::log(large / small) / std::log(ratio) : 0.0);
        const std::string extra = std::string(what) + " allocations", anew = std::string(what) + " planned anew";
        if (what[0] == 'f' || what[0] == 'm' || what[0] == 'l') {
            std::printf("   allocations");
            for (const int c : counts) std::printf(" %.0f", of(c, extra.c_str()));
            if (of(counts.back(), anew.c_str()) > 0) std::printf(", planned anew");
        }
        std::printf("\n");
    }
}

void print_json(const std::vector<Figure>& figures)
{
    std::printf("[\n");
    for (size_t i = 0; i < figures.size(); ++i) {
        const Figure& f = figures[i];
        std::printf("  {\"name\": \"plan %s\", \"value\": %.6g, \"unit\": \"%s\", \"goal\": ", f.name.c_str(), f.value,
                    f.unit.c_str());
        if (f.goal) std::printf("%g", *f.goal);
        else std::printf("null");
        std::printf("}%s\n", i + 1 < figures.size() ? "," : "");
    }
    std::printf("]\n");
}

} // namespace

int main(int count, char** arguments)
{
    const bool json = count > 1 && std::strcmp(arguments[1], "--json") == 0;
    const char* only = count > 1 && !json ? arguments[1] : nullptr;
    const std::vector<int> counts{10, 100, 1000, 10'000};
    Bench bench;
    for (const Shape& shape : {Shape{"chain", chain}, Shape{"tree", tree}, Shape{"layers", layers},
                               Shape{"transforms", transforms}, Shape{"groups", groups}, Shape{"time", time}}) {
        if (only && std::strcmp(only, shape.name) != 0) continue;
        for (const int n : counts) bench.run(shape, n);
        if (!json) print_table(shape, counts, bench.figures);
    }
    if (json) print_json(bench.figures);
    return 0;
}
