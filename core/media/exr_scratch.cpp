#include "core/media/exr_scratch.h"
#include <mutex>

namespace tessera {

namespace {

struct Pool {
    std::mutex mutex;
    std::vector<std::unique_ptr<ExrScratch>> free;
};

Pool& pool()
{
    static Pool pool;
    return pool;
}

constexpr size_t most_kept = 64;              ///< more threads than that hardly ever code at once
constexpr size_t most_kept_bytes = 16u << 20; ///< of one: what chunks of 16 rows of 8K need, and some

} // namespace

ExrScratchLease::ExrScratchLease()
{
    {
        std::lock_guard lock(pool().mutex);
        if (!pool().free.empty()) {
            scratch_ = std::move(pool().free.back());
            pool().free.pop_back();
            return;
        }
    }
    scratch_ = std::make_unique<ExrScratch>();
}

ExrScratchLease::~ExrScratchLease()
{
    if (scratch_->bytes() > most_kept_bytes) return;
    std::lock_guard lock(pool().mutex);
    if (pool().free.size() < pool().free.capacity()) {
        pool().free.push_back(std::move(scratch_));
    } else if (pool().free.size() < most_kept) {
        try {
            pool().free.push_back(std::move(scratch_));
        } catch (const std::bad_alloc&) { // then it is not kept
        }
    }
}

} // namespace tessera
