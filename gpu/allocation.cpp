// The caller's side of device memory: allocate, release, and where an image lies.
#include "gpu/executor.h"
#include <algorithm>
#include <cassert>

namespace tessera {

Result<BufferId> VulkanDevice::allocate(uint64_t bytes)
{
    std::lock_guard lock(mutex_);
    TESSERA_CHECK(usable());
    const int64_t count = allocations_++;
    if (options_.fail_allocation_after >= 0 && count >= options_.fail_allocation_after &&
        count < options_.fail_allocation_after + options_.fail_allocations)
        return Error{ErrorKind::OutOfMemory, "device memory: " + bytes_text(bytes) + " refused on request",
                     "try again"};
    return allocate_locked(bytes);
}

Result<BufferId> VulkanDevice::allocate_locked(uint64_t bytes)
{
    auto made = memory_.allocate(bytes);
    if (made || made.error().kind != ErrorKind::OutOfMemory) return made;
    if (bytes > memory_.budget()) return made;
    // What may still be got: tables (uploaded again when needed), and memory that only waits for work in flight.
    evict_tables(0);
    made = memory_.allocate(bytes);
    if (made || (!current_ && flying_.empty())) return made;
    uint64_t held = 0;
    const auto add_held = [&](const Batch& b) {
        for (BufferId id : b.released) held += memory_.find(id)->bytes;
    };
    for (const auto& b : flying_) add_held(*b);
    if (current_) add_held(*current_);
    if (memory_.used_bytes() - held + bytes > memory_.budget()) return made;
    TESSERA_TRY(ticket, submit_locked());
    std::unique_lock lock(mutex_, std::adopt_lock);
    const Status waited = wait_locked(ticket, lock);
    lock.release();
    TESSERA_CHECK(waited);
    return memory_.allocate(bytes);
}

void VulkanDevice::release(BufferId buffer)
{
    std::lock_guard lock(mutex_);
    const MemoryRange* range = memory_.find(buffer);
    assert(range);
    if (!range) return;
    const auto read = [&](const ReadBack& r) {
        return r.direct() && r.use.begin < range->address + range->bytes && range->address < r.use.end;
    };
    const auto reads = [&](const std::unique_ptr<Batch>& b) {
        return b && std::any_of(b->read_backs.begin(), b->read_backs.end(), read);
    };
    if (direct_read_backs_) {
        if (reads(current_)) {
            current_->released.push_back(buffer);
            return;
        }
        for (auto b = flying_.rbegin(); b != flying_.rend(); ++b)
            if (reads(*b)) {
                (*b)->released.push_back(buffer);
                return;
            }
    }
    memory_.release(buffer);
}

uint64_t VulkanDevice::allocated_bytes() const
{
    std::lock_guard lock(mutex_);
    return memory_.used_bytes() - table_bytes_;
}

MemoryUse VulkanDevice::Place::use(const Rect& region, const Rect& part, bool write) const
{
    if (part.empty()) return {memory.address, memory.address, write};
    return {memory.address + offset_of(region, part.x0, part.y0),
            memory.address + offset_of(region, part.x1 - 1, part.y1 - 1) + 16, write};
}

Result<VulkanDevice::Place> VulkanDevice::place(const DeviceImage& image) const
{
    const MemoryRange* range = memory_.find(image.memory.buffer);
    const uint64_t bytes = DeviceImage::bytes(image.region);
    if (!range || image.memory.offset % 256 != 0 || image.memory.offset + bytes > range->bytes)
        return Error{ErrorKind::InvalidArgument,
                     "an image of " + bytes_text(bytes) + " at byte " + std::to_string(image.memory.offset) +
                         " does not lie in its device memory",
                     "report this: it is a mistake of the program"};
    Place p;
    p.memory = *range;
    p.memory.offset += image.memory.offset;
    p.memory.address += image.memory.offset;
    p.memory.bytes = bytes;
    if (p.memory.mapped) p.memory.mapped += image.memory.offset;
    p.row_bytes = uint64_t(image.region.width()) * 16;
    return p;
}

} // namespace tessera
