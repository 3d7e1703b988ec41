#pragma once
// Which memory ranges recorded work reads and writes: where a barrier is needed, and what the host may touch directly.
#include "core/eval/device.h"
#include <deque>
#include <vector>

namespace tessera {

struct MemoryUse {
    uint64_t begin = 0, end = 0; ///< addresses of MemoryRange
    bool write = false;
};

class Hazards {
public:
    /// Adds the uses of one command; true when a barrier must come before it (which then covers all work before).
    bool add(const std::vector<MemoryUse>& uses, Ticket ticket);
    /// A use that needs no ordering against commands: the host reads the range once the ticket has finished.
    void hold(const MemoryUse& use, Ticket ticket) { pending_.push_back({use, ticket}); }
    /// Work that has not been seen to finish uses the range, or only writes it when `reading`.
    bool busy(uint64_t begin, uint64_t end, bool reading = false) const;
    /// Work up to the ticket has finished.
    void finished(Ticket ticket);

private:
    struct Pending {
        MemoryUse use;
        Ticket ticket;
    };
    std::vector<MemoryUse> since_barrier_;
    std::deque<Pending> pending_;
};

} // namespace tessera
