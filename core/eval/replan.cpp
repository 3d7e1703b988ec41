#include "core/eval/replan.h"
#include "core/eval/value_update.h"
#include <algorithm>

namespace tessera {

namespace {

/// The nodes that differ, into `nodes`; false when the projects differ in more than nodes.
bool changed_nodes(const Project& a, const Project& b, NodePlaces& nodes)
{
    nodes.clear();
    if (!(a.settings == b.settings) || a.root != b.root || a.folder != b.folder) return false;
    bool all_there = true;
    SharedMap<GraphId, GraphPtr>::differences(a.graphs, b.graphs, [&](GraphId g) {
        const GraphPtr *ga = a.graphs.find(g), *gb = b.graphs.find(g);
        all_there = all_there && ga && gb;
        if (!all_there) return;
        SharedMap<NodeId, NodePtr>::differences((*ga)->nodes, (*gb)->nodes, [&](NodeId n) { nodes.push_back({g, n}); });
    });
    return all_there;
}

bool same_question(const Request& a, const Request& b)
{
    return a.graph == b.graph && a.node == b.node && a.frame == b.frame && a.view == b.view && a.layer == b.layer &&
           a.region == b.region && a.level == b.level && a.as_output == b.as_output;
}

} // namespace

bool refresh(Resolved& resolved, const Request& former, const Request& next, std::vector<Change>& changes)
{
    if (!same_question(former, next) || !resolved.state) return false;
    static thread_local NodePlaces nodes;
    if (!changed_nodes(*former.project, *next.project, nodes)) return false;
    EvalState& state = state_of(resolved);
    std::vector<Instance>& all = resolved.instances;
    ValueUpdate update(state, next);
    if (!update.run(nodes, all)) return false;
    changes.assign(all.size(), Change::None);
    if (!update.any()) return true;
    const auto hit = [&](int i) { return i >= 0 && changes[size_t(i)] != Change::None; };
    for (size_t n = 0; n < all.size(); ++n) {
        Instance& i = all[n];
        const bool own = i.eval->touched;
        if (!own && !hit(i.mix_with) && !hit(i.mask) && !std::any_of(i.args.begin(), i.args.end(), hit)) continue;
        if (own) {
            for (float& m : i.mix) m = m == 0 ? 0 : float(i.eval->values->standard.mix);
            update.give_table(n, i);
        }
        changes[n] = own ? Change::Values : Change::Key;
        i.key = instance_key(all, i);
    }
    update.settle();
    if (resolved.target >= 0) resolved.key = all[size_t(resolved.target)].key;
    return true;
}

std::optional<std::vector<Change>> refresh(Resolved& resolved, const Request& former, const Request& next)
{
    std::vector<Change> changes;
    if (!refresh(resolved, former, next, changes)) return std::nullopt;
    return changes;
}

namespace {

/// New uniform bytes and tables for the calls of one pass. False when it cannot be told which tables are whose, or one
/// has another size.
bool patch_pass(PlanPass& pass, const Resolved& resolved, const std::vector<Change>& changes, int level)
{
    static thread_local Block block; // its memory serves every call
    size_t table = 0, table_floats = 0;
    for (size_t k = 0; k < pass.instances.size(); ++k) {
        const size_t n = size_t(pass.instances[k]);
        const Instance& i = resolved.instances[n];
        if (i.op->kind == OpKind::Area) {
            if (changes[n] == Change::Values || !pass.tables.empty()) return false;
            continue;
        }
        const bool changed = changes[n] == Change::Values;
        if (changed) {
            block.clear();
            i.op->prepare(i.eval->params(), *EvalState::Context(state_of(resolved), i, level), block);
        }
        if (i.table) {
            TablePtr& old = pass.tables[table++];
            if (changed) {
                if (old->data.size() != i.table->data.size()) return false;
                old = i.table;
                block.put("table", int(table_floats));
            }
            table_floats += (i.table->data.size() + 3) & ~size_t(3);
        }
        if (!changed) continue;
        PassCall& call = pass.calls[k];
        assert(block.bytes().size() == call.uniforms.size());
        std::copy(block.bytes().begin(), block.bytes().end(), call.uniforms.begin());
        call.mix = i.mix;
    }
    return true;
}

} // namespace

bool patch(Plan& plan, const Resolved& resolved, const std::vector<Change>& changes)
{
    for (const PlanStep& step : plan.steps) {
        if (step.kind == PlanStep::Kind::Pass) continue;
        const bool changed = changes[size_t(step.instance)] != Change::None;
        if (changed != (step.kind == PlanStep::Kind::Scatter) || step.kind == PlanStep::Kind::Source) return false;
    }
    for (PlanStep& step : plan.steps) {
        if (step.kind == PlanStep::Kind::Scatter) step.key = resolved.instances[size_t(step.instance)].key;
        if (step.kind == PlanStep::Kind::Pass && !patch_pass(step.pass, resolved, changes, plan.level)) return false;
    }
    return true;
}

} // namespace tessera
