#include "core/eval/node_eval.h"
#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace tessera {

namespace {

enum Stage { Fresh, Inputs, Routed, Done };

/// Merge's parameter that adds layers to the standard selection of channels.
constexpr std::string_view also_param = "also_merge";

Error cycle_error(const NodeEval& e)
{
    return {ErrorKind::InvalidArgument, "the graph runs in a circle through " + e.path,
            "disconnect one of the inputs on that circle", e.path};
}

} // namespace

std::shared_ptr<ParamCache> make_param_cache() { return std::make_shared<ParamCache>(); }

void read_standard(const ParamDesc& param, const Value& value, Standard& standard, std::string& channels)
{
    if (param.name == "mix") standard.mix = std::clamp(component(value, 0), 0.0, 1.0);
    else if (param.name == "invert_mask") standard.invert_mask = component(value, 0) >= 0.5;
    else if (param.name == "unpremult") standard.unpremult = component(value, 0) >= 0.5;
    else if (param.name == "channels") channels = std::get<std::string>(value);
}

EvalState::EvalState(Request request, ParamCache* cache) : request_(std::move(request)), cache_(cache) {}

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
    for (int hops = 0; scope && hops < 100'000; ++hops) {
        const NodePtr* found = scope->graph->nodes.find(id);
        if (!found) return {};
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
            return {scope, *found};
        }
    }
    return {};
}

EvalState::Place EvalState::source_of(const Scope* scope, const Node& node, std::string_view port)
{
    const auto it = node.inputs.find(port);
    return it == node.inputs.end() ? Place{} : follow(scope, it->second.node);
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

// ---- parameters ------------------------------------------------------------------------------------------------------

Result<EvalState::Sampled> EvalState::sample(const Scope& scope, const Node& node, const OpDesc& op, double frame) const
{
    Sampled s;
    std::shared_ptr<void> object = op.make();
    Hasher h;
    std::string also;
    for (const ParamDesc& p : op.params) {
        const bool set = node.params.contains(p.name);
        Value value = p.fallback;
        if (set) {
            auto sampled = value_at(*request_.project, *scope.graph, node, p.name, p.type, p.fallback, frame);
            if (!sampled) return std::move(sampled.error().at_node(scope.prefix + node.name).at_frame(frame));
            value = std::move(*sampled);
            p.set(object.get(), value);
        }
        if (p.standard) read_standard(p, value, s.standard, s.channels);
        else add_to(h, value);
        if (p.name == also_param) also = std::get<std::string>(value);
    }
    if (!also.empty()) s.channels += " " + also;
    s.params = std::move(object);
    s.key = h.key();
    return s;
}

EvalState::Sampled EvalState::sample_values(const OpDesc& op, const std::map<std::string, Value>& values)
{
    Sampled s;
    std::shared_ptr<void> object = op.make();
    Hasher h;
    for (const ParamDesc& p : op.params) {
        const auto it = values.find(p.name);
        const Value& value = it == values.end() ? p.fallback : it->second;
        if (it != values.end()) {
            assert(holds(value, p.type) && "an expansion gives a parameter a value of another type");
            p.set(object.get(), value);
        }
        if (p.standard) read_standard(p, value, s.standard, s.channels);
        else add_to(h, value);
    }
    s.params = std::move(object);
    s.key = h.key();
    return s;
}

Result<std::shared_ptr<const void>> EvalState::params_at(const NodeEval* e, double frame)
{
    if (frame == e->frame) return e->params;
    if (e->parent) {
        TESSERA_TRY(other, at_frame(const_cast<NodeEval*>(e), frame));
        return other->params;
    }
    const auto node = nodes_.find(e);
    if (node == nodes_.end()) return e->params;
    TESSERA_TRY(sampled, sample(*static_cast<const Scope*>(e->scope), *node->second, *e->op, frame));
    return sampled.params;
}

OpContext EvalState::context(const NodeEval& e, std::string_view layer, int level) const
{
    OpContext c;
    const ProjectSettings& settings = request_.project->settings;
    c.frame = e.frame;
    c.level = level;
    c.request_level = request_.level;
    c.scale = std::ldexp(1.0, -level);
    c.layer = layer;
    c.view = request_.view;
    c.project_format = settings.format;
    c.frames_per_second = settings.frames_per_second;
    c.project_folder = request_.project->folder;
    c.node = e.path;
    c.color_config = settings.color_config;
    c.working_space = settings.working_space;
    c.inputs.reserve(e.inputs.size());
    for (const NodeEval* in : e.inputs) c.inputs.push_back(in && in->info ? in->info.get() : nullptr);
    if (e.info) c.output = e.info.get();
    const Project* project = request_.project.get();
    c.variable = [project](std::string_view name) -> std::optional<std::string> {
        if (name == "PROJECT") return project->folder;
        const auto it = project->settings.variables.find(std::string(name));
        if (it != project->settings.variables.end()) return it->second;
        const char* value = std::getenv(std::string(name).c_str());
        return value ? std::optional<std::string>(value) : std::nullopt;
    };
    auto* self = const_cast<EvalState*>(this);
    const NodeEval* eval = &e;
    c.params_at = [self, eval](double frame) { return self->params_at(eval, frame); };
    return c;
}

// ---- nodes at frames -------------------------------------------------------------------------------------------------

NodeEval* EvalState::find_or_make(const Place& place, double frame)
{
    NodeEval*& slot = by_place_[{place.scope, place.node->id, frame}];
    if (slot) return slot;
    evals_.emplace_back();
    slot = &evals_.back();
    slot->scope = place.scope;
    slot->node = place.node->id;
    slot->frame = frame;
    slot->path = place.scope->prefix + place.node->name;
    nodes_.emplace(slot, place.node);
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
    return eval({static_cast<const Scope*>(e->scope), nodes_.at(e)}, frame);
}

bool EvalState::advance(NodeEval& e, std::vector<NodeEval*>& stack)
{
    if (e.stage == Fresh) return begin(e, stack);
    if (e.stage == Inputs && e.op && e.op->route && !e.passthrough) return begin_route(e, stack);
    finish(e);
    return true;
}

/// Finds operator, parameters and inputs; asks for the inputs to be evaluated first.
bool EvalState::begin(NodeEval& e, std::vector<NodeEval*>& stack)
{
    const NodePtr node = nodes_.at(&e);
    const auto& scope = *static_cast<const Scope*>(e.scope);
    e.op = Registry::instance().find(node->op);
    e.passthrough = node->disabled;
    e.stage = Inputs;
    const auto fail = [&](Error error) {
        e.error = std::move(error.at_node(e.path).at_frame(e.frame));
        e.stage = Done;
        return true;
    };
    if (!e.op && !e.passthrough)
        return fail({ErrorKind::NotFound, "there is no operator '" + node->op + "'",
                     "install the plug-in that brings it, or disable or replace the node"});
    if (e.passthrough) {
        Place in;
        if (e.op) {
            for (const PortDesc& port : e.op->inputs)
                if (!in && port.kind == PortDesc::Kind::Image) in = source_of(&scope, *node, port.name);
        } else if (!node->inputs.empty()) {
            in = follow(&scope, node->inputs.begin()->second.node);
        }
        e.inputs.assign(1, in ? find_or_make(in, e.frame) : nullptr);
    } else {
        const ParamCache::Entry* known = cache_ ? cache_->find(node.get()) : nullptr;
        if (known) {
            e.params = known->params, e.param_key = known->key, e.standard = known->standard, e.channels = known->channels;
        } else {
            auto sampled = sample(scope, *node, *e.op, e.frame);
            if (!sampled) return fail(std::move(sampled.error()));
            e.params = sampled->params, e.param_key = sampled->key, e.standard = sampled->standard;
            e.channels = sampled->channels;
            const bool constant = std::all_of(node->params.begin(), node->params.end(),
                                              [](const auto& p) { return p.second.constant(); });
            if (constant && cache_) cache_->put(node, {nullptr, e.params, e.param_key, e.standard, e.channels});
        }
        for (const PortDesc& port : e.op->inputs) {
            const Place in = source_of(&scope, *node, port.name);
            e.inputs.push_back(in ? find_or_make(in, e.frame) : nullptr);
        }
    }
    bool waiting = false;
    for (NodeEval* in : e.inputs)
        if (in && in->stage != Done) {
            if (in->stage != Fresh) return fail(cycle_error(e));
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
    auto need = e.op->route(e.params.get(), context(e, main_layer, 0));
    if (!need) {
        e.error = std::move(need.error().at_node(e.path).at_frame(e.frame));
        e.stage = Done;
        return true;
    }
    e.route = std::move(*need);
    if (e.route->port >= 0 && size_t(e.route->port) < e.inputs.size() && e.inputs[size_t(e.route->port)] &&
        e.route->frame != e.frame) {
        NodeEval* in = e.inputs[size_t(e.route->port)];
        NodeEval* other = find_or_make({static_cast<const Scope*>(in->scope), nodes_.at(in)}, e.route->frame);
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
    const auto fail = [&](const Error& error) {
        e.error = error;
        e.error->at_node(e.path).at_frame(e.frame);
    };
    const auto blank = [&] {
        ImageInfo info{.format = request_.project->settings.format};
        info.frames_per_second = request_.project->settings.frames_per_second;
        return std::make_shared<const ImageInfo>(std::move(info));
    };
    if (e.passthrough) {
        if (!e.inputs[0]) return void(e.info = blank());
        if (e.inputs[0]->error) return fail(*e.inputs[0]->error);
        return void(e.info = e.inputs[0]->info);
    }
    if (e.route) {
        NodeEval* in = e.route->port >= 0 && size_t(e.route->port) < e.inputs.size() ? e.inputs[size_t(e.route->port)] : nullptr;
        if (!in) return void(e.info = blank());
        auto routed = at_frame(in, e.route->frame);
        if (!routed) return fail(routed.error());
        if ((*routed)->error) return fail(*(*routed)->error);
        e.info = (*routed)->info;
    } else {
        for (const NodeEval* in : e.inputs)
            if (in && in->error) return fail(*in->error);
    }
    if (e.op->kind == OpKind::Composite || (e.op->kind == OpKind::Output && e.op->expand)) {
        auto info = e.info;
        if (auto status = finish_composite(e, info); !status) return fail(status.error());
        if (e.op->kind == OpKind::Composite) e.info = info;
    }
    if (e.op->info) {
        auto info = e.op->info(e.params.get(), context(e, main_layer, 0));
        if (!info) return fail(info.error());
        e.info = std::make_shared<const ImageInfo>(std::move(*info));
    } else if (!e.info) {
        const NodeEval* first = nullptr;
        int images = 0;
        for (size_t i = 0; i < e.inputs.size(); ++i)
            if (e.inputs[i] && e.op->inputs[i].kind == PortDesc::Kind::Image) first = first ? first : e.inputs[i], ++images;
        e.info = images == 1 ? first->info
                             : std::make_shared<const ImageInfo>(default_info(*e.op, context(e, main_layer, 0)));
    }
}

/// Makes the nodes of a composite operator's small graph, in order.
Status EvalState::finish_composite(NodeEval& e, std::shared_ptr<const ImageInfo>& info)
{
    Expansion expansion;
    TESSERA_CHECK(e.op->expand(e.params.get(), context(e, main_layer, 0), expansion));
    for (const Expansion::Node& n : expansion.nodes()) {
        evals_.emplace_back();
        NodeEval& sub = evals_.back();
        sub.op = Registry::instance().find(n.op);
        if (!sub.op)
            return Error{ErrorKind::NotFound, "the operator '" + n.op + "' that this one is made of is missing",
                         "rebuild the program with all its operators"};
        sub.path = e.path, sub.frame = e.frame, sub.scope = e.scope, sub.node = e.node;
        sub.parent = &e, sub.expansion_index = int(e.expansion.size());
        Sampled sampled = sample_values(*sub.op, n.params);
        sub.params = std::move(sampled.params), sub.param_key = sampled.key, sub.standard = sampled.standard;
        sub.channels = std::move(sampled.channels);
        for (size_t port = 0; port < sub.op->inputs.size(); ++port) {
            const Expansion::Ref ref = port < n.inputs.size() ? n.inputs[port] : Expansion::none();
            NodeEval* in = nullptr;
            if (ref.node >= 0) in = e.expansion[size_t(ref.node)];
            else if (!(ref == Expansion::none()) && size_t(-1 - ref.node) < e.inputs.size()) in = e.inputs[size_t(-1 - ref.node)];
            sub.inputs.push_back(in);
        }
        if (sub.op->route) {
            TESSERA_TRY(need, sub.op->route(sub.params.get(), context(sub, main_layer, 0)));
            sub.route = std::move(need);
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
