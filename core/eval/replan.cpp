#include "core/eval/replan.h"
#include "core/eval/node_eval.h"
#include <algorithm>

namespace tessera {

namespace {

using NodePlaces = std::vector<std::pair<GraphId, NodeId>>;

bool same_but_values(const Node& a, const Node& b)
{
    return a.op == b.op && a.op_version == b.op_version && a.name == b.name && a.disabled == b.disabled &&
           a.graph == b.graph && a.inputs == b.inputs;
}

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

bool same_info(const ImageInfo& a, const ImageInfo& b)
{
    const bool metadata = a.metadata == b.metadata || (a.metadata && b.metadata && *a.metadata == *b.metadata);
    return a.data_window == b.data_window && a.format == b.format && a.layers == b.layers &&
           a.frames_per_second == b.frames_per_second && a.first_frame == b.first_frame && a.last_frame == b.last_frame &&
           a.alpha == b.alpha && a.views == b.views && metadata;
}

bool same_needs(const std::vector<Need>& a, const std::vector<Need>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Need& x, const Need& y) {
        return x.port == y.port && x.frame == y.frame && x.layer == y.layer;
    });
}

/// Makes its own pixels, as one instance a layer: nothing further up or down is built differently for other values,
/// unless one of the checks below finds it.
bool stands_alone(const OpDesc& op)
{
    return (op.kind == OpKind::Pixel || op.kind == OpKind::Area) && !op.route && !op.expand && !op.matrix;
}

} // namespace

/// One edit on its way into a state. Everything is put in place first, since hooks look at the state; what turns out to
/// reach further than values is taken back.
class ValueUpdate {
public:
    ValueUpdate(EvalState& state, const Request& next)
        : state_(state), next_(next), updates_(kept_updates), tables_(kept_tables)
    {
    }
    ~ValueUpdate()
    {
        updates_.clear();
        tables_.clear();
    }

    bool run(const NodePlaces& changed, const std::vector<Instance>& instances)
    {
        index();
        if (!gather(changed)) return false;
        former_ = state_.request_.project;
        state_.request_.project = next_.project;
        point_scopes();
        const auto fine = [&](const Update& u) { return !u.placed || harmless(u); };
        if (sample() && std::all_of(updates_.begin(), updates_.end(), fine) && structure_holds(instances)) {
            state_.request_ = next_;
            keep_spares();
            return true;
        }
        for (Update& u : updates_)
            if (u.placed) swap(u);
        settle();
        state_.request_.project = former_;
        point_scopes();
        return false;
    }
    bool any() const
    {
        return std::any_of(updates_.begin(), updates_.end(), [](const Update& u) { return u.placed; });
    }
    /// Takes the new table of an instance, if it has one.
    void give_table(size_t n, Instance& instance)
    {
        for (auto& [owner, table] : tables_)
            if (owner == n) instance.table = std::move(table);
    }
    /// Forgets which nodes at frames have new values.
    void settle()
    {
        for (const Update& u : updates_) u.eval->touched = false;
    }

private:
    struct Update {
        NodeEval* eval = nullptr;
        GraphId graph = 0;
        std::shared_ptr<const Sampled> values; ///< the new ones, and once in place the former ones
        FactsPtr facts;
        bool edited = true, placed = false;
    };
    using Tables = std::vector<std::pair<size_t, TablePtr>>;
    static thread_local std::vector<Update> kept_updates; ///< their memory serves every edit
    static thread_local Tables kept_tables;

    void index()
    {
        if (state_.indexed_ == 0) state_.by_node_.reserve(state_.evals_.size());
        for (; state_.indexed_ < state_.evals_.size(); ++state_.indexed_) {
            NodeEval& e = state_.evals_[state_.indexed_];
            if (e.parent) continue;
            NodeEval*& head = state_.by_node_[e.node];
            e.next_of_node = head;
            head = &e;
        }
    }

    static const NodePtr* find(const Project& project, GraphId graph, NodeId id)
    {
        const Graph* g = find_graph(project, graph);
        return g ? g->nodes.find(id) : nullptr;
    }

    /// The nodes at frames to be sampled again.
    bool gather(const NodePlaces& changed)
    {
        const auto add = [&](NodeEval& e, GraphId graph, bool edited) {
            if (e.error || (!e.passthrough && (!e.op || !stands_alone(*e.op)))) return false;
            updates_.push_back({.eval = &e, .graph = graph, .edited = edited});
            return true;
        };
        for (const auto& [graph, id] : changed) {
            const NodePtr *a = find(*state_.request_.project, graph, id), *b = find(*next_.project, graph, id);
            if (!a || !b || !same_but_values(**a, **b) || (*b)->op == "input") return false; // an Input's name is its port
            NodeEval* const* first = state_.by_node_.find(id);
            for (NodeEval* e = first ? *first : nullptr; e; e = e->next_of_node)
                if (!add(*e, graph, true)) return false;
        }
        const size_t edited = updates_.size();
        for (NodeEval* e : state_.depending_) {
            const auto here = [&](const Update& u) { return u.eval == e; };
            if (std::any_of(updates_.begin(), updates_.begin() + std::ptrdiff_t(edited), here)) continue;
            if (!add(*e, static_cast<const Scope*>(e->scope)->graph->id, false)) return false;
        }
        return true;
    }

    void point_scopes()
    {
        const Project& project = *state_.request_.project;
        for (Scope& s : state_.scopes_) {
            s.graph = find_graph(project, s.graph->id);
            if (s.group) s.group = s.parent->graph->nodes.find(s.group->id)->get();
        }
    }

    /// Places for new values: what the edit before the last one left, else new ones.
    EvalState::Spare blank(const NodeEval& e)
    {
        for (EvalState::Spare& spare : state_.spare_)
            if (spare.owner == &e && spare.values) return std::move(spare);
        return {&e, std::make_shared<Sampled>(), std::make_shared<NodeFacts>()};
    }

    /// Samples every update and puts it in place.
    bool sample()
    {
        for (Update& u : updates_) {
            NodeEval& e = *u.eval;
            const NodePtr& node = *find(*next_.project, u.graph, e.node);
            EvalState::Spare fresh = blank(e);
            if (!e.passthrough) {
                const auto& scope = *static_cast<const Scope*>(e.scope);
                if (!sample_node(*next_.project, scope, *node, *e.op, e.frame, *fresh.values)) return false;
                if (!u.edited && same(*fresh.values, *e.values)) continue;
                u.values = std::move(fresh.values);
            }
            if (u.edited) {
                describe(*e.facts, node, *fresh.facts);
                const bool constant = std::all_of(node->params.begin(), node->params.end(),
                                                  [](const auto& p) { return p.second.constant(); });
                if (constant) fresh.facts->constant = u.values;
                u.facts = std::move(fresh.facts);
            } else {
                u.facts = e.facts;
            }
            swap(u);
            u.placed = true;
            e.touched = true;
        }
        return true;
    }

    static bool same(const Sampled& a, const Sampled& b)
    {
        const Standard &x = a.standard, &y = b.standard;
        return a.key == b.key && a.channels == b.channels && x.mix == y.mix && x.invert_mask == y.invert_mask &&
               x.unpremult == y.unpremult;
    }

    /// Facts of the new value of the node. They are its own, not the cache's: a slider would fill that.
    static void describe(const NodeFacts& former, const NodePtr& node, NodeFacts& into)
    {
        into = former;
        into.node = node;
        into.constant = nullptr;
        into.depends = false;
        for (const auto& [name, param] : node->params)
            for (const ParamSource& s : param.sources)
                if (std::holds_alternative<ExpressionSource>(s) || std::holds_alternative<LinkSource>(s))
                    into.depends = true;
    }

    static void swap(Update& u)
    {
        if (!u.eval->passthrough) std::swap(u.eval->values, u.values);
        std::swap(u.eval->facts, u.facts);
    }

    /// Nothing but values is different. The new values are in place, `u` has the former ones.
    bool harmless(const Update& u)
    {
        const NodeEval& e = *u.eval;
        if (u.facts->depends != e.facts->depends) return false; // the list of those that depend would change
        if (e.passthrough) return true;
        const Standard &was = u.values->standard, &now = e.values->standard;
        if (u.values->channels != e.values->channels || (was.mix == 0) != (now.mix == 0) ||
            was.invert_mask != now.invert_mask || was.unpremult != now.unpremult)
            return false;
        if (e.op->kind == OpKind::Area && (was.mix == 1) != (now.mix == 1)) return false; // "keep" comes or goes
        if (e.op->info) {
            const auto info = e.op->info(e.params(), *EvalState::Context(state_, e, main_layer, 0));
            if (!info || !same_info(*info, *e.info)) return false;
        }
        for (const Recipe* r = e.recipe; r; r = r->next) {
            const EvalState::Context context(state_, e, r->layer, 0);
            if (e.op->identity && e.op->identity(e.params(), *context) == (r->kind == Recipe::Kind::Build)) return false;
            if (!e.op->needs || r->kind != Recipe::Kind::Build) continue;
            const auto before = e.op->needs(u.values->params.get(), *context), after = e.op->needs(e.params(), *context);
            if (!before || !after || !same_needs(*before, *after)) return false;
        }
        return true;
    }

    /// Kernels are the same, and tables (which are values) of the same size.
    bool structure_holds(const std::vector<Instance>& instances)
    {
        for (size_t n = 0; n < instances.size(); ++n) {
            const Instance& i = instances[n];
            if (!i.eval->touched || i.op != i.eval->op || !(i.op->dynamic_kernel || i.op->table)) continue;
            const EvalState::Context context(state_, *i.eval, i.layer, 0);
            if (i.op->dynamic_kernel) {
                const auto kernel = i.op->dynamic_kernel(i.eval->params(), *context);
                if (!kernel || (*kernel)->key != i.kernel->key) return false;
            }
            if (!i.op->table) continue;
            auto table = i.op->table(i.eval->params(), *context);
            if (!table || bool(*table) != bool(i.table) || (*table && (*table)->data.size() != i.table->data.size()))
                return false;
            tables_.push_back({n, std::move(*table)});
        }
        return true;
    }

    /// Former values and facts that nobody else holds are written over by the next edit of the same node.
    void keep_spares()
    {
        constexpr size_t most_spares = 16;
        for (Update& u : updates_) {
            if (!u.placed || !u.values || !u.facts || u.facts.use_count() != 1) continue;
            auto facts = std::const_pointer_cast<NodeFacts>(std::move(u.facts));
            facts->constant = nullptr;
            facts->node = nullptr;
            if (u.values.use_count() != 1 || u.values->params.use_count() != 1) continue;
            EvalState::Spare spare{u.eval, std::const_pointer_cast<Sampled>(std::move(u.values)), std::move(facts)};
            const auto mine = [&](const auto& s) { return s.owner == u.eval; };
            const auto it = std::find_if(state_.spare_.begin(), state_.spare_.end(), mine);
            if (it != state_.spare_.end()) *it = std::move(spare);
            else if (state_.spare_.size() < most_spares) state_.spare_.push_back(std::move(spare));
        }
    }

    EvalState& state_;
    const Request& next_;
    ProjectPtr former_;
    std::vector<Update>& updates_;
    Tables& tables_;
};
thread_local std::vector<ValueUpdate::Update> ValueUpdate::kept_updates;
thread_local ValueUpdate::Tables ValueUpdate::kept_tables;

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
