#include "app/panels/properties/param_links.h"
#include "core/doc/expression.h"
#include <algorithm>

namespace tessera {

namespace {

std::optional<ParamInfo> info_of(const Project& project, const ParamAddress& a)
{
    const NodePlace place = find_node(project, a.graph, a.node);
    return place ? param_info(*place.node, a.param) : std::nullopt;
}

Error gone()
{
    return {ErrorKind::NotFound, "the parameter is no longer there", "choose another"};
}

bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// `name` begins with `word`, case ignored.
bool begins(const std::string& word, const std::string& name)
{
    return name.size() >= word.size() && std::equal(word.begin(), word.end(), name.begin(), [](unsigned char a, unsigned char b) {
        return std::tolower(a) == std::tolower(b);
    });
}

/// What the language has beside names of the project.
constexpr const char* language[] = {
    "frame", "fps", "first_frame", "last_frame", "width", "height", "this", "abs(", "acos(", "asin(", "atan(", "atan2(", "ceil(",
    "clamp(", "cos(", "cosh(", "curve(", "deg(", "dot(", "exp(", "floor(", "fract(", "hypot(", "length(", "lerp(", "log(", "log10(",
    "log2(", "max(", "min(", "mix(", "mod(", "noise(", "pow(", "rad(", "random(", "round(", "sign(", "sin(", "sinh(", "smoothstep(",
    "sqrt(", "step(", "tan(", "tanh(", "trunc(", "vec("};

} // namespace

Result<std::string> link_path(const Project& project, const ParamAddress& from, NodeRef seen_from)
{
    const NodePlace target = find_node(project, from.graph, from.node), here = find_node(project, seen_from.graph, seen_from.node);
    if (!target || !here) return gone();
    std::string path = reference_path(project, *here.graph, *here.node, target);
    if (path.empty())
        return Error{ErrorKind::NotFound, target.node->name + " cannot be named from " + here.node->name,
                     "link nodes of one graph, or of a graph around it"};
    path += "." + from.param;
    if (from.component < 0) return path;
    const auto info = info_of(project, from);
    const std::string part = info ? component_name(info->type, from.component) : "";
    return part.empty() ? path : path + "." + part;
}

Result<ProjectPtr> drive(const ProjectPtr& project, const ParamAddress& to, ParamSource source)
{
    return set_source(project, {to.graph, to.node}, to.param, std::move(source), to.component < 0 ? std::nullopt : std::optional(to.component));
}

Result<ProjectPtr> make_link(const ProjectPtr& project, const ParamAddress& to, const ParamAddress& from, bool as_expression)
{
    const auto target = info_of(*project, to), source = info_of(*project, from);
    if (!target || !source) return gone();
    if (to.graph == from.graph && to.node == from.node && to.param == from.param && (to.component < 0 || to.component == from.component))
        return Error{ErrorKind::InvalidArgument, "a parameter cannot be linked with itself", "drop it on another"};
    const int wanted = to.component >= 0 ? 1 : component_count(target->type), given = component_count(source->type);
    ParamAddress precise = from;
    // A whole vector on one number, or on a vector of another size, gives its first component.
    if (from.component < 0 && given > 1 && given != wanted) precise.component = 0;
    TESSERA_TRY(path, link_path(*project, precise, {to.graph, to.node}));
    if (as_expression) return drive(project, to, ExpressionSource{path, nullptr});
    return drive(project, to, LinkSource{path});
}

DriverText driver_of(const Project& project, NodePlace place, const Param* set)
{
    DriverText driver;
    if (!set || !place) return driver;
    const auto text_of = [](const ParamSource& source) -> std::string {
        if (const auto* e = std::get_if<ExpressionSource>(&source)) return "= " + e->text;
        if (const auto* l = std::get_if<LinkSource>(&source)) return l->path;
        return {};
    };
    for (size_t i = 0; i < set->sources.size(); ++i) {
        const std::string text = text_of(set->sources[i]);
        if (text.empty()) continue;
        if (driver.text.empty()) {
            driver.text = text;
            driver.component = set->sources.size() > 1 ? int(i) : -1;
            driver.link = std::holds_alternative<LinkSource>(set->sources[i]);
            if (driver.link)
                if (const auto r = resolve_reference(project, *place.graph, *place.node, text)) driver.target = r->place;
        } else if (text == driver.text) {
            driver.component = -1;
        }
    }
    return driver;
}

Result<Value> tried_expression(const ProjectPtr& project, const ParamAddress& to, const ParamDesc& param, const std::string& text, double frame)
{
    TESSERA_TRY(tried, drive(project, to, ExpressionSource{text, nullptr}));
    const NodePlace place = find_node(*tried, to.graph, to.node);
    if (!place) return gone();
    return value_at(*tried, *place.graph, *place.node, to.param, param.type, param.fallback, frame);
}

Completions completions(const Project& project, NodePlace seen_from, const std::string& text, size_t caret)
{
    Completions found;
    caret = std::min(caret, text.size());
    size_t start = caret;
    while (start > 0 && is_name(text[start - 1])) --start;
    const std::string word = text.substr(start, caret - start);
    found.start = start;
    const auto offer = [&](const std::string& name) {
        if (name.size() > word.size() && begins(word, name)) found.words.push_back(name);
    };
    // After a point: what the path before it has.
    if (start > 0 && text[start - 1] == '.') {
        size_t path_start = start - 1;
        while (path_start > 0 && (is_name(text[path_start - 1]) || text[path_start - 1] == '.')) --path_start;
        const std::string path = text.substr(path_start, start - 1 - path_start);
        if (!seen_from || path.empty()) return found;
        // A node: its parameters; of a group the nodes inside too. A parameter: its components.
        const NodePlace node = path == "this" ? seen_from : [&] {
            if (const Node* named = find_named(*seen_from.graph, path)) return NodePlace{seen_from.graph, named};
            return find_node(project, path.starts_with("root.") ? path.substr(5) : path);
        }();
        if (node) {
            if (const OpDesc* op = Registry::instance().find(node.node->op))
                for (const ParamDesc& p : op->params)
                    if (component_count(p.type) > 0) offer(p.name);
            if (const Graph* inside = node.node->graph ? find_graph(project, node.node->graph) : nullptr)
                inside->nodes.each([&](NodeId, const NodePtr& n) { offer(n->name); });
        } else if (const auto r = resolve_reference(project, *seen_from.graph, *seen_from.node, path)) {
            if (r->component < 0 && component_count(r->info.type) > 1)
                for (int i = 0; i < component_count(r->info.type); ++i) {
                    const std::string part = component_name(r->info.type, i);
                    if (word.empty() || (part.starts_with(word) && part != word)) found.words.push_back(part);
                }
        }
    } else if (!word.empty() && !(word[0] >= '0' && word[0] <= '9')) {
        if (seen_from) seen_from.graph->nodes.each([&](NodeId, const NodePtr& n) { offer(n->name); });
        for (const char* w : language)
            offer(w);
    }
    std::sort(found.words.begin(), found.words.end());
    constexpr size_t most = 100;
    if (found.words.size() > most) found.words.resize(most);
    return found;
}

} // namespace tessera
