// What a node's value says once and for all, and its parameters as numbers.
#include "core/eval/node_eval.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

/// Merge's parameter that adds layers to the standard selection of channels.
constexpr std::string_view also_param = "also_merge";
/// Entries kept; forgetting costs one sampling of every node.
constexpr size_t most_facts = 100'000;

void read_standard(const ParamDesc& param, const Value& value, Sampled& into)
{
    if (param.name == "mix") into.standard.mix = std::clamp(component(value, 0), 0.0, 1.0);
    else if (param.name == "invert_mask") into.standard.invert_mask = component(value, 0) >= 0.5;
    else if (param.name == "unpremult") into.standard.unpremult = component(value, 0) >= 0.5;
    else if (param.name == "channels") into.channels = std::get<std::string>(value);
}

/// Sets every parameter of `into` from `value_of(desc)`, which gives a pointer that lasts until its next call or null for
/// the default, and makes the key.
template <class F> Status fill_sampled(const OpDesc& op, Sampled& into, F value_of)
{
    // A struct that has been used may hold other values: then the defaults are written as well.
    const bool used = bool(into.params);
    std::shared_ptr<void> object = used ? std::const_pointer_cast<void>(into.params) : op.make();
    into.params = object;
    into.standard = {};
    into.channels.clear();
    static thread_local Hasher hasher; // one buffer for all: thousands of nodes are sampled in a row
    hasher.clear();
    const std::string* also = nullptr;
    for (const ParamDesc& p : op.params) {
        TESSERA_TRY(found, value_of(p));
        const Value& value = found ? *found : p.fallback;
        if (found || used) p.set(object.get(), value);
        if (p.standard) read_standard(p, value, into);
        else add_to(hasher, value);
        if (p.name == also_param) {
            static thread_local std::string layers;
            layers = std::get<std::string>(value);
            also = &layers;
        }
    }
    if (also && !also->empty()) into.channels.append(" ").append(*also);
    into.key = hasher.key();
    return {};
}

/// A number made of curves and constants, without the machinery that expressions and links need. False where that is
/// needed after all (also for the errors it gives).
bool curves_at(const Param& param, const ParamDesc& desc, double frame, Value& into)
{
    const int count = component_count(desc.type);
    if (count == 0 || desc.type == ParamType::Enum || desc.hard || !std::isfinite(frame) || !holds(param.value, desc.type))
        return false;
    into = param.value;
    for (int i = 0; i < count && size_t(i) < param.sources.size(); ++i) {
        if (param.sources[size_t(i)].index() == 0) continue;
        const auto* curve = std::get_if<CurvePtr>(&param.sources[size_t(i)]);
        if (!curve || !*curve) return false;
        set_component(into, i, (*curve)->at(frame));
    }
    return all_finite(into);
}

} // namespace

std::shared_ptr<ParamCache> make_param_cache() { return std::make_shared<ParamCache>(); }

const FactsPtr& ParamCache::facts(const NodePtr& node)
{
    if (const FactsPtr* known = entries_.find(node.get())) return *known;
    auto facts = std::make_shared<NodeFacts>();
    facts->node = node;
    facts->op = Registry::instance().find(node->op);
    facts->structural = node->op == "group" || node->op == "input" || node->op == "output";
    facts->disabled = node->disabled;
    for (const auto& [name, param] : node->params)
        for (const ParamSource& s : param.sources)
            if (std::holds_alternative<ExpressionSource>(s) || std::holds_alternative<LinkSource>(s)) facts->depends = true;
    if (facts->op) {
        facts->inputs.reserve(facts->op->inputs.size());
        for (const PortDesc& port : facts->op->inputs) {
            const auto it = node->inputs.find(port.name);
            facts->inputs.push_back(it == node->inputs.end() ? 0 : it->second.node);
        }
    } else if (!node->inputs.empty()) {
        facts->inputs.push_back(node->inputs.begin()->second.node);
    }
    if (entries_.size() > most_facts) entries_.clear();
    return entries_[node.get()] = std::move(facts);
}

void ParamCache::put(const FactsPtr& facts, std::shared_ptr<const Sampled> constant)
{
    // Nobody else writes it, and whoever holds the facts may as well see it.
    std::const_pointer_cast<NodeFacts>(facts)->constant = std::move(constant);
}

ProgramPtr& ParamCache::program(const Key& structure)
{
    constexpr size_t most_programs = 10'000; // each a few kilobytes; forgetting costs building them again
    if (programs_.size() > most_programs) programs_.clear();
    return programs_[structure];
}

Status sample_node(const Project& project, const Scope& scope, const Node& node, const OpDesc& op, double frame,
                   Sampled& into)
{
    Value sampled;
    return fill_sampled(op, into, [&](const ParamDesc& p) -> Result<const Value*> {
        const auto it = node.params.find(p.name);
        if (it == node.params.end()) return static_cast<const Value*>(nullptr);
        const Param& param = it->second;
        if (param.constant() && holds(param.value, p.type) && all_finite(param.value)) return &param.value;
        if (curves_at(param, p, frame, sampled)) return static_cast<const Value*>(&sampled);
        auto value = value_at(project, *scope.graph, node, p.name, p.type, p.fallback, frame);
        if (!value) return std::move(value.error().at_node(scope.prefix + node.name).at_frame(frame));
        sampled = std::move(*value);
        return static_cast<const Value*>(&sampled);
    });
}

void sample_values(const OpDesc& op, const std::map<std::string, Value>& values, Sampled& into)
{
    const Status status = fill_sampled(op, into, [&](const ParamDesc& p) -> Result<const Value*> {
        const auto it = values.find(p.name);
        if (it == values.end()) return static_cast<const Value*>(nullptr);
        assert(holds(it->second, p.type) && "an expansion gives a parameter a value of another type");
        return &it->second;
    });
    assert(status.ok());
    (void)status;
}

} // namespace tessera
