#include "core/doc/expression_functions.h"
#include <cctype>
#include <charconv>
#include <cmath>
#include <mutex>
#include <numbers>
#include <optional>
#include <unordered_map>

namespace tessera {

namespace {

constexpr size_t longest_text = 16384;
constexpr int deepest_nesting = 100;

bool name_start(char c)
{
    return std::isalpha(static_cast<unsigned char>(c)) || c == '_';
}
bool name_part(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}
bool digit(char c)
{
    return std::isdigit(static_cast<unsigned char>(c));
}

std::optional<ExpressionVariable> variable_named(std::string_view name)
{
    using V = ExpressionVariable;
    static constexpr std::pair<std::string_view, V> names[] = {
        {"frame", V::Frame},          {"t", V::Frame},     {"fps", V::FramesPerSecond}, {"first_frame", V::FirstFrame},
        {"last_frame", V::LastFrame}, {"width", V::Width}, {"height", V::Height}};
    for (const auto& [text, v] : names)
        if (text == name) return v;
    return std::nullopt;
}

} // namespace

/// Recursive descent, emitting code as it goes. Lowest precedence first: ?:, ||, &&, == !=, < <= > >=, + -, * / %,
/// - ! + in front, ^ (to the right), .component.
class ExpressionParser {
public:
    explicit ExpressionParser(std::string_view text) : out_(std::make_shared<Expression>()) { out_->text_ = text; }

    Result<ExpressionPtr> run()
    {
        if (text().size() > longest_text)
            return Error{ErrorKind::InvalidArgument,
                         "the expression is longer than " + std::to_string(longest_text) + " characters",
                         "split it over several parameters"};
        if (choice()) {
            skip_blanks();
            if (at_ < text().size()) unexpected("an operator or the end");
        }
        if (error_) return std::move(*error_);
        return ExpressionPtr(out_);
    }

private:
    using Action = Expression::Action;

    std::string_view text() const { return out_->text_; }
    bool fail(size_t offset, const std::string& what, std::string remedy)
    {
        if (!error_)
            error_ = Error{ErrorKind::InvalidArgument, "expression, " + place_in(text(), offset) + ": " + what,
                           std::move(remedy)};
        return false;
    }
    bool unexpected(const std::string& wanted)
    {
        skip_blanks();
        const bool end = at_ >= text().size();
        const std::string found = end ? "the end" : "'" + std::string(1, text()[at_]) + "'";
        return fail(at_, "found " + found + " where " + wanted + " is expected", "correct the expression");
    }
    void skip_blanks()
    {
        while (at_ < text().size() && std::isspace(static_cast<unsigned char>(text()[at_]))) ++at_;
    }
    bool take(std::string_view sign)
    {
        skip_blanks();
        if (!text().substr(at_).starts_with(sign)) return false;
        at_ += sign.size();
        return true;
    }
    bool need(std::string_view sign) { return take(sign) || unexpected("'" + std::string(sign) + "'"); }
    size_t emit(Action action, int index = 0, size_t offset = 0, int count = 0, double number = 0)
    {
        out_->code_.push_back({action, uint8_t(count), index, uint32_t(offset), number});
        return out_->code_.size() - 1;
    }
    void land(size_t jump) { out_->code_[jump].index = int(out_->code_.size()); }
    void emit_sign(std::string_view sign, size_t offset)
    {
        emit(Action::Function, expression_function(sign), offset, 2);
    }

    bool choice()
    {
        struct Depth {
            int& n;
            ~Depth() { --n; }
        } depth{++depth_};
        if (depth_ > deepest_nesting) return fail(at_, "it is nested too deeply", "split it over several parameters");
        if (!either()) return false;
        if (!take("?")) return true;
        return branches(":");
    }
    /// Both branches of a condition that has been emitted, with `between` separating them.
    bool branches(std::string_view between)
    {
        const size_t otherwise = emit(Action::JumpUnless, 0, at_);
        if (!choice() || !need(between)) return false;
        const size_t end = emit(Action::Jump);
        land(otherwise);
        if (!choice()) return false;
        land(end);
        return true;
    }
    bool either()
    {
        if (!both()) return false;
        while (take("||")) { // a || b: a ? 1 : truth of b
            const size_t otherwise = emit(Action::JumpUnless, 0, at_);
            emit(Action::Number, 0, at_, 0, 1);
            const size_t end = emit(Action::Jump);
            land(otherwise);
            if (!both()) return false;
            emit(Action::Truth, 0, at_);
            land(end);
        }
        return true;
    }
    bool both()
    {
        if (!equality()) return false;
        while (take("&&")) { // a && b: a ? truth of b : 0
            const size_t otherwise = emit(Action::JumpUnless, 0, at_);
            if (!equality()) return false;
            emit(Action::Truth, 0, at_);
            const size_t end = emit(Action::Jump);
            land(otherwise);
            emit(Action::Number, 0, at_, 0, 0);
            land(end);
        }
        return true;
    }
    /// A run of operands joined by any of the signs, from left to right.
    template <class Operand> bool run_of(std::initializer_list<std::string_view> signs, Operand operand)
    {
        if (!operand()) return false;
        while (true) {
            std::string_view found;
            for (std::string_view sign : signs)
                if (found.empty() && take(sign)) found = sign;
            if (found.empty()) return true;
            const size_t offset = at_ - found.size();
            if (!operand()) return false;
            emit_sign(found, offset);
        }
    }
    bool equality()
    {
        return run_of({"==", "!="}, [&] { return order(); });
    }
    bool order()
    {
        return run_of({"<=", ">=", "<", ">"}, [&] { return sum(); });
    }
    bool sum()
    {
        return run_of({"+", "-"}, [&] { return product(); });
    }
    bool product()
    {
        return run_of({"*", "/", "%"}, [&] { return prefix(); });
    }
    bool prefix()
    {
        std::string signs;
        std::vector<size_t> offsets;
        while (take("-") || take("!") || take("+")) signs += text()[at_ - 1], offsets.push_back(at_ - 1);
        if (!power()) return false;
        for (size_t i = signs.size(); i-- > 0;)
            if (signs[i] != '+') emit(signs[i] == '-' ? Action::Negate : Action::Not, 0, offsets[i]);
        return true;
    }
    bool power()
    {
        if (!postfix()) return false;
        if (!take("^")) return true;
        const size_t offset = at_ - 1;
        struct Depth {
            int& n;
            ~Depth() { --n; }
        } depth{++depth_};
        if (depth_ > deepest_nesting) return fail(at_, "it is nested too deeply", "split it over several parameters");
        if (!prefix()) return false;
        emit_sign("^", offset);
        return true;
    }
    bool postfix()
    {
        if (!primary()) return false;
        while (take(".")) {
            const size_t offset = at_;
            const std::string_view name = read_name();
            size_t i = std::string_view("xyzw").find(name);
            if (i == std::string_view::npos) i = std::string_view("rgba").find(name);
            if (name.size() != 1 || i == std::string_view::npos)
                return fail(offset, "'" + std::string(name) + "' is not a component", "use x, y, z, w or r, g, b, a");
            emit(Action::Component, int(i), offset);
        }
        return true;
    }
    std::string_view read_name()
    {
        skip_blanks();
        const size_t start = at_;
        if (at_ < text().size() && name_start(text()[at_]))
            while (at_ < text().size() && name_part(text()[at_])) ++at_;
        return text().substr(start, at_ - start);
    }
    bool primary()
    {
        skip_blanks();
        if (at_ >= text().size()) return unexpected("a value");
        const char c = text()[at_];
        if (take("(")) return choice() && need(")");
        if (digit(c) || (c == '.' && at_ + 1 < text().size() && digit(text()[at_ + 1]))) return number();
        if (!name_start(c)) return unexpected("a value");
        const size_t start = at_;
        const std::string_view name = read_name();
        if (at_ + 1 < text().size() && text()[at_] == '.' && name_start(text()[at_ + 1])) {
            at_ = start;
            emit(Action::Parameter, path(), start);
            return true;
        }
        if (take("(")) return call(name, start);
        return constant(name, start);
    }
    bool number()
    {
        double value = 0;
        const char* begin = text().data() + at_;
        const auto [end, problem] = std::from_chars(begin, text().data() + text().size(), value);
        if (problem != std::errc() || !std::isfinite(value))
            return fail(at_, "the number is out of range", "write a smaller one");
        emit(Action::Number, 0, at_, 0, value);
        at_ += size_t(end - begin);
        if (at_ < text().size() && name_start(text()[at_])) return unexpected("an operator");
        return true;
    }
    bool constant(std::string_view name, size_t start)
    {
        if (name == "pi" || name == "e" || name == "true" || name == "false") {
            const double value = name == "pi" ? std::numbers::pi : name == "e" ? std::numbers::e : name == "true";
            emit(Action::Number, 0, start, 0, value);
            return true;
        }
        const auto variable = variable_named(name);
        if (!variable)
            return fail(start, "unknown name '" + std::string(name) + "'",
                        "write a parameter as Node.parameter, or this." + std::string(name) +
                            " for one of the same node");
        emit(Action::Variable, int(*variable), start);
        out_->uses_frame_ |= *variable == ExpressionVariable::Frame;
        return true;
    }
    /// Reads "Node.param.x" and gives its index among the paths, or -1.
    int path()
    {
        const size_t start = at_;
        if (read_name().empty()) return -1;
        while (at_ + 1 < text().size() && text()[at_] == '.' && name_start(text()[at_ + 1])) {
            ++at_;
            read_name();
        }
        const std::string_view found = text().substr(start, at_ - start);
        if (found.find('.') == std::string_view::npos) return -1;
        out_->paths_.push_back({std::string(found), start});
        return int(out_->paths_.size()) - 1;
    }
    bool call(std::string_view name, size_t start)
    {
        if (name == "if") return choice() && need(",") && branches(",") && need(")");
        if (name == "curve" || name == "value") return lookup(name, start);
        const int function = expression_function(name);
        if (function < 0)
            return fail(start, "unknown function '" + std::string(name) + "'",
                        "did you mean " + std::string(nearest_expression_function(name)) + "?");
        int count = 0;
        if (!take(")")) {
            do {
                if (!choice()) return false;
                ++count;
            } while (take(","));
            if (!need(")")) return false;
        }
        const ExpressionFunction& f = expression_function(function);
        if (count < f.least || count > f.most) {
            const std::string range =
                f.least == f.most ? std::to_string(f.least) : std::to_string(f.least) + " to " + std::to_string(f.most);
            return fail(start, std::string(name) + " takes " + range + " arguments, not " + std::to_string(count),
                        "give it as many");
        }
        emit(Action::Function, function, start, count);
        return true;
    }
    /// curve(t), curve(Node.param, t), value(Node.param, t)
    bool lookup(std::string_view name, size_t start)
    {
        const size_t before = at_, paths = out_->paths_.size();
        skip_blanks();
        int index = path();
        if (index >= 0 && !take(",")) { // a parameter as the position: curve(Node.param)
            at_ = before, index = -1;
            out_->paths_.resize(paths);
        } else if (index < 0) {
            at_ = before;
        }
        if (index < 0 && name == "value")
            return fail(start, "value needs a parameter and a frame", "write value(Node.parameter, frame)");
        if (!choice() || !need(")")) return false;
        out_->uses_own_curve_ |= index < 0;
        emit(name == "curve" ? Action::Curve : Action::ParameterAt, index, start);
        return true;
    }

    std::shared_ptr<Expression> out_;
    size_t at_ = 0;
    int depth_ = 0;
    std::optional<Error> error_;
};

Result<ExpressionPtr> Expression::compile(std::string_view text)
{
    return ExpressionParser(text).run();
}

Result<ExpressionPtr> compiled(const std::string& text)
{
    constexpr size_t most_kept = 4096;
    static std::mutex mutex;
    static std::unordered_map<std::string, ExpressionPtr> known;
    {
        std::lock_guard lock(mutex);
        if (const auto it = known.find(text); it != known.end()) return it->second;
    }
    auto made = Expression::compile(text);
    if (!made) return made;
    std::lock_guard lock(mutex);
    if (known.size() >= most_kept) known.clear(); // rare enough that starting again costs less than keeping an order
    known.emplace(text, *made);
    return made;
}

} // namespace tessera
