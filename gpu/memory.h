#pragma once
// Memory: images out of a few large blocks (DeviceMemory), and host-visible rings for uniforms and transfers
// (HostRing).
//
// Device memory is stream-ordered: a released range may be handed out again at once, because all work on it is recorded
// in order and ordered by barriers on memory ranges, whoever owns them. Only the host's own direct access has to look
// at what is still in flight (Hazards::busy). Waiting for a release to "complete" on the host would instead make every
// chunk of a tight budget stall.
#include "gpu/context.h"
#include <functional>
#include <map>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace tessera {

/// A range of device memory. Addresses are ours: unique over all blocks, so that ranges compare by two numbers.
struct MemoryRange {
    VkBuffer buffer = VK_NULL_HANDLE;
    uint64_t offset = 0; ///< in `buffer`
    uint64_t bytes = 0;
    uint64_t address = 0;
    std::byte* mapped = nullptr; ///< null where the host cannot see it
};

class DeviceMemory {
public:
    /// `idle(begin, end)`: no recorded or running work uses these addresses.
    DeviceMemory(const Context& context, uint64_t budget, bool direct, std::function<bool(uint64_t, uint64_t)> idle);
    ~DeviceMemory();
    DeviceMemory(const DeviceMemory&) = delete;
    DeviceMemory& operator=(const DeviceMemory&) = delete;

    Result<BufferId> allocate(uint64_t bytes);
    void release(BufferId id);
    /// Null for an id that is not allocated.
    const MemoryRange* find(BufferId id) const;
    /// The memory from an address to the end of its block, whoever it belongs to.
    MemoryRange locate(uint64_t address) const;
    /// The range as a texel buffer: good at least until the next call, and for as long as recorded or running work uses
    /// these addresses. The device has Context::cpu_kernels.
    Result<VkBufferView> texels(const MemoryRange& range, VkFormat format);
    uint64_t used_bytes() const { return used_; }
    uint64_t block_bytes() const { return total_; }
    uint64_t budget() const { return budget_; }
    /// The host sees the memory and may write it directly, and read it as fast as its own.
    bool host_writes() const { return host_writes_; }
    bool host_reads() const { return host_reads_; }

private:
    struct Block {
        VkBuffer buffer = VK_NULL_HANDLE;
        VkDeviceMemory memory = VK_NULL_HANDLE;
        std::byte* mapped = nullptr;
        uint64_t bytes = 0;
        std::map<uint64_t, uint64_t> holes; ///< offset -> bytes, never adjacent
        std::map<std::tuple<uint64_t, uint64_t, VkFormat>, VkBufferView> views; ///< by offset, bytes and format
    };
    struct Allocation {
        size_t block = 0;
        MemoryRange range;
    };
    void choose_memory_type(bool direct);
    bool take_hole(uint64_t bytes, Allocation& out);
    Status add_block(uint64_t least);
    void drop_idle_blocks();
    void destroy(Block& block);

    const Context& context_;
    uint64_t budget_, block_size_ = 0;
    std::function<bool(uint64_t, uint64_t)> idle_;
    uint32_t memory_type_ = 0;
    bool host_writes_ = false, host_reads_ = false;
    std::vector<std::unique_ptr<Block>> blocks_; ///< index is the high part of the address; null where dropped
    std::unordered_map<BufferId, Allocation> allocations_;
    BufferId next_id_ = 1;
    uint64_t used_ = 0, total_ = 0;
};

/// A place in a ring.
struct HostSpan {
    VkBuffer buffer = VK_NULL_HANDLE;
    uint64_t offset = 0;
    std::byte* data = nullptr;
};

/// Mapped memory that lives until the work recorded with it has finished; its blocks then serve again.
class HostRing {
public:
    enum class Use { Uniforms, Upload, ReadBack };
    HostRing(const Context& context, Use use, uint64_t block_bytes);
    ~HostRing();
    HostRing(const HostRing&) = delete;
    HostRing& operator=(const HostRing&) = delete;

    /// Valid until recycle() with the ticket of the next submitted().
    Result<HostSpan> take(uint64_t bytes);
    void submitted(Ticket ticket);
    void recycle(Ticket finished);
    uint64_t block_size() const { return block_bytes_; }
    uint64_t bytes_in_flight() const;

private:
    struct Block {
        VkBuffer buffer = VK_NULL_HANDLE;
        VkDeviceMemory memory = VK_NULL_HANDLE;
        std::byte* mapped = nullptr;
        uint64_t bytes = 0, used = 0;
        Ticket ticket = 0;
    };
    Result<Block> create(uint64_t bytes);
    void destroy(Block& block);

    const Context& context_;
    Use use_;
    uint64_t block_bytes_;
    std::vector<Block> open_, flying_, free_; ///< the last of open_ is being filled
};

/// "1.5 GiB", "300 MiB"
std::string bytes_text(uint64_t bytes);

} // namespace tessera
