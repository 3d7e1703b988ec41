#pragma once
// The functions and operators of expressions, shared by the parser (names, counts) and the machine (what they do).
#include "core/doc/expression.h"
#include <span>

namespace tessera {

struct ExpressionFunction {
    std::string_view name; ///< operators are functions with a sign for a name
    int least, most;       ///< number of arguments
    /// Applied to each component in turn, numbers standing for vectors of equal components; null for the next one.
    double (*each)(std::span<const double> arguments);
    /// Applied to whole values.
    ExpressionValue (*whole)(std::span<const ExpressionValue> arguments);
};

/// Index of a function; -1 when there is none of this name.
int expression_function(std::string_view name);
const ExpressionFunction& expression_function(int index);
/// The name most like `name`, for messages.
std::string_view nearest_expression_function(std::string_view name);

enum class ExpressionVariable { Frame, FramesPerSecond, FirstFrame, LastFrame, Width, Height };

/// "line 1, column 7"
std::string place_in(std::string_view text, size_t offset);

} // namespace tessera
