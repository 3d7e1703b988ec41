#include "core/doc/curve_edits.h"
#include "core/doc/expression.h"
#include "core/doc/validate.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

Error no_channel(const ChannelRef& ref)
{
    return {ErrorKind::NotFound,
            "the project has no parameter '" + ref.param + "' with a component " + std::to_string(ref.component),
            "choose another parameter"};
}

/// The parameter's source for the component; monostate where it has none.
const ParamSource& source_of(const Node& node, const ChannelRef& ref)
{
    static const ParamSource none;
    const auto it = node.params.find(ref.param);
    if (it == node.params.end() || size_t(ref.component) >= it->second.sources.size()) return none;
    return it->second.sources[size_t(ref.component)];
}

/// A choice's index, or the component as a number.
double constant_of(const ParamInfo& info, const Value& value, int component_index)
{
    if (info.type != ParamType::Enum || !info.desc) return component(value, component_index);
    const auto& choices = info.desc->choices;
    const auto found = std::find(choices.begin(), choices.end(), to_text(value));
    return found == choices.end() ? 0 : double(found - choices.begin());
}

std::optional<std::pair<double, double>> range_of(const ParamInfo& info)
{
    if (info.type == ParamType::Bool) return std::pair{0.0, 1.0};
    if (!info.desc) return std::nullopt;
    if (info.type == ParamType::Enum && !info.desc->choices.empty())
        return std::pair{0.0, double(info.desc->choices.size() - 1)};
    if (!info.desc->hard) return std::nullopt;
    return std::pair{info.desc->min, info.desc->max};
}

Curve kept_inside(Curve curve, const std::optional<std::pair<double, double>>& range)
{
    if (!range) return curve;
    std::vector<CurveKey> keys(curve.keys().begin(), curve.keys().end());
    bool changed = false;
    for (CurveKey& k : keys) {
        const double inside = std::clamp(k.value, range->first, range->second);
        changed = changed || inside != k.value;
        k.value = inside;
    }
    if (!changed) return curve;
    auto made = Curve::make(std::move(keys), curve.before(), curve.after());
    assert(made); // only values changed, to finite ones
    return std::move(*made);
}

/// A channel made a constant number, by its type.
Result<ProjectPtr> set_number(const ProjectPtr& project, const ChannelRef& ref, const ParamInfo& info, double number)
{
    if (info.type == ParamType::Enum && info.desc) {
        const size_t most = info.desc->choices.size() - 1;
        const size_t index = size_t(std::clamp(std::round(number), 0.0, double(most)));
        return set_param(project, ref.node_ref(), ref.param, Value(info.desc->choices[index]));
    }
    if (component_count(info.type) > 1)
        return set_param(project, ref.node_ref(), ref.param, Value(number), ref.component);
    Value value = zero_value(info.type);
    set_component(value, 0, number);
    return set_param(project, ref.node_ref(), ref.param, value);
}

Result<ProjectPtr> set_curve(const ProjectPtr& project, const CurveChange& change)
{
    const ChannelRef& ref = change.channel;
    const auto channel = find_channel(*project, ref);
    if (!channel) return no_channel(ref);
    if (channel->kind == ChannelKind::Lookup) {
        auto curve = std::make_shared<const Curve>(change.curve);
        return set_param(project, ref.node_ref(), ref.param, Value(CurvePtr(std::move(curve))));
    }
    const std::string path = path_of(*project, ref);
    if (!channel->takes_keys())
        return Error{ErrorKind::InvalidArgument,
                     path + " is driven by " +
                         (channel->kind == ChannelKind::Link ? "a link" : "an expression without keys of its own"),
                     "bake it to keys, or remove the link or the expression first"};
    if (change.curve.empty() && channel->kind == ChannelKind::Expression)
        return Error{ErrorKind::InvalidArgument, "the expression of " + path + " reads these keys",
                     "leave one key, or remove the expression first"};
    if (change.curve.empty()) {
        const NodePlace place = find_node(*project, ref.graph, ref.node);
        const double last = channel->has_keys() ? channel->curve->keys().back().value : channel->constant;
        return set_number(project, ref, *param_info(*place.node, ref.param), last);
    }
    auto curve = std::make_shared<const Curve>(kept_inside(change.curve, channel->range));
    if (channel->kind == ChannelKind::Expression)
        return set_source(project, ref.node_ref(), ref.param, ExpressionSource{channel->text, std::move(curve)},
                          ref.component);
    return set_source(project, ref.node_ref(), ref.param, CurvePtr(std::move(curve)), ref.component);
}

} // namespace

int channel_count(ParamType type)
{
    return type == ParamType::Curve ? 1 : component_count(type);
}

std::optional<Channel> find_channel(const Project& project, const ChannelRef& ref)
{
    const NodePlace place = find_node(project, ref.graph, ref.node);
    if (!place) return std::nullopt;
    const auto info = param_info(*place.node, ref.param);
    if (!info || ref.component < 0 || ref.component >= channel_count(info->type)) return std::nullopt;
    const auto it = place.node->params.find(ref.param);
    const Value& value = it == place.node->params.end() ? info->fallback : it->second.value;
    Channel channel;
    const ParamSource& source = source_of(*place.node, ref);
    if (const auto* link = std::get_if<LinkSource>(&source)) {
        channel.kind = ChannelKind::Link, channel.text = link->path;
    } else if (const auto* expression = std::get_if<ExpressionSource>(&source)) {
        channel.kind = ChannelKind::Expression, channel.text = expression->text, channel.curve = expression->curve;
    } else if (info->type == ParamType::Curve) {
        channel.kind = ChannelKind::Lookup;
        if (const auto* curve = std::get_if<CurvePtr>(&value)) channel.curve = *curve;
        return channel;
    } else if (const auto* curve = std::get_if<CurvePtr>(&source)) {
        channel.kind = ChannelKind::Curve, channel.curve = *curve;
    }
    channel.constant = constant_of(*info, value, ref.component);
    channel.range = range_of(*info);
    return channel;
}

std::string path_of(const Project& project, const ChannelRef& ref)
{
    std::string path = path_of(project, ref.graph, ref.node) + '.' + ref.param;
    const NodePlace place = find_node(project, ref.graph, ref.node);
    const auto info = place ? param_info(*place.node, ref.param) : std::nullopt;
    const std::string part = info ? component_name(info->type, ref.component) : "";
    return part.empty() ? path : path + '.' + part;
}

std::optional<ChannelRef> channel_at(const Project& project, std::string_view path)
{
    const auto try_split = [&](std::string_view node_path, std::string_view param,
                               std::string_view part) -> std::optional<ChannelRef> {
        const NodePlace place = find_node(project, node_path);
        const auto info = place ? param_info(*place.node, param) : std::nullopt;
        if (!info) return std::nullopt;
        const int component = part.empty() ? 0 : component_named(info->type, part);
        if (component < 0 || component >= channel_count(info->type)) return std::nullopt;
        return ChannelRef{place.graph->id, place.node->id, std::string(param), component};
    };
    const size_t last = path.rfind('.');
    if (last == std::string_view::npos) return std::nullopt;
    if (auto found = try_split(path.substr(0, last), path.substr(last + 1), {})) return found;
    const size_t before = path.rfind('.', last - 1);
    if (last == 0 || before == std::string_view::npos) return std::nullopt;
    return try_split(path.substr(0, before), path.substr(before + 1, last - before - 1), path.substr(last + 1));
}

Result<double> channel_value(const Project& project, const ChannelRef& ref, double frame)
{
    const NodePlace place = find_node(project, ref.graph, ref.node);
    const auto info = place ? param_info(*place.node, ref.param) : std::nullopt;
    if (!info) return no_channel(ref);
    TESSERA_TRY(value, value_at(project, *place.graph, *place.node, ref.param, info->type, info->fallback, frame));
    if (const auto* curve = std::get_if<CurvePtr>(&value)) return *curve ? (*curve)->at(frame) : 0.0;
    return constant_of(*info, value, ref.component);
}

Result<ProjectPtr> set_curves(const ProjectPtr& project, std::span<const CurveChange> changes)
{
    ProjectPtr result = project;
    for (const CurveChange& change : changes) {
        TESSERA_TRY(next, set_curve(result, change));
        result = next;
    }
    return result;
}

Result<ProjectPtr> set_channel_expression(const ProjectPtr& project, const ChannelRef& ref, const std::string& text)
{
    const auto channel = find_channel(*project, ref);
    if (!channel) return no_channel(ref);
    if (!text.empty())
        return set_source(project, ref.node_ref(), ref.param, ExpressionSource{text, nullptr}, ref.component);
    if (channel->kind != ChannelKind::Expression) return project;
    const ParamSource own = channel->curve ? ParamSource(channel->curve) : ParamSource();
    return set_source(project, ref.node_ref(), ref.param, own, ref.component);
}

namespace {

/// `from` gives the samples, `to` gets the keys; both have the channel.
Result<ProjectPtr> sampled(const ProjectPtr& from, const ProjectPtr& to, const ChannelRef& ref, const BakeRange& range,
                           Interpolation interpolation)
{
    const auto channel = find_channel(*to, ref);
    if (!channel) return no_channel(ref);
    if (!(range.step > 0) || !std::isfinite(range.first) || !std::isfinite(range.last) || range.last < range.first)
        return Error{ErrorKind::InvalidArgument, "the range has no frames",
                     "give a first frame before the last one and a step above 0"};
    const double count = std::floor((range.last - range.first) / range.step) + 1;
    if (count > most_baked_keys)
        return Error{ErrorKind::InvalidArgument,
                     "the range would make more than " + std::to_string(most_baked_keys) + " keys",
                     "make the range shorter or the step longer"};
    std::vector<CurveKey> keys;
    const CurvePtr old = channel->curve;
    if (old)
        for (const CurveKey& k : old->keys())
            if (k.time < range.first) keys.push_back(k);
    for (int i = 0; i < int(count); ++i) {
        CurveKey key;
        key.time = range.first + i * range.step;
        TESSERA_TRY(value, channel_value(*from, ref, key.time));
        key.value = value, key.interpolation = interpolation;
        keys.push_back(key);
    }
    if (old)
        for (const CurveKey& k : old->keys())
            if (k.time > range.last) keys.push_back(k);
    TESSERA_TRY(curve, Curve::make(std::move(keys), old ? old->before() : Extrapolation::Constant,
                                   old ? old->after() : Extrapolation::Constant));
    // What drives the channel makes way first: a link or an expression takes no keys.
    TESSERA_TRY(free, channel->kind == ChannelKind::Lookup
                          ? Result<ProjectPtr>(to)
                          : set_source(to, ref.node_ref(), ref.param, std::monostate(), ref.component));
    const CurveChange change{ref, curve};
    return set_curves(free, {&change, 1});
}

} // namespace

Result<ProjectPtr> bake_channel(const ProjectPtr& project, const ChannelRef& ref, const BakeRange& range,
                                Interpolation interpolation)
{
    return sampled(project, project, ref, range, interpolation);
}

Result<ProjectPtr> generate_channel(const ProjectPtr& project, const ChannelRef& ref, const std::string& expression,
                                    const BakeRange& range, Interpolation interpolation)
{
    TESSERA_TRY(driven, set_channel_expression(project, ref, expression));
    return sampled(driven, project, ref, range, interpolation);
}

} // namespace tessera
