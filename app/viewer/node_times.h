#pragma once
// The last cost of every node that viewers rendered: what the node graph's performance overlay draws.
#include "core/eval/request.h"
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace tessera {

class NodeTimes {
public:
    struct Cost {
        double milliseconds = 0; ///< on the device; a fused pass's time is shared out equally among its nodes
        double decode_milliseconds = 0;
        double bytes = 0; ///< written: the memory its results took
        int fused = 1;    ///< nodes in its pass
        int tiles_hit = 0;
    };
    /// Any thread.
    void add(const std::vector<NodeTime>& times);
    void clear();
    /// By path ("Group1.Blur1"); compare revision() to know whether it is worth asking again.
    std::map<std::string, Cost> costs() const;
    uint64_t revision() const;

private:
    mutable std::mutex mutex_;
    std::map<std::string, Cost> costs_;
    uint64_t revision_ = 0;
};

} // namespace tessera
