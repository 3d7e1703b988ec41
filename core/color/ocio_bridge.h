#pragma once
// Between the sources of this folder: OpenColorIO's objects pass as `shared_ptr<const void>`, so that its headers stay
// in the .cpp files.
#include "core/color/processor.h"

namespace tessera {

/// Takes an OCIO::ConstProcessorRcPtr. `what` says what could not be done, should it fail ("cannot convert ...").
Result<ColorProcessor> wrap_processor(const std::shared_ptr<const void>& ocio_processor, const std::string& what);

/// OpenColorIO's message as one of ours: "what: reason", of kind Damaged.
Error ocio_error(const std::string& what, const std::string& reason);

/// The built-in configuration as an OCIO::ConstConfigRcPtr. Throws OpenColorIO's exceptions.
std::shared_ptr<const void> make_builtin_config();

} // namespace tessera
