// Copies between host and device and within the device.
//
// Where the host sees device memory (software devices, shared memory, a resizable BAR) it writes and reads it directly,
// rows at a time, which saves a copy; but only what no work in flight uses. Otherwise staging rings carry the pixels.
#include "gpu/executor.h"
#include <algorithm>
#include <cassert>
#include <cstring>

namespace tessera {

namespace {

/// Transfers in flight beyond this make the next one wait for the oldest.
constexpr uint64_t most_in_flight = 256ull << 20;

VkBufferCopy2 region(uint64_t from, uint64_t to, uint64_t bytes)
{
    VkBufferCopy2 r{VK_STRUCTURE_TYPE_BUFFER_COPY_2};
    r.srcOffset = from, r.dstOffset = to, r.size = bytes;
    return r;
}

/// One region a row, or one in all where the rows follow each other on both sides.
std::vector<VkBufferCopy2> rows_of(uint64_t from, uint64_t from_row, uint64_t to, uint64_t to_row, uint64_t bytes,
                                   int rows)
{
    if (rows == 1 || (from_row == bytes && to_row == bytes)) return {region(from, to, bytes * uint64_t(rows))};
    std::vector<VkBufferCopy2> list;
    list.reserve(size_t(rows));
    for (uint64_t y = 0; y < uint64_t(rows); ++y) list.push_back(region(from + y * from_row, to + y * to_row, bytes));
    return list;
}

Error outside(const char* what)
{
    return {ErrorKind::InvalidArgument, std::string(what) + ": the part is not inside both images",
            "report this: it is a mistake of the program"};
}

} // namespace

Status VulkanDevice::relieve(HostRing& ring)
{
    if (ring.bytes_in_flight() < most_in_flight) return {};
    poll();
    if (ring.bytes_in_flight() < most_in_flight) return {};
    TESSERA_TRY(ticket, submit_locked());
    (void)ticket;
    while (ring.bytes_in_flight() >= most_in_flight && !flying_.empty()) {
        std::unique_lock lock(mutex_, std::adopt_lock);
        const Status waited = wait_locked(flying_.front()->ticket, lock);
        lock.release();
        TESSERA_CHECK(waited);
    }
    return {};
}

Status VulkanDevice::copy_regions(VkBuffer from, VkBuffer to, const std::vector<VkBufferCopy2>& regions)
{
    TESSERA_TRY(buffer, commands());
    VkCopyBufferInfo2 info{VK_STRUCTURE_TYPE_COPY_BUFFER_INFO_2};
    info.srcBuffer = from;
    info.dstBuffer = to;
    info.regionCount = uint32_t(regions.size());
    info.pRegions = regions.data();
    vkCmdCopyBuffer2(buffer, &info);
    return {};
}

Status VulkanDevice::upload_bytes(const MemoryRange& to, uint64_t to_row_bytes, const std::byte* from,
                                  uint64_t from_row_bytes, uint64_t row_bytes, int rows)
{
    const uint64_t end = to.address + uint64_t(rows - 1) * to_row_bytes + row_bytes;
    if (to.mapped && memory_.host_writes()) {
        if (hazards_.busy(to.address, end)) poll();
        if (!hazards_.busy(to.address, end)) {
            for (uint64_t y = 0; y < uint64_t(rows); ++y)
                std::memcpy(to.mapped + y * to_row_bytes, from + y * from_row_bytes, row_bytes);
            return {};
        }
    }
    const int slice = int(std::clamp<uint64_t>(uploads_.block_size() / row_bytes, 1, uint64_t(rows)));
    for (int y = 0; y < rows; y += slice) {
        const int count = std::min(slice, rows - y);
        TESSERA_CHECK(relieve(uploads_));
        const uint64_t skip = uint64_t(y) * to_row_bytes;
        TESSERA_CHECK(
            order({{to.address + skip, to.address + skip + uint64_t(count - 1) * to_row_bytes + row_bytes, true}}));
        TESSERA_TRY(span, uploads_.take(row_bytes * uint64_t(count)));
        for (int i = 0; i < count; ++i)
            std::memcpy(span.data + uint64_t(i) * row_bytes, from + uint64_t(y + i) * from_row_bytes, row_bytes);
        TESSERA_CHECK(copy_regions(span.buffer, to.buffer,
                                   rows_of(span.offset, row_bytes, to.offset + skip, to_row_bytes, row_bytes, count)));
    }
    return {};
}

Status VulkanDevice::upload(const DeviceImage& to, const HostImage& from, const Rect& part)
{
    std::lock_guard lock(mutex_);
    TESSERA_CHECK(usable());
    if (part.empty()) return {};
    if (!to.region.contains(part) || !from.region.contains(part)) return outside("upload");
    TESSERA_TRY(target, place(to));
    MemoryRange memory = target.memory;
    const uint64_t skip = target.offset_of(to.region, part.x0, part.y0);
    memory.offset += skip, memory.address += skip;
    if (memory.mapped) memory.mapped += skip;
    return upload_bytes(memory, target.row_bytes, reinterpret_cast<const std::byte*>(from.at(part.x0, part.y0)),
                        uint64_t(from.region.width()) * 16, uint64_t(part.width()) * 16, part.height());
}

Status VulkanDevice::copy(const DeviceImage& from, const DeviceImage& to, const Rect& part)
{
    if (part.empty()) return {};
    if (!to.region.contains(part) || !from.region.contains(part)) return outside("copy");
    const uint64_t row = uint64_t(part.width()) * 16;
    const bool one_run =
        part.height() == 1 || (part.width() == from.region.width() && part.width() == to.region.width());
    // A GPU copies scattered rows faster by a kernel than by a region a row; a software device the other way round.
    const bool fits = std::max(DeviceImage::bytes(from.region), DeviceImage::bytes(to.region)) <= caps_.max_image_bytes;
    if (!one_run && !caps_.cpu && fits)
        return run({.program = copy_program_, .reads = {from}, .write = to, .area = part});
    std::lock_guard lock(mutex_);
    TESSERA_CHECK(usable());
    TESSERA_TRY(source, place(from));
    TESSERA_TRY(target, place(to));
    TESSERA_CHECK(order({source.use(from.region, part, false), target.use(to.region, part, true)}));
    return copy_regions(source.memory.buffer, target.memory.buffer,
                        rows_of(source.memory.offset + source.offset_of(from.region, part.x0, part.y0),
                                source.row_bytes, target.memory.offset + target.offset_of(to.region, part.x0, part.y0),
                                target.row_bytes, row, part.height()));
}

Status VulkanDevice::clear(const DeviceImage& image, const Rect& part)
{
    if (part.empty()) return {};
    if (!image.region.contains(part)) return outside("clear");
    const bool one_run = part.height() == 1 || part.width() == image.region.width();
    if (!one_run && !caps_.cpu && DeviceImage::bytes(image.region) <= caps_.max_image_bytes)
        return run({.program = clear_program_, .write = image, .area = part});
    std::lock_guard lock(mutex_);
    TESSERA_CHECK(usable());
    TESSERA_TRY(target, place(image));
    TESSERA_CHECK(order({target.use(image.region, part, true)}));
    TESSERA_TRY(buffer, commands());
    const uint64_t row = uint64_t(part.width()) * 16;
    const int runs = one_run ? 1 : part.height();
    for (int i = 0; i < runs; ++i)
        vkCmdFillBuffer(buffer, target.memory.buffer,
                        target.memory.offset + target.offset_of(image.region, part.x0, part.y0 + i),
                        one_run ? row * uint64_t(part.height()) : row, 0);
    return {};
}

Status VulkanDevice::read_back(const DeviceImage& from, const Rect& part, std::shared_ptr<HostImage> to)
{
    std::lock_guard lock(mutex_);
    TESSERA_CHECK(usable());
    if (part.empty()) return {};
    if (!from.region.contains(part) || !to->region.contains(part)) return outside("read-back");
    TESSERA_TRY(source, place(from));
    MemoryRange memory = source.memory;
    const uint64_t skip = source.offset_of(from.region, part.x0, part.y0);
    memory.offset += skip, memory.address += skip;
    if (memory.mapped) memory.mapped += skip;
    ReadBack r{std::move(to), part, memory.mapped, source.row_bytes, source.use(from.region, part, false)};
    if (!memory.mapped || !memory_.host_reads()) return stage(std::move(r), memory);
    TESSERA_TRY(buffer, commands());
    (void)buffer;
    hazards_.hold(r.use, recording());
    current_->read_backs.push_back(std::move(r));
    ++direct_read_backs_;
    return {};
}

Status VulkanDevice::stage(ReadBack r, const MemoryRange& from)
{
    const uint64_t row_bytes = uint64_t(r.part.width()) * 16;
    const int slice = int(std::clamp<uint64_t>(downloads_.block_size() / row_bytes, 1, uint64_t(r.part.height())));
    for (int y = r.part.y0; y < r.part.y1; y += slice) {
        const int count = std::min(slice, r.part.y1 - y);
        TESSERA_CHECK(relieve(downloads_));
        const uint64_t skip = uint64_t(y - r.part.y0) * r.row_bytes;
        const uint64_t begin = from.address + skip;
        TESSERA_CHECK(order({{begin, begin + uint64_t(count - 1) * r.row_bytes + row_bytes, false}}));
        TESSERA_TRY(span, downloads_.take(row_bytes * uint64_t(count)));
        TESSERA_CHECK(copy_regions(from.buffer, span.buffer,
                                   rows_of(from.offset + skip, r.row_bytes, span.offset, row_bytes, row_bytes, count)));
        current_->read_backs.push_back({r.to, {r.part.x0, y, r.part.x1, y + count}, span.data, row_bytes, {}});
    }
    return {};
}

} // namespace tessera
