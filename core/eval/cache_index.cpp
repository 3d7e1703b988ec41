#include "core/eval/cache_index.h"
#include <algorithm>
#include <cmath>

namespace tessera {

bool CacheIndex::touch(const TileId& id)
{
    const auto it = entries_.find(id);
    if (it == entries_.end()) return false;
    it->second.used_at = ++clock_;
    return true;
}

void CacheIndex::add(const TileId& id, uint64_t bytes, double cost)
{
    remove(id);
    entries_[id] = {bytes, ++clock_, cost};
    used_ += bytes;
}

void CacheIndex::remove(const TileId& id)
{
    const auto it = entries_.find(id);
    if (it == entries_.end()) return;
    used_ -= it->second.bytes;
    entries_.erase(it);
}

double CacheIndex::worth(const Entry& e) const
{
    const double usefulness = std::exp2(-double(clock_ - e.used_at) / half_life_);
    return std::max(e.cost, 1e-6) * usefulness / double(std::max<uint64_t>(e.bytes, 1));
}

double CacheIndex::cost_of(const TileId& id) const
{
    const auto it = entries_.find(id);
    return it == entries_.end() ? 0 : it->second.cost;
}

std::vector<TileId> CacheIndex::victims_for(uint64_t bytes, uint64_t protect_since, bool* fits) const
{
    *fits = true;
    if (used_ + bytes <= budget_) return {};
    struct Candidate {
        double worth;
        TileId id;
        uint64_t bytes;
    };
    std::vector<Candidate> candidates;
    for (const auto& [id, e] : entries_)
        if (e.used_at <= protect_since) candidates.push_back({worth(e), id, e.bytes});
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        if (a.worth != b.worth) return a.worth < b.worth;
        return std::tie(a.id.key, a.id.level, a.id.y, a.id.x) < std::tie(b.id.key, b.id.level, b.id.y, b.id.x);
    });
    std::vector<TileId> victims;
    uint64_t left = used_;
    for (const Candidate& c : candidates) {
        if (left + bytes <= budget_) break;
        victims.push_back(c.id);
        left -= c.bytes;
    }
    if (left + bytes > budget_) {
        *fits = false;
        return {};
    }
    return victims;
}

} // namespace tessera
