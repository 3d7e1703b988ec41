#include "app/shell/compute.h"
#include <cassert>
#include <cstring>

namespace tessera {

namespace {

Error failed(VkResult result, const char* what)
{
    return {result == VK_ERROR_DEVICE_LOST ? ErrorKind::DeviceLost : ErrorKind::Unsupported,
            std::string(what) + " failed (Vulkan code " + std::to_string(int(result)) + ")", "update the graphics driver"};
}

#define COMPUTE_CHECK(what, call)                                                                                      \
    if (const VkResult checked = (call); checked != VK_SUCCESS) return failed(checked, what)

} // namespace

Result<std::unique_ptr<Compute>> Compute::make(Graphics& graphics, std::span<const VkDeviceSize> sizes)
{
    std::unique_ptr<Compute> c(new Compute(graphics));
    c->buffers_.resize(sizes.size());
    constexpr VkBufferUsageFlags usage =
        VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT;
    for (size_t i = 0; i < sizes.size(); ++i)
        TESSERA_CHECK(c->make_buffer(c->buffers_[i], sizes[i], usage, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT));
    TESSERA_CHECK(c->make_sets());
    return c;
}

Compute::~Compute()
{
    const VkDevice device = graphics_.device();
    vkDeviceWaitIdle(device);
    for (const VkPipeline p : kernels_) vkDestroyPipeline(device, p, nullptr);
    for (const ComputeBuffer& b : buffers_) {
        if (b.buffer) vkDestroyBuffer(device, b.buffer, nullptr);
        if (b.memory) vkFreeMemory(device, b.memory, nullptr);
    }
    if (layout_) vkDestroyPipelineLayout(device, layout_, nullptr);
    if (pool_) vkDestroyDescriptorPool(device, pool_, nullptr);
    if (set_layout_) vkDestroyDescriptorSetLayout(device, set_layout_, nullptr);
}

Status Compute::make_buffer(ComputeBuffer& b, VkDeviceSize size, VkBufferUsageFlags usage, VkMemoryPropertyFlags kind)
{
    VkBufferCreateInfo info{VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
    info.size = b.size = size;
    info.usage = usage;
    COMPUTE_CHECK("making a buffer", vkCreateBuffer(graphics_.device(), &info, nullptr, &b.buffer));
    VkMemoryRequirements needs;
    vkGetBufferMemoryRequirements(graphics_.device(), b.buffer, &needs);
    TESSERA_TRY(memory, graphics_.allocate(needs, kind));
    b.memory = memory;
    COMPUTE_CHECK("making a buffer", vkBindBufferMemory(graphics_.device(), b.buffer, b.memory, 0));
    return {};
}

Status Compute::make_sets()
{
    const VkDevice device = graphics_.device();
    const uint32_t count = uint32_t(buffers_.size());
    std::vector<VkDescriptorSetLayoutBinding> bindings(count);
    for (uint32_t i = 0; i < count; ++i)
        bindings[i] = {i, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1, VK_SHADER_STAGE_COMPUTE_BIT, nullptr};
    VkDescriptorSetLayoutCreateInfo layout{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO};
    layout.bindingCount = count;
    layout.pBindings = bindings.data();
    COMPUTE_CHECK("making descriptors", vkCreateDescriptorSetLayout(device, &layout, nullptr, &set_layout_));
    const VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, count};
    VkDescriptorPoolCreateInfo pool{VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO};
    pool.maxSets = pool.poolSizeCount = 1;
    pool.pPoolSizes = &size;
    COMPUTE_CHECK("making descriptors", vkCreateDescriptorPool(device, &pool, nullptr, &pool_));
    VkDescriptorSetAllocateInfo info{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO, nullptr, pool_, 1, &set_layout_};
    COMPUTE_CHECK("making descriptors", vkAllocateDescriptorSets(device, &info, &set_));
    for (uint32_t i = 0; i < count; ++i) {
        const VkDescriptorBufferInfo whole{buffers_[i].buffer, 0, VK_WHOLE_SIZE};
        VkWriteDescriptorSet write{VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET};
        write.dstSet = set_;
        write.dstBinding = i;
        write.descriptorCount = 1;
        write.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
        write.pBufferInfo = &whole;
        vkUpdateDescriptorSets(device, 1, &write, 0, nullptr);
    }
    const VkDescriptorSetLayout sets[] = {graphics_.set_layout(), set_layout_};
    const VkPushConstantRange range{VK_SHADER_STAGE_COMPUTE_BIT, 0, most_constants};
    VkPipelineLayoutCreateInfo pipeline{VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO};
    pipeline.setLayoutCount = 2;
    pipeline.pSetLayouts = sets;
    pipeline.pushConstantRangeCount = 1;
    pipeline.pPushConstantRanges = &range;
    COMPUTE_CHECK("making a kernel", vkCreatePipelineLayout(device, &pipeline, nullptr, &layout_));
    return {};
}

Result<size_t> Compute::add_kernel(std::span<const uint32_t> code)
{
    const VkDevice device = graphics_.device();
    VkShaderModuleCreateInfo module{VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO, nullptr, 0, code.size_bytes(), code.data()};
    VkComputePipelineCreateInfo info{VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO};
    info.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
    info.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
    info.stage.pName = "main";
    info.layout = layout_;
    COMPUTE_CHECK("making a kernel", vkCreateShaderModule(device, &module, nullptr, &info.stage.module));
    VkPipeline made = VK_NULL_HANDLE;
    const VkResult result = vkCreateComputePipelines(device, VK_NULL_HANDLE, 1, &info, nullptr, &made);
    vkDestroyShaderModule(device, info.stage.module, nullptr);
    COMPUTE_CHECK("making a kernel", result);
    kernels_.push_back(made);
    return kernels_.size() - 1;
}

void Compute::record(VkCommandBuffer commands, size_t kernel, TextureId texture, const void* constants, uint32_t bytes,
                     uint32_t across, uint32_t down) const
{
    assert(bytes <= most_constants);
    constexpr VkPipelineBindPoint point = VK_PIPELINE_BIND_POINT_COMPUTE;
    vkCmdBindPipeline(commands, point, kernels_[kernel]);
    if (texture) {
        const VkDescriptorSet set = graphics_.set_of(texture, TextureFilter::Nearest);
        vkCmdBindDescriptorSets(commands, point, layout_, 0, 1, &set, 0, nullptr);
    }
    vkCmdBindDescriptorSets(commands, point, layout_, 1, 1, &set_, 0, nullptr);
    vkCmdPushConstants(commands, layout_, VK_SHADER_STAGE_COMPUTE_BIT, 0, bytes, constants);
    vkCmdDispatch(commands, across, down, 1);
}

void Compute::record_clear(VkCommandBuffer commands, size_t buffer, VkDeviceSize bytes) const
{
    vkCmdFillBuffer(commands, buffers_[buffer].buffer, 0, bytes, 0);
}

void Compute::record_barrier(VkCommandBuffer commands)
{
    VkMemoryBarrier barrier{VK_STRUCTURE_TYPE_MEMORY_BARRIER};
    barrier.srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT;
    barrier.dstAccessMask =
        VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT;
    constexpr VkPipelineStageFlags stages = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT;
    vkCmdPipelineBarrier(commands, stages, stages, 0, 1, &barrier, 0, nullptr, 0, nullptr);
}

Status Compute::run_now(const std::function<void(VkCommandBuffer)>& record)
{
    const VkDevice device = graphics_.device();
    VkCommandPoolCreateInfo info{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
    info.queueFamilyIndex = graphics_.family();
    VkCommandPool pool = VK_NULL_HANDLE;
    COMPUTE_CHECK("making a command pool", vkCreateCommandPool(device, &info, nullptr, &pool));
    VkCommandBufferAllocateInfo one{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO, nullptr, pool,
                                    VK_COMMAND_BUFFER_LEVEL_PRIMARY, 1};
    VkCommandBuffer commands = VK_NULL_HANDLE;
    VkResult result = vkAllocateCommandBuffers(device, &one, &commands);
    if (result == VK_SUCCESS) {
        const VkCommandBufferBeginInfo begin{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
        vkBeginCommandBuffer(commands, &begin);
        record(commands);
        result = vkEndCommandBuffer(commands);
    }
    VkSubmitInfo submit{VK_STRUCTURE_TYPE_SUBMIT_INFO};
    submit.commandBufferCount = 1;
    submit.pCommandBuffers = &commands;
    if (result == VK_SUCCESS) result = vkQueueSubmit(graphics_.queue(), 1, &submit, VK_NULL_HANDLE);
    if (result == VK_SUCCESS) result = vkQueueWaitIdle(graphics_.queue());
    vkDestroyCommandPool(device, pool, nullptr);
    COMPUTE_CHECK("running a kernel", result);
    return {};
}

Result<std::vector<uint32_t>> Compute::read_back(size_t buffer, VkDeviceSize bytes)
{
    ComputeBuffer staging;
    Status made = make_buffer(staging, bytes, VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                              VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT);
    std::vector<uint32_t> words(size_t(bytes / 4));
    if (made)
        made = run_now([&](VkCommandBuffer commands) {
            record_barrier(commands);
            const VkBufferCopy copy{0, 0, bytes};
            vkCmdCopyBuffer(commands, buffers_[buffer].buffer, staging.buffer, 1, &copy);
        });
    void* data = nullptr;
    if (made && vkMapMemory(graphics_.device(), staging.memory, 0, bytes, 0, &data) == VK_SUCCESS)
        std::memcpy(words.data(), data, size_t(bytes));
    if (staging.buffer) vkDestroyBuffer(graphics_.device(), staging.buffer, nullptr);
    if (staging.memory) vkFreeMemory(graphics_.device(), staging.memory, nullptr);
    if (!made) return std::move(made.error());
    if (!data) return failed(VK_ERROR_MEMORY_MAP_FAILED, "reading a buffer");
    return words;
}

} // namespace tessera
