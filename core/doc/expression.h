#pragma once
// The language of expressions: one line of arithmetic that gives a number or a vector of two to four numbers. It is
// pure: an expression reads the frame, the project's settings, other parameters and curves, and nothing else; it has no
// loops, no assignment and no way to run anything. docs/project-format.md describes it for users.
//
// Text is compiled once to code for a small stack machine without backward jumps, so its cost is bounded by its length
// and evaluation never recurses (a tree would have to be walked recursively, and trees grow as deep as a sum has
// terms).
#include "core/base/result.h"
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

/// A number (n = 1) or a vector of n numbers.
struct ExpressionValue {
    std::array<double, 4> v{};
    int n = 1;
};

/// What an expression can see.
class ExpressionScope {
public:
    virtual ~ExpressionScope() = default;
    double frame = 1, frames_per_second = 24, first_frame = 1, last_frame = 1, width = 0, height = 0;
    /// The value of the parameter at `path` ("Blur1.size.x", "this.size") at a frame.
    virtual Result<ExpressionValue> parameter(std::string_view path, double at) = 0;
    /// The curve of the parameter at `path` at position `x`; an empty path means the expression's own curve.
    virtual Result<ExpressionValue> curve(std::string_view path, double x) = 0;
};

class Expression {
public:
    /// A parameter that the text names, and where it stands in the text.
    struct Path {
        std::string text;
        size_t offset = 0;
    };
    /// Errors name line and column, both counted from 1.
    static Result<std::shared_ptr<const Expression>> compile(std::string_view text);

    /// The value; a division by zero gives an infinity or NaN here, which is the caller's to judge. Errors are those of
    /// the scope, and vectors of different sizes met in one operation.
    Result<ExpressionValue> evaluate(ExpressionScope& scope) const;

    const std::vector<Path>& paths() const { return paths_; }
    bool uses_frame() const { return uses_frame_; }         ///< names `frame` or `t`
    bool uses_own_curve() const { return uses_own_curve_; } ///< has curve(t)
    const std::string& text() const { return text_; }

    enum class Action : uint8_t {
        Number,
        Variable,
        Parameter,
        ParameterAt,
        Curve,
        Component,
        Negate,
        Not,
        Truth,
        Function,
        Jump,
        JumpUnless
    };
    struct Code {
        Action action;
        uint8_t count;   ///< Function: arguments
        int32_t index;   ///< variable, path, component, function or jump target
        uint32_t offset; ///< in the text, for messages
        double number;
    };

private:
    friend class ExpressionParser;
    std::string text_;
    std::vector<Code> code_;
    std::vector<Path> paths_;
    bool uses_frame_ = false, uses_own_curve_ = false;
};
using ExpressionPtr = std::shared_ptr<const Expression>;

/// As Expression::compile, remembering the most recent few thousand texts. Any thread may call it.
Result<ExpressionPtr> compiled(const std::string& text);

} // namespace tessera
