#pragma once
// Splits work over a few threads for the length of one call.
#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace tessera {

/// The number of threads that `asked` means: 0 is one for each core.
inline int thread_count(int asked)
{
    return asked > 0 ? asked : std::max(1, int(std::thread::hardware_concurrency()));
}

/// Calls work(first, last) for disjoint pieces of [0, rows). `work` must not throw.
template <class Work> void parallel_rows(int rows, int threads, const Work& work)
{
    constexpr int least_rows = 64; // below this a thread costs more to start than it saves
    const int pieces = std::clamp(rows / least_rows, 1, thread_count(threads));
    const auto share = [rows, pieces](int i) { return int(int64_t(rows) * i / pieces); };
    std::vector<std::jthread> team;
    team.reserve(size_t(pieces));
    for (int i = 1; i < pieces; ++i) team.emplace_back([&work, share, i] { work(share(i), share(i + 1)); });
    work(0, share(1));
}

/// Calls member() on so many threads, this one among them. The first exception of any is thrown here, after all ended.
template <class Member> void parallel_team(int members, const Member& member)
{
    std::mutex mutex;
    std::exception_ptr failed;
    const auto guarded = [&] {
        try {
            member();
        } catch (...) {
            std::lock_guard lock(mutex);
            if (!failed) failed = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> team;
        team.reserve(size_t(std::max(members, 1)));
        for (int i = 1; i < members; ++i) team.emplace_back(guarded);
        guarded();
    }
    if (failed) std::rethrow_exception(failed);
}

/// Makes units 0 to count - 1 on several threads, in any order, and hands them on one at a time in their own order:
/// make(index, unit), then take(index, unit). Twice as many units as threads are held at once. After an exception of
/// either nothing more is begun, and it is thrown here.
template <class Unit, class Make, class Take>
void parallel_in_order(int64_t count, int threads, const Make& make, const Take& take)
{
    struct Slot {
        Unit unit;
        bool ready = false;
    };
    const int members = int(std::clamp<int64_t>(count, 1, thread_count(threads)));
    const int64_t held = members == 1 ? 1 : int64_t(members) * 2;
    std::vector<Slot> slots(static_cast<size_t>(held));
    std::mutex mutex;
    std::condition_variable room;
    int64_t next = 0, taken = 0;
    bool taking = false, stopped = false;
    const auto work = [&](std::unique_lock<std::mutex>& lock) {
        while (!stopped && next < count) {
            if (next - taken >= held) {
                room.wait(lock);
                continue;
            }
            const int64_t index = next++;
            Slot& own = slots[size_t(index % held)];
            lock.unlock();
            make(index, own.unit);
            lock.lock();
            own.ready = true;
            if (taking) continue; // whoever takes will find it
            taking = true;
            for (Slot* s; !stopped && (s = &slots[size_t(taken % held)])->ready;) {
                lock.unlock();
                take(taken, s->unit);
                lock.lock();
                s->ready = false;
                ++taken;
                room.notify_all();
            }
            taking = false;
        }
    };
    parallel_team(members, [&] {
        std::unique_lock lock(mutex);
        try {
            work(lock);
        } catch (...) {
            if (!lock.owns_lock()) lock.lock();
            stopped = true;
            room.notify_all();
            throw;
        }
    });
}

} // namespace tessera
