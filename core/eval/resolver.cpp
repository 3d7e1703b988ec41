#include "core/eval/resolver.h"
#include "core/eval/node_eval.h"
#include "shaders/embedded.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

/// Part of every key, so that keys of different programs never meet: the version and the text of every kernel.
const Key& code_key()
{
    static const Key key = [] {
        Hasher h;
        h.add("tessera key 1").add(TESSERA_VERSION);
        for (const EmbeddedShader& s : embedded_shaders()) h.add(s.name).add(s.text);
        return h.key();
    }();
    return key;
}

/// The built-in operator that applies mask, mix and channels after an operator that does not make single pixels.
const OpDesc& keep_op()
{
    static const OpDesc op = [] {
        OpDesc d;
        d.id = "keep", d.label = "Keep", d.kind = OpKind::Pixel, d.internal = true;
        d.inputs = {{"in", PortDesc::Kind::Image, true}};
        d.kernel = make_kernel("keep", KernelForm::Pixel, "vec4 keep(vec4 c, keep_u u, Px px) { return c; }\n", 1);
        d.prepare = [](const void*, const OpContext&, Block&) {};
        return d;
    }();
    return op;
}

std::array<bool, 4> present_slots(const Layer& layer)
{
    std::array<bool, 4> present{};
    for (const std::string& channel : layer.channels)
        if (const int slot = channel_slot(layer, channel); slot >= 0) present[size_t(slot)] = true;
    return present;
}

/// A node's layer: what the walk is about.
struct Item {
    NodeEval* eval = nullptr;
    std::string layer;
    bool operator==(const Item&) const = default;
};
struct ItemHash {
    size_t operator()(const Item& i) const
    {
        return std::hash<const void*>()(i.eval) ^ (std::hash<std::string>()(i.layer) << 1);
    }
};

/// How an item is made: as nothing, as another item, or as an instance of its own from other items.
struct Recipe {
    enum class Kind { Zero, Forward, Build } kind = Kind::Zero;
    Item forward;
    std::vector<Item> args; ///< an item without eval is zero
    std::vector<int> ports;
    Item mask;              ///< Build: without eval: none
    Item original;          ///< Build: what the result is mixed with
    bool mixed = false;
    std::array<float, 4> mix{1, 1, 1, 1};
    bool composite = false; ///< Build: args[0] is the expansion's result, only mask and mix are applied
    int instance = -1;      ///< once made
    enum class State { Fresh, Open, Done } state = State::Fresh;
};

class Resolver {
public:
    Resolver(std::shared_ptr<EvalState> state, const ResolveOptions& options) : state_(std::move(state)), options_(options) {}

    Result<Resolved> run(ParamCache&)
    {
        TESSERA_TRY(target, state_->target());
        Resolved r;
        r.state = state_;
        r.key = code_key();
        if (target) {
            target_ = target;
            TESSERA_TRY(index, instance({target, state_->request().layer}));
            r.target = index;
            r.info = target->info;
            if (state_->request().as_output && target->op && target->op->kind == OpKind::Output && target->result)
                r.info = target->result->info;
        } else {
            ImageInfo info{.format = state_->request().project->settings.format};
            r.info = std::make_shared<const ImageInfo>(std::move(info));
        }
        r.instances = std::move(instances_);
        if (r.target >= 0) r.key = r.instances[size_t(r.target)].key;
        return r;
    }

private:
    Result<int> instance(const Item& wanted)
    {
        std::vector<Item> stack{wanted};
        while (!stack.empty()) {
            const Item item = stack.back();
            Recipe& recipe = recipes_[item];
            if (recipe.state == Recipe::State::Done) {
                stack.pop_back();
            } else if (recipe.state == Recipe::State::Open) {
                TESSERA_CHECK(finish(item, recipe));
                stack.pop_back();
            } else {
                TESSERA_TRY(found, recipe_for(item));
                Recipe& slot = recipes_[item]; // recipe_for may have evaluated nodes, not added recipes; still, look again
                slot = std::move(found);
                slot.state = Recipe::State::Open;
                for (const Item& need : needs_of(slot))
                    if (recipes_[need].state != Recipe::State::Done) stack.push_back(need);
            }
        }
        return recipes_[wanted].instance;
    }

    static std::vector<Item> needs_of(const Recipe& r)
    {
        std::vector<Item> needs;
        if (r.kind == Recipe::Kind::Forward) needs.push_back(r.forward);
        if (r.kind == Recipe::Kind::Build)
            for (const Item& a : r.args)
                if (a.eval) needs.push_back(a);
        if (r.mask.eval) needs.push_back(r.mask);
        if (r.original.eval) needs.push_back(r.original);
        return needs;
    }

    static Recipe forward(NodeEval* eval, std::string layer)
    {
        Recipe r;
        r.kind = eval ? Recipe::Kind::Forward : Recipe::Kind::Zero;
        r.forward = {eval, std::move(layer)};
        return r;
    }

    Result<Recipe> recipe_for(const Item& item)
    {
        NodeEval& e = *item.eval;
        const auto located = [&](Error error) { return std::move(error.at_node(e.path).at_frame(e.frame)); };
        if (e.error) return *e.error;
        if (e.passthrough) return forward(e.inputs[0], item.layer);
        if (e.op->kind == OpKind::Output && &e == target_ && state_->request().as_output && e.result)
            return forward(e.result, item.layer);
        const OpContext context = state_->context(e, item.layer, 0);
        if (e.route) {
            TESSERA_TRY(need, e.op->route(e.params.get(), context));
            NodeEval* in = input(e, need.port);
            if (!in) return Recipe{};
            auto routed = state_->at_frame(in, need.frame);
            if (!routed) return located(routed.error());
            return forward(*routed, need.layer);
        }
        const Layer* layer = e.info->layer(item.layer);
        if (!layer) return Recipe{};
        NodeEval* main = input(e, 0);
        if (layer->data && e.op->filters) return forward(main, item.layer);
        Recipe r;
        if (e.op->has_mask) {
            auto on = selected_channels(e.channels, *layer);
            const auto present = present_slots(*layer); // what a layer does not have stays zero
            for (size_t i = 0; i < 4; ++i) on[i] = on[i] && present[i];
            if (std::none_of(on.begin(), on.end(), [](bool b) { return b; }) || e.standard.mix == 0)
                return forward(main, item.layer);
            for (size_t i = 0; i < 4; ++i) r.mix[i] = on[i] ? float(e.standard.mix) : 0.0f;
        }
        if (e.op->identity && e.op->identity(e.params.get(), context)) return forward(main, item.layer);
        r.kind = Recipe::Kind::Build;
        if (e.op->has_mask) add_mix(e, item, r);
        if (r.kind == Recipe::Kind::Forward) return r;
        if (e.op->kind == OpKind::Composite) {
            if (!r.mixed) return forward(e.result, item.layer);
            r.composite = true;
            r.args = {{e.result, item.layer}};
            r.ports = {0};
            return r;
        }
        TESSERA_CHECK(add_args(e, item, context, r));
        return r;
    }

    /// Mask, mix and channels: on pixel operators always part of the kernel (so that dragging mix compiles nothing), on
    /// others only where they do anything.
    void add_mix(NodeEval& e, const Item& item, Recipe& r)
    {
        NodeEval* mask = input(e, e.op->mask_port());
        const bool partial = std::any_of(r.mix.begin(), r.mix.end(), [](float m) { return m != 1; });
        r.mixed = e.op->kind == OpKind::Pixel || mask || partial;
        if (!r.mixed) return;
        r.original = {input(e, 0), item.layer};
        if (mask) r.mask = {mask, std::string(main_layer)};
    }

    Status add_args(NodeEval& e, const Item& item, const OpContext& context, Recipe& r)
    {
        if (!e.op->needs) {
            for (size_t port = 0; port < e.op->inputs.size(); ++port) {
                if (e.op->inputs[port].kind != PortDesc::Kind::Image) continue;
                r.args.push_back({e.inputs[port], item.layer});
                r.ports.push_back(int(port));
            }
            return {};
        }
        auto needs = e.op->needs(e.params.get(), context);
        if (!needs) return std::move(needs.error().at_node(e.path).at_frame(e.frame));
        for (const Need& need : *needs) {
            NodeEval* in = input(e, need.port);
            if (in) {
                auto routed = state_->at_frame(in, need.frame);
                if (!routed) return std::move(routed.error().at_node(e.path).at_frame(e.frame));
                in = *routed;
            }
            r.args.push_back({in, need.layer});
            r.ports.push_back(need.port);
        }
        return {};
    }

    static NodeEval* input(const NodeEval& e, int port)
    {
        return port >= 0 && size_t(port) < e.inputs.size() ? e.inputs[size_t(port)] : nullptr;
    }

    int made(const Item& item) { return item.eval ? recipes_[item].instance : -1; }

    /// Everything the recipe needs has been made.
    Status finish(const Item& item, Recipe& r)
    {
        r.state = Recipe::State::Done;
        if (r.kind == Recipe::Kind::Zero) return {};
        if (r.kind == Recipe::Kind::Forward) return void(r.instance = made(r.forward)), Status();
        NodeEval& e = *item.eval;
        // A mask that is connected but empty is 0 everywhere: nothing of the effect is left, or all of it if inverted.
        const bool empty_mask = r.mask.eval && made(r.mask) < 0;
        if (empty_mask && !e.standard.invert_mask) return void(r.instance = made(r.original)), Status();

        int body = -1;
        if (r.composite) {
            body = made(r.args[0]);
        } else {
            Instance i;
            i.eval = &e, i.op = e.op, i.layer = item.layer, i.ports = r.ports;
            for (const Item& a : r.args) i.args.push_back(made(a));
            for (const NodeEval* in : e.inputs) i.inputs.push_back(in && in->info ? in->info.get() : nullptr);
            i.unpremult = e.op->has_unpremult && e.standard.unpremult;
            if (r.mixed && e.op->kind == OpKind::Pixel) set_mix(i, e, r);
            TESSERA_CHECK(complete(i));
            body = add(std::move(i));
        }
        if (r.mixed && (r.composite || e.op->kind != OpKind::Pixel)) {
            Instance keep;
            keep.eval = &e, keep.op = &keep_op(), keep.layer = item.layer;
            keep.args = {body}, keep.ports = {0};
            keep.kernel = keep_op().kernel;
            set_mix(keep, e, r);
            keep.key = instance_key(instances_, keep);
            body = add(std::move(keep));
        }
        r.instance = body;
        return {};
    }

    void set_mix(Instance& i, const NodeEval& e, const Recipe& r)
    {
        i.mixed = true;
        i.mix_with = made(r.original);
        i.mask = made(r.mask);
        i.mix = r.mix;
        if (i.mask >= 0 && e.standard.invert_mask) i.mask_scale = -1, i.mask_offset = 1;
    }

    /// Kernel, table, source and key; folds affine operators in front into this one.
    Status complete(Instance& i)
    {
        const NodeEval& e = *i.eval;
        const auto located = [&](Error error) { return std::move(error.at_node(e.path).at_frame(e.frame)); };
        if (options_.concatenate && i.op->kind == OpKind::Area && i.op->matrix) concatenate(i);
        const bool asks = i.op->dynamic_kernel || i.op->table || i.op->kind == OpKind::Reader;
        const OpContext context = asks ? state_->context(e, i.layer, 0) : OpContext{};
        if (i.op->kind == OpKind::Pixel) {
            i.kernel = i.op->kernel;
            if (i.op->dynamic_kernel) {
                auto kernel = i.op->dynamic_kernel(e.params.get(), context);
                if (!kernel) return located(kernel.error());
                i.kernel = std::move(*kernel);
            }
            if (i.op->table) {
                auto table = i.op->table(e.params.get(), context);
                if (!table) return located(table.error());
                i.table = std::move(*table);
            }
        } else if (i.op->kind == OpKind::Reader) {
            auto source = i.op->source(e.params.get(), context);
            if (!source) return located(source.error());
            i.source = std::move(*source);
        }
        i.key = instance_key(instances_, i);
        return {};
    }

    void concatenate(Instance& i)
    {
        if (i.args.empty() || i.args[0] < 0) return;
        const Instance& up = instances_[size_t(i.args[0])];
        if (up.op->kind != OpKind::Area || !up.op->matrix || up.args.empty() || up.args[0] < 0) return;
        const Layer* layer = up.eval->info->layer(up.layer);
        if (layer && layer->data) return;
        OpContext upstream = state_->context(*up.eval, up.layer, 0);
        upstream.concatenated = up.concatenated;
        const auto m = up.op->matrix(up.eval->params.get(), upstream);
        if (!m || determinant(*m) == 0) return;
        i.concatenated = *m * up.concatenated;
        i.folded = up.folded + 1;
        i.args[0] = up.args[0];
        i.inputs[0] = up.inputs[0];
    }

    int add(Instance i)
    {
        instances_.push_back(std::move(i));
        return int(instances_.size()) - 1;
    }

    std::shared_ptr<EvalState> state_;
    ResolveOptions options_;
    NodeEval* target_ = nullptr;
    std::unordered_map<Item, Recipe, ItemHash> recipes_;
    std::vector<Instance> instances_;
};

} // namespace

Key instance_key(const std::vector<Instance>& instances, const Instance& i)
{
    const NodeEval& e = *i.eval;
    static thread_local Hasher hasher; // one buffer for all: thousands of keys are made in a row
    hasher.clear();
    hasher.add(code_key()).add(i.op->id).add(i.op->version).add(e.param_key).add(i.layer);
    const ImageInfo& info = *e.info;
    const Rect& w = info.data_window;
    hasher.add(w.x0).add(w.y0).add(w.x1).add(w.y1);
    hasher.add(info.format.width).add(info.format.height).add(info.format.pixel_aspect);
    for (const int a : i.args) hasher.add(a < 0 ? Key{} : instances[size_t(a)].key);
    if (i.mixed) {
        hasher.add(i.mix_with < 0 ? Key{} : instances[size_t(i.mix_with)].key);
        hasher.add(i.mask < 0 ? Key{} : instances[size_t(i.mask)].key);
        for (const float m : i.mix) hasher.add(double(m));
        hasher.add(double(i.mask_scale)).add(i.unpremult);
    } else {
        hasher.add(i.unpremult);
    }
    if (i.op->uses_frame) hasher.add(e.frame);
    if (i.kernel) hasher.add(i.kernel->key);
    if (i.table) hasher.add(i.table->key);
    if (i.source) hasher.add(i.source->stamp);
    if (i.folded)
        for (const double m : i.concatenated.m) hasher.add(m);
    return hasher.key();
}

Result<Resolved> resolve(const Request& request, const ResolveOptions& options, ParamCache& cache)
{
    auto state = std::make_shared<EvalState>(request, &cache);
    auto result = Resolver(state, options).run(cache);
    state->forget_cache();
    return result;
}

OpContext context_of(const Resolved& resolved, const Instance& instance, int level)
{
    const auto& state = *static_cast<const EvalState*>(resolved.state.get());
    OpContext c = state.context(*instance.eval, instance.layer, level);
    c.concatenated = instance.concatenated;
    if (!instance.inputs.empty()) c.inputs = instance.inputs;
    return c;
}

} // namespace tessera
