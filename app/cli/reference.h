#pragma once
// The operators as text, for `tessera nodes` and for docs/operators.md: derived from the declarations alone.
#include "core/op/description.h"
#include <string>
#include <vector>

namespace tessera {

/// Every operator that users are offered, by menu and then by label.
std::vector<const OpDesc*> listed_operators();

std::string_view name_of(OpKind kind); ///< "pixel", "area", "reader", "composite", "route", "output"
/// "0 to 4", "0 to 4 (limits)"; empty for what has no range.
std::string range_text(const ParamDesc& param);
/// "\"over\"" for text, else as messages show it.
std::string default_text(const ParamDesc& param);
/// "in, mask (optional mask)"; "none".
std::string inputs_text(const OpDesc& op);

/// One operator for a terminal.
std::string operator_text(const OpDesc& op);
/// One line an operator.
std::string operators_text();
/// One operator, or all of them as an array, as JSON.
std::string operator_json(const OpDesc& op);
std::string operators_json();
/// The whole of docs/operators.md.
std::string operators_markdown();

} // namespace tessera
