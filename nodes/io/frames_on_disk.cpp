#include "nodes/io/frames_on_disk.h"
#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>

namespace tessera {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Listing {
    fs::file_time_type folder_time{};
    int reload = 0;
    Clock::time_point read{};
    SequenceRange range;
};

/// A change within the resolution of the folder's time stamp could go unseen: a fresh listing is not trusted for long.
constexpr auto young_folder = std::chrono::seconds(3);
constexpr auto trust = std::chrono::milliseconds(500);

struct Listings {
    std::mutex mutex;
    std::map<std::string, Listing> by_pattern;
};

Listings& listings()
{
    static Listings l;
    return l;
}

bool usable(const Listing& l, fs::file_time_type now, int reload)
{
    if (l.folder_time != now || l.reload != reload) return false;
    const bool young = fs::file_time_type::clock::now() - now < young_folder;
    return !young || Clock::now() - l.read < trust;
}

} // namespace

Result<SequenceRange> frames_on_disk(const std::string& pattern, int reload)
{
    std::error_code code;
    const fs::path folder = fs::path(pattern).parent_path();
    const auto time = fs::last_write_time(folder.empty() ? fs::path(".") : folder, code);
    if (code) return find_sequence(pattern); // it reports what is wrong with the folder
    Listings& all = listings();
    {
        std::lock_guard lock(all.mutex);
        const auto it = all.by_pattern.find(pattern);
        if (it != all.by_pattern.end() && usable(it->second, time, reload)) return it->second.range;
    }
    TESSERA_TRY(range, find_sequence(pattern));
    std::lock_guard lock(all.mutex);
    all.by_pattern.insert_or_assign(pattern, Listing{time, reload, Clock::now(), range});
    return range;
}

} // namespace tessera
