#include "gpu/executor.h"
#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstring>

namespace tessera {

namespace {

constexpr uint64_t MiB = 1 << 20;
constexpr uint64_t uniform_block = 1 * MiB, transfer_block = 32 * MiB;

uint64_t budget_for(const Context& context, const DeviceOptions& options)
{
    if (options.memory_budget) return options.memory_budget;
    const uint64_t memory = context.info.memory_bytes;
    return context.info.type == DeviceInfo::Type::Cpu ? memory / 4 : memory / 4 * 3;
}

ProgramPtr load_program()
{
    Program p;
    p.images = 1;
    p.steps.push_back({.kind = ProgramStep::Kind::Load, .image = 0});
    return finish_program(std::move(p));
}

ProgramPtr zero_program()
{
    Program p;
    p.steps.push_back({.kind = ProgramStep::Kind::Load, .image = -1});
    return finish_program(std::move(p));
}

Error lost_error()
{
    return vulkan_error(VK_ERROR_DEVICE_LOST, "the GPU stopped answering: submitting work");
}

} // namespace

int64_t now_ns()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

VulkanDevice::VulkanDevice(std::unique_ptr<Context> context, const DeviceOptions& options)
    : context_(std::move(context)), options_(options), pipelines_(*context_, options.cache_folder),
      memory_(*context_, budget_for(*context_, options), options.direct_transfers,
              [this](uint64_t begin, uint64_t end) { return !hazards_.busy(begin, end); }),
      uniforms_(*context_, HostRing::Use::Uniforms, uniform_block),
      uploads_(*context_, HostRing::Use::Upload, transfer_block),
      downloads_(*context_, HostRing::Use::ReadBack, transfer_block),
      constants_(*context_, HostRing::Use::Uniforms, 256), copy_program_(load_program()), clear_program_(zero_program())
{
    caps_.name = context_->info.name;
    caps_.cpu = context_->software;
    caps_.memory_bytes = context_->info.memory_bytes;
    caps_.max_image_bytes = context_->limits.maxStorageBufferRange;
    caps_.max_images = pipelines_.max_images();
}

VulkanDevice::~VulkanDevice()
{
    // The one place that waits for everything: nothing can be destroyed while the device uses it.
    vkDeviceWaitIdle(context_->device);
    if (current_) destroy(*current_);
    for (auto& b : flying_) destroy(*b);
    for (auto& b : spare_) destroy(*b);
    for (VkBufferView view : {no_image_.view, no_table_.view}) vkDestroyBufferView(context_->device, view, nullptr);
    if (timeline_) vkDestroySemaphore(context_->device, timeline_, nullptr);
}

Status VulkanDevice::start()
{
    TESSERA_CHECK(pipelines_.start());
    VkSemaphoreTypeCreateInfo type{VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO};
    type.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE;
    VkSemaphoreCreateInfo create{VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, &type, 0};
    TESSERA_VK("creating a semaphore", vkCreateSemaphore(context_->device, &create, nullptr, &timeline_));
    TESSERA_TRY(zero, constants_.take(256));
    std::memset(zero.data, 0, 256);
    no_image_.info = no_table_.info = {zero.buffer, zero.offset, 256};
    if (pipelines_.dialect() == Dialect::Gpu) return {};
    VkBufferViewCreateInfo view{VK_STRUCTURE_TYPE_BUFFER_VIEW_CREATE_INFO};
    view.buffer = zero.buffer, view.offset = zero.offset, view.range = 256;
    view.format = image_format;
    TESSERA_VK("creating a buffer view", vkCreateBufferView(context_->device, &view, nullptr, &no_image_.view));
    view.format = table_format;
    TESSERA_VK("creating a buffer view", vkCreateBufferView(context_->device, &view, nullptr, &no_table_.view));
    return {};
}

Status VulkanDevice::compile(const ProgramPtr& program)
{
    auto made = pipelines_.compiled(*program);
    if (!made) return std::move(made.error());
    return {};
}

Status VulkanDevice::usable() const
{
    if (lost_) return lost_error();
    return {};
}

Status VulkanDevice::note_loss(VkResult result, std::string what)
{
    if (result == VK_ERROR_DEVICE_LOST) lost_ = true;
    return vulkan_error(result, std::move(what));
}

Result<VulkanDevice::Batch> VulkanDevice::make_batch()
{
    Batch batch;
    VkCommandPoolCreateInfo pool{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
    pool.flags = VK_COMMAND_POOL_CREATE_TRANSIENT_BIT;
    pool.queueFamilyIndex = context_->queue_family;
    TESSERA_VK("creating a command pool", vkCreateCommandPool(context_->device, &pool, nullptr, &batch.pool));
    VkCommandBufferAllocateInfo buffer{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO};
    buffer.commandPool = batch.pool;
    buffer.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
    buffer.commandBufferCount = 1;
    if (const VkResult r = vkAllocateCommandBuffers(context_->device, &buffer, &batch.commands); r != VK_SUCCESS) {
        destroy(batch);
        return vulkan_error(r, "creating a command buffer");
    }
    return batch;
}

void VulkanDevice::destroy(Batch& batch)
{
    for (VkQueryPool q : batch.queries) vkDestroyQueryPool(context_->device, q, nullptr);
    for (VkDescriptorPool s : batch.sets) vkDestroyDescriptorPool(context_->device, s, nullptr);
    vkDestroyCommandPool(context_->device, batch.pool, nullptr);
}

Result<VkCommandBuffer> VulkanDevice::commands()
{
    if (current_) return current_->commands;
    std::unique_ptr<Batch> batch;
    if (!spare_.empty()) {
        batch = std::move(spare_.back());
        spare_.pop_back();
    } else {
        TESSERA_TRY(made, make_batch());
        batch = std::make_unique<Batch>(std::move(made));
    }
    VkCommandBufferBeginInfo begin{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
    begin.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
    if (const VkResult r = vkBeginCommandBuffer(batch->commands, &begin); r != VK_SUCCESS) {
        destroy(*batch);
        return vulkan_error(r, "recording commands");
    }
    bound_ = VK_NULL_HANDLE;
    current_ = std::move(batch);
    return current_->commands;
}

void VulkanDevice::memory_barrier(VkCommandBuffer commands, bool to_host)
{
    VkMemoryBarrier2 barrier{VK_STRUCTURE_TYPE_MEMORY_BARRIER_2};
    barrier.srcStageMask = VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT;
    barrier.srcAccessMask = VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT | VK_ACCESS_2_TRANSFER_WRITE_BIT;
    if (to_host) {
        barrier.dstStageMask = VK_PIPELINE_STAGE_2_HOST_BIT;
        barrier.dstAccessMask = VK_ACCESS_2_HOST_READ_BIT;
    } else {
        barrier.dstStageMask = barrier.srcStageMask;
        barrier.dstAccessMask =
            barrier.srcAccessMask | VK_ACCESS_2_SHADER_READ_BIT | VK_ACCESS_2_TRANSFER_READ_BIT;
    }
    VkDependencyInfo dependency{VK_STRUCTURE_TYPE_DEPENDENCY_INFO};
    dependency.memoryBarrierCount = 1;
    dependency.pMemoryBarriers = &barrier;
    vkCmdPipelineBarrier2(commands, &dependency);
}

Status VulkanDevice::order(const std::vector<MemoryUse>& uses)
{
    // A direct read-back has not read its pixels yet: what overwrites them lets it finish first, or makes it take a
    // copy.
    const auto touches = [&](const ReadBack& r) {
        return r.direct() && std::any_of(uses.begin(), uses.end(), [&](const MemoryUse& u) {
                   return u.write && u.begin < r.use.end && r.use.begin < u.end;
               });
    };
    while (direct_read_backs_) {
        const auto in_the_way = std::find_if(flying_.rbegin(), flying_.rend(), [&](const auto& b) {
            return std::any_of(b->read_backs.begin(), b->read_backs.end(), touches);
        });
        if (in_the_way != flying_.rend()) {
            std::unique_lock lock(mutex_, std::adopt_lock);
            const Status waited = wait_locked((*in_the_way)->ticket, lock);
            lock.release();
            TESSERA_CHECK(waited);
            continue;
        }
        if (!current_) break;
        const auto here = std::find_if(current_->read_backs.begin(), current_->read_backs.end(), touches);
        if (here == current_->read_backs.end()) break;
        ReadBack direct = std::move(*here);
        current_->read_backs.erase(here);
        --direct_read_backs_;
        const MemoryRange from = memory_.locate(direct.use.begin);
        TESSERA_CHECK(stage(std::move(direct), from));
    }
    TESSERA_TRY(buffer, commands());
    if (hazards_.add(uses, recording())) memory_barrier(buffer, false);
    return {};
}

Result<Ticket> VulkanDevice::submit()
{
    std::lock_guard lock(mutex_);
    TESSERA_CHECK(usable());
    return submit_locked();
}

Result<Ticket> VulkanDevice::submit_locked()
{
    if (!current_) return submitted_;
    if (options_.lose_device_after >= 0 && submits_++ >= options_.lose_device_after) {
        lost_ = true;
        return lost_error();
    }
    Batch& batch = *current_;
    if (!batch.read_backs.empty()) memory_barrier(batch.commands, true);
    TESSERA_VK("recording commands", vkEndCommandBuffer(batch.commands));
    VkCommandBufferSubmitInfo buffer{VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO};
    buffer.commandBuffer = batch.commands;
    VkSemaphoreSubmitInfo signal{VK_STRUCTURE_TYPE_SEMAPHORE_SUBMIT_INFO};
    signal.semaphore = timeline_;
    signal.value = recording();
    signal.stageMask = VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT;
    VkSubmitInfo2 info{VK_STRUCTURE_TYPE_SUBMIT_INFO_2};
    info.commandBufferInfoCount = 1;
    info.pCommandBufferInfos = &buffer;
    info.signalSemaphoreInfoCount = 1;
    info.pSignalSemaphoreInfos = &signal;
    batch.submitted_ns = now_ns();
    if (const VkResult r = vkQueueSubmit2(context_->queue, 1, &info, VK_NULL_HANDLE); r != VK_SUCCESS)
        return std::move(note_loss(r, "submitting work").error());
    batch.ticket = ++submitted_;
    uniforms_.submitted(batch.ticket);
    uploads_.submitted(batch.ticket);
    downloads_.submitted(batch.ticket);
    flying_.push_back(std::move(current_));
    poll();
    return submitted_;
}

void VulkanDevice::poll()
{
    uint64_t value = 0;
    const VkResult r = vkGetSemaphoreCounterValue(context_->device, timeline_, &value);
    if (r == VK_ERROR_DEVICE_LOST) lost_ = true;
    if (r == VK_SUCCESS && value > finished_) collect(value);
}

void VulkanDevice::collect(Ticket finished)
{
    finished_ = finished;
    while (!flying_.empty() && flying_.front()->ticket <= finished) {
        std::unique_ptr<Batch> batch = std::move(flying_.front());
        flying_.pop_front();
        take_batch_times(*batch);
        take_read_backs(*batch);
        for (BufferId id : batch->released) memory_.release(id);
        batch->released.clear();
        vkResetCommandPool(context_->device, batch->pool, 0);
        for (uint32_t i = 0; i < batch->sets.size(); ++i) vkResetDescriptorPool(context_->device, batch->sets[i], 0);
        batch->sets_used = 0;
        spare_.push_back(std::move(batch));
    }
    uniforms_.recycle(finished);
    uploads_.recycle(finished);
    downloads_.recycle(finished);
    hazards_.finished(finished);
}

void VulkanDevice::take_read_backs(Batch& batch)
{
    for (const ReadBack& r : batch.read_backs) {
        const size_t bytes = size_t(r.part.width()) * 16;
        for (int y = r.part.y0; y < r.part.y1; ++y)
            std::memcpy(r.to->at(r.part.x0, y), r.source + uint64_t(y - r.part.y0) * r.row_bytes, bytes);
        if (r.direct()) --direct_read_backs_;
    }
    batch.read_backs.clear();
}

bool VulkanDevice::finished(Ticket ticket)
{
    std::lock_guard lock(mutex_);
    if (ticket > finished_ && !lost_) poll();
    return lost_ || ticket <= finished_; // wait() tells that a lost device will never finish it
}

Status VulkanDevice::wait(Ticket ticket)
{
    std::unique_lock lock(mutex_);
    return wait_locked(ticket, lock);
}

Status VulkanDevice::wait_locked(Ticket ticket, std::unique_lock<std::mutex>& lock)
{
    assert(ticket <= submitted_);
    while (ticket > finished_) {
        TESSERA_CHECK(usable());
        lock.unlock();
        VkSemaphoreWaitInfo info{VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO};
        info.semaphoreCount = 1;
        info.pSemaphores = &timeline_;
        info.pValues = &ticket;
        constexpr uint64_t second = 1'000'000'000;
        const VkResult r = vkWaitSemaphores(context_->device, &info, second);
        lock.lock();
        if (r != VK_SUCCESS && r != VK_TIMEOUT) return note_loss(r, "waiting for the GPU");
        poll();
    }
    return {};
}

std::vector<PassTime> VulkanDevice::take_times()
{
    std::lock_guard lock(mutex_);
    return std::exchange(times_, {});
}

Result<std::unique_ptr<Device>> open_device(const DeviceOptions& options)
{
    TESSERA_TRY(context, create_context(options));
    auto device = std::make_unique<VulkanDevice>(std::move(context), options);
    TESSERA_CHECK(device->start());
    return std::unique_ptr<Device>(std::move(device));
}

} // namespace tessera
