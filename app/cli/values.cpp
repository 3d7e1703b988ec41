#include "app/cli/values.h"
#include "app/cli/text.h"
#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace tessera {
namespace {

std::string lower(std::string_view text)
{
    std::string s(text);
    std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return s;
}

Error bad_value(const ParamDesc& param, std::string_view text, std::string remedy)
{
    return {ErrorKind::InvalidArgument,
            "'" + std::string(text) + "' is not a value for " + param.name + ", which is of type " +
                std::string(name_of(param.type)),
            std::move(remedy)};
}

/// Every number of the text; nothing when some of it is no finite number.
std::optional<std::vector<double>> numbers_of(std::string_view text)
{
    constexpr std::string_view blanks = " \t,";
    const auto skip = [&](std::string_view also) {
        while (!text.empty() && (blanks.find(text.front()) != std::string_view::npos ||
                                 also.find(text.front()) != std::string_view::npos))
            text.remove_prefix(1);
    };
    skip("(");
    std::vector<double> numbers;
    while (!text.empty() && text.front() != ')') {
        if (text.front() == '+') text.remove_prefix(1);
        double number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
        text.remove_prefix(size_t(end - text.data()));
        numbers.push_back(number);
        if (!text.empty() && blanks.find(text.front()) == std::string_view::npos && text.front() != ')')
            return std::nullopt;
        skip("");
    }
    skip(")");
    if (!text.empty()) return std::nullopt;
    return numbers;
}

Result<Value> parse_bool(const ParamDesc& param, std::string_view text)
{
    const std::string word = lower(text);
    if (word == "true" || word == "on" || word == "yes" || word == "1") return Value(true);
    if (word == "false" || word == "off" || word == "no" || word == "0") return Value(false);
    return bad_value(param, text, "write true or false");
}

Result<Value> parse_enum(const ParamDesc& param, std::string_view text)
{
    for (const std::string& choice : param.choices)
        if (lower(choice) == lower(text)) return Value(choice);
    return bad_value(param, text, "choose " + quoted_list(param.choices));
}

/// Numbers of vectors, colours and matrices, put into a copy of the default.
Result<Value> parse_components(const ParamDesc& param, std::string_view text)
{
    const int count = component_count(param.type);
    const auto numbers = numbers_of(text);
    const std::string remedy = param.type == ParamType::Matrix
                                   ? "write 9 or 16 numbers, row by row, separated by commas"
                                   : "write " + std::to_string(count) + " numbers separated by commas, or one for all";
    if (!numbers || numbers->empty()) return bad_value(param, text, remedy);
    Value value = param.fallback;
    const int given = int(numbers->size());
    if (param.type == ParamType::Matrix && given == 9) {
        value = Mat4{};
        for (int i = 0; i < 9; ++i) set_component(value, i / 3 * 4 + i % 3, (*numbers)[size_t(i)]);
        return value;
    }
    const bool without_alpha = param.type == ParamType::Color && given == 3;
    const bool one_for_all = given == 1 && param.type != ParamType::Matrix;
    if (given != count && !without_alpha && !one_for_all) return bad_value(param, text, remedy);
    for (int i = 0; i < (without_alpha ? 3 : count); ++i)
        set_component(value, i, (*numbers)[one_for_all ? 0 : size_t(i)]);
    return value;
}

} // namespace

Result<Value> parse_value(const ParamDesc& param, std::string_view text)
{
    switch (param.type) {
    case ParamType::Bool: return parse_bool(param, text);
    case ParamType::Enum: return parse_enum(param, text);
    case ParamType::String:
    case ParamType::File: return Value(std::string(text));
    case ParamType::Int: {
        const auto numbers = numbers_of(text);
        if (!numbers || numbers->size() != 1 || (*numbers)[0] != std::floor((*numbers)[0]) ||
            std::abs((*numbers)[0]) > 2147483647.0)
            return bad_value(param, text, "write a whole number");
        return Value(int((*numbers)[0]));
    }
    case ParamType::Float: {
        const auto numbers = numbers_of(text);
        if (!numbers || numbers->size() != 1) return bad_value(param, text, "write a number");
        return Value((*numbers)[0]);
    }
    case ParamType::Vec2:
    case ParamType::Vec3:
    case ParamType::Vec4:
    case ParamType::Color:
    case ParamType::Matrix: return parse_components(param, text);
    case ParamType::Curve:
    case ParamType::Shapes:
    case ParamType::Strokes:
    case ParamType::Tracks: break;
    }
    return Error{ErrorKind::Unsupported,
                 param.name + " is of type " + std::string(name_of(param.type)) + ", which cannot be typed",
                 "change it in the project file"};
}

} // namespace tessera
