#pragma once
// Values of parameters as they are typed on the command line.
#include "core/op/description.h"
#include <string_view>

namespace tessera {

/// The value that `text` means for the parameter:
/// bool: true, false, on, off, yes, no, 1, 0. Int, float: a number. Vectors, colours, matrices: their numbers separated
/// by commas or blanks, in parentheses or not; one number alone sets every component, a colour of three numbers keeps
/// the default's alpha, a matrix takes 9 or 16 (row by row). Enum: a choice's name, in any case. Strings and files: as
/// they are. Curves and drawn data cannot be typed: Unsupported. InvalidArgument for what does not fit, naming the
/// choices.
Result<Value> parse_value(const ParamDesc& param, std::string_view text);

} // namespace tessera
