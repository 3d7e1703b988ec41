#pragma once
// JSON text: reading with errors that name the place, writing in the one layout that project files have.
#include "core/base/result.h"
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace tessera {

using Json = nlohmann::json;

/// Nesting beyond this is refused, since what reads and writes JSON recurses.
inline constexpr int deepest_json = 100;

/// `what` is the name of the file or of the text, for messages. Errors name line and column.
Result<Json> parsed_json(std::string_view text, const std::string& what);
/// Keys sorted, two blanks of indentation; arrays of plain values and all that lies deep (a parameter's value) on one
/// line where it fits. Numbers in the fewest digits that read back exactly; those with a fraction part always show it
/// ("1.0"). Fails for text that is not UTF-8.
Result<std::string> written_json(const Json& json);
/// On one line, without blanks.
std::string compact_json(const Json& json);

/// Adds to `target` what `extra` has and `target` lacks: keys of objects, and within both of objects and of arrays of
/// one length.
void add_missing(Json& target, const Json& extra);

} // namespace tessera
