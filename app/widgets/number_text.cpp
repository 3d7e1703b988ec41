#include "app/widgets/number_text.h"
#include "core/doc/expression.h"
#include <algorithm>
#include <charconv>
#include <cmath>

namespace tessera {

namespace {

class NoScope final : public ExpressionScope {
public:
    Result<ExpressionValue> parameter(std::string_view path, double) override
    {
        return Error{ErrorKind::InvalidArgument, "\"" + std::string(path) + "\" is not a number",
                     "type a calculation; an expression that follows other values is set from the label's menu"};
    }
    Result<ExpressionValue> curve(std::string_view path, double) override { return parameter(path, 0); }
};

std::string trimmed(const std::string& text)
{
    const size_t a = text.find_first_not_of(" \t"), b = text.find_last_not_of(" \t");
    return a == std::string::npos ? "" : text.substr(a, b - a + 1);
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// The text without a unit after its last digit, and what the unit multiplies by.
std::pair<std::string, double> without_unit(const std::string& text)
{
    struct Unit {
        std::string_view name;
        double factor;
    };
    static constexpr Unit units[] = {{"%", 0.01}, {"px", 1}, {"deg", 1}, {"\xc2\xb0", 1}, {"fr", 1}, {"f", 1}};
    for (const Unit& unit : units) {
        if (!text.ends_with(unit.name)) continue;
        const std::string rest = trimmed(text.substr(0, text.size() - unit.name.size()));
        if (!rest.empty() && (is_digit(rest.back()) || rest.back() == '.' || rest.back() == ')')) return {rest, unit.factor};
    }
    return {text, 1};
}

Result<double> number_of(const std::string& typed)
{
    const auto [text, factor] = without_unit(trimmed(typed));
    // A comma for the point, as much of the world types it, where it cannot mean anything else.
    std::string number = text;
    if (std::count(number.begin(), number.end(), ',') == 1 && number.find_first_not_of("0123456789,-+") == std::string::npos)
        std::replace(number.begin(), number.end(), ',', '.');
    TESSERA_TRY(expression, Expression::compile(number));
    NoScope scope;
    TESSERA_TRY(value, expression->evaluate(scope));
    if (value.n != 1 || !std::isfinite(value.v[0]))
        return Error{ErrorKind::InvalidArgument, "\"" + typed + "\" gives no number", "check for a division by zero"};
    return value.v[0] * factor;
}

} // namespace

bool is_relative(const std::string& typed)
{
    const std::string text = trimmed(typed);
    if (text.empty()) return false;
    if (text[0] == '*' || text[0] == '/' || text[0] == '^') return true;
    return (text[0] == '+' || text[0] == '-') && text.size() > 1 && text[1] == '=';
}

Result<double> calculated(const std::string& typed, double present)
{
    const std::string text = trimmed(typed);
    if (text.empty()) return present;
    if (text[0] == '=') return number_of(text.substr(1));
    if (!is_relative(text)) return number_of(text);
    const bool assign = text.size() > 1 && text[1] == '=';
    TESSERA_TRY(by, number_of(text.substr(assign ? 2 : 1)));
    double result = present;
    switch (text[0]) {
    case '+': result += by; break;
    case '-': result -= by; break;
    case '*': result *= by; break;
    case '/':
        if (by == 0) return Error{ErrorKind::InvalidArgument, "a division by zero gives no number", "divide by another"};
        result /= by;
        break;
    default: result = std::pow(present, by); break;
    }
    if (!std::isfinite(result))
        return Error{ErrorKind::InvalidArgument, "\"" + text + "\" gives no number here", "choose another"};
    return result;
}

std::string field_text(double value, int digits)
{
    if (!std::isfinite(value)) return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
    const double size = std::abs(value);
    char buffer[64];
    if (size != 0 && (size >= 1e9 || size < 0.5 * std::pow(10.0, -digits))) {
        const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific, 2).ptr;
        return {buffer, end};
    }
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, digits).ptr;
    std::string text(buffer, end);
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
    }
    return text == "-0" ? "0" : text;
}

Typed stepped_digit(const Typed& typed, int steps)
{
    double value = 0;
    const std::string& text = typed.text;
    const char* first = text.data() + (text.starts_with('+') ? 1 : 0);
    const auto parsed = std::from_chars(first, text.data() + text.size(), value, std::chars_format::fixed);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return typed;
    size_t point = text.find('.');
    const int decimals = point == std::string::npos ? 0 : int(text.size() - point) - 1;
    if (point == std::string::npos) point = text.size();
    size_t at = size_t(std::clamp(typed.caret, 0, int(text.size())));
    if (at > 0) --at;
    if (at < text.size() && text[at] == '.' && at > 0) --at;
    while (at < text.size() && !is_digit(text[at])) ++at;
    if (at >= text.size()) return typed;
    const int power = at < point ? int(point - at) - 1 : -int(at - point);
    const double result = value + steps * std::pow(10.0, power);
    char buffer[400];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, result, std::chars_format::fixed, decimals);
    if (end.ec != std::errc()) return typed;
    Typed next{std::string(buffer, end.ptr), 0};
    if (std::all_of(next.text.begin(), next.text.end(), [](char c) { return c == '-' || c == '0' || c == '.'; }) && next.text[0] == '-')
        next.text.erase(0, 1);
    // The same place counted from the end: the digits after it have not changed in number.
    next.caret = std::clamp(int(next.text.size()) - (int(text.size()) - typed.caret), 1, int(next.text.size()));
    return next;
}

double drag_speed(double min, double max, bool whole)
{
    constexpr double pixels = 240, longest = 400;
    const double range = max - min;
    if (!(range > 0)) return whole ? 0.2 : 0.01;
    if (range > longest) return whole ? 0.5 : 1;
    return whole ? std::max(range / pixels, 0.1) : range / pixels;
}

double rounded_drag(double value, double min, double max, bool whole, bool finer)
{
    if (whole) return std::round(value);
    const double speed = drag_speed(min, max, false);
    // The power of ten at or below the speed: at least one step a pixel.
    double step = std::pow(10.0, std::floor(std::log10(speed)));
    if (finer) step /= 10;
    const double rounded = std::round(value / step) * step;
    // Again through decimal text, so that 0.30000000000000004 is 0.3.
    const int digits = std::clamp(int(std::ceil(-std::log10(step))) + 1, 0, 12);
    const double scale = std::pow(10.0, digits);
    return std::round(rounded * scale) / scale;
}

} // namespace tessera
