#pragma once
// Which tiles are kept where, and which go first: pure bookkeeping, no pixels.
//
// Each tier has a byte budget that is never exceeded: room is made before anything is added. What goes is what is worth
// least: the cost of making it again times its usefulness, per byte. Usefulness halves with every `half_life` uses of the
// cache since the tile was last wanted, which is recency without a clock, so that tests and replays give the same answer.
#include "core/eval/plan.h"
#include <unordered_map>

namespace tessera {

struct TileIdHash {
    size_t operator()(const TileId& t) const
    {
        return std::hash<Key>()(t.key) ^ (size_t(uint32_t(t.x)) * 0x9E3779B97F4A7C15ull) ^
               (size_t(uint32_t(t.y)) * 0xC2B2AE3D27D4EB4Full) ^ (size_t(t.level) << 7);
    }
};

class CacheIndex {
public:
    explicit CacheIndex(uint64_t budget, double half_life = 512) : budget_(budget), half_life_(half_life) {}

    bool contains(const TileId& id) const { return entries_.contains(id); }
    /// Marks a use; false when the tile is not there.
    bool touch(const TileId& id);
    /// Adds (or refreshes) a tile. The caller has made room: see victims_for.
    void add(const TileId& id, uint64_t bytes, double cost);
    void remove(const TileId& id);
    /// Tiles to drop, least worth first, so that `bytes` more fit. Never names one used since `protect_since`.
    /// Empty with *fits false when even that is not enough.
    std::vector<TileId> victims_for(uint64_t bytes, uint64_t protect_since, bool* fits) const;

    uint64_t used() const { return used_; }
    uint64_t budget() const { return budget_; }
    void set_budget(uint64_t budget) { budget_ = budget; }
    size_t size() const { return entries_.size(); }
    /// Grows with every use; pass an earlier value to victims_for to protect what was used since.
    uint64_t now() const { return clock_; }
    double cost_of(const TileId& id) const;
    template <class F> void each(F f) const
    {
        for (const auto& [id, e] : entries_) f(id, e.bytes);
    }

private:
    struct Entry {
        uint64_t bytes = 0, used_at = 0;
        double cost = 0;
    };
    double worth(const Entry& e) const;
    uint64_t budget_, used_ = 0, clock_ = 0;
    double half_life_;
    std::unordered_map<TileId, Entry, TileIdHash> entries_;
};

} // namespace tessera
