#include "app/cli/reference.h"
#include "app/cli/text.h"
#include <algorithm>
#include <nlohmann/json.hpp>

namespace tessera {
namespace {

constexpr int page_width = 100;

bool has_range(const ParamDesc& p)
{
    switch (p.type) {
    case ParamType::Int:
    case ParamType::Float:
    case ParamType::Vec2:
    case ParamType::Vec3:
    case ParamType::Vec4:
    case ParamType::Color: return p.min < p.max;
    default: return false;
    }
}

std::string number_text(double number)
{
    return to_text(Value(number));
}

std::string comma_list(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

nlohmann::json value_json(const Value& value)
{
    if (const auto* b = std::get_if<bool>(&value)) return *b;
    if (const auto* i = std::get_if<int>(&value)) return *i;
    if (const auto* d = std::get_if<double>(&value)) return *d;
    if (const auto* s = std::get_if<std::string>(&value)) return *s;
    if (std::holds_alternative<CurvePtr>(value) || std::holds_alternative<OpaqueData>(value)) return nullptr;
    const ParamType type = std::holds_alternative<Vec2>(value)    ? ParamType::Vec2
                           : std::holds_alternative<Vec3>(value)  ? ParamType::Vec3
                           : std::holds_alternative<Vec4>(value)  ? ParamType::Vec4
                           : std::holds_alternative<Color>(value) ? ParamType::Color
                                                                  : ParamType::Matrix;
    nlohmann::json list = nlohmann::json::array();
    for (int i = 0; i < component_count(type); ++i) list.push_back(component(value, i));
    return list;
}

nlohmann::json param_json(const ParamDesc& p)
{
    nlohmann::json object{{"name", p.name},        {"type", name_of(p.type)}, {"label", p.label},
                          {"help", p.help},        {"group", p.group},        {"default", value_json(p.fallback)},
                          {"standard", p.standard}};
    if (has_range(p)) object["range"] = {p.min, p.max}, object["hard"] = p.hard;
    if (p.type == ParamType::Enum) object["choices"] = p.choices;
    return object;
}

nlohmann::json op_json(const OpDesc& op)
{
    nlohmann::json inputs = nlohmann::json::array(), params = nlohmann::json::array();
    for (const PortDesc& port : op.inputs)
        inputs.push_back({{"name", port.name},
                          {"kind", port.kind == PortDesc::Kind::Mask ? "mask" : "image"},
                          {"required", port.required}});
    for (const ParamDesc& p : op.params) params.push_back(param_json(p));
    return {{"id", op.id},      {"version", op.version},    {"label", op.label},
            {"menu", op.menu},  {"kind", name_of(op.kind)}, {"help", op.help},
            {"inputs", inputs}, {"params", params}};
}

/// An operator's own parameters first, then those the engine gives to many.
std::vector<const ParamDesc*> own_first(const OpDesc& op)
{
    std::vector<const ParamDesc*> params;
    for (const ParamDesc& p : op.params) params.push_back(&p);
    std::stable_partition(params.begin(), params.end(), [](const ParamDesc* p) { return !p->standard; });
    return params;
}

/// A cell of a Markdown table: bars and line ends would break it.
std::string cell(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '|')
            out += "\\|";
        else if (c == '\n')
            out += ' ';
        else
            out += c;
    }
    return out;
}

std::string param_markdown(const ParamDesc& p)
{
    std::string what = p.help;
    if (p.type == ParamType::Enum) {
        if (!what.empty() && what.back() != '.') what += '.';
        what += (what.empty() ? "" : " ") + ("One of: " + comma_list(p.choices) + ".");
    }
    return "| `" + p.name + "` | " + std::string(name_of(p.type)) + " | " + cell(default_text(p)) + " | " +
           cell(range_text(p)) + " | " + cell(what) + " |\n";
}

std::string first_sentence(std::string_view text)
{
    text = text.substr(0, std::min(text.find('\n'), text.find(". ")));
    while (text.ends_with('.')) text.remove_suffix(1);
    return std::string(text);
}

std::string op_markdown(const OpDesc& op)
{
    std::string text = "### " + op.label + "\n\n`" + op.id + "`";
    if (op.version != 1) text += " version " + std::to_string(op.version);
    text += " · inputs: " + inputs_text(op) + "\n\n" + op.help + "\n\n";
    if (op.params.empty()) return text;
    text += "| parameter | type | default | range | what it does |\n|---|---|---|---|---|\n";
    for (const ParamDesc* p : own_first(op)) text += param_markdown(*p);
    return text + "\n";
}

} // namespace

std::vector<const OpDesc*> listed_operators()
{
    std::vector<const OpDesc*> ops;
    for (const auto& [id, op] : Registry::instance().all())
        if (!op.internal) ops.push_back(&op);
    std::sort(ops.begin(), ops.end(), [](const OpDesc* a, const OpDesc* b) {
        return std::tie(a->menu, a->label, a->id) < std::tie(b->menu, b->label, b->id);
    });
    return ops;
}

std::string_view name_of(OpKind kind)
{
    switch (kind) {
    case OpKind::Pixel: return "pixel";
    case OpKind::Area: return "area";
    case OpKind::Reader: return "reader";
    case OpKind::Composite: return "composite";
    case OpKind::Route: return "route";
    case OpKind::Output: return "output";
    }
    return "";
}

std::string range_text(const ParamDesc& p)
{
    if (!has_range(p)) return "";
    return number_text(p.min) + " to " + number_text(p.max) + (p.hard ? " (limits)" : "");
}

std::string default_text(const ParamDesc& p)
{
    if (std::holds_alternative<CurvePtr>(p.fallback) || std::holds_alternative<OpaqueData>(p.fallback)) return "none";
    if (p.type == ParamType::Matrix && std::get<Mat4>(p.fallback) == Mat4{}) return "identity";
    const auto* text = std::get_if<std::string>(&p.fallback);
    if (text && text->empty()) return "empty";
    return to_text(p.fallback);
}

std::string inputs_text(const OpDesc& op)
{
    std::string text;
    for (const PortDesc& port : op.inputs) {
        text += (text.empty() ? "" : ", ") + port.name;
        if (port.kind == PortDesc::Kind::Mask)
            text += " (optional mask)";
        else if (!port.required)
            text += " (optional)";
    }
    return text.empty() ? "none" : text;
}

std::string operator_text(const OpDesc& op)
{
    std::string text = op.label + "  (" + op.id + ", version " + std::to_string(op.version) + ", " +
                       (op.menu.empty() ? std::string() : op.menu + ", ") + std::string(name_of(op.kind)) + ")\n";
    text += wrapped(op.help, page_width, 2) + "  inputs: " + inputs_text(op) + "\n";
    std::string group;
    for (const ParamDesc* param : own_first(op)) {
        const ParamDesc& p = *param;
        if (p.group != group) text += "  " + (p.group.empty() ? std::string("(other)") : p.group) + ":\n";
        group = p.group;
        text += "  " + p.name + "  " + std::string(name_of(p.type)) + ", default " + default_text(p);
        if (const std::string range = range_text(p); !range.empty()) text += ", " + range;
        text += "\n";
        std::string what = p.label != p.name ? p.label : "";
        if (!p.help.empty()) what += (what.empty() ? "" : ": ") + p.help;
        if (!p.choices.empty()) what += (what.empty() ? "" : "\n") + ("one of: " + comma_list(p.choices));
        text += wrapped(what, page_width, 6);
    }
    return text;
}

std::string operators_text()
{
    TextTable table;
    for (const OpDesc* op : listed_operators()) {
        table.row({op->id, op->label, op->menu, first_sentence(op->help)});
    }
    return table.text();
}

std::string operator_json(const OpDesc& op)
{
    return op_json(op).dump(2);
}

std::string operators_json()
{
    nlohmann::json list = nlohmann::json::array();
    for (const OpDesc* op : listed_operators()) list.push_back(op_json(*op));
    return list.dump(2);
}

std::string operators_markdown()
{
    std::string text =
        "# Operators\n\nGenerated from the operators' declarations by `tessera docs`; do not edit.\n"
        "Lengths are in full-resolution pixels. A range is that of the slider; typed values may leave it "
        "unless it says\n\"limits\".\n";
    std::string menu;
    for (const OpDesc* op : listed_operators()) {
        if (op->menu != menu) text += "\n## " + op->menu + "\n";
        menu = op->menu;
        text += "\n" + op_markdown(*op);
        while (text.ends_with("\n\n")) text.pop_back();
    }
    return text;
}

} // namespace tessera
