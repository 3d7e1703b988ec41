#pragma once
// Colour transforms as pixel kernels: what the operators that use OpenColorIO have in common.
#include "core/color/config.h"
#include "core/op/description.h"
#include <functional>
#include <string>

namespace tessera {

/// `text` with ${NAME} replaced by the project's variables and the environment, made absolute from the project's
/// folder. NotFound names the variable that does not exist.
Result<std::string> expanded_path(const OpContext& context, std::string_view text);

/// The configuration a project names ("" is $OCIO where that is set, else the built-in one). Loaded once and again when
/// the file's size or time has changed. May be called from any thread.
Result<ColorConfig> config_for(const OpContext& context);

/// The transform that `make` builds, kept for the next request: `what` and the configuration identify it.
Result<ColorProcessor> cached_processor(const OpContext& context, const Key& what,
                                        const std::function<Result<ColorProcessor>(const ColorConfig&)>& make);

/// "SHOT=sc01 SEQ=a": a configuration's variables. InvalidArgument for an item without "=".
Result<ColorContext> parse_color_context(std::string_view text);

/// Kernel and table of a transform; the table is null when there is none.
Result<KernelPtr> color_kernel(const ColorProcessor& processor);
Result<TablePtr> color_table(const ColorProcessor& processor);

/// An empty name stands for the project's working space.
std::string space_or_working(const OpContext& context, const std::string& name);

} // namespace tessera
