#include "core/media/worker_pool.h"
#include "core/media/layer_map.h"
#include "core/media/media_error.h"
#include "core/media/worker_process.h"
#include "core/media/worker_protocol.h"
#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace tessera {

namespace {

/// A picture in memory that a worker can write to.
class SharedPixels {
public:
    static Result<SharedPixels> make(const std::string& path, size_t bytes)
    {
        SharedPixels shared;
        shared.bytes_ = bytes;
        shared.fd_ = ::memfd_create("tessera-pixels", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        if (shared.fd_ < 0 || ::ftruncate(shared.fd_, off_t(bytes)) != 0)
            return system_error(errno, "get memory for", path);
        // without this a worker could shorten the file under our mapping
        ::fcntl(shared.fd_, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
        void* p = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, shared.fd_, 0);
        if (p == MAP_FAILED) return system_error(errno, "get memory for", path);
        shared.data_ = static_cast<const float*>(p);
        return shared;
    }
    SharedPixels(SharedPixels&& o) noexcept
        : fd_(std::exchange(o.fd_, -1)), data_(std::exchange(o.data_, nullptr)), bytes_(o.bytes_)
    {
    }
    ~SharedPixels()
    {
        if (data_) ::munmap(const_cast<float*>(data_), bytes_);
        if (fd_ >= 0) ::close(fd_);
    }
    int fd() const { return fd_; }
    const float* data() const { return data_; }

private:
    SharedPixels() = default;
    int fd_ = -1;
    const float* data_ = nullptr;
    size_t bytes_ = 0;
};

/// The worker's report as FileInfo, after checking everything that sizes are computed from.
Result<FileInfo> checked_info(const std::string& path, const RawInfo& raw, const ReadLimits& limits)
{
    constexpr int farthest = 1 << 28;
    const auto sane = [](int x, int y, int width, int height) {
        return width > 0 && height > 0 && width <= farthest && height <= farthest && x >= -farthest && x <= farthest &&
               y >= -farthest && y <= farthest;
    };
    if (!sane(raw.display_x, raw.display_y, raw.display_width, raw.display_height) || raw.parts.empty())
        return damaged_error(path, "its size makes no sense");
    FileInfo file;
    file.format = raw.format;
    file.origin_x = raw.display_x, file.origin_y = raw.display_y;
    const bool aspect_sane = std::isfinite(raw.pixel_aspect) && raw.pixel_aspect > 0;
    file.info.format = {raw.display_width, raw.display_height, aspect_sane ? raw.pixel_aspect : 1};
    if (std::isfinite(raw.frames_per_second) && raw.frames_per_second > 0)
        file.info.frames_per_second = raw.frames_per_second;
    file.info.alpha = raw.alpha;
    file.info.metadata = std::make_shared<const Metadata>(raw.metadata);
    for (const auto& [part, x, y, width, height] : raw.parts) {
        if (!sane(x, y, width, height)) return damaged_error(path, "its size makes no sense");
        TESSERA_CHECK(check_image_size(path, width, height, limits));
        file.parts.push_back(part);
        Rect& w = file.parts.back().data_window;
        w.x0 = x - file.origin_x, w.x1 = w.x0 + width;
        w.y1 = file.flipped_row(y) + 1, w.y0 = w.y1 - height;
        file.info.data_window = united(file.info.data_window, w);
        constexpr uint64_t bytes_by_type[] = {1, 2, 4, 8};
        for (const ChannelInfo& c : part.channels)
            file.pixel_bytes += uint64_t(w.pixels()) * bytes_by_type[c.type == "uint8" || c.type == "int8"     ? 0
                                                                     : c.type == "float" || c.type == "uint32" ? 2
                                                                     : c.type == "double"                      ? 3
                                                                                                               : 1];
    }
    assemble_layers(file, {});
    return file;
}

/// What to ask for one part's share of a layer.
PixelRequest request_for(const std::string& path, const FileInfo& file, int part, const LayerSource& source,
                         const Rect& region, const Rect& wanted)
{
    PixelRequest r;
    r.path = path, r.part = part;
    r.first_channel = INT32_MAX;
    for (const ChannelSource& c : source.channels) {
        if (c.part != part) continue;
        r.slots.push_back({c.slot, c.channel});
        r.first_channel = std::min(r.first_channel, c.channel),
        r.last_channel = std::max(r.last_channel, c.channel + 1);
    }
    r.x0 = wanted.x0 + file.origin_x, r.x1 = wanted.x1 + file.origin_x;
    r.y0 = file.flipped_row(wanted.y1 - 1), r.y1 = file.flipped_row(wanted.y0) + 1;
    r.width = region.width(), r.height = region.height();
    r.rows_above = region.y1 - wanted.y1, r.columns_left = wanted.x0 - region.x0;
    return r;
}

/// The reply's payload, or the error it carries.
Status check_reply(const std::string& path, WireReader& reply)
{
    const auto failed = reply.get<uint8_t>();
    if (!failed && reply.ok()) return {};
    const int kind = reply.get<int>();
    const std::string reason = reply.text();
    if (!reply.ok()) return damaged_error(path, "its decoder gave no sensible answer");
    Error error = damaged_error(path, reason);
    if (ErrorKind(kind) == ErrorKind::OutOfMemory)
        error.kind = ErrorKind::OutOfMemory, error.remedy = "the file is damaged, or needs a higher limit on memory";
    if (ErrorKind(kind) == ErrorKind::Unsupported)
        error.kind = ErrorKind::Unsupported, error.remedy = "convert it to EXR, DPX, TIFF, PNG or JPEG";
    return error;
}

Error failure(const std::string& path, const WorkerEnd& end, const ReadLimits& limits)
{
    char text[64];
    if (end.timed_out) {
        std::snprintf(text, sizeof text, "%.3g", limits.seconds);
        return file_error(ErrorKind::Timeout, path,
                          "cannot read " + path + ": it was not decoded within " + text + " seconds",
                          "the file is probably damaged: render or copy it again, or allow more time");
    }
    return damaged_error(path, "its decoder " + end.text());
}

} // namespace

struct WorkerPool::Lease {
    std::unique_ptr<Worker> worker;
    bool fresh = true;
};

WorkerPool::WorkerPool(Options options) : options_(std::move(options)) {}
WorkerPool::~WorkerPool() = default;

std::vector<int> WorkerPool::process_ids() const
{
    std::lock_guard lock(mutex_);
    return running_;
}

Result<WorkerPool::Lease> WorkerPool::acquire(const ReadLimits& limits)
{
    const int most = options_.workers > 0 ? options_.workers : std::max(1, int(std::thread::hardware_concurrency()));
    Lease lease;
    {
        std::unique_lock lock(mutex_);
        free_.wait(lock, [&] { return busy_ < most; });
        ++busy_;
        if (!idle_.empty()) {
            lease.worker = std::move(idle_.back()), lease.fresh = false;
            idle_.pop_back();
        }
    }
    if (!lease.worker) {
        auto started = Worker::start(options_.program);
        std::lock_guard lock(mutex_);
        if (!started) {
            --busy_;
            free_.notify_one();
            return std::move(started.error());
        }
        lease.worker = std::move(*started);
        running_.push_back(lease.worker->process_id());
    }
    lease.worker->limit_memory(std::min(options_.memory, limits.bytes));
    return lease;
}

void WorkerPool::give_back(std::unique_ptr<Worker> worker, bool healthy)
{
    const int id = worker->process_id();
    if (!healthy) worker.reset();
    std::lock_guard lock(mutex_);
    if (worker)
        idle_.push_back(std::move(worker));
    else
        std::erase(running_, id);
    --busy_;
    free_.notify_one();
}

Result<std::vector<std::byte>> WorkerPool::ask(const std::string& path, const std::vector<std::byte>& request,
                                               int memory_fd, const ReadLimits& limits)
{
    for (;;) {
        TESSERA_TRY(lease, acquire(limits));
        WorkerEnd end;
        auto reply = lease.worker->ask(request, memory_fd, limits.seconds, end);
        const bool fresh = lease.fresh;
        const bool healthy = reply && !reply->empty() && reply->front() == std::byte(0);
        give_back(std::move(lease.worker), healthy);
        if (reply) return std::move(*reply);
        // a worker that has been idle may have been ended by somebody else; a fresh one was ended by this file
        if (fresh || end.timed_out) return failure(path, end, limits);
    }
}

Result<FileInfo> WorkerPool::read_info(const std::string& path, const ReadLimits& limits)
{
    TESSERA_TRY(bytes, ask(path, info_request(path, limits), -1, limits));
    WireReader reply(bytes);
    TESSERA_CHECK(check_reply(path, reply));
    const RawInfo raw = read_raw_info(reply);
    if (!reply.ok()) return damaged_error(path, "its decoder gave no sensible answer");
    return checked_info(path, raw, limits);
}

Result<HostImage> WorkerPool::read_layer(const std::string& path, const FileInfo& file, const LayerSource& source,
                                         const Rect& region, const ReadLimits& limits)
{
    const auto bytes = uint64_t(region.pixels()) * 4 * sizeof(float);
    if (bytes > uint64_t(std::max<int64_t>(limits.bytes, 0)))
        return file_error(ErrorKind::OutOfMemory, path,
                          "cannot read " + path + ": " + std::to_string(region.width()) + " x " +
                              std::to_string(region.height()) + " pixels need " + std::to_string(bytes >> 20) +
                              " MiB of memory",
                          "read a smaller region, or allow more memory");
    TESSERA_TRY(shared, SharedPixels::make(path, bytes));
    std::vector<int> parts;
    for (const ChannelSource& c : source.channels)
        if (std::find(parts.begin(), parts.end(), c.part) == parts.end()) parts.push_back(c.part);
    for (const int part : parts) {
        const Rect wanted = intersected(region, file.parts[size_t(part)].data_window);
        if (wanted.empty()) continue;
        TESSERA_TRY(answer, ask(path, pixel_request(request_for(path, file, part, source, region, wanted)), shared.fd(),
                                limits));
        WireReader reply(answer);
        TESSERA_CHECK(check_reply(path, reply));
    }
    try {
        HostImage image;
        image.region = region;
        image.pixels.assign(shared.data(), shared.data() + size_t(region.pixels()) * 4);
        return image;
    } catch (const std::bad_alloc&) {
        return file_error(ErrorKind::OutOfMemory, path, "cannot read " + path + ": no memory left",
                          "read a smaller region, or close other programs");
    }
}

WorkerPool& shared_worker_pool()
{
    static WorkerPool pool{WorkerPool::Options{}};
    return pool;
}

} // namespace tessera
