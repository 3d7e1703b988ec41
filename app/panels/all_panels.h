#pragma once
// Every kind of panel the application has.
#include "app/editor/panel.h"

namespace tessera {

std::vector<PanelKind> all_panels();

} // namespace tessera
