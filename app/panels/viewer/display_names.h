#pragma once
// What the project's colour configuration offers to show pictures with, read on another thread.
#include "core/color/config.h"

namespace tessera {

class Editor;

struct DisplayNames {
    std::vector<ColorDisplay> displays; ///< the default one first; empty while the configuration is read
    std::vector<std::string> looks;
    std::string problem; ///< why it could not be read
};

/// Of the present project; read again when its configuration changes.
const DisplayNames& display_names(Editor& editor);

} // namespace tessera
