#include "gpu/disk_cache.h"
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <unistd.h>

namespace tessera {

namespace fs = std::filesystem;

namespace {

constexpr char magic[8] = {'T', 'E', 'S', 'S', 'K', 'R', 'N', '1'};
constexpr size_t header_bytes = sizeof magic + sizeof(Key);
constexpr size_t most_files = 4096; ///< kernels of about 10 KiB
constexpr uintmax_t largest_file = 256u << 20;

fs::path default_folder()
{
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache == '/') return fs::path(cache) / "tessera";
    if (const char* home = std::getenv("HOME"); home && *home == '/') return fs::path(home) / ".cache" / "tessera";
    return {};
}

/// Removes the oldest half when there are too many. Counting names is a matter of one read of the folder; asking for
/// the times of thousands of files, at every start, is not.
void prune(const fs::path& folder)
{
    std::error_code error;
    size_t names = 0;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) ++names;
    if (names <= most_files) return;
    std::vector<std::pair<fs::file_time_type, fs::path>> files;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        std::error_code ignored;
        const auto time = it->last_write_time(ignored);
        if (!ignored && it->is_regular_file(ignored)) files.emplace_back(time, it->path());
    }
    if (files.size() <= most_files) return;
    std::sort(files.begin(), files.end());
    for (size_t i = 0; i < files.size() / 2; ++i) fs::remove(files[i].second, error);
}

} // namespace

DiskCache::DiskCache(const std::string& folder)
{
    fs::path path = (folder.empty() ? default_folder() : fs::path(folder));
    if (path.empty()) return;
    path /= "kernels";
    std::error_code error;
    fs::create_directories(path, error);
    if (error || !fs::is_directory(path, error)) return;
    folder_ = std::move(path);
    prune(folder_);
}

std::optional<std::vector<std::byte>> DiskCache::load(const std::string& name) const
{
    if (folder_.empty()) return std::nullopt;
    std::error_code error;
    const uintmax_t size = fs::file_size(folder_ / name, error);
    if (error || size <= header_bytes || size > largest_file) return std::nullopt;
    std::ifstream file(folder_ / name, std::ios::binary);
    char head[header_bytes];
    std::vector<std::byte> data(size - header_bytes);
    if (!file.read(head, header_bytes) ||
        !file.read(reinterpret_cast<char*>(data.data()), std::streamsize(data.size())))
        return std::nullopt;
    Key stored;
    std::memcpy(&stored, head + sizeof magic, sizeof stored);
    if (std::memcmp(head, magic, sizeof magic) != 0 || stored != hash_bytes(data.data(), data.size()))
        return std::nullopt;
    return data;
}

void DiskCache::store(const std::string& name, const void* data, size_t size) const
{
    if (folder_.empty() || size == 0) return;
    static std::atomic<unsigned> counter{0};
    const fs::path temporary = folder_ / (name + '.' + std::to_string(getpid()) + '.' + std::to_string(counter++));
    const Key key = hash_bytes(data, size);
    std::error_code error;
    {
        std::ofstream file(temporary, std::ios::binary);
        file.write(magic, sizeof magic);
        file.write(reinterpret_cast<const char*>(&key), sizeof key);
        file.write(static_cast<const char*>(data), std::streamsize(size));
        file.close();
        if (file) fs::rename(temporary, folder_ / name, error);
        if (file && !error) return;
    }
    fs::remove(temporary, error);
}

} // namespace tessera
