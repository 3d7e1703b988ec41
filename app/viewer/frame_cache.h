#pragma once
// Finished pictures as 8-bit tiles, by content key: what playing a cached range shows, and what panning back finds.
//
// A hard budget; what goes first is what is of no edit's use any more, then what is farthest from the play head. The
// viewer's thread owns it.
#include "app/viewer/tile.h"
#include "core/base/hash.h"
#include <atomic>
#include <cstdint>
#include <unordered_map>

namespace tessera {

class FrameCache {
public:
    explicit FrameCache(uint64_t budget) : budget_(budget) {}

    /// The tile at column x, row y of a level; null when it is not here. Marks its picture as used.
    TilePtr find(const Key& picture, int level, int x, int y);
    /// Every tile over `area` (pixels of the level) is here.
    bool covers(const Key& picture, int level, const Rect& area) const;
    /// Keeps a tile of a picture shown at `frame`. False when it does not fit without dropping what is more useful.
    bool put(const Key& picture, double frame, int level, int x, int y, TilePtr tile);
    void drop(const Key& picture);
    void clear();

    /// From where distances are measured, and in which direction play goes (0: both alike).
    void set_play_head(double frame, int direction) { head_ = frame, direction_ = direction; }
    /// Pictures not touched since are of a former state of the project: they go first.
    void next_epoch() { ++epoch_; }
    /// The picture serves this frame of the present state.
    void touch(const Key& picture, double frame);

    void set_budget(uint64_t bytes);
    uint64_t budget() const { return budget_.load(); }
    uint64_t used() const { return used_.load(); } ///< any thread
    size_t pictures() const { return pictures_.size(); }

private:
    struct Picture {
        double frame = 0;
        uint64_t epoch = 0;
        std::unordered_map<uint64_t, TilePtr> tiles; ///< by place
    };
    static uint64_t place(int level, int x, int y);
    double uselessness(const Picture& p) const;
    /// Drops pictures less useful than `worth` until `bytes` more fit.
    bool make_room(uint64_t bytes, double worth, const Key* keep);

    std::unordered_map<Key, Picture> pictures_;
    std::atomic<uint64_t> budget_, used_{0};
    uint64_t epoch_ = 1;
    double head_ = 0;
    int direction_ = 0;
};

} // namespace tessera
