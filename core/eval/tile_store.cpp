#include "core/eval/tile_store.h"
#include "core/base/queue.h"
#include <atomic>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace tessera {

namespace fs = std::filesystem;

namespace {

/// A tile on disk: this header, then the pixels as they are in memory.
struct DiskHeader {
    char magic[8] = {'T', 'S', 'R', 'T', 'I', 'L', 'E', '1'};
    uint64_t bytes = 0;
    Key checksum;
};

std::string file_name(const TileId& id)
{
    return Hasher().add(id.key).add(id.level).add(id.x).add(id.y).key().hex() + ".tile";
}

} // namespace

/// Writes tiles on a thread of its own, so that a slow disk never holds the engine up.
struct TileStore::Writer {
    Queue<DiskWrite> queue;
    std::atomic<uint64_t> waiting{0};
    std::thread thread;
};

TileStore::TileStore(Device& device, TileBudgets budgets)
    : device_(device), budgets_(std::move(budgets)), device_index_(budgets_.device), host_index_(budgets_.host),
      disk_index_(budgets_.disk)
{
    if (budgets_.disk == 0 || budgets_.folder.empty()) return;
    std::error_code error;
    fs::create_directories(budgets_.folder, error);
    if (error) {
        budgets_.disk = 0;
        disk_index_.set_budget(0);
        return;
    }
    scan_disk();
    writer_ = std::make_unique<Writer>();
    writer_->thread = std::thread([this] { writer_loop(); });
}

TileStore::~TileStore()
{
    for (auto& [buffer, use] : slab_use_) device_.release(buffer);
    if (!writer_) return;
    writer_->queue.close();
    writer_->thread.join();
}

// ---- lookup ----------------------------------------------------------------------------------------------------------

bool TileStore::covers(const Key& key, int level, const Rect& rect)
{
    const auto tiles = tiles_over(key, level, rect);
    for (const TileId& t : tiles)
        if (!device_index_.contains(t) && !host_index_.contains(t) &&
            (budgets_.disk == 0 || !disk_files_.contains(file_name(t)))) {
            ++misses_;
            return false;
        }
    for (const TileId& t : tiles) {
        device_index_.touch(t);
        host_index_.touch(t);
        disk_index_.touch(t);
    }
    hits_ += tiles.size();
    return true;
}

Status TileStore::gather(const Key& key, int level, const DeviceImage& image)
{
    for (const TileId& id : tiles_over(key, level, image.region)) {
        const Rect part = intersected(id.rect(), image.region);
        if (const auto on_device = device_tiles_.find(id); on_device != device_tiles_.end()) {
            TESSERA_CHECK(device_.copy({on_device->second, id.rect(), id.rect()}, image, part));
            continue;
        }
        TESSERA_TRY(tile, host_tile(id));
        TESSERA_CHECK(device_.upload(image, *tile, part));
    }
    return {};
}

bool TileStore::holds(const TileId& id)
{
    const bool held = device_index_.contains(id) || host_index_.contains(id) ||
                      (budgets_.disk > 0 && disk_files_.contains(file_name(id)));
    ++(held ? hits_ : misses_);
    return held;
}

Status TileStore::read(const TileId& id, const Rect& part, const std::shared_ptr<HostImage>& to)
{
    device_index_.touch(id);
    host_index_.touch(id);
    if (const auto on_device = device_tiles_.find(id); on_device != device_tiles_.end())
        return device_.read_back({on_device->second, id.rect(), id.rect()}, part, to);
    TESSERA_TRY(tile, host_tile(id));
    const size_t bytes = size_t(part.width()) * 4 * sizeof(float);
    for (int y = part.y0; y < part.y1; ++y) std::memcpy(to->at(part.x0, y), tile->at(part.x0, y), bytes);
    return {};
}

Result<std::shared_ptr<HostImage>> TileStore::host_tile(const TileId& id)
{
    if (const auto on_host = host_tiles_.find(id); on_host != host_tiles_.end()) {
        TESSERA_CHECK(wait_for(on_host->second));
        return on_host->second.pixels;
    }
    auto read = read_from_disk(id);
    if (!read) {
        disk_files_.erase(file_name(id));
        disk_index_.remove(id);
        return std::move(read.error());
    }
    keep_on_host(id, {*read, 0, false}, disk_index_.cost_of(id));
    return *read;
}

Status TileStore::wait_for(HostTile& tile)
{
    if (tile.pending) {
        TESSERA_TRY(ticket, device_.submit());
        submitted(ticket);
    }
    if (tile.ready) TESSERA_CHECK(device_.wait(tile.ready));
    tile.ready = 0;
    return {};
}

void TileStore::submitted(Ticket ticket)
{
    for (auto& [id, tile] : host_tiles_)
        if (tile.pending) tile.pending = false, tile.ready = ticket;
}

// ---- keeping ---------------------------------------------------------------------------------------------------------

Status TileStore::scatter(const Key& key, int level, const DeviceImage& image, const Rect& window, double cost)
{
    const uint64_t start = device_index_.now();
    std::vector<TileId> fresh;
    for (const TileId& id : tiles_over(key, level, image.region)) {
        const Rect part = intersected(id.rect(), window);
        if (!part.empty() && image.region.contains(part) && !device_index_.contains(id)) fresh.push_back(id);
    }
    // All at once where that goes, since looking for room goes over the whole cache.
    const bool room = make_device_room(fresh.size(), start);
    for (const TileId& id : fresh) {
        if (!room && !make_device_room(1, start)) return {};
        const auto slot = take_slot();
        if (!slot) return {};
        TESSERA_CHECK(device_.copy(image, {*slot, id.rect(), id.rect()}, intersected(id.rect(), window)));
        device_tiles_[id] = *slot;
        device_index_.add(id, tile_bytes, cost);
        ++stored_;
    }
    return {};
}

/// Makes room for more tiles in the device tier; tiles used since `protect_since` stay.
bool TileStore::make_device_room(size_t tiles, uint64_t protect_since)
{
    bool fits = false;
    const auto victims = device_index_.victims_for(tiles * tile_bytes, protect_since, &fits);
    if (!fits) return false;
    demote(victims);
    return true;
}

void TileStore::demote(const std::vector<TileId>& leaving)
{
    std::vector<TileId> to_host;
    for (const TileId& id : leaving)
        if (!host_index_.contains(id) && budgets_.host >= tile_bytes) to_host.push_back(id);
    const bool room = make_host_room(to_host.size());
    for (const TileId& id : to_host) {
        if (!room && !make_host_room(1)) break;
        HostTile tile{std::make_shared<HostImage>(HostImage::for_overwrite(id.rect())), 0, true};
        if (device_.read_back({device_tiles_.at(id), id.rect(), id.rect()}, id.rect(), tile.pixels).ok())
            keep_on_host(id, std::move(tile), device_index_.cost_of(id));
    }
    for (const TileId& id : leaving) drop(id);
}

void TileStore::drop(const TileId& id)
{
    const auto it = device_tiles_.find(id);
    if (it == device_tiles_.end()) return;
    give_slot(it->second);
    device_tiles_.erase(it);
    device_index_.remove(id);
}

bool TileStore::make_host_room(size_t tiles)
{
    bool fits = false;
    const auto victims = host_index_.victims_for(tiles * tile_bytes, host_index_.now(), &fits);
    if (!fits) return false;
    for (const TileId& v : victims) {
        HostTile& leaving = host_tiles_.at(v);
        if (writer_ && wait_for(leaving).ok()) write_to_disk(v, leaving.pixels, host_index_.cost_of(v));
        host_tiles_.erase(v);
        host_index_.remove(v);
    }
    return true;
}

void TileStore::keep_on_host(const TileId& id, HostTile tile, double cost)
{
    if (!make_host_room(1)) return;
    host_tiles_[id] = std::move(tile);
    host_index_.add(id, tile_bytes, cost);
}

void TileStore::supersede(const Key& key, int level, const Rect& rect)
{
    constexpr size_t most_superseded = 3;
    superseded_.push_back({key, level, rect});
    if (superseded_.size() <= most_superseded) return;
    const Shown oldest = superseded_.front();
    superseded_.pop_front();
    for (const TileId& id : tiles_over(oldest.key, oldest.level, oldest.rect)) drop(id);
}

void TileStore::revive(const Key& key)
{
    std::erase_if(superseded_, [&](const Shown& s) { return s.key == key; });
}

// ---- device memory: slabs of sixteen tiles ---------------------------------------------------------------------------

std::optional<BufferRef> TileStore::take_slot()
{
    if (free_slots_.empty()) {
        if (device_bytes() + slab_bytes > std::max(budgets_.device, slab_bytes)) return std::nullopt;
        auto buffer = device_.allocate(slab_bytes);
        if (!buffer) return std::nullopt;
        ++slabs_, ++slabs_made_;
        slab_use_[*buffer] = 0;
        for (uint64_t i = slab_tiles; i-- > 0;) free_slots_.push_back({*buffer, i * tile_bytes});
    }
    const BufferRef slot = free_slots_.back();
    free_slots_.pop_back();
    ++slab_use_[slot.buffer];
    return slot;
}

void TileStore::give_slot(const BufferRef& slot)
{
    --slab_use_[slot.buffer];
    free_slots_.push_back(slot);
}

void TileStore::shrink_device(uint64_t bytes)
{
    std::vector<TileId> leaving;
    uint64_t left = device_index_.used();
    const uint64_t kept = device_index_.budget();
    device_index_.set_budget(bytes);
    bool fits = false;
    if (left > bytes) leaving = device_index_.victims_for(0, device_index_.now(), &fits);
    device_index_.set_budget(kept);
    demote(leaving);
    std::vector<BufferId> empty;
    for (const auto& [buffer, use] : slab_use_)
        if (use == 0) empty.push_back(buffer);
    for (const BufferId buffer : empty) {
        std::erase_if(free_slots_, [&](const BufferRef& s) { return s.buffer == buffer; });
        slab_use_.erase(buffer);
        device_.release(buffer);
        --slabs_;
    }
}

void TileStore::clear()
{
    for (const auto& [id, slot] : device_tiles_) give_slot(slot), device_index_.remove(id);
    device_tiles_.clear();
    for (const auto& [id, tile] : host_tiles_) host_index_.remove(id);
    host_tiles_.clear();
    superseded_.clear();
}

// ---- disk ------------------------------------------------------------------------------------------------------------

fs::path TileStore::disk_path(const TileId& id) const
{
    return budgets_.folder / file_name(id);
}

void TileStore::scan_disk()
{
    std::error_code error;
    for (fs::directory_iterator it(budgets_.folder, error), end; !error && it != end; it.increment(error)) {
        if (it->path().extension() != ".tile") continue;
        std::error_code size_error;
        const uint64_t bytes = it->file_size(size_error);
        if (size_error) continue;
        const std::string name = it->path().filename().string();
        // The file's own name stands for the tile until it is asked for by its key.
        const TileId id{Key::from_hex(name.substr(0, 32)), -1, 0, 0};
        bool fits = false;
        const auto victims = disk_index_.victims_for(bytes, disk_index_.now(), &fits);
        if (!fits || !victims.empty()) {
            fs::remove(it->path(), size_error);
            continue;
        }
        disk_files_[name] = bytes;
        disk_tiles_[id] = name;
        disk_index_.add(id, bytes, 1);
    }
}

void TileStore::write_to_disk(const TileId& id, std::shared_ptr<const HostImage> pixels, double cost)
{
    const std::string name = file_name(id);
    constexpr uint64_t most_waiting = 64; // tiles queued for a disk that cannot keep up; beyond it they are dropped
    if (disk_files_.contains(name) || writer_->waiting > most_waiting) return;
    const uint64_t bytes = tile_bytes + sizeof(DiskHeader);
    bool fits = false;
    for (const TileId& v : disk_index_.victims_for(bytes, disk_index_.now(), &fits)) {
        const auto known = disk_tiles_.find(v);
        const std::string file = known == disk_tiles_.end() ? file_name(v) : known->second;
        std::error_code error;
        fs::remove(budgets_.folder / file, error);
        disk_files_.erase(file);
        disk_tiles_.erase(v);
        disk_index_.remove(v);
    }
    if (!fits) return;
    disk_files_[name] = bytes;
    const TileId on_disk{Key::from_hex(name.substr(0, 32)), -1, 0, 0};
    disk_tiles_[on_disk] = name;
    disk_index_.add(on_disk, bytes, cost);
    ++writer_->waiting;
    writer_->queue.push({disk_path(id), std::move(pixels)});
}

void TileStore::writer_loop()
{
    while (auto job = writer_->queue.pop()) {
        DiskHeader header;
        header.bytes = job->pixels->pixels.size() * sizeof(float);
        header.checksum = hash_bytes(job->pixels->pixels.data(), header.bytes);
        fs::path partial = job->path;
        partial += ".partial";
        {
            std::ofstream out(partial, std::ios::binary | std::ios::trunc);
            out.write(reinterpret_cast<const char*>(&header), sizeof header);
            out.write(reinterpret_cast<const char*>(job->pixels->pixels.data()), std::streamsize(header.bytes));
            out.close();
            std::error_code error;
            // A cache entry that could not be written is only a cache miss later.
            if (out) fs::rename(partial, job->path, error);
            else fs::remove(partial, error);
        }
        --writer_->waiting;
    }
}

Result<std::shared_ptr<HostImage>> TileStore::read_from_disk(const TileId& id)
{
    const fs::path path = disk_path(id);
    const Error damaged{ErrorKind::NotFound, "the cached tile " + path.string() + " is missing or damaged",
                        "nothing has to be done: it is computed again"};
    std::ifstream in(path, std::ios::binary);
    DiskHeader header, expected;
    if (!in.read(reinterpret_cast<char*>(&header), sizeof header)) return damaged;
    auto tile = std::make_shared<HostImage>(id.rect());
    const uint64_t bytes = tile->pixels.size() * sizeof(float);
    if (std::memcmp(header.magic, expected.magic, sizeof header.magic) != 0 || header.bytes != bytes) return damaged;
    if (!in.read(reinterpret_cast<char*>(tile->pixels.data()), std::streamsize(bytes))) return damaged;
    if (hash_bytes(tile->pixels.data(), bytes) != header.checksum) return damaged;
    return tile;
}

} // namespace tessera
