#include "core/base/pixel_memory.h"
#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>
#include <sys/mman.h>
#include <unordered_map>

namespace tessera {

namespace {

/// Blocks from this size on are kept; below it the heap does as well.
constexpr size_t least_kept = 1 << 20;
/// Blocks of several huge pages start and end at multiples of them, which saves most of the faults of those that are
/// fresh and most misses of the address cache for all. Smaller ones (tiles of the cache) waste no more than a little.
constexpr size_t huge_page = 2 << 20, least_huge = 2 * huge_page, small_granule = 64 << 10;
/// A kept block serves when it is at most this much larger than asked for: a share, and a granule.
constexpr size_t waste_share = 8;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool pooled = false; // the sanitizer sees the ends of heap blocks alone
#else
constexpr bool pooled = true;
#endif

size_t granule_of(size_t bytes)
{
    return bytes >= least_huge ? huge_page : small_granule;
}
size_t rounded(size_t bytes, size_t to)
{
    return (bytes + to - 1) / to * to;
}

void* map_block(size_t bytes)
{
    const bool huge = granule_of(bytes) == huge_page;
    const size_t with_slack = bytes + (huge ? huge_page : 0);
    void* mapped = ::mmap(nullptr, with_slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) throw std::bad_alloc();
    if (!huge) return mapped;
    const uintptr_t start = reinterpret_cast<uintptr_t>(mapped), at = rounded(start, huge_page);
    if (at > start) ::munmap(mapped, at - start);
    if (const size_t behind = start + with_slack - (at + bytes)) ::munmap(reinterpret_cast<void*>(at + bytes), behind);
    void* block = reinterpret_cast<void*>(at);
#ifdef MADV_HUGEPAGE
    ::madvise(block, bytes, MADV_HUGEPAGE); // a wish; without it everything still works
#endif
    return block;
}

class Blocks {
public:
    void* take(size_t bytes)
    {
        const size_t granule = granule_of(bytes), wanted = rounded(bytes, granule);
        {
            std::lock_guard lock(mutex_);
            const auto it = kept_.lower_bound(wanted);
            if (it != kept_.end() && it->first <= wanted + wanted / waste_share + granule) {
                void* block = it->second;
                used_.emplace(block, it->first); // may throw: nothing has changed then
                figures_.kept -= it->first;
                count_use(it->first);
                kept_.erase(it);
                return block;
            }
            // What is kept in other sizes gives way, so that a change of size does not add up.
            trim(figures_.kept > wanted ? figures_.kept - wanted : 0);
        }
        void* block = map_block(wanted);
        std::lock_guard lock(mutex_);
        try {
            used_.emplace(block, wanted);
        } catch (const std::bad_alloc&) {
            ::munmap(block, wanted);
            throw;
        }
        ++figures_.fresh;
        count_use(wanted);
        return block;
    }
    void give(void* block) noexcept
    {
        std::lock_guard lock(mutex_);
        const auto it = used_.find(block);
        const size_t bytes = it->second;
        used_.erase(it);
        figures_.used -= bytes;
        try {
            kept_.emplace(bytes, block);
            figures_.kept += bytes;
        } catch (const std::bad_alloc&) {
            ::munmap(block, bytes);
        }
        trim(limit_);
    }
    void limit(uint64_t bytes)
    {
        std::lock_guard lock(mutex_);
        limit_ = bytes;
        trim(bytes);
    }
    PixelMemory figures()
    {
        std::lock_guard lock(mutex_);
        return figures_;
    }

private:
    void count_use(size_t bytes)
    {
        figures_.used += bytes;
        figures_.peak = std::max(figures_.peak, figures_.used + figures_.kept);
    }
    /// The largest go first: one of them frees most for the least loss of reuse.
    void trim(uint64_t down_to) noexcept
    {
        while (figures_.kept > down_to) {
            const auto last = std::prev(kept_.end());
            ::munmap(last->second, last->first);
            figures_.kept -= last->first;
            kept_.erase(last);
        }
    }

    std::mutex mutex_;
    std::multimap<size_t, void*> kept_;
    std::unordered_map<void*, size_t> used_;
    PixelMemory figures_;
    uint64_t limit_ = 512ull << 20; // a few frames of 3840 x 2160
};

/// Never destroyed: images of static storage may outlive any other object.
Blocks& blocks()
{
    static Blocks& the = *new Blocks;
    return the;
}

} // namespace

void* take_pixel_memory(size_t bytes)
{
    return pooled && bytes >= least_kept ? blocks().take(bytes) : ::operator new(bytes);
}

void give_pixel_memory(void* memory, size_t bytes) noexcept
{
    if (pooled && bytes >= least_kept) blocks().give(memory);
    else ::operator delete(memory);
}

PixelMemory pixel_memory()
{
    return blocks().figures();
}

void limit_kept_pixel_memory(uint64_t bytes)
{
    blocks().limit(bytes);
}

} // namespace tessera
