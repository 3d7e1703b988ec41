#include "app/panels/properties/param_edits.h"
#include "app/widgets/number_text.h"
#include "core/doc/expression.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

const Param* set_param_of(const Project& project, NodeRef ref, const std::string& name)
{
    const NodePlace place = find_node(project, ref.graph, ref.node);
    if (!place) return nullptr;
    const auto it = place.node->params.find(name);
    return it == place.node->params.end() ? nullptr : &it->second;
}

Result<Value> value_now(const ProjectPtr& project, NodeRef ref, const ParamDesc& param, double frame)
{
    const NodePlace place = find_node(*project, ref.graph, ref.node);
    if (!place) return Error{ErrorKind::NotFound, "the node is no longer there", "select another"};
    return value_at(*project, *place.graph, *place.node, param.name, param.type, param.fallback, frame);
}

const ParamSource* source_of(const Param* set, int i)
{
    return set && i >= 0 && size_t(i) < set->sources.size() ? &set->sources[size_t(i)] : nullptr;
}

bool has_key_at(const Curve& curve, double frame)
{
    const auto keys = curve.keys();
    const auto it = std::lower_bound(keys.begin(), keys.end(), frame, [](const CurveKey& k, double t) { return k.time < t; });
    return it != keys.end() && it->time == frame;
}

/// The value of a whole parameter after one component has become `number`.
Value with_component(const ParamDesc& param, Value value, int i, double number)
{
    if (param.type == ParamType::Enum) return value;
    set_component(value, i, number);
    return value;
}

Result<ProjectPtr> number_in(const ProjectPtr& project, NodeRef ref, const ParamDesc& param, int i, double number, double frame)
{
    const Param* set = set_param_of(*project, ref, param.name);
    const ParamSource* source = source_of(set, i);
    if (source && std::holds_alternative<CurvePtr>(*source)) {
        CurveKey key;
        const auto& curve = std::get<CurvePtr>(*source);
        // A key that is there keeps its interpolation and handles.
        if (curve)
            for (const CurveKey& k : curve->keys())
                if (k.time == frame) key = k;
        key.time = frame, key.value = number;
        return set_key(project, ref, param.name, i, key);
    }
    if (component_count(param.type) == 1) return set_param(project, ref, param.name, with_component(param, zero_value(param.type), 0, number));
    return set_param(project, ref, param.name, Value(number), i);
}

} // namespace

Result<ProjectPtr> edit_number(const ProjectPtr& project, const EditTargets& targets, const ParamDesc& param, int i,
                               double number, double frame)
{
    ProjectPtr p = project;
    for (const NodeRef& ref : targets)
        for (int c = i < 0 ? 0 : i; c < (i < 0 ? component_count(param.type) : i + 1); ++c) {
            TESSERA_TRY(next, number_in(p, ref, param, c, number, frame));
            p = next;
        }
    return p;
}

Result<ProjectPtr> edit_relative(const ProjectPtr& project, const EditTargets& targets, const ParamDesc& param, int i,
                                 const std::string& text, double frame)
{
    ProjectPtr p = project;
    for (const NodeRef& ref : targets) {
        TESSERA_TRY(value, value_now(project, ref, param, frame));
        for (int c = i < 0 ? 0 : i; c < (i < 0 ? component_count(param.type) : i + 1); ++c) {
            TESSERA_TRY(number, calculated(text, component(value, c)));
            double fitting = param.type == ParamType::Int ? std::round(number) : number;
            if (param.hard) fitting = std::clamp(fitting, param.min, param.max);
            TESSERA_TRY(next, number_in(p, ref, param, c, fitting, frame));
            p = next;
        }
    }
    return p;
}

Result<ProjectPtr> edit_numbers(const ProjectPtr& project, const EditTargets& targets, const ParamDesc& param,
                                std::span<const double> numbers, double frame)
{
    ProjectPtr p = project;
    for (const NodeRef& ref : targets) {
        const auto value = value_now(project, ref, param, frame);
        for (int i = 0; i < int(numbers.size()) && i < component_count(param.type); ++i) {
            // A component that stays as it is keeps what drives it.
            if (value && component(*value, i) == numbers[size_t(i)]) continue;
            const double number = param.hard ? std::clamp(numbers[size_t(i)], param.min, param.max) : numbers[size_t(i)];
            TESSERA_TRY(next, number_in(p, ref, param, i, number, frame));
            p = next;
        }
    }
    return p;
}

Result<ProjectPtr> edit_value(const ProjectPtr& project, const EditTargets& targets, const ParamDesc& param, const Value& value)
{
    ProjectPtr p = project;
    for (const NodeRef& ref : targets) {
        TESSERA_TRY(next, set_param(p, ref, param.name, value));
        p = next;
    }
    return p;
}

Result<ProjectPtr> add_keys(const ProjectPtr& project, const EditTargets& targets, const ParamDesc& param, double frame, int i)
{
    ProjectPtr p = project;
    for (const NodeRef& ref : targets) {
        TESSERA_TRY(value, value_now(project, ref, param, frame));
        for (int c = 0; c < component_count(param.type); ++c) {
            if (i >= 0 && c != i) continue;
            const Param* set = set_param_of(*p, ref, param.name);
            const DrivenBy by = driven_by(set, c, frame);
            if (by == DrivenBy::Expression || by == DrivenBy::Link || by == DrivenBy::Key) continue;
            CurveKey key;
            key.time = frame;
            key.value = component(value, c);
            if (param.type == ParamType::Enum) { // by the index of the choice
                const auto* name = std::get_if<std::string>(&value);
                const auto choice = std::find(param.choices.begin(), param.choices.end(), name ? *name : "");
                key.value = double(choice - param.choices.begin());
            }
            if (param.type == ParamType::Enum || param.type == ParamType::Bool) key.interpolation = Interpolation::Constant;
            TESSERA_TRY(next, set_key(p, ref, param.name, c, key));
            p = next;
        }
    }
    return p;
}

Result<ProjectPtr> remove_keys(const ProjectPtr& project, const EditTargets& targets, const ParamDesc& param, double frame, int i)
{
    ProjectPtr p = project;
    for (const NodeRef& ref : targets)
        for (int c = 0; c < component_count(param.type); ++c) {
            if ((i >= 0 && c != i) || driven_by(set_param_of(*p, ref, param.name), c, frame) != DrivenBy::Key) continue;
            TESSERA_TRY(next, remove_key(p, ref, param.name, c, frame));
            p = next;
        }
    return p;
}

Result<ProjectPtr> make_constant(const ProjectPtr& project, const EditTargets& targets, const ParamDesc& param, double frame)
{
    ProjectPtr p = project;
    for (const NodeRef& ref : targets) {
        const Param* set = set_param_of(*p, ref, param.name);
        if (!set || set->constant()) continue;
        // Where what drives it fails, the constant behind it is what is left.
        const auto value = value_now(project, ref, param, frame);
        const Value left = value ? *value : set->value;
        TESSERA_TRY(next, set_param(p, ref, param.name, left));
        p = next;
    }
    return p;
}

Result<ProjectPtr> reset_params(const ProjectPtr& project, const EditTargets& targets, std::span<const std::string> params)
{
    ProjectPtr p = project;
    for (const NodeRef& ref : targets)
        for (const std::string& name : params) {
            if (!set_param_of(*p, ref, name)) continue;
            TESSERA_TRY(next, reset_param(p, ref, name));
            p = next;
        }
    return p;
}

DrivenBy driven_by(const Param* set, int i, double frame)
{
    const ParamSource* source = source_of(set, i);
    if (!source) return DrivenBy::Constant;
    if (const auto* curve = std::get_if<CurvePtr>(source))
        return *curve && has_key_at(**curve, frame) ? DrivenBy::Key : DrivenBy::Curve;
    if (std::holds_alternative<ExpressionSource>(*source)) return DrivenBy::Expression;
    return std::holds_alternative<LinkSource>(*source) ? DrivenBy::Link : DrivenBy::Constant;
}

ParamState state_of(const Param* set, double frame)
{
    ParamState state;
    if (!set) return state;
    state.changed = true;
    state.all_keys_here = true;
    for (int i = 0; i < int(set->sources.size()); ++i) {
        const DrivenBy by = driven_by(set, i, frame);
        state.animated |= by == DrivenBy::Curve || by == DrivenBy::Key;
        state.key_here |= by == DrivenBy::Key;
        state.driven |= by == DrivenBy::Expression || by == DrivenBy::Link;
        if (by == DrivenBy::Curve) state.all_keys_here = false;
    }
    state.all_keys_here &= state.key_here;
    return state;
}

EditTargets targets_of(const Project& project, NodeRef shown, std::span<const NodeId> selected)
{
    EditTargets targets{shown};
    const NodePlace place = find_node(project, shown.graph, shown.node);
    if (!place || std::find(selected.begin(), selected.end(), shown.node) == selected.end()) return targets;
    for (const NodeId id : selected) {
        if (id == shown.node) continue;
        const NodePlace other = find_node(project, shown.graph, id);
        if (other && other.node->op == place.node->op) targets.emplace_back(shown.graph, id);
    }
    return targets;
}

std::string clipboard_text(const Value& value)
{
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    const ParamType type = type_of(value);
    const int count = component_count(type);
    if (count == 0) return to_text(value);
    std::string text;
    for (int i = 0; i < count; ++i) text += (i ? " " : "") + shortest_text(component(value, i));
    return text;
}

Result<Value> value_of_text(const ParamDesc& param, const std::string& text)
{
    const auto wrong = [&](const std::string& why) {
        return Error{ErrorKind::InvalidArgument, param.label + ": " + why, "copy a value of the same kind first"};
    };
    constexpr size_t longest = 100000;
    if (text.size() > longest) return wrong("the clipboard holds too much text for a value");
    if (param.type == ParamType::String || param.type == ParamType::File) return Value(text);
    if (param.type == ParamType::Enum) {
        if (std::find(param.choices.begin(), param.choices.end(), text) == param.choices.end())
            return wrong("the clipboard holds none of its choices");
        return Value(text);
    }
    const int count = component_count(param.type);
    if (count == 0) return wrong("it cannot be pasted as text");
    std::vector<double> numbers;
    std::string word;
    for (const char c : text + " ") {
        const bool separates = c == ' ' || c == ',' || c == ';' || c == '\t' || c == '\n' || c == '\r' || c == '(' || c == ')' || c == '[' || c == ']' || c == '{' || c == '}';
        if (!separates) {
            word += c;
            continue;
        }
        if (word.empty()) continue;
        const auto number = word == "true" ? Result<double>(1.0) : word == "false" ? Result<double>(0.0) : calculated(word, 0);
        if (!number || is_relative(word)) return wrong("the clipboard holds no number");
        numbers.push_back(*number);
        word.clear();
    }
    if (numbers.empty()) return wrong("the clipboard holds no number");
    Value value = param.fallback;
    const int given = int(numbers.size());
    // One number is meant for all; three make the red, green and blue of a colour.
    if (given != 1 && given != count && !(param.type == ParamType::Color && given == 3))
        return wrong("the clipboard holds " + std::to_string(given) + " numbers where " + std::to_string(count) + " are needed");
    for (int i = 0; i < count && (given == 1 || i < given); ++i) set_component(value, i, numbers[given == 1 ? 0 : size_t(i)]);
    return value;
}

} // namespace tessera
