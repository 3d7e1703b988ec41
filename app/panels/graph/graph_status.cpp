#include "app/panels/graph/graph_status.h"
#include "app/panels/graph/graph_edits.h"
#include <algorithm>
#include <charconv>
#include <set>

namespace tessera {

namespace {

NodeStatus status_of(const ImageInfo& info)
{
    NodeStatus s;
    for (const Layer& layer : info.layers) {
        s.layers.push_back(layer.name);
        if (layer.name == main_layer) s.alpha = channel_slot(layer, "A") >= 0;
    }
    s.format = std::to_string(info.format.width) + " x " + std::to_string(info.format.height);
    return s;
}

/// The node of `graph` that is, or holds, the one at a path from the root; 0: none.
NodeId node_in(const Project& project, GraphId graph, std::string_view path)
{
    NodePlace place = find_node(project, path);
    while (place && place.graph->id != graph) place = shown_by(project, place.graph->id);
    return place ? place.node->id : 0;
}

class StatusWalk {
public:
    StatusWalk(const ProjectPtr& project, const Graph& graph, double frame, ParamCache& cache, StatusMap& map)
        : project_(project), graph_(graph), frame_(frame), cache_(cache), map_(map)
    {
        graph.nodes.each([&](NodeId id, const NodePtr& node) {
            for (const auto& [port, connection] : node->inputs) takers_[connection.node].push_back(id);
        });
    }

    /// From the ends upwards, so that one evaluation tells about all that feeds it.
    std::vector<NodeId> order() const
    {
        std::vector<NodeId> ends, rest;
        graph_.nodes.each([&](NodeId id, const NodePtr&) { (takers_.contains(id) ? rest : ends).push_back(id); });
        ends.insert(ends.end(), rest.begin(), rest.end());
        return ends;
    }

    void ask(NodeId id)
    {
        if (map_.contains(id)) return;
        Request request;
        request.project = project_, request.graph = graph_.id, request.node = id, request.frame = frame_;
        const auto resolved = resolve(request, {}, cache_);
        if (resolved) return take(id, *resolved);
        const NodeId at = node_in(*project_, graph_.id, resolved.error().node);
        if (!at && !resolved.error().node.empty())
            map_[id].starved = true; // outside the graph shown
        else
            blame(at ? at : id, resolved.error());
    }

private:
    void take(NodeId id, const Resolved& resolved)
    {
        if (resolved.info) map_.emplace(id, status_of(*resolved.info));
        std::set<const NodeEval*> seen;
        std::vector<const NodeEval*> left;
        for (const Instance& instance : resolved.instances) left.push_back(instance.eval);
        while (!left.empty()) {
            const NodeEval* e = left.back();
            left.pop_back();
            if (!e || !seen.insert(e).second) continue;
            if (e->node && e->info && graph_.nodes.contains(e->node)) map_.emplace(e->node, status_of(*e->info));
            left.insert(left.end(), e->inputs.begin(), e->inputs.end());
        }
    }

    void blame(NodeId at, const Error& error)
    {
        map_[at] = {};
        map_[at].error = error;
        std::vector<NodeId> left{at};
        while (!left.empty()) {
            const NodeId id = left.back();
            left.pop_back();
            for (const NodeId taker : takers_[id]) {
                const auto [it, is_new] = map_.emplace(taker, NodeStatus{});
                if (!is_new) continue;
                it->second.starved = true;
                left.push_back(taker);
            }
        }
    }

    const ProjectPtr& project_;
    const Graph& graph_;
    double frame_;
    ParamCache& cache_;
    StatusMap& map_;
    std::unordered_map<NodeId, std::vector<NodeId>> takers_;
};

} // namespace

StatusMap graph_status(const ProjectPtr& project, GraphId graph, double frame, ParamCache& cache,
                       const std::function<bool()>& stop)
{
    StatusMap map;
    const Graph* g = find_graph(*project, graph);
    if (!g) return map;
    StatusWalk walk(project, *g, frame, cache, map);
    for (const NodeId id : walk.order()) {
        if (stop && stop()) break;
        walk.ask(id);
    }
    return map;
}

std::string_view error_word(const Error& error)
{
    switch (error.kind) {
    case ErrorKind::NotFound: return error.file.empty() ? "not found" : "missing";
    case ErrorKind::Damaged: return "damaged";
    case ErrorKind::Unsupported: return "unsupported";
    case ErrorKind::OutOfMemory: return "memory";
    case ErrorKind::DeviceLost: return "device";
    case ErrorKind::DiskFull: return "disk full";
    case ErrorKind::Permission: return "no access";
    case ErrorKind::Timeout: return "timeout";
    default: return "error";
    }
}

namespace {

std::vector<std::string_view> words_of(std::string_view line)
{
    std::vector<std::string_view> words;
    while (!line.empty()) {
        const size_t start = line.find_first_not_of(' ');
        if (start == line.npos) break;
        const size_t end = std::min(line.find(' ', start), line.size());
        words.push_back(line.substr(start, end - start));
        line.remove_prefix(end);
    }
    return words;
}

/// The transforms above `node` that were folded into it.
std::vector<NodeId> folded_above(const Project& project, const Graph& graph, NodeId node, int count)
{
    std::vector<NodeId> run{node};
    const NodePtr* at = graph.nodes.find(node);
    while (at && count > 0) {
        const NodeId up = main_source(project, **at);
        at = graph.nodes.find(up);
        const OpDesc* op = at ? Registry::instance().find((*at)->op) : nullptr;
        if (!op) break;
        if ((*at)->disabled || op->kind == OpKind::Route) continue;
        const bool moves = op->matrix || (op->kind == OpKind::Composite && op->menu.starts_with("Transform"));
        if (!moves) break;
        run.push_back(up);
        --count;
    }
    return run;
}

} // namespace

PlanGroups plan_groups(const Project& project, GraphId graph, std::string_view plan)
{
    PlanGroups groups;
    const Graph* g = find_graph(project, graph);
    if (!g) return groups;
    while (!plan.empty()) {
        const size_t end = std::min(plan.find('\n'), plan.size());
        const std::string_view line = plan.substr(0, end);
        plan.remove_prefix(std::min(end + 1, plan.size()));
        const size_t by = line.find("  by ");
        if (line.find("  pass ") != 0 || by == line.npos) continue;
        const auto words = words_of(line.substr(by + 5));
        std::vector<NodeId> members;
        for (size_t i = 0; i < words.size(); ++i) {
            if (words[i].starts_with("(+")) { // "(+2 transforms)" of the node before
                int count = 0;
                std::from_chars(words[i].data() + 2, words[i].data() + words[i].size(), count);
                if (!members.empty() && members.back())
                    if (auto run = folded_above(project, *g, members.back(), count); run.size() > 1)
                        groups.concatenated.push_back(std::move(run));
                continue;
            }
            if (words[i] == "transforms)") continue;
            members.push_back(node_in(project, graph, words[i]));
        }
        std::vector<NodeId> fused;
        for (const NodeId id : members)
            if (id && std::find(fused.begin(), fused.end(), id) == fused.end()) fused.push_back(id);
        if (fused.size() > 1) groups.fused.push_back(std::move(fused));
    }
    return groups;
}

NodeId plan_target(const Project& project, GraphId graph, NodeId leader)
{
    const Graph* g = find_graph(project, graph);
    if (!g) return 0;
    if (g->nodes.contains(leader)) return leader;
    std::set<NodeId> taken;
    NodeId viewer = 0, last = 0;
    g->nodes.each([&](NodeId id, const NodePtr& node) {
        if (node->op == "viewer" && !viewer) viewer = id;
        for (const auto& [port, connection] : node->inputs) taken.insert(connection.node);
    });
    if (viewer) return viewer;
    g->nodes.each([&](NodeId id, const NodePtr&) {
        if (!taken.contains(id)) last = id;
    });
    return last;
}

} // namespace tessera
