#include "gpu/hazards.h"
#include <algorithm>

namespace tessera {

namespace {

/// A barrier costs less than searching a longer list for every command.
constexpr size_t most_uses = 512;

bool overlap(const MemoryUse& a, uint64_t begin, uint64_t end)
{
    return a.begin < end && begin < a.end;
}

} // namespace

bool Hazards::add(const std::vector<MemoryUse>& uses, Ticket ticket)
{
    bool barrier = since_barrier_.size() > most_uses;
    for (const MemoryUse& now : uses) {
        if (barrier) break;
        barrier = std::any_of(since_barrier_.begin(), since_barrier_.end(), [&](const MemoryUse& before) {
            return (before.write || now.write) && overlap(before, now.begin, now.end);
        });
    }
    if (barrier) since_barrier_.clear();
    for (const MemoryUse& now : uses) {
        since_barrier_.push_back(now);
        pending_.push_back({now, ticket});
    }
    return barrier;
}

bool Hazards::busy(uint64_t begin, uint64_t end, bool reading) const
{
    return std::any_of(pending_.begin(), pending_.end(),
                       [&](const Pending& p) { return (p.use.write || !reading) && overlap(p.use, begin, end); });
}

void Hazards::finished(Ticket ticket)
{
    while (!pending_.empty() && pending_.front().ticket <= ticket) pending_.pop_front();
}

} // namespace tessera
