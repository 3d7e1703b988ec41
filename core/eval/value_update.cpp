#include "core/eval/value_update.h"
#include <algorithm>
#include <utility>

namespace tessera {

namespace {

bool same_but_values(const Node& a, const Node& b)
{
    return a.op == b.op && a.op_version == b.op_version && a.name == b.name && a.disabled == b.disabled &&
           a.graph == b.graph && a.inputs == b.inputs;
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

/// Nothing further up or down is built differently for other values, unless one of the checks below finds it: the operator
/// makes its own pixels, or it is made of such.
bool may_change(const OpDesc& op)
{
    if (op.kind == OpKind::Composite) return !op.route;
    return (op.kind == OpKind::Pixel || op.kind == OpKind::Area) && !op.route && !op.expand && !op.matrix;
}

bool same_values(const Sampled& a, const Sampled& b)
{
    const Standard &x = a.standard, &y = b.standard;
    return a.key == b.key && a.channels == b.channels && x.mix == y.mix && x.invert_mask == y.invert_mask &&
           x.unpremult == y.unpremult;
}

} // namespace

thread_local std::vector<ValueUpdate::Update> ValueUpdate::kept_updates;
thread_local ValueUpdate::Tables ValueUpdate::kept_tables;

ValueUpdate::ValueUpdate(EvalState& state, const Request& next)
    : state_(state), next_(next), updates_(kept_updates), tables_(kept_tables)
{
}

ValueUpdate::~ValueUpdate()
{
    updates_.clear();
    tables_.clear();
}

bool ValueUpdate::run(const NodePlaces& changed, const std::vector<Instance>& instances)
{
    index();
    if (!gather(changed)) return false;
    former_ = state_.request_.project;
    state_.take_project(next_.project);
    const auto fine = [&](const Update& u) { return !u.placed || harmless(u); };
    if (sample() && std::all_of(updates_.begin(), updates_.end(), fine) && structure_holds(instances)) {
        state_.request_ = next_;
        keep_spares();
        return true;
    }
    for (Update& u : updates_)
        if (u.placed) swap(u);
    settle();
    state_.take_project(former_);
    return false;
}

bool ValueUpdate::any() const
{
    return std::any_of(updates_.begin(), updates_.end(), [](const Update& u) { return u.placed; });
}

void ValueUpdate::give_table(size_t n, Instance& instance)
{
    for (auto& [owner, table] : tables_)
        if (owner == n) instance.table = std::move(table);
}

void ValueUpdate::settle()
{
    for (const Update& u : updates_) u.eval->touched = false;
}

void ValueUpdate::index()
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

const NodePtr* ValueUpdate::find(const Project& project, GraphId graph, NodeId id)
{
    const Graph* g = find_graph(project, graph);
    return g ? g->nodes.find(id) : nullptr;
}

bool ValueUpdate::gather(const NodePlaces& changed)
{
    const auto add = [&](NodeEval& e, GraphId graph, bool edited) {
        // Parts of a composite may look at other frames, where an expression may give something else than at this one.
        if (!edited && e.op && e.op->kind == OpKind::Composite) return false;
        if (e.error || (!e.passthrough && (!e.op || !may_change(*e.op)))) return false;
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

EvalState::Spare ValueUpdate::blank(const NodeEval& e)
{
    EvalState::Spare fresh{&e, nullptr, nullptr};
    for (EvalState::Spare& spare : state_.spare_)
        if (spare.owner == &e) fresh = std::move(spare);
    if (!fresh.values) fresh.values = std::make_shared<Sampled>();
    if (!fresh.facts && e.facts) fresh.facts = std::make_shared<NodeFacts>();
    return fresh;
}

bool ValueUpdate::sample()
{
    for (size_t k = 0; k < updates_.size(); ++k) {
        NodeEval& e = *updates_[k].eval;
        if (!e.parent && !sample_node_of(updates_[k])) return false;
        if (!updates_[k].values && !e.passthrough) continue; // depends on what changed, and is the same
        swap(updates_[k]);
        updates_[k].placed = e.touched = true;
        if (!e.passthrough && e.op->kind == OpKind::Composite && !expand(e)) return false;
    }
    return true;
}

bool ValueUpdate::sample_node_of(Update& u)
{
    NodeEval& e = *u.eval;
    const NodePtr& node = *find(*next_.project, u.graph, e.node);
    EvalState::Spare fresh = blank(e);
    if (!e.passthrough) {
        const auto& scope = *static_cast<const Scope*>(e.scope);
        if (!sample_node(*next_.project, scope, *node, *e.op, e.frame, *fresh.values)) return false;
        if (!u.edited && same_values(*fresh.values, *e.values)) return true;
        u.values = std::move(fresh.values);
    }
    u.facts = e.facts;
    if (!u.edited) return true;
    describe(*e.facts, node, *fresh.facts);
    if (std::all_of(node->params.begin(), node->params.end(), [](const auto& p) { return p.second.constant(); }))
        fresh.facts->constant = u.values;
    u.facts = std::move(fresh.facts);
    return true;
}

bool ValueUpdate::expand(NodeEval& e)
{
    Expansion expansion;
    {
        const auto info = std::exchange(e.info, nullptr); // as it was when it was expanded first
        const Status status = e.op->expand(e.params(), *EvalState::Context(state_, e, main_layer, 0), expansion);
        e.info = info;
        if (!status) return false;
    }
    const auto target = [&](const Expansion::Ref& ref) -> NodeEval* {
        if (ref.node >= 0) return size_t(ref.node) < e.expansion.size() ? e.expansion[size_t(ref.node)] : nullptr;
        const bool outside = !(ref == Expansion::none()) && size_t(-1 - ref.node) < e.inputs.size();
        return outside ? e.inputs[size_t(-1 - ref.node)] : nullptr;
    };
    if (expansion.nodes().size() != e.expansion.size() || target(expansion.result()) != e.result) return false;
    for (size_t k = 0; k < e.expansion.size(); ++k) {
        const Expansion::Node& n = expansion.nodes()[k];
        NodeEval& sub = *e.expansion[k];
        if (n.op != sub.op->id) return false;
        for (size_t port = 0; port < sub.inputs.size(); ++port)
            if (target(port < n.inputs.size() ? n.inputs[port] : Expansion::none()) != sub.inputs[port]) return false;
        auto values = blank(sub).values;
        sample_values(*sub.op, n.params, *values);
        if (same_values(*values, *sub.values)) continue;
        if (!may_change(*sub.op)) return false;
        updates_.push_back({.eval = &sub, .values = std::move(values)});
    }
    return true;
}

void ValueUpdate::describe(const NodeFacts& former, const NodePtr& node, NodeFacts& into)
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

void ValueUpdate::swap(Update& u)
{
    if (!u.eval->passthrough) std::swap(u.eval->values, u.values);
    std::swap(u.eval->facts, u.facts);
}

bool ValueUpdate::harmless(const Update& u)
{
    const NodeEval& e = *u.eval;
    if (u.facts && u.facts->depends != e.facts->depends) return false; // the list of those that depend would change
    if (e.passthrough) return true;
    const Standard &was = u.values->standard, &now = e.values->standard;
    if (u.values->channels != e.values->channels || (was.mix == 0) != (now.mix == 0) ||
        was.invert_mask != now.invert_mask || was.unpremult != now.unpremult)
        return false;
    if (e.op->kind != OpKind::Pixel && (was.mix == 1) != (now.mix == 1)) return false; // "keep" comes or goes
    if (e.op->info && !info_holds(*u.eval)) return false;
    for (const Recipe* r = e.recipe; r; r = r->next) {
        const EvalState::Context context(state_, e, r->layer, 0);
        if (e.op->identity && e.op->identity(e.params(), *context) != r->identical) return false;
        if (!e.op->needs || r->args.empty()) continue;
        const auto before = e.op->needs(u.values->params.get(), *context), after = e.op->needs(e.params(), *context);
        if (!before || !after || !same_needs(*before, *after)) return false;
    }
    return true;
}

bool ValueUpdate::info_holds(NodeEval& e)
{
    // As it was when it was asked first: a composite operator sees what its parts give, any other nothing yet.
    const auto info = std::exchange(e.info, e.result ? e.result->info : nullptr);
    const auto now = e.op->info(e.params(), *EvalState::Context(state_, e, main_layer, 0));
    e.info = info;
    return now && same_info(*now, *info);
}

bool ValueUpdate::structure_holds(const std::vector<Instance>& instances)
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

void ValueUpdate::keep_spares()
{
    constexpr size_t most_spares = 16;
    for (Update& u : updates_) {
        std::shared_ptr<NodeFacts> facts;
        if (u.placed && u.facts && u.facts.use_count() == 1) {
            facts = std::const_pointer_cast<NodeFacts>(std::move(u.facts));
            facts->constant = nullptr;
            facts->node = nullptr;
        }
        if (!u.placed || !u.values || u.values.use_count() != 1 || u.values->params.use_count() != 1) continue;
        EvalState::Spare spare{u.eval, std::const_pointer_cast<Sampled>(std::move(u.values)), std::move(facts)};
        const auto mine = [&](const auto& s) { return s.owner == u.eval; };
        const auto it = std::find_if(state_.spare_.begin(), state_.spare_.end(), mine);
        if (it != state_.spare_.end()) *it = std::move(spare);
        else if (state_.spare_.size() < most_spares) state_.spare_.push_back(std::move(spare));
    }
}

} // namespace tessera
