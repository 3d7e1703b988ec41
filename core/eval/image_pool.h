#pragma once
// Device memory for the images of plans. Fresh memory costs ten times what reused memory costs, and the device runs work
// in the order it was recorded, so a buffer goes back to the pool as soon as its last use has been recorded.
#include "core/eval/device.h"
#include <map>
#include <unordered_map>

namespace tessera {

class ImagePool {
public:
    ImagePool(Device& device, uint64_t budget) : device_(device), budget_(budget) {}
    ~ImagePool() { trim(); }
    ImagePool(const ImagePool&) = delete;
    ImagePool& operator=(const ImagePool&) = delete;

    /// A buffer of at least `bytes`. OutOfMemory when the budget has no more, even after what is free was given back.
    Result<BufferRef> acquire(uint64_t bytes)
    {
        const uint64_t rounded = (bytes + granule - 1) / granule * granule;
        const auto it = free_.lower_bound(rounded);
        if (it != free_.end() && it->first <= rounded + rounded / 4 + granule) {
            const BufferId buffer = it->second;
            in_use_[buffer] = it->first;
            free_.erase(it);
            return BufferRef{buffer, 0};
        }
        if (total_ + rounded > budget_) trim();
        if (total_ + rounded > budget_)
            return Error{ErrorKind::OutOfMemory,
                         "an image of " + std::to_string(rounded >> 20) + " MiB does not fit beside the " +
                             std::to_string(total_ >> 20) + " MiB in use of " + std::to_string(budget_ >> 20) + " MiB",
                         "give more device memory with --vram, or render at a smaller size"};
        TESSERA_TRY(buffer, device_.allocate(rounded));
        ++allocations_;
        total_ += rounded;
        peak_ = std::max(peak_, total_);
        in_use_[buffer] = rounded;
        return BufferRef{buffer, 0};
    }
    void release(const BufferRef& ref)
    {
        const auto it = in_use_.find(ref.buffer);
        assert(it != in_use_.end());
        free_.emplace(it->second, ref.buffer);
        in_use_.erase(it);
    }
    /// Gives every free buffer back to the device.
    void trim()
    {
        for (const auto& [bytes, buffer] : free_) {
            device_.release(buffer);
            total_ -= bytes;
        }
        free_.clear();
    }
    uint64_t total() const { return total_; }
    uint64_t peak() const { return peak_; }
    uint64_t budget() const { return budget_; }
    /// Buffers that had to be got from the device so far.
    uint64_t allocations() const { return allocations_; }

private:
    static constexpr uint64_t granule = 256 << 10;
    Device& device_;
    uint64_t budget_, total_ = 0, peak_ = 0, allocations_ = 0;
    std::multimap<uint64_t, BufferId> free_;
    std::unordered_map<BufferId, uint64_t> in_use_;
};

} // namespace tessera
