#pragma once
// The Device of core/eval over Vulkan: commands are recorded into a batch, submitted with a ticket (a value of one
// timeline semaphore), and what they used is taken back once the ticket has been seen to finish. Nothing here waits for
// the device but wait() and, as back-pressure, a transfer ring or a memory budget that is full of work in flight.
#include "gpu/hazards.h"
#include "gpu/memory.h"
#include "gpu/pipelines.h"
#include <algorithm>
#include <cstdint>
#include <deque>
#include <list>
#include <mutex>
#include <span>

namespace tessera {

/// Nanoseconds on the steady clock.
int64_t now_ns();

/// Where the device's timestamps lie on the host's steady clock, without asking the driver for more than the timestamps:
/// no pass begins before it was submitted, none ends after it was seen to have ended. Every batch narrows the offset
/// that both allow; a queue that was idle leaves a fraction of a millisecond. Clocks that drift apart start over.
class DeviceClock {
public:
    /// A batch whose first and last timestamps, as nanoseconds of the device's clock, were `first` and `last`.
    void observe(int64_t first, int64_t last, int64_t submitted_ns, int64_t seen_ns)
    {
        least_ = std::max(least_, submitted_ns - first);
        most_ = std::min(most_, seen_ns - last);
        if (least_ > most_) least_ = submitted_ns - first, most_ = seen_ns - last;
    }
    /// On the steady clock; good after the first observation.
    int64_t host_ns(int64_t device_ns) const { return device_ns + least_ + (most_ - least_) / 2; }

private:
    int64_t least_ = INT64_MIN, most_ = INT64_MAX;
};

/// Of texel buffers.
inline constexpr VkFormat image_format = VK_FORMAT_R32G32B32A32_SFLOAT, table_format = VK_FORMAT_R32_SFLOAT;

/// Pixels along a row, and rows, that one work group of a composed main() makes.
struct LaunchSize {
    int run = 1, rows = 1;
};

class VulkanDevice final : public Device {
public:
    VulkanDevice(std::unique_ptr<Context> context, const DeviceOptions& options);
    ~VulkanDevice() override;
    Status start();

    const DeviceCaps& caps() const override { return caps_; }
    Status compile(const ProgramPtr& program) override;
    bool compiled(const ProgramPtr& program) const override { return pipelines_.ready(*program); }
    Result<BufferId> allocate(uint64_t bytes) override;
    void release(BufferId buffer) override;
    uint64_t allocated_bytes() const override;
    Status upload(const DeviceImage& to, const HostImage& from, const Rect& part) override;
    Status copy(const DeviceImage& from, const DeviceImage& to, const Rect& part) override;
    Status clear(const DeviceImage& image, const Rect& part) override;
    Status read_back(const DeviceImage& from, const Rect& part, std::shared_ptr<HostImage> to) override;
    Status run(const Pass& pass) override;
    Result<Ticket> submit() override;
    bool finished(Ticket ticket) override;
    Status wait(Ticket ticket) override;
    std::vector<PassTime> take_times() override;

private:
    /// Rows to be copied into a host image once their batch has finished.
    struct ReadBack {
        std::shared_ptr<HostImage> to;
        Rect part;
        const std::byte* source = nullptr; ///< first pixel of `part`, mapped
        uint64_t row_bytes = 0;            ///< from one row of the source to the next
        MemoryUse use;                     ///< device memory it reads directly; empty when the source is staging
        bool direct() const { return use.end > use.begin; }
    };
    /// What is recorded between two submits, and what it holds until it has finished.
    struct Batch {
        VkCommandPool pool = VK_NULL_HANDLE;
        VkCommandBuffer commands = VK_NULL_HANDLE;
        Ticket ticket = 0;
        int64_t submitted_ns = 0; ///< on the steady clock
        std::vector<VkQueryPool> queries;
        std::vector<uint32_t> tags; ///< of the timed passes, in order: two queries each
        std::vector<VkDescriptorPool> sets;
        uint32_t sets_used = 0;
        std::vector<ReadBack> read_backs;
        std::vector<BufferId> released; ///< kept until the read-backs that read them have been taken
    };
    /// Where (part of) an image lies in memory.
    struct Place {
        MemoryRange memory; ///< from the image's first byte
        uint64_t row_bytes = 0;
        uint64_t offset_of(const Rect& region, int x, int y) const
        {
            return uint64_t(y - region.y0) * row_bytes + uint64_t(x - region.x0) * 16;
        }
        /// The rows of `part`, whole: what a command that touches it is taken to use.
        MemoryUse use(const Rect& region, const Rect& part, bool write) const;
    };
    struct TableEntry {
        BufferId buffer = 0;
        uint64_t bytes = 0;
        std::list<Key>::iterator recent;
    };

    /// What a binding is given: the view where it is a texel buffer, else the range.
    struct Bound {
        VkDescriptorBufferInfo info{};
        VkBufferView view = VK_NULL_HANDLE;
    };

    // executor.cpp: batches and tickets. All of these want mutex_ held.
    Status usable() const;
    Result<VkCommandBuffer> commands();
    Result<Batch> make_batch();
    void destroy(Batch& batch);
    Result<Ticket> submit_locked();
    Status wait_locked(Ticket ticket, std::unique_lock<std::mutex>& lock);
    void poll();
    void collect(Ticket finished);
    void take_read_backs(Batch& batch);
    void take_batch_times(Batch& batch);
    Status note_loss(VkResult result, std::string what);
    /// Orders a command with these uses after all it depends on. Call it right before the command is recorded and
    /// before taking ring memory for it: it may submit what was recorded so far.
    Status order(const std::vector<MemoryUse>& uses);
    void memory_barrier(VkCommandBuffer commands, bool to_host);
    Ticket recording() const { return submitted_ + 1; }

    // allocation.cpp
    Result<BufferId> allocate_locked(uint64_t bytes);
    Result<Place> place(const DeviceImage& image) const;

    // transfers.cpp
    Status upload_bytes(const MemoryRange& to, uint64_t to_row_bytes, const std::byte* from, uint64_t from_row_bytes,
                        uint64_t row_bytes, int rows);
    Status copy_regions(VkBuffer from, VkBuffer to, const std::vector<VkBufferCopy2>& regions);
    Status stage(ReadBack direct, const MemoryRange& from);
    Status relieve(HostRing& ring);

    // passes.cpp
    Status run_locked(const Pass& pass, const Pipeline& pipeline);
    Status dispatch(const Pass& pass, const Pipeline& pipeline, const Rect& area);
    Result<VkDescriptorBufferInfo> write_values(const Pass& pass, const Pipeline& pipeline, const Rect& area,
                                                const LaunchSize& size);
    Status set(Bound& bound, const MemoryRange& range, VkFormat format);
    Result<MemoryRange> table_for(const std::vector<TablePtr>& tables);
    void evict_tables(uint64_t down_to);
    Status bind(const Pipeline& pipeline, std::span<const Bound> buffers);
    Result<VkDescriptorSet> new_set(const Pipeline& pipeline);
    Status begin_time(uint32_t tag);
    void end_time();
    Status check(const Pass& pass) const;

    std::unique_ptr<Context> context_;
    DeviceOptions options_;
    DeviceCaps caps_;
    Pipelines pipelines_;
    mutable std::mutex mutex_; ///< guards everything below; compiling needs none of it
    Hazards hazards_;
    DeviceMemory memory_;
    HostRing uniforms_, uploads_, downloads_;
    VkSemaphore timeline_ = VK_NULL_HANDLE;
    Ticket submitted_ = 0, finished_ = 0;
    bool lost_ = false;
    std::unique_ptr<Batch> current_;
    std::deque<std::unique_ptr<Batch>> flying_;
    std::vector<std::unique_ptr<Batch>> spare_;
    int direct_read_backs_ = 0; ///< not yet taken
    VkPipeline bound_ = VK_NULL_HANDLE;
    std::vector<PassTime> times_;
    DeviceClock clock_;
    std::unordered_map<Key, TableEntry> tables_;
    std::list<Key> recent_tables_; ///< most recently used first
    uint64_t table_bytes_ = 0;
    HostRing constants_;
    Bound no_image_, no_table_; ///< 256 bytes of zero
    std::vector<std::byte> values_;
    int64_t allocations_ = 0, submits_ = 0;
    const ProgramPtr copy_program_, clear_program_;
};

} // namespace tessera
