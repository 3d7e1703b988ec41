#include "core/eval/resolver.h"
#include "core/eval/node_eval.h"
#include "shaders/embedded.h"
#include <algorithm>
#include <cmath>
#include <limits>

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

class Resolver {
public:
    Resolver(std::shared_ptr<EvalState> state, const ResolveOptions& options) : state_(std::move(state)), options_(options) {}

    Result<Resolved> run(ParamCache& cache)
    {
        TESSERA_TRY(target, state_->target());
        cache.evals = state_->size();
        Resolved r;
        r.state = state_;
        r.key = code_key();
        if (target) {
            target_ = target;
            instances_.reserve(state_->size());
            TESSERA_TRY(index, instance(recipe_of(target, state_->request().layer)));
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
    Recipe* recipe_of(NodeEval* eval, std::string_view layer)
    {
        if (!eval) return nullptr;
        for (Recipe* r = eval->recipe; r; r = r->next)
            if (r->layer == layer) return r;
        Recipe* made = &state_->list<Recipe>(1)[0];
        made->eval = eval, made->layer = state_->layer_name(layer), made->next = eval->recipe;
        return eval->recipe = made;
    }

    Result<int> instance(Recipe* wanted)
    {
        std::vector<Recipe*> stack{wanted};
        const auto need = [&](Recipe* r) {
            if (r && r->state != Recipe::State::Done) stack.push_back(r);
        };
        while (!stack.empty()) {
            Recipe& r = *stack.back();
            if (r.state == Recipe::State::Fresh) {
                r.state = Recipe::State::Open;
                TESSERA_CHECK(decide(r));
                need(r.forward);
                for (Recipe* a : r.args) need(a);
                need(r.mask);
                need(r.original);
            } else {
                if (r.state == Recipe::State::Open) TESSERA_CHECK(finish(r));
                stack.pop_back();
            }
        }
        return wanted->instance;
    }

    /// Passes another node's layer on.
    void forward(Recipe& r, NodeEval* eval, std::string_view layer)
    {
        r.forward = recipe_of(eval, layer);
        r.kind = r.forward ? Recipe::Kind::Forward : Recipe::Kind::Zero;
    }

    /// Finds out what the recipe is made of.
    Status decide(Recipe& r)
    {
        NodeEval& e = *r.eval;
        if (e.error) return *e.error;
        if (e.passthrough) return forward(r, e.inputs[0], r.layer), Status();
        if (e.op->kind == OpKind::Output && &e == target_ && state_->request().as_output && e.result)
            return forward(r, e.result, r.layer), Status();
        if (e.route) return decide_route(r, e);
        const Layer* layer = e.info->layer(r.layer);
        if (!layer) return {};
        NodeEval* main = input(e, 0);
        if (layer->data && e.op->filters) return forward(r, main, r.layer), Status();
        if (e.op->has_mask) {
            const auto& on = channels_of(e, *layer);
            if (std::none_of(on.begin(), on.end(), [](bool b) { return b; }) || e.values->standard.mix == 0)
                return forward(r, main, r.layer), Status();
            for (size_t i = 0; i < 4; ++i) r.mix[i] = on[i] ? float(e.values->standard.mix) : 0.0f;
        }
        r.identical = e.op->identity && e.op->identity(e.params(), *EvalState::Context(*state_, e, r.layer, 0));
        if (r.identical) return forward(r, main, r.layer), Status();
        r.kind = Recipe::Kind::Build;
        if (e.op->has_mask) add_mix(e, r);
        if (e.op->kind != OpKind::Composite) return add_args(e, r);
        if (!r.mixed) return forward(r, e.result, r.layer), Status();
        r.composite = true;
        r.args = state_->list<Recipe*>(1);
        r.args[0] = recipe_of(e.result, r.layer);
        r.ports = state_->list<int>(1);
        return {};
    }

    Status decide_route(Recipe& r, NodeEval& e)
    {
        TESSERA_TRY(need, e.op->route(e.params(), *EvalState::Context(*state_, e, r.layer, 0)));
        NodeEval* in = input(e, need.port);
        if (!in) return {};
        auto routed = state_->at_frame(in, need.frame);
        if (!routed) return std::move(routed.error().at_node(e.path).at_frame(e.frame));
        return forward(r, *routed, need.layer), Status();
    }

    /// The slots that the node's selection names and the layer has: what a layer does not have stays zero. Neighbours
    /// mostly share both, so the last answer is kept.
    const std::array<bool, 4>& channels_of(const NodeEval& e, const Layer& layer)
    {
        if (&layer == selected_layer_ && e.values->channels == selection_) return selected_;
        selected_ = selected_channels(e.values->channels, layer);
        const auto present = present_slots(layer);
        for (size_t i = 0; i < 4; ++i) selected_[i] = selected_[i] && present[i];
        selected_layer_ = &layer, selection_ = e.values->channels;
        return selected_;
    }

    /// Mask, mix and channels: on pixel operators always part of the kernel (so that dragging mix compiles nothing), on
    /// others only where they do anything.
    void add_mix(NodeEval& e, Recipe& r)
    {
        NodeEval* mask = input(e, e.op->mask_port());
        const bool partial = std::any_of(r.mix.begin(), r.mix.end(), [](float m) { return m != 1; });
        r.mixed = e.op->kind == OpKind::Pixel || mask || partial;
        if (!r.mixed) return;
        r.original = recipe_of(input(e, 0), r.layer);
        r.mask = recipe_of(mask, main_layer);
    }

    Status add_args(NodeEval& e, Recipe& r)
    {
        if (!e.op->needs) {
            const auto is_image = [](const PortDesc& p) { return p.kind == PortDesc::Kind::Image; };
            const auto count = size_t(std::count_if(e.op->inputs.begin(), e.op->inputs.end(), is_image));
            r.args = state_->list<Recipe*>(count);
            r.ports = state_->list<int>(count);
            for (size_t port = 0, k = 0; port < e.op->inputs.size(); ++port) {
                if (!is_image(e.op->inputs[port])) continue;
                r.args[k] = recipe_of(e.inputs[port], r.layer);
                r.ports[k++] = int(port);
            }
            return {};
        }
        const auto located = [&](Error& error) { return std::move(error.at_node(e.path).at_frame(e.frame)); };
        auto needs = e.op->needs(e.params(), *EvalState::Context(*state_, e, r.layer, 0));
        if (!needs) return located(needs.error());
        r.args = state_->list<Recipe*>(needs->size());
        r.ports = state_->list<int>(needs->size());
        for (size_t k = 0; k < needs->size(); ++k) {
            const Need& need = (*needs)[k];
            NodeEval* in = input(e, need.port);
            if (in) {
                auto routed = state_->at_frame(in, need.frame);
                if (!routed) return located(routed.error());
                in = *routed;
            }
            r.args[k] = recipe_of(in, need.layer);
            r.ports[k] = need.port;
        }
        return {};
    }

    static NodeEval* input(const NodeEval& e, int port)
    {
        return port >= 0 && size_t(port) < e.inputs.size() ? e.inputs[size_t(port)] : nullptr;
    }

    static int made(const Recipe* r) { return r ? r->instance : -1; }

    /// Everything the recipe needs has been made.
    Status finish(Recipe& r)
    {
        r.state = Recipe::State::Done;
        if (r.kind == Recipe::Kind::Zero) return {};
        if (r.kind == Recipe::Kind::Forward) return void(r.instance = made(r.forward)), Status();
        NodeEval& e = *r.eval;
        // A mask that is connected but empty is 0 everywhere: nothing of the effect is left, or all of it if inverted.
        const bool empty_mask = r.mask && made(r.mask) < 0;
        if (empty_mask && !e.values->standard.invert_mask) return void(r.instance = made(r.original)), Status();

        if (r.composite) {
            r.instance = made(r.args[0]);
        } else {
            Instance i;
            i.eval = &e, i.op = e.op, i.layer = r.layer, i.ports = r.ports;
            i.args = state_->list<int>(r.args.size());
            for (size_t k = 0; k < r.args.size(); ++k) i.args[k] = made(r.args[k]);
            i.inputs = state_->list<const ImageInfo*>(e.inputs.size());
            for (size_t k = 0; k < e.inputs.size(); ++k)
                i.inputs[k] = e.inputs[k] && e.inputs[k]->info ? e.inputs[k]->info.get() : nullptr;
            i.unpremult = e.op->has_unpremult && e.values->standard.unpremult;
            if (r.mixed && e.op->kind == OpKind::Pixel) set_mix(i, e, r);
            TESSERA_CHECK(complete(i));
            r.instance = add(std::move(i));
        }
        if (r.mixed && (r.composite || e.op->kind != OpKind::Pixel)) {
            Instance keep;
            keep.eval = &e, keep.op = &keep_op(), keep.layer = r.layer;
            keep.args = state_->list<int>(1), keep.ports = state_->list<int>(1);
            keep.args[0] = r.instance;
            keep.kernel = keep_op().kernel;
            set_mix(keep, e, r);
            keep.key = instance_key(instances_, keep);
            r.instance = add(std::move(keep));
        }
        return {};
    }

    void set_mix(Instance& i, const NodeEval& e, const Recipe& r)
    {
        i.mixed = true;
        i.mix_with = made(r.original);
        i.mask = made(r.mask);
        i.mix = r.mix;
        if (i.mask >= 0 && e.values->standard.invert_mask) i.mask_scale = -1, i.mask_offset = 1;
    }

    /// Kernel, table, source and key; folds affine operators in front into this one.
    Status complete(Instance& i)
    {
        const NodeEval& e = *i.eval;
        const auto located = [&](Error& error) { return std::move(error.at_node(e.path).at_frame(e.frame)); };
        if (options_.concatenate && i.op->kind == OpKind::Area && i.op->matrix) concatenate(i);
        if (i.op->kind == OpKind::Pixel) {
            i.kernel = i.op->kernel;
            if (i.op->dynamic_kernel) {
                auto kernel = state_->kernel_of(e, i.layer);
                if (!kernel) return located(kernel.error());
                i.kernel = std::move(*kernel);
            }
            if (i.op->table) {
                auto table = state_->table_of(e, i.layer);
                if (!table) return located(table.error());
                i.table = std::move(*table);
            }
        } else if (i.op->kind == OpKind::Reader) {
            auto source = i.op->source(e.params(), *EvalState::Context(*state_, e, i.layer, 0));
            if (!source) return located(source.error());
            i.source = std::make_unique<SourceJob>(std::move(*source));
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
        OpContext upstream;
        state_->fill(upstream, *up.eval, up.layer, 0);
        if (up.concatenated) upstream.concatenated = *up.concatenated;
        const auto m = up.op->matrix(up.eval->params(), upstream);
        if (!m || determinant(*m) == 0) return;
        Mat3& product = state_->list<Mat3>(1)[0];
        product = up.concatenated ? *m * *up.concatenated : *m;
        i.concatenated = &product;
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
    std::vector<Instance> instances_;
    const Layer* selected_layer_ = nullptr; ///< what selected_ answers
    std::string selection_;
    std::array<bool, 4> selected_{};
};

/// Bytes in the order that Hasher gives them, in one buffer for all: thousands of keys are made in a row.
class KeyBytes {
public:
    explicit KeyBytes(size_t most)
    {
        if (buffer_.size() < most) buffer_.resize(most);
        at_ = buffer_.data();
    }
    void add(std::string_view text)
    {
        add(int64_t(text.size()));
        raw(text.data(), text.size());
    }
    void add(const Key& k) { raw(&k, sizeof k); }
    void add(int64_t v) { raw(&v, sizeof v); }
    void add(double v)
    {
        if (v == 0) v = 0; // -0.0 and 0.0 are one value
        if (std::isnan(v)) v = std::numeric_limits<double>::quiet_NaN();
        raw(&v, sizeof v);
    }
    Key key() const { return hash_bytes(buffer_.data(), size_t(at_ - buffer_.data())); }

private:
    void raw(const void* data, size_t size)
    {
        assert(size <= size_t(buffer_.data() + buffer_.size() - at_));
        std::memcpy(at_, data, size);
        at_ += size;
    }
    static thread_local std::vector<std::byte> buffer_;
    std::byte* at_;
};
thread_local std::vector<std::byte> KeyBytes::buffer_;

} // namespace

Key instance_key(const std::vector<Instance>& instances, const Instance& i)
{
    const NodeEval& e = *i.eval;
    constexpr size_t fixed = 512; // bytes of what does not depend on lengths
    KeyBytes bytes(fixed + i.op->id.size() + i.layer.size() + i.args.size() * sizeof(Key));
    const auto add_input = [&](int a) { bytes.add(a < 0 ? Key{} : instances[size_t(a)].key); };
    bytes.add(code_key());
    bytes.add(std::string_view(i.op->id));
    bytes.add(int64_t(i.op->version));
    bytes.add(e.values->key);
    bytes.add(i.layer);
    const ImageInfo& info = *e.info;
    const Rect& w = info.data_window;
    for (const int v : {w.x0, w.y0, w.x1, w.y1, info.format.width, info.format.height}) bytes.add(int64_t(v));
    bytes.add(info.format.pixel_aspect);
    for (const int a : i.args) add_input(a);
    if (i.mixed) {
        add_input(i.mix_with);
        add_input(i.mask);
        for (const float m : i.mix) bytes.add(double(m));
        bytes.add(double(i.mask_scale));
    }
    bytes.add(int64_t(i.unpremult));
    if (i.op->uses_frame) bytes.add(e.frame);
    if (i.kernel) bytes.add(i.kernel->key);
    if (i.table) bytes.add(i.table->key);
    if (i.source) bytes.add(i.source->stamp);
    if (i.folded)
        for (const double m : i.concatenated->m) bytes.add(m);
    return bytes.key();
}

Result<Resolved> resolve(const Request& request, const ResolveOptions& options, ParamCache& cache)
{
    return Resolver(std::make_shared<EvalState>(request, cache.shared_from_this()), options).run(cache);
}

} // namespace tessera
