#pragma once
// What the OpenImageIO module gives; see core/media/media_modules.h.
#include "core/media/media_modules.h"

namespace tessera {

Result<WrittenFile> write_with_oiio(const WriteRequest& request, const std::string& format);

} // namespace tessera
