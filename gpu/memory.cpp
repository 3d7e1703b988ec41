#include "gpu/memory.h"
#include <algorithm>
#include <cassert>
#include <cstdio>
#include <sys/mman.h>

namespace tessera {

namespace {

constexpr uint64_t alignment = 256;
constexpr uint64_t MiB = 1 << 20;
constexpr uint64_t most_block = 1024 * MiB, least_block = 64 * MiB;
constexpr int address_shift = 44;

uint64_t rounded_up(uint64_t bytes, uint64_t to)
{
    return (bytes + to - 1) / to * to;
}

struct BufferMemory {
    VkBuffer buffer = VK_NULL_HANDLE;
    VkDeviceMemory memory = VK_NULL_HANDLE;
    std::byte* mapped = nullptr;
};

void destroy_buffer(const Context& c, VkBuffer buffer, VkDeviceMemory memory)
{
    vkDestroyBuffer(c.device, buffer, nullptr);
    vkFreeMemory(c.device, memory, nullptr); // also unmaps
}

Result<BufferMemory> create_buffer(const Context& c, uint64_t bytes, VkBufferUsageFlags usage, uint32_t type)
{
    VkBufferCreateInfo info{VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
    info.size = bytes;
    info.usage = usage;
    BufferMemory b;
    TESSERA_VK("creating a buffer of " + bytes_text(bytes), vkCreateBuffer(c.device, &info, nullptr, &b.buffer));
    VkMemoryRequirements needs{};
    vkGetBufferMemoryRequirements(c.device, b.buffer, &needs);
    VkMemoryAllocateInfo allocate{VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO};
    allocate.allocationSize = needs.size;
    allocate.memoryTypeIndex = type;
    VkResult result = vkAllocateMemory(c.device, &allocate, nullptr, &b.memory);
    if (result == VK_SUCCESS) result = vkBindBufferMemory(c.device, b.buffer, b.memory, 0);
    if (result == VK_SUCCESS && (c.memory.memoryTypes[type].propertyFlags & VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT)) {
        void* mapped = nullptr;
        result = vkMapMemory(c.device, b.memory, 0, VK_WHOLE_SIZE, 0, &mapped);
        b.mapped = static_cast<std::byte*>(mapped);
    }
    if (result != VK_SUCCESS) {
        destroy_buffer(c, b.buffer, b.memory);
        return vulkan_error(result, "allocating " + bytes_text(bytes) + " of device memory");
    }
    return b;
}

/// The memory of a software device comes page by page as it is first touched: 3840x2160 pixels took 140 ms in pages of
/// 4 KiB and 20 ms in pages of 2 MiB, which the system gives to who asks.
void prefer_large_pages(const Context& c, std::byte* data, uint64_t bytes)
{
#ifdef MADV_HUGEPAGE
    if (c.info.type != DeviceInfo::Type::Cpu || !data) return;
    const uint64_t page = 2 * MiB, at = reinterpret_cast<uintptr_t>(data), begin = rounded_up(at, page);
    const uint64_t end = (at + bytes) / page * page;
    // A wish: where it is not granted the memory serves as it is.
    if (begin < end) (void)madvise(data + (begin - at), end - begin, MADV_HUGEPAGE);
#else
    (void)c, (void)data, (void)bytes;
#endif
}

} // namespace

std::string bytes_text(uint64_t bytes)
{
    static constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    double v = double(bytes);
    size_t unit = 0;
    while (v >= 1024 && unit < 4) v /= 1024, ++unit;
    char text[32];
    std::snprintf(text, sizeof text, v == double(int64_t(v)) ? "%.0f %s" : "%.1f %s", v, units[unit]);
    return text;
}

DeviceMemory::DeviceMemory(const Context& context, uint64_t budget, bool direct,
                           std::function<bool(uint64_t, uint64_t)> idle)
    : context_(context), budget_(budget), idle_(std::move(idle))
{
    choose_memory_type(direct);
    // Blocks small enough that a budget is not lost in their ends, large enough to hold several big images.
    block_size_ = std::clamp(rounded_up(budget / 4, MiB), least_block, most_block);
    if (context.max_buffer_bytes) block_size_ = std::min(block_size_, context.max_buffer_bytes);
}

DeviceMemory::~DeviceMemory()
{
    for (auto& block : blocks_)
        if (block) destroy(*block);
}

void DeviceMemory::choose_memory_type(bool direct)
{
    const VkMemoryPropertyFlags visible = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT | VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
                                          VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    uint64_t largest = 0;
    for (uint32_t i = 0; i < context_.memory.memoryHeapCount; ++i)
        if (context_.memory.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT)
            largest = std::max<uint64_t>(largest, context_.memory.memoryHeaps[i].size);
    const auto whole = [&](int type) {
        return type >= 0 &&
               context_.memory.memoryHeaps[context_.memory.memoryTypes[size_t(type)].heapIndex].size >= largest;
    };
    // Host-visible device memory only where it is the whole of it (a software device, shared memory, a resizable BAR),
    // and not the small window that other cards offer.
    host_writes_ = host_reads_ = false;
    int type = direct ? context_.memory_type(visible | VK_MEMORY_PROPERTY_HOST_CACHED_BIT) : -1;
    if (whole(type)) {
        host_writes_ = host_reads_ = true;
    } else {
        type = direct ? context_.memory_type(visible) : -1;
        host_writes_ = whole(type);
        if (!host_writes_) type = context_.memory_type(VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
    }
    memory_type_ = uint32_t(std::max(type, 0));
}

bool DeviceMemory::take_hole(uint64_t bytes, Allocation& out)
{
    // The smallest hole that fits: large ones stay whole, and memory that was touched before is used again first.
    Block* best = nullptr;
    uint64_t best_offset = 0, best_bytes = ~0ull;
    for (size_t i = 0; i < blocks_.size(); ++i) {
        if (!blocks_[i]) continue;
        for (const auto& [offset, size] : blocks_[i]->holes)
            if (size >= bytes && size < best_bytes)
                best = blocks_[i].get(), best_offset = offset, best_bytes = size, out.block = i;
    }
    if (!best) return false;
    best->holes.erase(best_offset);
    if (best_bytes > bytes) best->holes[best_offset + bytes] = best_bytes - bytes;
    out.range = locate((uint64_t(out.block) << address_shift) + best_offset);
    out.range.bytes = bytes;
    return true;
}

Status DeviceMemory::add_block(uint64_t least)
{
    const uint64_t left = budget_ > total_ ? budget_ - total_ : 0;
    if (left < least)
        return Error{ErrorKind::OutOfMemory,
                     "device memory: " + bytes_text(least) + " wanted, " + bytes_text(used_) + " of the budget of " +
                         bytes_text(budget_) + " in use",
                     "raise the budget of device memory, or work at a proxy level"};
    const uint64_t bytes = std::max(least, std::min(block_size_, left & ~(alignment - 1)));
    auto block = std::make_unique<Block>();
    auto made = create_buffer(context_, bytes, image_usage, memory_type_);
    if (!made && host_writes_ && !host_reads_) {
        // A card may offer all its memory to the host and yet not map it: go on through staging.
        choose_memory_type(false);
        made = create_buffer(context_, bytes, image_usage, memory_type_);
    }
    if (!made) return std::move(made.error());
    block->buffer = made->buffer, block->memory = made->memory, block->mapped = made->mapped;
    block->bytes = bytes;
    prefer_large_pages(context_, block->mapped, bytes);
    block->holes[0] = bytes;
    total_ += bytes;
    for (auto& slot : blocks_)
        if (!slot) {
            slot = std::move(block);
            return {};
        }
    blocks_.push_back(std::move(block));
    return {};
}

void DeviceMemory::drop_idle_blocks()
{
    for (size_t i = 0; i < blocks_.size(); ++i) {
        auto& block = blocks_[i];
        if (!block || block->holes.size() != 1 || block->holes.begin()->second != block->bytes) continue;
        const uint64_t address = uint64_t(i) << address_shift;
        if (!idle_(address, address + block->bytes)) continue;
        destroy(*block);
        block.reset();
    }
}

Result<BufferId> DeviceMemory::allocate(uint64_t bytes)
{
    bytes = rounded_up(std::max<uint64_t>(bytes, 1), alignment);
    if (context_.max_buffer_bytes && bytes > context_.max_buffer_bytes)
        return Error{ErrorKind::OutOfMemory,
                     "a buffer of " + bytes_text(bytes) + " is more than " + context_.info.name + " allows (" +
                         bytes_text(context_.max_buffer_bytes) + ")",
                     "work in smaller pieces or at a proxy level"};
    Allocation a;
    if (!take_hole(bytes, a)) {
        Status added = add_block(bytes);
        if (!added && added.error().kind == ErrorKind::OutOfMemory) {
            drop_idle_blocks();
            added = add_block(bytes);
        }
        TESSERA_CHECK(std::move(added));
        const bool found = take_hole(bytes, a);
        assert(found);
        if (!found) return Error{ErrorKind::OutOfMemory, "device memory is fragmented", "work at a proxy level"};
    }
    used_ += bytes;
    allocations_[next_id_] = a;
    return next_id_++;
}

void DeviceMemory::release(BufferId id)
{
    const auto it = allocations_.find(id);
    assert(it != allocations_.end());
    if (it == allocations_.end()) return;
    auto& holes = blocks_[it->second.block]->holes;
    uint64_t offset = it->second.range.offset, bytes = it->second.range.bytes;
    used_ -= bytes;
    auto next = holes.lower_bound(offset);
    if (next != holes.end() && next->first == offset + bytes) {
        bytes += next->second;
        next = holes.erase(next);
    }
    if (next != holes.begin()) {
        const auto before = std::prev(next);
        if (before->first + before->second == offset) {
            offset = before->first, bytes += before->second;
            holes.erase(before);
        }
    }
    holes[offset] = bytes;
    allocations_.erase(it);
}

const MemoryRange* DeviceMemory::find(BufferId id) const
{
    const auto it = allocations_.find(id);
    return it == allocations_.end() ? nullptr : &it->second.range;
}

MemoryRange DeviceMemory::locate(uint64_t address) const
{
    const Block& block = *blocks_[address >> address_shift];
    const uint64_t offset = address & ((1ull << address_shift) - 1);
    return {block.buffer, offset, block.bytes - offset, address, block.mapped ? block.mapped + offset : nullptr};
}

Result<VkBufferView> DeviceMemory::texels(const MemoryRange& range, VkFormat format)
{
    constexpr size_t most_views = 4096;
    const uint64_t block_address = range.address - range.offset;
    Block& block = *blocks_[range.address >> address_shift];
    const auto at = std::tuple(range.offset, range.bytes, format);
    if (const auto it = block.views.find(at); it != block.views.end()) return it->second;
    if (block.views.size() >= most_views)
        std::erase_if(block.views, [&](const auto& entry) {
            const uint64_t begin = block_address + std::get<0>(entry.first);
            if (!idle_(begin, begin + std::get<1>(entry.first))) return false;
            vkDestroyBufferView(context_.device, entry.second, nullptr);
            return true;
        });
    VkBufferViewCreateInfo create{VK_STRUCTURE_TYPE_BUFFER_VIEW_CREATE_INFO};
    create.buffer = range.buffer;
    create.format = format;
    create.offset = range.offset;
    create.range = range.bytes;
    VkBufferView view = VK_NULL_HANDLE;
    TESSERA_VK("creating a buffer view", vkCreateBufferView(context_.device, &create, nullptr, &view));
    block.views.emplace(at, view);
    return view;
}

void DeviceMemory::destroy(Block& block)
{
    for (const auto& [at, view] : block.views) vkDestroyBufferView(context_.device, view, nullptr);
    total_ -= block.bytes;
    destroy_buffer(context_, block.buffer, block.memory);
}

HostRing::HostRing(const Context& context, Use use, uint64_t block_bytes)
    : context_(context), use_(use), block_bytes_(block_bytes)
{
}

HostRing::~HostRing()
{
    for (auto* list : {&open_, &flying_, &free_})
        for (Block& b : *list) destroy(b);
}

Result<HostRing::Block> HostRing::create(uint64_t bytes)
{
    constexpr VkMemoryPropertyFlags host = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    VkBufferUsageFlags usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT;
    VkMemoryPropertyFlags wish = 0;
    if (use_ == Use::ReadBack) usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT, wish = VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
    if (use_ == Use::Uniforms)
        usage = VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT | VK_BUFFER_USAGE_STORAGE_BUFFER_BIT |
                VK_BUFFER_USAGE_UNIFORM_TEXEL_BUFFER_BIT;
    int type = context_.memory_type(host | wish, use_ == Use::Upload ? VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT : 0);
    if (type < 0) type = context_.memory_type(host);
    TESSERA_TRY(made, create_buffer(context_, bytes, usage, uint32_t(std::max(type, 0))));
    return Block{made.buffer, made.memory, made.mapped, bytes, 0, 0};
}

void HostRing::destroy(Block& block)
{
    destroy_buffer(context_, block.buffer, block.memory);
}

Result<HostSpan> HostRing::take(uint64_t bytes)
{
    bytes = rounded_up(bytes, alignment);
    if (open_.empty() || open_.back().bytes - open_.back().used < bytes) {
        const auto fits = std::find_if(free_.begin(), free_.end(), [&](const Block& b) { return b.bytes >= bytes; });
        if (fits != free_.end()) {
            open_.push_back(*fits);
            free_.erase(fits);
        } else {
            TESSERA_TRY(block, create(std::max(bytes, block_bytes_)));
            open_.push_back(block);
        }
    }
    Block& block = open_.back();
    const HostSpan span{block.buffer, block.used, block.mapped + block.used};
    block.used += bytes;
    return span;
}

void HostRing::submitted(Ticket ticket)
{
    for (Block& b : open_) {
        b.ticket = ticket;
        flying_.push_back(b);
    }
    open_.clear();
}

void HostRing::recycle(Ticket finished)
{
    size_t kept = 0;
    for (Block& b : flying_) {
        if (b.ticket > finished) {
            flying_[kept++] = b;
        } else if (b.bytes > block_bytes_) {
            destroy(b);
        } else {
            b.used = 0;
            free_.push_back(b);
        }
    }
    flying_.resize(kept);
}

uint64_t HostRing::bytes_in_flight() const
{
    uint64_t sum = 0;
    for (const auto* list : {&open_, &flying_})
        for (const Block& b : *list) sum += b.bytes;
    return sum;
}

} // namespace tessera
