#include "app/viewer/node_times.h"

namespace tessera {

void NodeTimes::add(const std::vector<NodeTime>& times)
{
    if (times.empty()) return;
    std::map<std::string, Cost> fresh;
    for (const NodeTime& time : times) {
        std::vector<std::string> paths;
        for (size_t at = 0; at <= time.node.size();) {
            const size_t end = std::min(time.node.find('+', at), time.node.size());
            std::string path = time.node.substr(at, end - at);
            at = end + 1;
            // What the viewer itself adds is nobody's node.
            const std::string_view name = std::string_view(path).substr(path.rfind('.') + 1);
            if (!name.empty() && name[0] != '~') paths.push_back(std::move(path));
        }
        if (paths.empty()) continue;
        const double share = 1.0 / double(paths.size());
        for (const std::string& path : paths) {
            Cost& cost = fresh[path];
            cost.milliseconds += time.milliseconds * share;
            cost.decode_milliseconds += time.decode_milliseconds * share;
            cost.bytes += time.bytes_written * share;
            cost.fused = int(paths.size());
            cost.tiles_hit += time.tiles_hit;
        }
    }
    const std::lock_guard lock(mutex_);
    for (auto& [path, cost] : fresh) costs_[path] = cost;
    ++revision_;
}

void NodeTimes::clear()
{
    const std::lock_guard lock(mutex_);
    costs_.clear();
    ++revision_;
}

std::map<std::string, NodeTimes::Cost> NodeTimes::costs() const
{
    const std::lock_guard lock(mutex_);
    return costs_;
}

uint64_t NodeTimes::revision() const
{
    const std::lock_guard lock(mutex_);
    return revision_;
}

} // namespace tessera
