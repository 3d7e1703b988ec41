#pragma once
// Splits a range of rows over a few threads for the length of one call.
#include <algorithm>
#include <cstdint>
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

} // namespace tessera
