#include "core/eval/node_eval.h"
#include <algorithm>

namespace tessera {

namespace {

enum Stage : uint8_t { Fresh, Inputs, Routed, Done };

Error cycle_error(const NodeEval& e)
{
    return {ErrorKind::InvalidArgument, "the graph runs in a circle through " + e.path,
            "disconnect one of the inputs on that circle", e.path};
}

void fail(NodeEval& e, Error error)
{
    e.error = std::make_unique<Error>(std::move(error.at_node(e.path).at_frame(e.frame)));
    e.stage = Done;
}

} // namespace

EvalState::EvalState(Request request, std::shared_ptr<ParamCache> cache)
    : request_(std::move(request)), cache_(std::move(cache))
{
    by_place_.reserve(cache_->evals);
}

// ---- places ----------------------------------------------------------------------------------------------------------

const Scope* EvalState::child_scope(const Scope* parent, const Node& group)
{
    const Scope*& scope = children_[{parent, group.id}];
    if (!scope) {
        const Graph* graph = find_graph(*request_.project, group.graph);
        if (!graph) return nullptr;
        scopes_.push_back({parent, &group, graph, parent->prefix + group.name + "."});
        scope = &scopes_.back();
    }
    return scope;
}

const Scope* EvalState::root_scope(GraphId wanted)
{
    const Project& project = *request_.project;
    if (wanted == 0) wanted = project.root;
    const Graph* root = find_graph(project, project.root);
    if (root && wanted != project.root) {
        scopes_.push_back({nullptr, nullptr, root, ""});
        std::vector<const Scope*> open{&scopes_.back()};
        while (!open.empty() && scopes_.size() < 10'000) {
            const Scope* scope = open.back();
            open.pop_back();
            std::vector<const Node*> groups;
            scope->graph->nodes.each([&](NodeId, const NodePtr& n) {
                if (n->graph) groups.push_back(n.get());
            });
            for (const Node* g : groups) {
                const Scope* inner = child_scope(scope, *g);
                if (inner && g->graph == wanted) return inner;
                if (inner) open.push_back(inner);
            }
        }
    }
    const Graph* graph = find_graph(project, wanted);
    if (!graph) return nullptr;
    scopes_.push_back({nullptr, nullptr, graph, ""});
    return &scopes_.back();
}

EvalState::Place EvalState::follow(const Scope* scope, NodeId id)
{
    for (int hops = 0; scope && id && hops < 100'000; ++hops) {
        const NodePtr* found = scope->graph->nodes.find(id);
        if (!found) return {};
        const FactsPtr& facts = cache_->facts(*found);
        if (!facts->structural) return {scope, &facts};
        const Node& node = **found;
        if (node.op == "group") {
            if (node.disabled) {
                if (node.inputs.empty()) return {};
                id = node.inputs.begin()->second.node;
                continue;
            }
            const Scope* inner = child_scope(scope, node);
            if (!inner) return {};
            const Node* out = nullptr;
            inner->graph->nodes.each([&](NodeId, const NodePtr& n) {
                if (!out && n->op == "output") out = n.get();
            });
            if (!out || out->inputs.empty()) return {};
            scope = inner;
            id = out->inputs.begin()->second.node;
        } else if (node.op == "input" && scope->group) {
            std::string name = node.name;
            if (const auto p = node.params.find("name"); p != node.params.end())
                if (const auto* text = std::get_if<std::string>(&p->second.value); text && !text->empty()) name = *text;
            const auto outer = scope->group->inputs.find(name);
            if (outer == scope->group->inputs.end()) return {};
            id = outer->second.node;
            scope = scope->parent;
        } else if (node.op == "output") {
            if (node.inputs.empty()) return {};
            id = node.inputs.begin()->second.node;
        } else {
            return {scope, &facts}; // an Input of the root graph
        }
    }
    return {};
}

Result<NodeEval*> EvalState::target()
{
    const Scope* scope = root_scope(request_.graph);
    if (!scope || !scope->graph->nodes.find(request_.node))
        return Error{ErrorKind::NotFound, "the node asked for is not in the project", "choose a node that exists"};
    const Place place = follow(scope, request_.node);
    if (!place) return static_cast<NodeEval*>(nullptr);
    return eval(place, request_.frame);
}

// ---- nodes at frames -------------------------------------------------------------------------------------------------

Result<std::shared_ptr<const void>> EvalState::params_at(const NodeEval* e, double frame)
{
    if (frame == e->frame) return e->values->params;
    if (e->parent) {
        TESSERA_TRY(other, at_frame(const_cast<NodeEval*>(e), frame));
        return other->values->params;
    }
    if (!e->facts || e->facts->constant) return e->values->params;
    Sampled sampled;
    TESSERA_CHECK(sample_node(*request_.project, *static_cast<const Scope*>(e->scope), *e->facts->node, *e->op, frame, sampled));
    return std::move(sampled.params);
}

NodeEval* EvalState::find_or_make(const Place& place, double frame)
{
    const FactsPtr& facts = *place.facts;
    NodeEval*& slot = by_place_[{place.scope, facts->node->id, frame}];
    if (slot) return slot;
    NodeEval& e = evals_.emplace_back();
    slot = &e;
    e.scope = place.scope;
    e.node = facts->node->id;
    e.frame = frame;
    e.path.reserve(place.scope->prefix.size() + facts->node->name.size());
    e.path.append(place.scope->prefix).append(facts->node->name);
    e.facts = facts;
    if (facts->depends) depending_.push_back(&e);
    return slot;
}

Result<NodeEval*> EvalState::eval(const Place& place, double frame)
{
    NodeEval* root = find_or_make(place, frame);
    std::vector<NodeEval*> stack{root};
    while (!stack.empty()) {
        NodeEval* e = stack.back();
        if (e->stage == Done || advance(*e, stack)) stack.pop_back();
    }
    if (root->error) return *root->error;
    return root;
}

Result<NodeEval*> EvalState::at_frame(NodeEval* e, double frame)
{
    if (e->frame == frame) return e;
    if (e->parent) {
        TESSERA_TRY(parent, at_frame(e->parent, frame));
        const size_t index = size_t(e->expansion_index);
        if (index >= parent->expansion.size())
            return Error{ErrorKind::InvalidArgument, "a composite operator changes its structure with time", "", e->path};
        return parent->expansion[index];
    }
    return eval({static_cast<const Scope*>(e->scope), &e->facts}, frame);
}

bool EvalState::advance(NodeEval& e, std::vector<NodeEval*>& stack)
{
    if (e.stage == Fresh) return begin(e, stack);
    if (e.stage == Inputs && e.op && e.op->route && !e.passthrough) return begin_route(e, stack);
    finish(e);
    return true;
}

/// Finds the nodes that `e` reads, at its frame.
void EvalState::connect(NodeEval& e)
{
    const auto* scope = static_cast<const Scope*>(e.scope);
    const NodeFacts& facts = *e.facts;
    const auto at = [&](size_t port) {
        const Place in = port < facts.inputs.size() ? follow(scope, facts.inputs[port]) : Place{};
        return in ? find_or_make(in, e.frame) : nullptr;
    };
    if (!e.passthrough) {
        e.inputs = list<NodeEval*>(facts.inputs.size());
        for (size_t port = 0; port < e.inputs.size(); ++port) e.inputs[port] = at(port);
        return;
    }
    e.inputs = list<NodeEval*>(1);
    if (!e.op) return void(e.inputs[0] = at(0));
    for (size_t port = 0; port < facts.inputs.size() && !e.inputs[0]; ++port)
        if (e.op->inputs[port].kind == PortDesc::Kind::Image) e.inputs[0] = at(port);
}

/// Finds operator, parameters and inputs; asks for the inputs to be evaluated first.
bool EvalState::begin(NodeEval& e, std::vector<NodeEval*>& stack)
{
    const NodeFacts& facts = *e.facts;
    e.op = facts.op;
    e.passthrough = facts.disabled;
    e.stage = Inputs;
    if (!e.op && !e.passthrough) {
        fail(e, {ErrorKind::NotFound, "there is no operator '" + facts.node->op + "'",
                 "install the plug-in that brings it, or disable or replace the node"});
        return true;
    }
    if (!e.passthrough) {
        e.values = facts.constant;
        if (!e.values) {
            auto sampled = std::make_shared<Sampled>();
            const Status status = sample_node(*request_.project, *static_cast<const Scope*>(e.scope), *facts.node, *e.op,
                                              e.frame, *sampled);
            if (!status) return fail(e, status.error()), true;
            e.values = std::move(sampled);
            const bool constant = std::all_of(facts.node->params.begin(), facts.node->params.end(),
                                              [](const auto& p) { return p.second.constant(); });
            if (constant) cache_->put(e.facts, e.values);
        }
    }
    connect(e);
    bool waiting = false;
    for (NodeEval* in : e.inputs)
        if (in && in->stage != Done) {
            if (in->stage != Fresh) return fail(e, cycle_error(e)), true;
            stack.push_back(in);
            waiting = true;
        }
    if (!waiting) return advance(e, stack);
    return false;
}

/// A routing operator has seen its inputs: find out which one it passes on, perhaps at another frame.
bool EvalState::begin_route(NodeEval& e, std::vector<NodeEval*>& stack)
{
    e.stage = Routed;
    auto need = e.op->route(e.params(), *Context(*this, e, main_layer, 0));
    if (!need) return fail(e, std::move(need.error())), true;
    e.route = std::make_unique<Need>(std::move(*need));
    if (e.route->port >= 0 && size_t(e.route->port) < e.inputs.size() && e.inputs[size_t(e.route->port)] &&
        e.route->frame != e.frame) {
        NodeEval* in = e.inputs[size_t(e.route->port)];
        NodeEval* other = find_or_make({static_cast<const Scope*>(in->scope), &in->facts}, e.route->frame);
        if (other->stage == Fresh) {
            stack.push_back(other);
            return false;
        }
    }
    return advance(e, stack);
}

/// Inputs are known: the operator's own image info.
void EvalState::finish(NodeEval& e)
{
    e.stage = Done;
    const auto blank = [&] {
        ImageInfo info{.format = request_.project->settings.format};
        info.frames_per_second = request_.project->settings.frames_per_second;
        return std::make_shared<const ImageInfo>(std::move(info));
    };
    if (e.passthrough) {
        if (!e.inputs[0]) return void(e.info = blank());
        if (e.inputs[0]->error) return fail(e, *e.inputs[0]->error);
        return void(e.info = e.inputs[0]->info);
    }
    if (e.route) {
        NodeEval* in = e.route->port >= 0 && size_t(e.route->port) < e.inputs.size() ? e.inputs[size_t(e.route->port)] : nullptr;
        if (!in) return void(e.info = blank());
        auto routed = at_frame(in, e.route->frame);
        if (!routed) return fail(e, routed.error());
        if ((*routed)->error) return fail(e, *(*routed)->error);
        e.info = (*routed)->info;
    } else {
        for (const NodeEval* in : e.inputs)
            if (in && in->error) return fail(e, *in->error);
    }
    if (e.op->kind == OpKind::Composite || (e.op->kind == OpKind::Output && e.op->expand)) {
        auto info = e.info;
        if (auto status = finish_composite(e, info); !status) return fail(e, std::move(status.error()));
        if (e.op->kind == OpKind::Composite) e.info = info;
    }
    finish_info(e);
}

void EvalState::finish_info(NodeEval& e)
{
    if (!e.op->info) {
        if (e.info) return;
        const NodeEval* first = nullptr;
        bool alike = true; // every image comes with the same info: so does the result
        for (size_t i = 0; i < e.inputs.size(); ++i)
            if (e.inputs[i] && e.op->inputs[i].kind == PortDesc::Kind::Image) {
                first = first ? first : e.inputs[i];
                alike = alike && e.inputs[i]->info == first->info;
            }
        if (first && alike) return void(e.info = first->info);
    }
    const Key asked = question(e, main_layer, Hook::Info);
    if (asked)
        if (const auto* known = infos_.find(asked)) return void(e.info = *known);
    if (e.op->info) {
        auto info = e.op->info(e.params(), *Context(*this, e, main_layer, 0));
        if (!info) return fail(e, std::move(info.error()));
        e.info = std::make_shared<const ImageInfo>(std::move(*info));
    } else {
        e.info = std::make_shared<const ImageInfo>(default_info(*e.op, *Context(*this, e, main_layer, 0)));
    }
    if (asked) infos_[asked] = e.info;
}

/// Makes the nodes of a composite operator's small graph, in order.
Status EvalState::finish_composite(NodeEval& e, std::shared_ptr<const ImageInfo>& info)
{
    Expansion expansion;
    TESSERA_CHECK(e.op->expand(e.params(), *Context(*this, e, main_layer, 0), expansion));
    for (const Expansion::Node& n : expansion.nodes()) {
        NodeEval& sub = evals_.emplace_back();
        sub.op = Registry::instance().find(n.op);
        if (!sub.op)
            return Error{ErrorKind::NotFound, "the operator '" + n.op + "' that this one is made of is missing",
                         "rebuild the program with all its operators"};
        sub.path = e.path, sub.frame = e.frame, sub.scope = e.scope, sub.node = e.node;
        sub.parent = &e, sub.expansion_index = int(e.expansion.size());
        auto values = std::make_shared<Sampled>();
        sample_values(*sub.op, n.params, *values);
        sub.values = std::move(values);
        sub.inputs = list<NodeEval*>(sub.op->inputs.size());
        for (size_t port = 0; port < sub.inputs.size(); ++port) {
            const Expansion::Ref ref = port < n.inputs.size() ? n.inputs[port] : Expansion::none();
            if (ref.node >= 0) sub.inputs[port] = e.expansion[size_t(ref.node)];
            else if (!(ref == Expansion::none()) && size_t(-1 - ref.node) < e.inputs.size())
                sub.inputs[port] = e.inputs[size_t(-1 - ref.node)];
        }
        if (sub.op->route) {
            TESSERA_TRY(need, sub.op->route(sub.params(), *Context(*this, sub, main_layer, 0)));
            sub.route = std::make_unique<Need>(std::move(need));
        }
        finish(sub);
        if (sub.error) return *sub.error;
        e.expansion.push_back(&sub);
    }
    const Expansion::Ref result = expansion.result();
    if (result.node >= 0) e.result = e.expansion[size_t(result.node)];
    else if (size_t(-1 - result.node) < e.inputs.size()) e.result = e.inputs[size_t(-1 - result.node)];
    if (e.result) info = e.result->info;
    else info = std::make_shared<const ImageInfo>(ImageInfo{.format = request_.project->settings.format});
    return {};
}

} // namespace tessera
