#include "core/doc/validate.h"
#include "core/base/text.h"
#include "core/doc/expression.h"
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace tessera {

namespace {

constexpr size_t longest_name = 100;
constexpr int largest_format = 1 << 20; ///< pixels along a side

Error invalid(std::string message, std::string remedy)
{
    return {ErrorKind::InvalidArgument, std::move(message), std::move(remedy)};
}

std::string quoted(std::string_view s)
{
    return "'" + std::string(s) + "'";
}

bool letter_or_underscore(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool digit(char c)
{
    return c >= '0' && c <= '9';
}

Error no_parameter(const Node& node, std::string_view param)
{
    std::vector<std::string> names;
    if (const OpDesc* op = Registry::instance().find(node.op))
        for (const ParamDesc& p : op->params) names.push_back(p.name);
    const std::string remedy =
        names.empty() ? "the operator has no parameters" : "did you mean " + joined(nearest(param, names, 3)) + "?";
    return {ErrorKind::NotFound, "operator " + quoted(node.op) + " has no parameter " + quoted(param), remedy};
}

Status check_choice(std::string_view param, const ParamDesc& desc, const std::string& text)
{
    if (std::find(desc.choices.begin(), desc.choices.end(), text) != desc.choices.end()) return {};
    return invalid("parameter " + quoted(param) + ": " + quoted(text) + " is not one of its choices",
                   "use " + joined(nearest(text, desc.choices, 3)));
}

} // namespace

Status check_name(std::string_view name)
{
    const bool good = !name.empty() && !digit(name[0]) && name.size() <= longest_name &&
                      std::all_of(name.begin(), name.end(), [](char c) { return letter_or_underscore(c) || digit(c); });
    if (!good)
        return invalid(quoted(name.substr(0, longest_name)) + " cannot be the name of a node",
                       "use up to 100 letters, digits and underscores, not starting with a digit");
    if (name == "this" || name == "root")
        return invalid(quoted(name) + " cannot be the name of a node: it has a meaning of its own in expressions",
                       "choose another name");
    return {};
}

std::string unique_name(const Graph& graph, std::string_view wanted)
{
    std::string base;
    for (char c : wanted.substr(0, longest_name - 12))
        if (letter_or_underscore(c) || digit(c)) base += c;
    if (base.empty() || digit(base[0])) base = "Node" + base;
    const auto is_free = [&](const std::string& name) { return check_name(name).ok() && !find_named(graph, name); };
    const bool numbered = digit(base.back());
    if (numbered && is_free(base)) return base;
    while (digit(base.back())) base.pop_back();
    // Doubles until a number is free, then halves the gap: a graph of thousands of like names is searched in a few
    // steps.
    const auto name = [&](uint64_t n) { return base + std::to_string(n); };
    uint64_t taken = 0, open = 1;
    while (!is_free(name(open))) taken = open, open *= 2;
    while (open - taken > 1) {
        const uint64_t middle = (open + taken) / 2;
        (is_free(name(middle)) ? open : taken) = middle;
    }
    return name(open);
}

Status check_text(std::string_view what, std::string_view text)
{
    if (!valid_utf8(text)) return invalid(std::string(what) + " is not valid UTF-8", "enter the text again");
    if (text.find('\0') != std::string_view::npos)
        return invalid(std::string(what) + " contains a zero character", "enter the text again");
    return {};
}

std::optional<std::string> outside_hard_range(const Node& node, std::string_view param, const Value& value)
{
    const OpDesc* op = Registry::instance().find(node.op);
    const ParamDesc* desc = op ? op->param(param) : nullptr;
    if (!desc || !desc->hard) return std::nullopt;
    for (int i = 0; i < component_count(type_of(value)); ++i)
        if (const double v = component(value, i); !(v >= desc->min && v <= desc->max))
            return shortest_text(v) + " is outside " + shortest_text(desc->min) + " to " + shortest_text(desc->max);
    return std::nullopt;
}

Result<Value> checked_value(const Node& node, std::string_view param, const Value& value)
{
    const bool known = Registry::instance().find(node.op);
    const auto info = param_info(node, param);
    if (!info && known) return no_parameter(node, param);
    const ParamType type = known ? info->type : type_of(value);
    auto result = converted(value, type);
    const std::string what = "parameter " + quoted(param);
    if (!result)
        return invalid(what + ": " + quoted(to_text(value)) + " is a " + std::string(name_of(type_of(value))) +
                           ", but it takes a " + std::string(name_of(type)),
                       "give it a " + std::string(name_of(type)));
    if (!all_finite(*result))
        return invalid(what + ": " + to_text(*result) + " is not a finite number", "use a finite number");
    if (const auto range = outside_hard_range(node, param, *result))
        return invalid(what + ": " + *range, "use a value in that range");
    if (const auto* text = std::get_if<std::string>(&*result)) TESSERA_CHECK(check_text(what, *text));
    if (type == ParamType::Enum && info->desc)
        TESSERA_CHECK(check_choice(param, *info->desc, std::get<std::string>(*result)));
    if (auto* data = std::get_if<OpaqueData>(&*result); data && !data->json.empty()) {
        auto json = canonical_json(data->json);
        if (!json) return invalid(what + ": its data are not JSON", "paste the data again");
        data->json = std::move(*json);
    }
    return std::move(*result);
}

Status check_source(const Node& node, std::string_view param, const ParamSource& source)
{
    if (source.index() == 0) return {};
    const auto info = param_info(node, param);
    if (!info) return no_parameter(node, param);
    const std::string what = "parameter " + quoted(param), type(name_of(info->type));
    if (std::holds_alternative<LinkSource>(source)) return {};
    if (component_count(info->type) == 0)
        return invalid(what + ": a " + type + " cannot be driven by a curve or an expression",
                       "link it to another parameter");
    if (const auto* curve = std::get_if<CurvePtr>(&source)) {
        if (!*curve || (*curve)->empty())
            return invalid(what + ": the curve has no keys", "give it a key, or set a value");
        return {};
    }
    if (auto code = compiled(std::get<ExpressionSource>(source).text); !code) {
        Error e = std::move(code.error());
        e.message = what + ": " + e.message;
        return e;
    }
    return {};
}

Status check_references(const Project& project, const Graph& graph, const Node& node, std::string_view param)
{
    const auto it = node.params.find(param);
    const auto info = param_info(node, param);
    if (it == node.params.end() || !info) return {};
    const auto look_up = [&](std::string_view path) -> Result<Reference> {
        auto r = resolve_reference(project, graph, node, path);
        if (!r) r.error().message = "parameter " + quoted(param) + ": " + r.error().message;
        return r;
    };
    for (size_t i = 0; i < it->second.sources.size(); ++i) {
        const ParamSource& source = it->second.sources[i];
        if (const auto* expression = std::get_if<ExpressionSource>(&source)) {
            TESSERA_TRY(code, compiled(expression->text));
            for (const Expression::Path& path : code->paths())
                TESSERA_CHECK([&]() -> Status {
                    auto r = look_up(path.text);
                    return r ? Status() : Status(std::move(r.error()));
                }());
        }
        const auto* link = std::get_if<LinkSource>(&source);
        if (!link) continue;
        TESSERA_TRY(r, look_up(link->path));
        const auto numeric = [](ParamType t) { return component_count(t) > 0 && t != ParamType::Enum; };
        const int n = component_count(r.info.type);
        const bool fits = numeric(info->type)
                              ? numeric(r.info.type) && (r.component >= 0 || n == 1 || int(i) < n)
                              : zero_value(info->type).index() == zero_value(r.info.type).index() && r.component < 0;
        if (!fits)
            return invalid("parameter " + quoted(param) + ": a " + std::string(name_of(info->type)) +
                               " cannot be linked to " + quoted(link->path) + ", which is a " +
                               std::string(name_of(r.info.type)),
                           "link it to a parameter of the same type");
    }
    return {};
}

Status check_port(const Project& project, const Node& node, std::string_view port)
{
    std::vector<std::string> ports;
    if (node.op == "group") {
        ports = group_ports(project, node);
    } else {
        const OpDesc* op = Registry::instance().find(node.op);
        if (!op) return {};
        for (const PortDesc& p : op->inputs) ports.push_back(p.name);
    }
    if (std::find(ports.begin(), ports.end(), port) != ports.end()) return {};
    return Error{ErrorKind::NotFound, "operator " + quoted(node.op) + " has no input " + quoted(port),
                 ports.empty() ? "it takes no inputs" : "use " + joined(nearest(port, ports, 4))};
}

namespace {

std::string names_of(const Graph& graph, const std::vector<NodeId>& way)
{
    std::string text;
    for (NodeId id : way) {
        const NodePtr* node = graph.nodes.find(id);
        text += (text.empty() ? "" : " -> ") + (node ? (*node)->name : std::to_string(id));
    }
    return text;
}

Error cycle(const std::string& way)
{
    return invalid("the connections form a cycle: " + way, "leave out one of these connections");
}

} // namespace

Status check_no_way(const Graph& graph, NodeId source, NodeId node)
{
    // Breadth-first, so that the way that is named is a shortest one.
    std::map<NodeId, NodeId> consumer{{source, node}};
    std::vector<NodeId> left{source};
    for (size_t i = 0; i < left.size(); ++i) {
        const NodeId id = left[i];
        if (id == node) {
            std::vector<NodeId> way{node};
            for (NodeId at = consumer[node]; at != node; at = consumer[at]) way.push_back(at);
            way.push_back(node);
            return cycle(names_of(graph, way));
        }
        const NodePtr* found = graph.nodes.find(id);
        if (!found) continue;
        for (const auto& [port, connection] : (*found)->inputs)
            if (consumer.emplace(connection.node, id).second) left.push_back(connection.node);
    }
    return {};
}

Status check_acyclic(const Graph& graph)
{
    // Depth-first with a stack of its own: chains may be thousands of nodes long.
    struct Level {
        NodeId id;
        std::vector<NodeId> sources;
        size_t next;
    };
    std::set<NodeId> done;
    std::vector<NodeId> roots;
    graph.nodes.each([&](NodeId id, const NodePtr&) { roots.push_back(id); });
    for (NodeId root : roots) {
        std::vector<Level> stack;
        std::set<NodeId> open;
        const auto push = [&](NodeId id) {
            Level level{id, {}, 0};
            if (const NodePtr* node = graph.nodes.find(id))
                for (const auto& [port, connection] : (*node)->inputs) level.sources.push_back(connection.node);
            open.insert(id);
            stack.push_back(std::move(level));
        };
        if (!done.contains(root)) push(root);
        while (!stack.empty()) {
            Level& top = stack.back();
            if (top.next == top.sources.size()) {
                open.erase(top.id), done.insert(top.id);
                stack.pop_back();
                continue;
            }
            const NodeId id = top.sources[top.next++];
            if (open.contains(id)) {
                std::vector<NodeId> way{id};
                for (auto level = stack.rbegin(); level->id != id; ++level) way.push_back(level->id);
                way.push_back(id);
                return cycle(names_of(graph, way));
            }
            if (!done.contains(id)) push(id);
        }
    }
    return {};
}

Status check_settings(const ProjectSettings& s)
{
    const Format& f = s.format;
    if (f.width < 1 || f.height < 1 || f.width > largest_format || f.height > largest_format)
        return invalid("the format is " + std::to_string(f.width) + " x " + std::to_string(f.height),
                       "use 1 to " + std::to_string(largest_format) + " pixels along each side");
    if (!(f.pixel_aspect > 0) || !std::isfinite(f.pixel_aspect))
        return invalid("the pixel aspect is " + shortest_text(f.pixel_aspect), "use a number above 0");
    if (!(s.frames_per_second > 0) || !std::isfinite(s.frames_per_second))
        return invalid("the frame rate is " + shortest_text(s.frames_per_second), "use a number above 0");
    if (s.first_frame > s.last_frame)
        return invalid("the first frame, " + std::to_string(s.first_frame) + ", comes after the last one, " +
                           std::to_string(s.last_frame),
                       "swap them");
    if (s.views.empty()) return invalid("the project has no views", "keep at least one, such as main");
    std::set<std::string> seen;
    for (const std::string& view : s.views) {
        TESSERA_CHECK(check_text("the name of a view", view));
        if (view.empty() || !seen.insert(view).second)
            return invalid("the view " + quoted(view) + " is empty or listed twice",
                           "give every view a name of its own");
    }
    for (const std::string* text : {&s.name, &s.color_config, &s.working_space})
        TESSERA_CHECK(check_text("a setting", *text));
    for (const auto& [name, value] : s.variables) {
        TESSERA_CHECK(check_text("a variable", value));
        if (name.empty() || name.find_first_of("${}") != std::string::npos || !valid_utf8(name))
            return invalid(quoted(name) + " cannot be the name of a variable", "leave out $, { and }");
    }
    return {};
}

} // namespace tessera
