#pragma once
// Names of every node, for those who look one up or list them all.
#include "core/doc/document.h"

namespace tessera {

/// Paths of every node from the root graph ("Group1.Blur1"), groups' nodes included, sorted.
std::vector<std::string> node_paths(const Project& project);

} // namespace tessera
