#pragma once
// Cached tiles in three tiers: device memory, host memory, disk. The engine's thread owns it.
//
// A tile that must leave a tier goes one tier down where there is room for it and is dropped otherwise; a tile that is
// wanted comes up again as a copy. Tiles on disk are named by their content, so they serve again after a restart, can be
// shared, and can be deleted at any time; a damaged one is recomputed.
#include "core/eval/cache_index.h"
#include "core/eval/device.h"
#include <deque>
#include <filesystem>
#include <thread>

namespace tessera {

struct TileBudgets {
    uint64_t device = 256ull << 20, host = 1ull << 30, disk = 0;
    std::filesystem::path folder; ///< of the disk tier
};

class TileStore {
public:
    TileStore(Device& device, TileBudgets budgets);
    ~TileStore();
    TileStore(const TileStore&) = delete;
    TileStore& operator=(const TileStore&) = delete;

    /// True when every tile over `rect` is in some tier; marks them as used when it is.
    bool covers(const Key& key, int level, const Rect& rect);
    /// The tile is in some tier; counts as a hit or a miss.
    bool holds(const TileId& id);
    /// Brings `part` of a tile to host memory, where it is once a later ticket has finished, without a detour over the
    /// device for one that lies in host memory. NotFound when it is gone or turns out to be unreadable.
    Status read(const TileId& id, const Rect& part, const std::shared_ptr<HostImage>& to);
    /// Records the copies that bring the tiles over image.region into it. NotFound when one turns out to be unreadable
    /// (the caller plans again without it).
    Status gather(const Key& key, int level, const DeviceImage& image);
    /// Keeps the tiles whose part inside `window` lies in image.region. Not finding room is no error: the tile is not
    /// kept. `cost` in milliseconds to make one tile.
    Status scatter(const Key& key, int level, const DeviceImage& image, const Rect& window, double cost);

    /// The result shown so far gives way to another one by an edit of values: it is kept for an undo until a few more have
    /// followed, and is then dropped, so that dragging a slider goes round in memory that it has already.
    void supersede(const Key& key, int level, const Rect& rect);
    /// The result is wanted again.
    void revive(const Key& key);

    /// What was recorded since the last call belongs to this ticket: host copies are complete once it has finished.
    void submitted(Ticket ticket);
    /// Gives device memory back until at most `bytes` are used by tiles.
    void shrink_device(uint64_t bytes);
    void clear();

    uint64_t device_bytes() const { return uint64_t(slabs_) * slab_bytes; }
    uint64_t host_bytes() const { return host_index_.used(); }
    uint64_t disk_bytes() const { return disk_index_.used(); }
    uint64_t hits() const { return hits_; }
    uint64_t misses() const { return misses_; }
    uint64_t stored() const { return stored_; }
    /// Slabs that had to be got from the device so far.
    uint64_t slabs_made() const { return slabs_made_; }
    const TileBudgets& budgets() const { return budgets_; }

    static constexpr uint64_t tile_bytes = uint64_t(tile_size) * tile_size * 16;
    static constexpr uint64_t slab_tiles = 16;
    static constexpr uint64_t slab_bytes = tile_bytes * slab_tiles;

private:
    struct HostTile {
        std::shared_ptr<HostImage> pixels;
        Ticket ready = 0;     ///< finished: pixels are complete
        bool pending = false; ///< recorded, not yet submitted
    };
    std::optional<BufferRef> take_slot();
    void give_slot(const BufferRef& slot);
    bool make_device_room(size_t tiles, uint64_t protect_since);
    bool make_host_room(size_t tiles);
    void drop(const TileId& id);
    /// Out of the device tier, into host memory where there is room.
    void demote(const std::vector<TileId>& leaving);
    void keep_on_host(const TileId& id, HostTile tile, double cost);
    Status wait_for(HostTile& tile);
    /// The tile in host memory, read from disk when it is only there; complete.
    Result<std::shared_ptr<HostImage>> host_tile(const TileId& id);
    void write_to_disk(const TileId& id, std::shared_ptr<const HostImage> pixels, double cost);
    Result<std::shared_ptr<HostImage>> read_from_disk(const TileId& id);
    std::filesystem::path disk_path(const TileId& id) const;
    void scan_disk();
    void writer_loop();

    Device& device_;
    TileBudgets budgets_;
    CacheIndex device_index_, host_index_, disk_index_;
    std::unordered_map<TileId, BufferRef, TileIdHash> device_tiles_;
    std::unordered_map<TileId, HostTile, TileIdHash> host_tiles_;
    std::unordered_map<TileId, std::string, TileIdHash> disk_tiles_; ///< written in this session, or found under its name
    std::unordered_map<std::string, uint64_t> disk_files_;           ///< file name, bytes: all in the folder
    std::vector<BufferRef> free_slots_;
    std::unordered_map<BufferId, int> slab_use_;
    int slabs_ = 0;
    uint64_t hits_ = 0, misses_ = 0, stored_ = 0, slabs_made_ = 0;
    struct Shown {
        Key key;
        int level = 0;
        Rect rect;
    };
    std::deque<Shown> superseded_; ///< oldest first
    struct DiskWrite {
        std::filesystem::path path;
        std::shared_ptr<const HostImage> pixels;
    };
    struct Writer;
    std::unique_ptr<Writer> writer_;
};

} // namespace tessera
