#include "core/doc/expression_functions.h"
#include <algorithm>

namespace tessera {

namespace {

using Value = ExpressionValue;

double variable(const ExpressionScope& scope, ExpressionVariable which)
{
    switch (which) {
    case ExpressionVariable::Frame: return scope.frame;
    case ExpressionVariable::FramesPerSecond: return scope.frames_per_second;
    case ExpressionVariable::FirstFrame: return scope.first_frame;
    case ExpressionVariable::LastFrame: return scope.last_frame;
    case ExpressionVariable::Width: return scope.width;
    case ExpressionVariable::Height: return scope.height;
    }
    return 0;
}

/// The function on each component, a number standing for a vector of any size; false where two vectors differ in size.
bool apply_each(const ExpressionFunction& f, std::span<const Value> arguments, Value& result)
{
    constexpr size_t most_arguments = 16;
    int n = 1;
    for (const Value& a : arguments) {
        if (a.n != 1 && n != 1 && a.n != n) return false;
        n = std::max(n, a.n);
    }
    result.n = n;
    std::array<double, most_arguments> row{};
    for (size_t i = 0; i < size_t(n); ++i) {
        for (size_t k = 0; k < arguments.size(); ++k) row[k] = arguments[k].v[arguments[k].n == 1 ? 0 : i];
        result.v[i] = f.each({row.data(), arguments.size()});
    }
    return true;
}

bool fits_whole(const ExpressionFunction& f, std::span<const Value> arguments)
{
    if (f.name == "dot") return arguments[0].n == arguments[1].n;
    int n = 0;
    for (const Value& a : arguments) n += a.n;
    return f.name != "vec" || n <= 4;
}

Error mismatch(std::string_view text, const Expression::Code& code, const std::string& what)
{
    return {ErrorKind::InvalidArgument, "expression, " + place_in(text, code.offset) + ": " + what,
            "use numbers, or vectors of one size"};
}

} // namespace

Result<ExpressionValue> Expression::evaluate(ExpressionScope& scope) const
{
    std::vector<Value> stack;
    const auto push = [&](double number) { stack.push_back({{number}, 1}); };
    for (size_t at = 0; at < code_.size(); ++at) {
        const Code& c = code_[at];
        const bool asks_number = c.action == Action::JumpUnless || c.action == Action::Not ||
                                 c.action == Action::Truth || c.action == Action::ParameterAt ||
                                 c.action == Action::Curve;
        if (asks_number && stack.back().n != 1) return mismatch(text_, c, "a vector stands where one number is needed");
        switch (c.action) {
        case Action::Number: push(c.number); break;
        case Action::Variable: push(variable(scope, ExpressionVariable(c.index))); break;
        case Action::Parameter: {
            TESSERA_TRY(value, scope.parameter(paths_[size_t(c.index)].text, scope.frame));
            stack.push_back(value);
            break;
        }
        case Action::ParameterAt: {
            TESSERA_TRY(value, scope.parameter(paths_[size_t(c.index)].text, stack.back().v[0]));
            stack.back() = value;
            break;
        }
        case Action::Curve: {
            TESSERA_TRY(value, scope.curve(c.index < 0 ? "" : paths_[size_t(c.index)].text, stack.back().v[0]));
            stack.back() = value;
            break;
        }
        case Action::Component:
            if (c.index >= stack.back().n) return mismatch(text_, c, "the value has no such component");
            stack.back() = {{stack.back().v[size_t(c.index)]}, 1};
            break;
        case Action::Negate:
            for (double& x : stack.back().v) x = -x;
            break;
        case Action::Not: stack.back().v[0] = stack.back().v[0] == 0; break;
        case Action::Truth: stack.back().v[0] = stack.back().v[0] != 0; break;
        case Action::Jump: at = size_t(c.index) - 1; break;
        case Action::JumpUnless: {
            const bool yes = stack.back().v[0] != 0;
            stack.pop_back();
            if (!yes) at = size_t(c.index) - 1;
            break;
        }
        case Action::Function: {
            const ExpressionFunction& f = expression_function(c.index);
            const std::span arguments(stack.data() + stack.size() - c.count, c.count);
            Value result;
            if (f.whole && fits_whole(f, arguments))
                result = f.whole(arguments);
            else if (f.whole || !apply_each(f, arguments, result))
                return mismatch(text_, c, "vectors of different sizes meet in '" + std::string(f.name) + "'");
            stack.resize(stack.size() - c.count);
            stack.push_back(result);
            break;
        }
        }
    }
    return stack.back();
}

} // namespace tessera
