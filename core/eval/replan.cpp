#include "core/eval/replan.h"
#include "core/eval/node_eval.h"
#include <algorithm>

namespace tessera {

namespace {

bool constants_and_curves(const Node& node)
{
    for (const auto& [name, param] : node.params)
        for (const ParamSource& s : param.sources)
            if (std::holds_alternative<ExpressionSource>(s) || std::holds_alternative<LinkSource>(s)) return false;
    return true;
}

bool same_but_values(const Node& a, const Node& b)
{
    return a.op == b.op && a.op_version == b.op_version && a.name == b.name && a.disabled == b.disabled &&
           a.graph == b.graph && a.inputs == b.inputs;
}

/// Only its parameter struct decides what it makes: no window, kernel, table, route or expansion of its own.
bool plain_pixel(const OpDesc& op)
{
    return op.kind == OpKind::Pixel && !op.info && !op.needs && !op.dynamic_kernel && !op.table && !op.route;
}

/// The nodes that differ; nothing when the projects differ in more than nodes.
std::optional<std::vector<std::pair<GraphId, NodeId>>> changed_nodes(const Project& a, const Project& b)
{
    if (!(a.settings == b.settings) || a.root != b.root || a.folder != b.folder) return std::nullopt;
    std::vector<GraphId> graphs;
    SharedMap<GraphId, GraphPtr>::differences(a.graphs, b.graphs, [&](GraphId g) { graphs.push_back(g); });
    std::vector<std::pair<GraphId, NodeId>> nodes;
    for (const GraphId g : graphs) {
        const GraphPtr *ga = a.graphs.find(g), *gb = b.graphs.find(g);
        if (!ga || !gb) return std::nullopt;
        SharedMap<NodeId, NodePtr>::differences((*ga)->nodes, (*gb)->nodes, [&](NodeId n) { nodes.push_back({g, n}); });
    }
    return nodes;
}

bool same_question(const Request& a, const Request& b)
{
    return a.graph == b.graph && a.node == b.node && a.frame == b.frame && a.view == b.view && a.layer == b.layer &&
           a.region == b.region && a.level == b.level && a.as_output == b.as_output;
}

} // namespace

std::optional<std::vector<EvalState::Former>>
EvalState::take_values(const Request& next, const std::vector<std::pair<GraphId, NodeId>>& changed)
{
    if (!indexed_) {
        indexed_ = true;
        for (const auto& [eval, node] : nodes_) {
            by_node_.emplace(node->id, const_cast<NodeEval*>(eval));
            depends_ = depends_ || !constants_and_curves(*node);
        }
    }
    if (depends_) return std::nullopt;
    struct Update {
        NodeEval* eval;
        NodePtr node;
        Sampled values;
    };
    std::vector<Update> updates;
    const ProjectPtr former = request_.project;
    for (const auto& [graph_id, id] : changed) {
        const NodePtr *a = find_graph(*former, graph_id)->nodes.find(id), *b = find_graph(*next.project, graph_id)->nodes.find(id);
        const auto [first, last] = by_node_.equal_range(id);
        if (first == last && a && b && same_but_values(**a, **b)) continue; // not upstream of what is asked
        if (!a || !b || !same_but_values(**a, **b) || !constants_and_curves(**b)) return std::nullopt;
        for (auto it = first; it != last; ++it) {
            NodeEval& e = *it->second;
            if (e.error || e.parent) return std::nullopt;
            if (e.passthrough) {
                updates.push_back({&e, *b, {e.params, e.param_key, e.standard, e.channels}});
                continue;
            }
            if (!e.op || !plain_pixel(*e.op)) return std::nullopt;
            Scope scope = *static_cast<const Scope*>(e.scope);
            scope.graph = find_graph(*next.project, graph_id);
            request_.project = next.project;
            auto values = sample(scope, **b, *e.op, e.frame);
            request_.project = former;
            if (!values) return std::nullopt;
            const Standard &was = e.standard, &now = values->standard;
            if (values->channels != e.channels || (was.mix == 0) != (now.mix == 0) || was.invert_mask != now.invert_mask ||
                was.unpremult != now.unpremult)
                return std::nullopt;
            if (e.op->identity) {
                const OpContext c = context(e, main_layer, 0);
                if (e.op->identity(e.params.get(), c) || e.op->identity(values->params.get(), c)) return std::nullopt;
            }
            updates.push_back({&e, *b, std::move(*values)});
        }
    }
    std::vector<Former> result;
    for (Update& u : updates) {
        result.push_back({u.eval, u.eval->standard});
        u.eval->params = std::move(u.values.params);
        u.eval->param_key = u.values.key;
        u.eval->standard = u.values.standard;
        nodes_[u.eval] = std::move(u.node);
    }
    request_ = next;
    for (Scope& s : scopes_) s.graph = find_graph(*next.project, s.graph->id);
    return result;
}

std::optional<std::vector<Change>> refresh(Resolved& resolved, const Request& former, const Request& next)
{
    if (!same_question(former, next) || !resolved.state) return std::nullopt;
    const auto nodes = changed_nodes(*former.project, *next.project);
    if (!nodes) return std::nullopt;
    auto& state = *static_cast<EvalState*>(resolved.state.get());
    const auto taken = state.take_values(next, *nodes);
    if (!taken) return std::nullopt;
    std::vector<Instance>& all = resolved.instances;
    std::vector<Change> changes(all.size(), Change::None);
    if (taken->empty()) return changes;
    const auto hit = [&](int i) { return i >= 0 && changes[size_t(i)] != Change::None; };
    for (size_t n = 0; n < all.size(); ++n) {
        Instance& i = all[n];
        const bool own = std::any_of(taken->begin(), taken->end(), [&](const auto& f) { return f.eval == i.eval; });
        if (own)
            for (float& m : i.mix) m = m == 0 ? 0 : float(i.eval->standard.mix);
        if (!own && !hit(i.mix_with) && !hit(i.mask) && !std::any_of(i.args.begin(), i.args.end(), hit)) continue;
        changes[n] = own ? Change::Values : Change::Key;
        i.key = instance_key(all, i);
    }
    if (resolved.target >= 0) resolved.key = all[size_t(resolved.target)].key;
    return changes;
}

bool patch(Plan& plan, const Resolved& resolved, const std::vector<Change>& changes)
{
    for (const PlanStep& step : plan.steps) {
        if (step.kind == PlanStep::Kind::Pass) continue;
        const bool changed = changes[size_t(step.instance)] != Change::None;
        if (changed != (step.kind == PlanStep::Kind::Scatter) || step.kind == PlanStep::Kind::Source) return false;
    }
    for (PlanStep& step : plan.steps) {
        if (step.kind == PlanStep::Kind::Scatter) step.key = resolved.instances[size_t(step.instance)].key;
        if (step.kind != PlanStep::Kind::Pass) continue;
        for (size_t k = 0; k < step.pass.instances.size(); ++k) {
            const size_t n = size_t(step.pass.instances[k]);
            if (changes[n] != Change::Values) continue;
            const Instance& i = resolved.instances[n];
            Block block;
            i.op->prepare(i.eval->params.get(), context_of(resolved, i, plan.level), block);
            PassCall& call = step.pass.calls[k];
            assert(block.bytes().size() == call.uniforms.size());
            std::copy(block.bytes().begin(), block.bytes().end(), call.uniforms.begin());
            call.mix = i.mix;
        }
    }
    return true;
}

} // namespace tessera
