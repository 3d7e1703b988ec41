#include "core/doc/dependencies.h"
#include "core/doc/expression.h"
#include <algorithm>
#include <set>
#include <tuple>

namespace tessera {

namespace {

using PartKey = std::tuple<const Node*, std::string, int>;
PartKey key_of(const ParamPart& p)
{
    return {p.node, p.param, p.component};
}

const ParamSource* source_of(const ParamPart& part)
{
    const auto it = part.node->params.find(part.param);
    if (it == part.node->params.end() || size_t(part.component) >= it->second.sources.size()) return nullptr;
    return &it->second.sources[size_t(part.component)];
}

int parts_of(const ParamInfo& info)
{
    return std::max(1, component_count(info.type));
}

void visit_path(const Project& project, const ParamPart& from, std::string_view path, bool by_component,
                const std::function<void(const ParamPart&)>& visit)
{
    const auto r = resolve_reference(project, *from.graph, *from.node, path);
    if (!r) return;
    const int n = parts_of(r->info);
    const auto at = [&](int i) { visit({r->place.graph, r->place.node, r->param, i}); };
    if (r->component >= 0)
        at(r->component);
    else if (by_component)
        at(n == 1 ? 0 : std::min(from.component, n - 1));
    else
        for (int i = 0; i < n; ++i) at(i);
}

bool moves(const Curve& curve)
{
    const auto keys = curve.keys();
    return keys.size() > 1 || (keys.size() == 1 && keys[0].interpolation == Interpolation::Bezier);
}

bool part_animated(const Project& project, const ParamPart& part, std::set<PartKey>& seen)
{
    // Chains are walked with a list of what is left to visit: they may be long.
    std::vector<ParamPart> left{part};
    while (!left.empty()) {
        const ParamPart p = std::move(left.back());
        left.pop_back();
        const ParamSource* source = source_of(p);
        if (!source || !seen.insert(key_of(p)).second) continue;
        if (const auto* curve = std::get_if<CurvePtr>(source); curve && *curve && moves(**curve)) return true;
        if (const auto* expression = std::get_if<ExpressionSource>(source)) {
            const auto code = compiled(expression->text);
            if (code && (*code)->uses_frame()) return true;
        }
        each_dependency(project, p, [&](const ParamPart& next) { left.push_back(next); });
    }
    return false;
}

} // namespace

void each_dependency(const Project& project, const ParamPart& part, const std::function<void(const ParamPart&)>& visit)
{
    const ParamSource* source = source_of(part);
    if (!source) return;
    if (const auto* link = std::get_if<LinkSource>(source)) visit_path(project, part, link->path, true, visit);
    const auto* expression = std::get_if<ExpressionSource>(source);
    if (!expression) return;
    const auto code = compiled(expression->text);
    if (!code) return;
    for (const Expression::Path& path : (*code)->paths()) visit_path(project, part, path.text, false, visit);
}

Status DependencyCheck::check(const Graph& graph, const Node& node, std::string_view param)
{
    const auto it = node.params.find(param);
    if (it == node.params.end() || it->second.constant()) return {};
    for (size_t i = 0; i < it->second.sources.size(); ++i)
        TESSERA_CHECK(from({&graph, &node, std::string(param), int(i)}));
    return {};
}

void DependencyCheck::push(const ParamPart& part)
{
    seen_.insert(key_of(part));
    open_.insert(key_of(part));
    Level level{part, {}, 0};
    each_dependency(project_, part, [&](const ParamPart& p) { level.dependencies.push_back(p); });
    stack_.push_back(std::move(level));
}

/// Depth-first with a stack of its own: chains may be long.
Status DependencyCheck::from(const ParamPart& start)
{
    if (seen_.contains(key_of(start))) return {};
    push(start);
    while (!stack_.empty()) {
        Level& top = stack_.back();
        if (top.next == top.dependencies.size()) {
            open_.erase(key_of(top.part));
            stack_.pop_back();
            continue;
        }
        const ParamPart part = top.dependencies[top.next++];
        if (open_.contains(key_of(part))) return cycle(part);
        if (!seen_.contains(key_of(part))) push(part);
    }
    return {};
}

Error DependencyCheck::cycle(const ParamPart& again) const
{
    const auto name = [&](const ParamPart& p) {
        std::string text = path_of(project_, p.graph->id, p.node->id) + '.' + p.param;
        const auto info = param_info(*p.node, p.param);
        const std::string component = info ? component_name(info->type, p.component) : "";
        return component.empty() ? text : text + '.' + component;
    };
    std::string way;
    bool on = false;
    for (const Level& level : stack_) {
        on = on || key_of(level.part) == key_of(again);
        if (on) way += name(level.part) + " -> ";
    }
    const ParamPart& start = stack_.front().part;
    Error e{ErrorKind::InvalidArgument, "parameter '" + start.param + "' would depend on itself: " + way + name(again),
            "break the cycle by making one of these a constant"};
    return e.at_node(path_of(project_, start.graph->id, start.node->id));
}

bool animated(const Project& project, const Graph& graph, const Node& node, std::string_view param)
{
    const auto it = node.params.find(param);
    if (it == node.params.end() || it->second.constant()) return false;
    std::set<PartKey> seen;
    for (size_t i = 0; i < it->second.sources.size(); ++i)
        if (part_animated(project, {&graph, &node, std::string(param), int(i)}, seen)) return true;
    return false;
}

} // namespace tessera
