#include "core/media/image_file.h"
#include "core/media/exr_read.h"
#include "core/media/media_error.h"
#include "core/media/worker_pool.h"
#include <algorithm>
#include <cerrno>
#include <list>
#include <memory>
#include <mutex>
#include <sys/stat.h>
#include <unistd.h>
#include <unordered_map>

namespace tessera {

namespace {

/// Headers of the files read last, so that asking for every tile of a frame opens it for its pixels only.
class HeaderCache {
public:
    std::shared_ptr<const FileInfo> find(const std::string& path, const FileStamp& stamp, const ReadLimits& limits)
    {
        std::lock_guard lock(mutex_);
        const auto it = entries_.find(path);
        if (it == entries_.end() || it->second.stamp != stamp || it->second.limits != limits) return nullptr;
        order_.splice(order_.begin(), order_, it->second.place);
        return it->second.file;
    }
    void insert(const std::string& path, const FileStamp& stamp, const ReadLimits& limits,
                std::shared_ptr<const FileInfo> file)
    {
        std::lock_guard lock(mutex_);
        if (const auto it = entries_.find(path); it != entries_.end()) {
            order_.erase(it->second.place);
            entries_.erase(it);
        }
        constexpr size_t most_entries = 2048; // a few kilobytes each
        while (entries_.size() >= most_entries) {
            entries_.erase(order_.back());
            order_.pop_back();
        }
        order_.push_front(path);
        entries_[path] = {stamp, limits, std::move(file), order_.begin()};
    }

private:
    struct Entry {
        FileStamp stamp;
        ReadLimits limits;
        std::shared_ptr<const FileInfo> file;
        std::list<std::string>::iterator place;
    };
    std::mutex mutex_;
    std::list<std::string> order_; // most recently used first
    std::unordered_map<std::string, Entry> entries_;
};

HeaderCache& header_cache()
{
    static HeaderCache cache;
    return cache;
}

Status check_access(const std::string& path)
{
    if (::access(path.c_str(), R_OK) != 0) return system_error(errno, "read", path);
    return {};
}

Result<std::shared_ptr<const FileInfo>> cached_info(const std::string& path, const ReadLimits& limits)
{
    TESSERA_TRY(stamp, stamp_of(path));
    if (auto known = header_cache().find(path, stamp, limits)) return known;
    TESSERA_CHECK(check_access(path));
    TESSERA_TRY(file, is_exr(path) ? exr_info(path, limits) : shared_worker_pool().read_info(path, limits));
    auto shared = std::make_shared<const FileInfo>(std::move(file));
    header_cache().insert(path, stamp, limits, shared);
    return shared;
}

Result<const LayerSource*> find_source(const FileInfo& file, const std::string& path, std::string_view layer,
                                       std::string_view view)
{
    if (const LayerSource* source = file.source(layer, view)) return source;
    const auto& views = file.info.views;
    const auto layers = file.layers_of(view);
    if (layers.empty() && !view.empty()) {
        std::string names;
        for (const std::string& v : views) names += (names.empty() ? "" : ", ") + v;
        return file_error(ErrorKind::NotFound, path, path + " has no view \"" + std::string(view) + "\"",
                          "choose one of its views: " + names);
    }
    std::string names;
    for (const Layer& l : layers) names += (names.empty() ? "" : ", ") + l.name;
    return file_error(ErrorKind::NotFound, path,
                      path + " has no layer \"" + std::string(layer) + "\"" +
                          (view.empty() ? "" : " in view \"" + std::string(view) + "\""),
                      names.empty() ? "it has no channels at all" : "choose one of its layers: " + names);
}

/// The view of the file that a request for `view` means: the first for "", and for "main" or for any in a file without
/// views of its own.
std::string_view meant_view(const FileInfo& file, std::string_view view)
{
    const auto& views = file.info.views;
    if (std::find(views.begin(), views.end(), view) != views.end()) return view;
    const bool without = views.size() == 1 && views.front() == "main";
    return view.empty() || view == "main" || without ? std::string_view(views.front()) : view;
}

} // namespace

std::vector<Layer> FileInfo::layers_of(std::string_view view) const
{
    const std::string_view meant = meant_view(*this, view);
    std::vector<Layer> layers;
    for (const Layer& l : info.layers) {
        const LayerSource* s = source(l.name, meant);
        if (!s) continue;
        Layer own{l.name, {}, l.data};
        for (const std::string& c : l.channels) {
            const int slot = channel_slot(l, c);
            if (std::any_of(s->channels.begin(), s->channels.end(),
                            [&](const ChannelSource& x) { return x.slot == slot; }))
                own.channels.push_back(c);
        }
        layers.push_back(std::move(own));
    }
    return layers;
}

const LayerSource* FileInfo::source(std::string_view layer, std::string_view view) const
{
    const std::string_view meant = meant_view(*this, view);
    const auto it = std::find_if(sources.begin(), sources.end(),
                                 [&](const LayerSource& s) { return s.layer == layer && s.view == meant; });
    return it == sources.end() ? nullptr : &*it;
}

Result<FileInfo> read_info(const std::string& path, const ReadLimits& limits)
{
    TESSERA_TRY(file, cached_info(path, limits));
    return *file;
}

Result<HostImage> read_layer(const std::string& path, std::string_view layer, std::string_view view, const Rect& region,
                             int threads, const ReadLimits& limits)
{
    TESSERA_TRY(file, cached_info(path, limits));
    TESSERA_TRY(source, find_source(*file, path, layer, view));
    const Rect clipped = intersected(region, file->info.data_window);
    if (clipped.empty()) return HostImage{};
    if (file->format == "openexr") return exr_read(path, *file, *source, clipped, threads, limits);
    return shared_worker_pool().read_layer(path, *file, *source, clipped, limits);
}

Key FileStamp::key() const
{
    return Hasher().add("file").add(size).add(device).add(inode).add(modified_ns).key();
}

Result<FileStamp> stamp_of(const std::string& path)
{
    struct stat s {};
    if (path.empty()) return file_error(ErrorKind::NotFound, path, "no file is named", "choose a file");
    if (::stat(path.c_str(), &s) != 0) return system_error(errno, "read", path);
    if (S_ISDIR(s.st_mode)) return system_error(EISDIR, "read", path);
    if (!S_ISREG(s.st_mode))
        return file_error(ErrorKind::InvalidArgument, path, "cannot read " + path + ": it is not an ordinary file",
                          "choose a file");
    constexpr int64_t ns = 1'000'000'000;
    return FileStamp{uint64_t(s.st_size), uint64_t(s.st_dev), uint64_t(s.st_ino),
                     int64_t(s.st_mtim.tv_sec) * ns + s.st_mtim.tv_nsec};
}

} // namespace tessera
