#pragma once
// One request on its way through the engine (internal to core/eval; the engine's thread owns it).
#include "core/base/trace.h"
#include "core/eval/cost_model.h"
#include "core/eval/engine.h"
#include "core/eval/image_pool.h"
#include "core/eval/loader.h"
#include "core/eval/plan.h"
#include "core/eval/replan.h"
#include "core/eval/tile_store.h"
#include <chrono>
#include <deque>
#include <unordered_map>

namespace tessera {

/// What jobs share: the device and what lies on it. Remade when the device is lost.
struct Machinery {
    std::shared_ptr<Device> device;
    std::unique_ptr<TileStore> tiles;
    std::unique_ptr<ImagePool> pool;
    CostModel cost; ///< learns from every pass
    ~Machinery()
    {
        pool.reset();
        tiles.reset();
    }
};

/// Where a pass's time belongs.
struct PassOwner {
    RequestId job = 0;
    NodeTime time; ///< complete but for the milliseconds
    PassFeatures features;
};

/// Keys of earlier requests, each with the result it was asked for: the zero key once there were several. A picture that
/// is asked for in pieces is one result.
using SeenKeys = std::unordered_map<Key, Key>;

/// What the former request of a channel leaves for the next one, which often differs in one value only.
struct Former {
    Request request;
    Resolved resolved;
    Plan plan;
    bool planned = false; ///< `plan` is of the whole region
};

class Job {
public:
    using Clock = std::chrono::steady_clock;
    Job(RequestId id, Request request, std::function<void(Result<Rendered>)> done)
        : id_(id), request_(std::move(request)), done_(std::move(done)), started_(Clock::now())
    {
    }

    RequestId id() const { return id_; }
    const Request& request() const { return request_; }

    /// Resolves, and lays out the chunks. `seen` gets every key of the request.
    Status begin(const EngineOptions& options, ParamCache& params, SeenKeys& seen, std::optional<Former> former);
    /// For the next request of the channel; only after this one has ended.
    std::optional<Former> leave();
    bool begun() const { return bool(resolved_.info); }

    /// Plans the next chunk and asks for its sources and programs, when that has not been done.
    Status prepare(const EngineOptions& options, Machinery& machinery, Loader& loader);
    /// How much the next chunk still waits for: sources being decoded, programs being compiled.
    size_t pending() const;
    bool prepared() const { return prepared_; }
    /// Tiles have been kept since the plan was made, and the plan computes something that may be among them.
    bool stale(const Machinery& m) const
    {
        return m.tiles->stored() != planned_at_ && (plan_.sources || plan_.scatters);
    }
    /// Plans the next chunk again (a cached tile turned out to be gone); false after too many times.
    bool retry_plan();
    bool all_recorded() const { return begun() && chunks_.empty(); }
    /// Makes the host image that the chunks are read back into; before the first is recorded.
    Status make_answer();
    /// Records the next chunk's work and submits it. OutOfMemory leaves the chunk to be split or tried again.
    Result<Ticket> record(const EngineOptions& options, Machinery& machinery,
                          std::unordered_map<uint32_t, PassOwner>& owners, uint32_t& next_tag);
    /// Halves the next chunk. False when it cannot be smaller.
    bool split();
    /// Starts over from the first chunk (the device was lost).
    void rewind();

    void chunk_finished() { ++chunks_done_; }
    bool complete() const { return all_recorded() && chunks_done_ == chunks_recorded_; }
    void add_time(const NodeTime& time);
    /// Host memory this request holds: its answer and the sources that are being decoded or wait to be used.
    uint64_t host_bytes() const;
    void finish(Result<void> status);
    bool cancelled = false;
    int device_attempts = 0;

private:
    struct Wait {
        int step = 0; ///< of the plan
        Key key;      ///< identity of the source's rectangle
        std::shared_ptr<Load> load;
    };
    /// Lays out the rectangles to work on, so that none has more pixels than the options' limit.
    void layout(const EngineOptions& options, const std::vector<Rect>& areas);
    /// Takes what of the answer is cached out of the work, once, before the first chunk is planned.
    void find_cached(const EngineOptions& options, Machinery& machinery);
    Status take_cached(Machinery& machinery);
    /// Plans the next chunk, halving it until it fits the memory and, for a viewer, the time slice.
    Status plan_chunk(const EngineOptions& options, Machinery& machinery);
    /// Halving the chunk saves waiting and costs little more in all.
    bool worth_halving(const Plan& whole, const PlanOptions& options) const;
    void decide_what_to_keep(SeenKeys& seen);
    /// Takes the former request's instances and plan over where only values differ.
    bool take(Former former, SeenKeys& seen);
    /// The plan taken over still holds: what it gathers is cached and its kernels are compiled.
    bool still_right(Machinery& machinery) const;
    Status run_step(const PlanStep& step, Machinery& machinery, std::vector<DeviceImage>& images,
                    std::unordered_map<uint32_t, PassOwner>& owners, uint32_t& next_tag);
    std::string label_of(const PlanPass& pass) const;
    /// Zero for what of the chunk the plan has no pixels for.
    void clear_outside(const Rect& chunk, const Rect& computed);

    RequestId id_;
    Request request_;
    std::function<void(Result<Rendered>)> done_;
    Clock::time_point started_;
    Resolved resolved_;
    std::vector<bool> store_;
    std::shared_ptr<HostImage> out_;
    std::deque<Rect> chunks_; ///< not yet recorded; an empty one only takes what is cached
    std::vector<TileId> reuse_; ///< tiles of the answer that are cached, until they have been taken
    bool looked_ = false;       ///< for them
    std::optional<Key> superseded_; ///< of the former answer, from which this one differs by an edit of values
    Rect region_;             ///< at the level
    bool prepared_ = false;
    bool patched_ = false; ///< plan_ is the former request's, made right for this one
    Plan plan_;
    int replans_ = 0;
    uint64_t planned_at_ = 0; ///< tiles stored when the plan was made
    std::vector<Wait> waits_;
    std::vector<std::shared_ptr<Compile>> compiles_;
    int chunks_recorded_ = 0, chunks_done_ = 0;
    RenderStats stats_;
    std::map<std::string, NodeTime> times_;
};

} // namespace tessera
