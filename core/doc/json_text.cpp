#include "core/doc/json_text.h"
#include "core/base/value.h"
#include "core/doc/expression_functions.h"
#include "core/doc/validate.h"
#include <algorithm>
#include <nlohmann/json.hpp>

namespace tessera {

namespace {

constexpr size_t line_width = 110;
/// In a project: root, graphs, graph, nodes, node, params; what is deeper is a value.
constexpr int value_depth = 6;

/// Offset at which the text is nested deeper than is allowed; npos where it never is.
size_t too_deep_at(std::string_view text)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '\\')
            ++i;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '{' || c == '[') && ++depth > deepest_json)
            return i;
        else if (!quoted && (c == '}' || c == ']'))
            --depth;
    }
    return std::string_view::npos;
}

Error damaged(std::string_view text, const std::string& what, size_t offset, const std::string& problem)
{
    const bool cut = offset + 1 >= text.size();
    return {.kind = ErrorKind::Damaged,
            .message = what + ", " + place_in(text, offset) + ": " + problem,
            .remedy = cut ? "the text seems to be cut off: take it from a backup"
                          : "correct the text there, or take it from a backup",
            .file = what};
}

/// nlohmann's message without its own prefix and place.
std::string plain_message(std::string_view message)
{
    if (const size_t end = message.find("] "); end != std::string_view::npos) message.remove_prefix(end + 2);
    if (const size_t column = message.find("column "); column != std::string_view::npos)
        if (const size_t colon = message.find(": ", column); colon != std::string_view::npos)
            message.remove_prefix(colon + 2);
    std::string text(message.substr(0, 200));
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

bool scalar(const Json& j)
{
    return !j.is_structured();
}

std::string number_text(double number)
{
    std::string text = shortest_text(number);
    if (text.find_first_of(".en") == std::string::npos) text += ".0";
    return text;
}

class Writer {
public:
    std::string out;

    void write(const Json& j, int depth, size_t indent)
    {
        if (scalar(j)) return write_scalar(j);
        if (j.empty()) {
            out += j.is_object() ? "{}" : "[]";
            return;
        }
        const bool flat = j.is_array() && std::all_of(j.begin(), j.end(), scalar);
        if (flat || depth >= value_depth) {
            Writer line;
            line.write_line(j);
            const size_t start = out.rfind('\n') + 1;
            if (out.size() - start + line.out.size() <= line_width) {
                out += line.out;
                return;
            }
        }
        out += j.is_object() ? "{" : "[";
        bool first = true;
        for (auto it = j.begin(); it != j.end(); ++it) {
            out += first ? "\n" : ",\n";
            first = false;
            out.append(indent + 2, ' ');
            if (j.is_object()) out += Json(it.key()).dump() + ": ";
            write(*it, depth + 1, indent + 2);
        }
        out += '\n';
        out.append(indent, ' ');
        out += j.is_object() ? "}" : "]";
    }

private:
    void write_scalar(const Json& j) { out += j.is_number_float() ? number_text(j.get<double>()) : j.dump(); }
    void write_line(const Json& j)
    {
        if (scalar(j)) return write_scalar(j);
        out += j.is_object() ? "{" : "[";
        bool first = true;
        for (auto it = j.begin(); it != j.end(); ++it) {
            if (!first) out += ", ";
            first = false;
            if (j.is_object()) out += Json(it.key()).dump() + ": ";
            write_line(*it);
        }
        out += j.is_object() ? "}" : "]";
    }
};

} // namespace

Result<Json> parsed_json(std::string_view text, const std::string& what)
{
    if (const size_t offset = too_deep_at(text); offset != std::string_view::npos)
        return damaged(text, what, offset, "nested more than " + std::to_string(deepest_json) + " levels deep");
    try {
        return Json::parse(text.begin(), text.end());
    } catch (const Json::parse_error& e) {
        return damaged(text, what, e.byte > 0 ? e.byte - 1 : 0, plain_message(e.what()));
    } catch (const Json::exception& e) { // a number out of range: the place is not told
        const std::string message = plain_message(e.what());
        const size_t quote = message.find('\''), end = message.rfind('\'');
        const size_t found = quote < end ? text.find(message.substr(quote + 1, end - quote - 1)) : 0;
        return damaged(text, what, found == std::string_view::npos ? 0 : found, message);
    }
}

Result<std::string> written_json(const Json& json)
{
    try {
        Writer writer;
        writer.write(json, 0, 0);
        return writer.out + '\n';
    } catch (const Json::exception& e) {
        return Error{ErrorKind::InvalidArgument, "a text in the project is not valid UTF-8: " + plain_message(e.what()),
                     "enter that text again"};
    }
}

std::string compact_json(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void add_missing(Json& target, const Json& extra)
{
    if (target.is_object() && extra.is_object()) {
        for (auto it = extra.begin(); it != extra.end(); ++it) {
            if (!target.contains(it.key()))
                target[it.key()] = *it;
            else
                add_missing(target[it.key()], *it);
        }
    } else if (target.is_array() && extra.is_array() && target.size() == extra.size()) {
        for (size_t i = 0; i < target.size(); ++i) add_missing(target[i], extra[i]);
    }
}

std::optional<std::string> canonical_json(std::string_view text)
{
    const auto json = parsed_json(text, "data");
    if (!json) return std::nullopt;
    return compact_json(*json);
}

} // namespace tessera
