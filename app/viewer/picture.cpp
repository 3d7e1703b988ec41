#include "app/viewer/picture.h"
#include "core/op/description.h"
#include <algorithm>
#include <cmath>

namespace tessera {

int wanted_level(double zoom, int proxy)
{
    const int by_zoom = zoom > 0 ? int(std::floor(-std::log2(zoom) + 1e-9)) : coarsest_level;
    return std::clamp(std::max(by_zoom, proxy), 0, coarsest_level);
}

NodeId main_input(const Project& project, GraphId graph, NodeId node)
{
    const NodePlace place = find_node(project, graph ? graph : project.root, node);
    if (!place || place.node->inputs.empty()) return 0;
    if (const OpDesc* op = Registry::instance().find(place.node->op))
        for (const PortDesc& port : op->inputs) {
            if (port.kind != PortDesc::Kind::Image) continue;
            if (const auto it = place.node->inputs.find(port.name); it != place.node->inputs.end())
                return it->second.node;
        }
    return place.node->inputs.begin()->second.node;
}

} // namespace tessera
