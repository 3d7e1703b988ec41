#pragma once
// A plan: the work for one rectangle of one request, as plain data. It can be printed, and it holds no pixels.
#include "core/eval/program.h"
#include "core/eval/resolver.h"
#include <functional>

namespace tessera {

/// Side of a cached tile in pixels; a tile is 256 x 256 x 4 floats, 1 MiB.
inline constexpr int tile_size = 256;

/// Identity of a tile: the content key of its instance, the level, and its place on the level's tile grid.
struct TileId {
    Key key;
    int level = 0, x = 0, y = 0;
    bool operator==(const TileId&) const = default;
    Rect rect() const { return {x * tile_size, y * tile_size, (x + 1) * tile_size, (y + 1) * tile_size}; }
};
/// The tiles that cover a rectangle.
std::vector<TileId> tiles_over(const Key& key, int level, const Rect& rect);
/// Grown outwards to whole tiles.
Rect tile_aligned(const Rect& rect);

struct PlanImage {
    Rect region, window; ///< at the plan's level
    std::string name;    ///< of the instance, for print-outs
    int last_use = -1;   ///< index of the last step that touches it
    uint64_t bytes() const { return DeviceImage::bytes(region); }
};

struct PlanPass {
    ProgramPtr program;
    std::vector<int> reads; ///< plan images by slot
    int write = -1;
    Rect area;
    std::vector<PassCall> calls;
    std::vector<TablePtr> tables;
    int groups_x = 0, groups_y = 0;
    std::vector<int> instances; ///< evaluated in this pass
};

struct PlanStep {
    enum class Kind {
        Source,  ///< decode instance `instance` over image's region into image
        Gather,  ///< cached tiles of `key` into image
        Pass,
        Scatter, ///< image's whole tiles into the cache under `key`
    } kind = Kind::Pass;
    int image = -1;
    int instance = -1;
    Key key;
    PlanPass pass;
    double milliseconds = 0; ///< predicted; Scatter: to make one of its tiles again. 0 without a cost model
};

struct Plan {
    int level = 0;
    Rect region;             ///< what was asked, at the level
    std::vector<PlanImage> images;
    std::vector<PlanStep> steps;
    int result = -1;         ///< image with the answer; -1: zero everywhere
    uint64_t peak_bytes = 0; ///< most image memory in use at once
    uint64_t largest_image = 0;
    int operators = 0;       ///< instances evaluated
    int passes = 0;
    int gathers = 0, scatters = 0, sources = 0;
    double milliseconds = 0; ///< predicted time on the device; 0 without a cost model
};

class CostModel;

struct PlanOptions {
    bool fuse = true;
    int max_group = 12;  ///< operators in one kernel; above it compile time grows faster than what fusing saves
    int max_images = 8;  ///< images one pass may read
    /// True when every tile over the rectangle is cached.
    std::function<bool(const Key&, int level, const Rect&)> cached;
    /// Instances whose result is kept (by index); empty: none.
    std::vector<bool> store;
    /// Fills in the predicted times; null: they stay 0.
    const CostModel* cost = nullptr;
};

/// Plans `region` (at `level`) of the resolved request's target.
Result<Plan> make_plan(const Resolved& resolved, const Rect& region, int level, const PlanOptions& options);

/// Which instances to keep: those whose key has been seen in an earlier request (`seen`) and which feed one that has
/// not. That is the hot edge of a node being edited, the still plate of a moving shot, and the inputs of time operators,
/// all by one rule. Cheap pixel operators are not kept themselves; what they read is.
std::vector<bool> instances_to_store(const Resolved& resolved, const std::function<bool(const Key&)>& seen);

std::string print(const Plan& plan, const Resolved& resolved);

} // namespace tessera
