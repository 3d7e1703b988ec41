// What the hooks of operators are told, and which of their answers are shared.
#include "core/eval/node_eval.h"
#include <bit>
#include <cmath>
#include <cstdlib>

namespace tessera {

Key EvalState::question(const NodeEval& e, std::string_view layer, Hook hook) const
{
    // Animated parameters may be asked for at other frames (params_at), which the values at this one do not show.
    if (!e.facts || !e.facts->constant) return {};
    constexpr size_t most = 40;
    std::array<uint64_t, most> words;
    size_t count = 0;
    const auto add = [&](const void* p) { words[count++] = reinterpret_cast<uintptr_t>(p); };
    if (e.inputs.size() + 8 > most) return {};
    words[count++] = uint64_t(hook);
    add(e.op);
    add(layer.data());
    add(e.info.get());
    words[count++] = e.values->key.high;
    words[count++] = e.values->key.low;
    words[count++] = std::bit_cast<uint64_t>(e.frame);
    for (const NodeEval* in : e.inputs) add(in ? in->info.get() : nullptr);
    return hash_bytes(words.data(), count * sizeof words[0]);
}

Result<KernelPtr> EvalState::kernel_of(const NodeEval& e, std::string_view layer)
{
    const Key asked = question(e, layer, Hook::Kernel);
    if (asked)
        if (const KernelPtr* known = kernels_.find(asked)) return *known;
    auto kernel = e.op->dynamic_kernel(e.params(), *Context(*this, e, layer, 0));
    if (kernel && asked) kernels_[asked] = *kernel;
    return kernel;
}

Result<TablePtr> EvalState::table_of(const NodeEval& e, std::string_view layer)
{
    const Key asked = question(e, layer, Hook::Table);
    if (asked)
        if (const TablePtr* known = tables_.find(asked)) return *known;
    auto table = e.op->table(e.params(), *Context(*this, e, layer, 0));
    if (table && asked) tables_[asked] = *table;
    return table;
}

std::string_view EvalState::layer_name(std::string_view name)
{
    if (name == main_layer) return main_layer;
    for (const std::string& known : layers_)
        if (known == name) return known;
    return layers_.emplace_back(name);
}

void EvalState::fill(OpContext& c, const NodeEval& e, std::string_view layer, int level) const
{
    c.frame = e.frame;
    c.level = level;
    c.scale = level == 0 ? 1 : std::ldexp(1.0, -level);
    c.layer = layer;
    c.node = e.path;
    c.inputs.clear();
    for (const NodeEval* in : e.inputs) c.inputs.push_back(in && in->info ? in->info.get() : nullptr);
    c.output = e.info ? e.info.get() : &no_image();
    c.concatenated = {};
    auto* self = const_cast<EvalState*>(this);
    const NodeEval* eval = &e;
    c.params_at = [self, eval](double frame) { return self->params_at(eval, frame); };
    if (!c.variable) fill_project(c);
}

/// What is the same for all nodes of the request.
void EvalState::fill_project(OpContext& c) const
{
    const ProjectSettings& settings = request_.project->settings;
    c.request_level = request_.level;
    c.view = request_.view;
    c.project_format = settings.format;
    c.frames_per_second = settings.frames_per_second;
    c.project_folder = request_.project->folder;
    c.color_config = settings.color_config;
    c.working_space = settings.working_space;
    const EvalState* self = this;
    c.variable = [self](std::string_view name) -> std::optional<std::string> {
        const Project& project = *self->request_.project;
        if (name == "PROJECT") return project.folder;
        const auto it = project.settings.variables.find(std::string(name));
        if (it != project.settings.variables.end()) return it->second;
        const char* value = std::getenv(std::string(name).c_str());
        return value ? std::optional<std::string>(value) : std::nullopt;
    };
}

void EvalState::take_project(ProjectPtr project)
{
    request_.project = std::move(project);
    for (Scope& s : scopes_) {
        s.graph = find_graph(*request_.project, s.graph->id);
        if (s.group) s.group = s.parent->graph->nodes.find(s.group->id)->get();
    }
    for (OpContext& c : contexts_) fill_project(c); // they point into the former one
}

EvalState::Context::Context(const EvalState& state, const NodeEval& eval, std::string_view layer, int level)
    : state_(state),
      context_(state.lent_ < state.contexts_.size() ? state.contexts_[state.lent_] : state.contexts_.emplace_back())
{
    ++state.lent_;
    state.fill(context_, eval, layer, level);
}

EvalState::Context::Context(const EvalState& state, const Instance& instance, int level)
    : Context(state, *instance.eval, instance.layer, level)
{
    if (instance.concatenated) context_.concatenated = *instance.concatenated;
    if (!instance.inputs.empty()) context_.inputs.assign(instance.inputs.begin(), instance.inputs.end());
}

} // namespace tessera
