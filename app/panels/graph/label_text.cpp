#include "app/panels/graph/label_text.h"
#include "core/doc/expression.h"
#include "core/doc/references.h"
#include <cmath>
#include <filesystem>

namespace tessera {

namespace {

bool name_char(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

/// `text` with names that are the node's own parameters written as "this.NAME", as expressions want them.
std::string with_own_names(const Node& node, std::string_view text)
{
    std::string result;
    for (size_t at = 0; at < text.size();) {
        if (!name_char(text[at])) {
            result += text[at++];
            continue;
        }
        const size_t start = at;
        while (at < text.size() && name_char(text[at])) ++at;
        const std::string name(text.substr(start, at - start));
        const bool part_of_path = start > 0 && text[start - 1] == '.';
        const bool number = std::isdigit(static_cast<unsigned char>(name[0]));
        if (!part_of_path && !number && param_info(node, name)) result += "this.";
        result += name;
    }
    return result;
}

/// Few enough digits to read.
std::string short_number(double v)
{
    return shortest_text(std::round(v * 1000) / 1000);
}

std::string short_value(const Value& value, ParamType type)
{
    if (const auto* text = std::get_if<std::string>(&value))
        return type == ParamType::File ? std::filesystem::path(*text).filename().string() : *text;
    const int n = component_count(type);
    if (n == 0 || type == ParamType::Bool || type == ParamType::Matrix) return to_text(value);
    std::string text;
    for (int i = 0; i < n; ++i) text += (i ? ", " : "") + short_number(component(value, i));
    return text;
}

std::string evaluated(const Project& project, const Graph& graph, const Node& node, std::string_view quoted,
                      double frame)
{
    const std::string failed = "[" + std::string(quoted) + "?]";
    if (const auto info = param_info(node, quoted)) {
        const auto value = value_at(project, graph, node, quoted, info->type, info->fallback, frame);
        return value ? short_value(*value, info->type) : failed;
    }
    const std::string text = with_own_names(node, quoted);
    if (!compiled(text)) return failed;
    // Evaluated as a parameter of a copy of the node, which sees what the node's own expressions see.
    constexpr const char* name = "label expression";
    Node copy = node;
    copy.params[name] = {0.0, {ExpressionSource{text, nullptr}}};
    const auto value = value_at(project, graph, copy, name, ParamType::Float, 0.0, frame);
    return value ? short_number(component(*value, 0)) : failed;
}

} // namespace

std::string label_text(const Project& project, const Graph& graph, const Node& node, double frame)
{
    std::string_view rest = node.label;
    std::string result;
    while (!rest.empty()) {
        const size_t open = rest.find('['), close = open == rest.npos ? open : rest.find(']', open);
        if (close == rest.npos) break;
        result += rest.substr(0, open);
        result += evaluated(project, graph, node, rest.substr(open + 1, close - open - 1), frame);
        rest.remove_prefix(close + 1);
    }
    return result + std::string(rest);
}

} // namespace tessera
