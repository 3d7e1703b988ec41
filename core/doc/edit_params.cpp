#include "core/doc/dependencies.h"
#include "core/doc/draft.h"
#include "core/doc/expression.h"
#include "core/doc/validate.h"
#include <algorithm>

namespace tessera {

namespace {

/// The parameter as it is, or as its declaration sets it.
Result<Param> current(const Node& node, std::string_view param)
{
    if (const auto it = node.params.find(param); it != node.params.end()) return it->second;
    const auto info = param_info(node, param);
    if (info) return Param{info->fallback, {}};
    TESSERA_TRY(value, checked_value(node, param, 0.0)); // gives the error that names what there is
    return Param{value, {}};
}

size_t source_count(const Node& node, std::string_view param, const Param& p)
{
    const auto info = param_info(node, param);
    return size_t(std::max(1, component_count(info ? info->type : type_of(p.value))));
}

Error no_component(std::string_view param, int component, size_t count)
{
    return {ErrorKind::NotFound,
            "parameter '" + std::string(param) + "' has " + std::to_string(count) + " components, not a component " +
                std::to_string(component),
            "count them from 0"};
}

CurvePtr own_curve(const ParamSource& source)
{
    if (const auto* curve = std::get_if<CurvePtr>(&source)) return *curve;
    const auto* expression = std::get_if<ExpressionSource>(&source);
    return expression ? expression->curve : nullptr;
}

void drop_if_constant(Param& p)
{
    if (p.constant()) p.sources.clear();
}

/// Ports of groups are named by Input nodes: where such a name changes, what is connected follows.
ProjectPtr with_port_renamed(const ProjectPtr& next, GraphId graph, const std::string& from, const std::string& to)
{
    if (from == to) return next;
    Draft draft(next);
    next->graphs.each([&](GraphId id, const GraphPtr& g) {
        g->nodes.each([&](NodeId, const NodePtr& node) {
            if (node->graph != graph || !node->inputs.contains(from)) return;
            Node copy = *node;
            const Connection connection = copy.inputs[from];
            copy.inputs.erase(from);
            copy.inputs[to] = connection;
            draft.put(id, std::move(copy));
        });
    });
    return draft.done();
}

/// Changes one parameter and checks all that hangs on it.
Result<ProjectPtr> with_param(const ProjectPtr& project, NodeRef ref, std::string_view param,
                              const std::function<Status(const Node&, Param&)>& change)
{
    TESSERA_TRY(place, existing(*project, ref));
    bool same_as_before = false;
    std::string port_before, port_after;
    TESSERA_TRY(next, with_node(project, ref, [&](Node& node) -> Status {
                    TESSERA_TRY(p, current(node, param));
                    Param changed = p;
                    TESSERA_CHECK(change(node, changed));
                    drop_if_constant(changed);
                    const auto it = node.params.find(param);
                    same_as_before = it != node.params.end() && same(it->second, changed);
                    node.params.insert_or_assign(std::string(param), std::move(changed));
                    if (node.op == "input" && param == "name")
                        port_before = port_of_input(*place.node), port_after = port_of_input(node);
                    return {};
                }));
    if (same_as_before) return project;
    const NodePlace changed = find_node(*next, ref.graph, ref.node);
    if (!changed.node->params.find(param)->second.sources.empty()) {
        auto status = check_references(*next, *changed.graph, *changed.node, param);
        if (status) status = DependencyCheck(*next).check(*changed.graph, *changed.node, param);
        if (!status) return at(*project, ref, std::move(status.error()));
    }
    return with_port_renamed(next, ref.graph, port_before, port_after);
}

Status check_free_port(const Graph& graph, const Node& node, const Value& value)
{
    Error taken{ErrorKind::Exists, "another Input node of this graph is the port '" + to_text(value) + "' already",
                "choose a name that is free"};
    bool found = false;
    graph.nodes.each([&](NodeId id, const NodePtr& other) {
        found = found || (id != node.id && other->op == "input" && port_of_input(*other) == to_text(value));
    });
    return found ? Status(std::move(taken)) : Status();
}

} // namespace

Result<ProjectPtr> set_param(const ProjectPtr& project, NodeRef ref, std::string_view param, const Value& value,
                             std::optional<int> component)
{
    TESSERA_TRY(place, existing(*project, ref));
    return with_param(project, ref, param, [&](const Node& node, Param& p) -> Status {
        if (!component) {
            TESSERA_TRY(checked, checked_value(node, param, value));
            if (node.op == "input" && param == "name") TESSERA_CHECK(check_free_port(*place.graph, node, checked));
            p = {checked, {}};
            return {};
        }
        const size_t count = source_count(node, param, p);
        if (*component < 0 || size_t(*component) >= count) return no_component(param, *component, count);
        Value whole = p.value;
        if (count == 1) {
            whole = value;
        } else {
            if (component_count(type_of(value)) != 1)
                return Error{ErrorKind::InvalidArgument,
                             "parameter '" + std::string(param) + "': a component takes a number, not " +
                                 to_text(value),
                             "give it one number"};
            tessera::set_component(whole, *component, tessera::component(value, 0));
        }
        TESSERA_TRY(checked, checked_value(node, param, whole));
        p.value = checked;
        if (size_t(*component) < p.sources.size()) p.sources[size_t(*component)] = std::monostate();
        return {};
    });
}

Result<ProjectPtr> set_source(const ProjectPtr& project, NodeRef ref, std::string_view param, ParamSource source,
                              std::optional<int> component)
{
    return with_param(project, ref, param, [&](const Node& node, Param& p) -> Status {
        TESSERA_CHECK(check_source(node, param, source));
        const size_t count = source_count(node, param, p);
        if (component && (*component < 0 || size_t(*component) >= count)) return no_component(param, *component, count);
        p.sources.resize(count);
        for (size_t i = 0; i < count; ++i) {
            if (component && size_t(*component) != i) continue;
            ParamSource next = source;
            if (auto* expression = std::get_if<ExpressionSource>(&next); expression && !expression->curve) {
                TESSERA_TRY(code, compiled(expression->text));
                if (code->uses_own_curve()) expression->curve = own_curve(p.sources[i]);
                if (code->uses_own_curve() && !expression->curve)
                    return Error{ErrorKind::NotFound,
                                 "parameter '" + std::string(param) +
                                     "': the expression asks for its own curve, but there is none",
                                 "set keys first, or name a parameter: curve(Node.parameter, frame)"};
            }
            p.sources[i] = std::move(next);
        }
        return {};
    });
}

namespace {

/// Puts new keys into a component's curve; no keys: back to the constant `last_value`.
Status change_keys(const Node& node, std::string_view param, Param& p, int component,
                   const std::function<Status(std::vector<CurveKey>&)>& change)
{
    const auto info = param_info(node, param);
    const ParamType type = info ? info->type : type_of(p.value);
    const size_t count = source_count(node, param, p);
    if (component_count(type) == 0)
        return Error{ErrorKind::InvalidArgument,
                     "parameter '" + std::string(param) + "': a " + std::string(name_of(type)) + " cannot have keys",
                     "set a value"};
    if (component < 0 || size_t(component) >= count) return no_component(param, component, count);
    p.sources.resize(count);
    ParamSource& source = p.sources[size_t(component)];
    const CurvePtr old = own_curve(source);
    if (!old && source.index() != 0)
        return Error{ErrorKind::InvalidArgument,
                     "parameter '" + std::string(param) + "' is driven by a link or an expression, so it has no keys",
                     "remove the link or the expression first"};
    std::vector<CurveKey> keys;
    if (old) keys.assign(old->keys().begin(), old->keys().end());
    const double last_value = keys.empty() ? 0 : keys.back().value;
    TESSERA_CHECK(change(keys));
    if (keys.empty()) {
        source = std::monostate();
        if (type == ParamType::Enum) {
            if (info->desc && last_value >= 0 && last_value < double(info->desc->choices.size()))
                p.value = info->desc->choices[size_t(std::round(last_value))];
        } else {
            set_component(p.value, component, last_value);
        }
        return {};
    }
    TESSERA_TRY(curve, Curve::make(std::move(keys), old ? old->before() : Extrapolation::Constant,
                                   old ? old->after() : Extrapolation::Constant));
    auto shared = std::make_shared<const Curve>(std::move(curve));
    if (auto* expression = std::get_if<ExpressionSource>(&source))
        expression->curve = std::move(shared);
    else
        source = CurvePtr(std::move(shared));
    return {};
}

} // namespace

Result<ProjectPtr> set_key(const ProjectPtr& project, NodeRef ref, std::string_view param, int component,
                           const CurveKey& key)
{
    return with_param(project, ref, param, [&](const Node& node, Param& p) {
        return change_keys(node, param, p, component, [&](std::vector<CurveKey>& keys) -> Status {
            Value probe =
                p.value; // a key's own value keeps to the hard range; what lies between is checked when evaluated
            set_component(probe, component, key.value);
            if (const auto range = outside_hard_range(node, param, probe))
                return Error{ErrorKind::InvalidArgument, "parameter '" + std::string(param) + "': " + *range,
                             "use a value in that range"};
            const auto at = std::lower_bound(keys.begin(), keys.end(), key.time,
                                             [](const CurveKey& k, double time) { return k.time < time; });
            if (at != keys.end() && at->time == key.time)
                *at = key;
            else
                keys.insert(at, key);
            return {};
        });
    });
}

Result<ProjectPtr> remove_key(const ProjectPtr& project, NodeRef ref, std::string_view param, int component,
                              double time)
{
    return with_param(project, ref, param, [&](const Node& node, Param& p) {
        return change_keys(node, param, p, component, [&](std::vector<CurveKey>& keys) -> Status {
            if (std::erase_if(keys, [&](const CurveKey& k) { return k.time == time; })) return {};
            return Error{ErrorKind::NotFound,
                         "parameter '" + std::string(param) + "' has no key at " + shortest_text(time),
                         "choose a key's own time"};
        });
    });
}

Result<ProjectPtr> reset_param(const ProjectPtr& project, NodeRef ref, std::string_view param)
{
    TESSERA_TRY(place, existing(*project, ref));
    if (!place.node->params.contains(param)) {
        if (auto p = current(*place.node, param); !p) return at(*project, ref, std::move(p.error()));
        return project;
    }
    std::string before, after;
    TESSERA_TRY(next, with_node(project, ref, [&](Node& node) -> Status {
                    node.params.erase(node.params.find(param));
                    if (node.op == "input" && param == "name")
                        before = port_of_input(*place.node), after = port_of_input(node);
                    return {};
                }));
    return with_port_renamed(next, ref.graph, before, after);
}

} // namespace tessera
