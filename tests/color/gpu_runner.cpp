#include "tests/color/gpu_runner.h"
#include <cstring>
#include <doctest/doctest.h>
#include <glslang/Public/ResourceLimits.h>
#include <glslang/Public/ShaderLang.h>
#include <glslang/SPIRV/GlslangToSpv.h>
#include <vulkan/vulkan.h>

namespace {

void check(VkResult result, const char* what)
{
    if (result != VK_SUCCESS) FAIL(what << " failed with VkResult " << int(result));
}

struct Device {
    VkInstance instance = VK_NULL_HANDLE;
    VkPhysicalDevice physical = VK_NULL_HANDLE;
    VkDevice device = VK_NULL_HANDLE;
    VkQueue queue = VK_NULL_HANDLE;
    uint32_t family = 0;

    Device()
    {
        glslang::InitializeProcess();
        VkApplicationInfo app{VK_STRUCTURE_TYPE_APPLICATION_INFO};
        app.apiVersion = VK_API_VERSION_1_1;
        VkInstanceCreateInfo create{VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
        create.pApplicationInfo = &app;
        check(vkCreateInstance(&create, nullptr, &instance), "vkCreateInstance");
        uint32_t count = 1;
        const VkResult found = vkEnumeratePhysicalDevices(instance, &count, &physical);
        REQUIRE_MESSAGE((found == VK_SUCCESS || found == VK_INCOMPLETE), "no Vulkan device: install a driver");
        REQUIRE(count == 1);
        uint32_t families = 0;
        vkGetPhysicalDeviceQueueFamilyProperties(physical, &families, nullptr);
        std::vector<VkQueueFamilyProperties> properties(families);
        vkGetPhysicalDeviceQueueFamilyProperties(physical, &families, properties.data());
        while (family + 1 < families && !(properties[family].queueFlags & VK_QUEUE_COMPUTE_BIT)) ++family;
        const float priority = 1;
        VkDeviceQueueCreateInfo queues{VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
        queues.queueFamilyIndex = family;
        queues.queueCount = 1;
        queues.pQueuePriorities = &priority;
        VkDeviceCreateInfo info{VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO};
        info.queueCreateInfoCount = 1;
        info.pQueueCreateInfos = &queues;
        check(vkCreateDevice(physical, &info, nullptr, &device), "vkCreateDevice");
        vkGetDeviceQueue(device, family, 0, &queue);
    }
    ~Device()
    {
        vkDestroyDevice(device, nullptr);
        vkDestroyInstance(instance, nullptr);
        glslang::FinalizeProcess();
    }
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;
};

struct Buffer {
    VkDevice device;
    VkBuffer buffer = VK_NULL_HANDLE;
    VkDeviceMemory memory = VK_NULL_HANDLE;
    float* floats = nullptr;

    Buffer(const Device& d, size_t size) : device(d.device)
    {
        VkBufferCreateInfo info{VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
        info.size = std::max<size_t>(size, 4) * sizeof(float);
        info.usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT;
        check(vkCreateBuffer(device, &info, nullptr, &buffer), "vkCreateBuffer");
        VkMemoryRequirements needs;
        vkGetBufferMemoryRequirements(device, buffer, &needs);
        VkPhysicalDeviceMemoryProperties types;
        vkGetPhysicalDeviceMemoryProperties(d.physical, &types);
        const auto wanted = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
        VkMemoryAllocateInfo allocate{VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO};
        allocate.allocationSize = needs.size;
        for (uint32_t i = types.memoryTypeCount; i-- > 0;)
            if ((needs.memoryTypeBits >> i & 1) && (types.memoryTypes[i].propertyFlags & wanted) == wanted)
                allocate.memoryTypeIndex = i;
        check(vkAllocateMemory(device, &allocate, nullptr, &memory), "vkAllocateMemory");
        check(vkBindBufferMemory(device, buffer, memory, 0), "vkBindBufferMemory");
        check(vkMapMemory(device, memory, 0, VK_WHOLE_SIZE, 0, reinterpret_cast<void**>(&floats)), "vkMapMemory");
    }
    ~Buffer()
    {
        vkDestroyBuffer(device, buffer, nullptr);
        vkFreeMemory(device, memory, nullptr);
    }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
};

std::vector<uint32_t> compiled(const std::string& text)
{
    glslang::TShader shader(EShLangCompute);
    const char* strings[] = {text.c_str()};
    shader.setStrings(strings, 1);
    shader.setEnvInput(glslang::EShSourceGlsl, EShLangCompute, glslang::EShClientVulkan, 460);
    shader.setEnvClient(glslang::EShClientVulkan, glslang::EShTargetVulkan_1_1);
    shader.setEnvTarget(glslang::EShTargetSpv, glslang::EShTargetSpv_1_3);
    const auto messages = EShMessages(EShMsgSpvRules | EShMsgVulkanRules);
    const bool parsed = shader.parse(GetDefaultResources(), 460, false, messages);
    REQUIRE_MESSAGE(parsed, shader.getInfoLog() << "\n" << text);
    glslang::TProgram program;
    program.addShader(&shader);
    REQUIRE_MESSAGE(program.link(messages), program.getInfoLog());
    std::vector<uint32_t> words;
    glslang::GlslangToSpv(*program.getIntermediate(EShLangCompute), words);
    return words;
}

/// Objects of one run; destroyed together.
struct Run {
    VkDevice device;
    VkDescriptorSetLayout layout = VK_NULL_HANDLE;
    VkPipelineLayout pipeline_layout = VK_NULL_HANDLE;
    VkShaderModule module = VK_NULL_HANDLE;
    VkPipeline pipeline = VK_NULL_HANDLE;
    VkDescriptorPool pool = VK_NULL_HANDLE;
    VkDescriptorSet set = VK_NULL_HANDLE;
    VkCommandPool commands = VK_NULL_HANDLE;

    explicit Run(VkDevice d) : device(d) {}
    ~Run()
    {
        vkDestroyCommandPool(device, commands, nullptr);
        vkDestroyDescriptorPool(device, pool, nullptr);
        vkDestroyPipeline(device, pipeline, nullptr);
        vkDestroyShaderModule(device, module, nullptr);
        vkDestroyPipelineLayout(device, pipeline_layout, nullptr);
        vkDestroyDescriptorSetLayout(device, layout, nullptr);
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    void make_pipeline(const std::vector<uint32_t>& words)
    {
        VkDescriptorSetLayoutBinding bindings[3]{};
        for (uint32_t i = 0; i < 3; ++i)
            bindings[i] = {i, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1, VK_SHADER_STAGE_COMPUTE_BIT, nullptr};
        VkDescriptorSetLayoutCreateInfo layout_info{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO};
        layout_info.bindingCount = 3;
        layout_info.pBindings = bindings;
        check(vkCreateDescriptorSetLayout(device, &layout_info, nullptr, &layout), "vkCreateDescriptorSetLayout");
        VkPipelineLayoutCreateInfo pipeline_info{VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO};
        pipeline_info.setLayoutCount = 1;
        pipeline_info.pSetLayouts = &layout;
        check(vkCreatePipelineLayout(device, &pipeline_info, nullptr, &pipeline_layout), "vkCreatePipelineLayout");
        VkShaderModuleCreateInfo module_info{VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO};
        module_info.codeSize = words.size() * 4;
        module_info.pCode = words.data();
        check(vkCreateShaderModule(device, &module_info, nullptr, &module), "vkCreateShaderModule");
        VkComputePipelineCreateInfo info{VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO};
        info.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
        info.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
        info.stage.module = module;
        info.stage.pName = "main";
        info.layout = pipeline_layout;
        check(vkCreateComputePipelines(device, VK_NULL_HANDLE, 1, &info, nullptr, &pipeline),
              "vkCreateComputePipelines");
    }

    void bind(const Buffer* buffers[3])
    {
        VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 3};
        VkDescriptorPoolCreateInfo pool_info{VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO};
        pool_info.maxSets = 1;
        pool_info.poolSizeCount = 1;
        pool_info.pPoolSizes = &size;
        check(vkCreateDescriptorPool(device, &pool_info, nullptr, &pool), "vkCreateDescriptorPool");
        VkDescriptorSetAllocateInfo allocate{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO};
        allocate.descriptorPool = pool;
        allocate.descriptorSetCount = 1;
        allocate.pSetLayouts = &layout;
        check(vkAllocateDescriptorSets(device, &allocate, &set), "vkAllocateDescriptorSets");
        for (uint32_t i = 0; i < 3; ++i) {
            VkDescriptorBufferInfo info{buffers[i]->buffer, 0, VK_WHOLE_SIZE};
            VkWriteDescriptorSet write{VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET};
            write.dstSet = set;
            write.dstBinding = i;
            write.descriptorCount = 1;
            write.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
            write.pBufferInfo = &info;
            vkUpdateDescriptorSets(device, 1, &write, 0, nullptr);
        }
    }

    void submit(const Device& d, unsigned groups)
    {
        VkCommandPoolCreateInfo pool_info{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
        pool_info.queueFamilyIndex = d.family;
        check(vkCreateCommandPool(device, &pool_info, nullptr, &commands), "vkCreateCommandPool");
        VkCommandBufferAllocateInfo allocate{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO};
        allocate.commandPool = commands;
        allocate.commandBufferCount = 1;
        VkCommandBuffer command;
        check(vkAllocateCommandBuffers(device, &allocate, &command), "vkAllocateCommandBuffers");
        VkCommandBufferBeginInfo begin{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
        check(vkBeginCommandBuffer(command, &begin), "vkBeginCommandBuffer");
        vkCmdBindPipeline(command, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline);
        vkCmdBindDescriptorSets(command, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline_layout, 0, 1, &set, 0, nullptr);
        vkCmdDispatch(command, groups, 1, 1);
        VkMemoryBarrier barrier{VK_STRUCTURE_TYPE_MEMORY_BARRIER};
        barrier.srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT;
        barrier.dstAccessMask = VK_ACCESS_HOST_READ_BIT;
        vkCmdPipelineBarrier(command, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &barrier,
                             0, nullptr, 0, nullptr);
        check(vkEndCommandBuffer(command), "vkEndCommandBuffer");
        VkSubmitInfo info{VK_STRUCTURE_TYPE_SUBMIT_INFO};
        info.commandBufferCount = 1;
        info.pCommandBuffers = &command;
        check(vkQueueSubmit(d.queue, 1, &info, VK_NULL_HANDLE), "vkQueueSubmit");
        check(vkQueueWaitIdle(d.queue), "vkQueueWaitIdle");
    }
};

} // namespace

std::vector<float> run_kernel(const std::string& kernel, std::span<const float> source, std::span<const float> table,
                              size_t target_size, unsigned invocations)
{
    static Device device;
    const std::string text = "#version 460\nlayout(local_size_x = 64) in;\n"
                             "layout(std430, binding = 0) readonly buffer A { float source[]; };\n"
                             "layout(std430, binding = 1) writeonly buffer B { float target[]; };\n"
                             "layout(std430, binding = 2) readonly buffer C { float table[]; };\n"
                             "float TABLE(uint i) { return table[i]; }\n"
                             "uint count() { return " +
                             std::to_string(invocations) + "u; }\n" + kernel;
    Buffer a(device, source.size()), b(device, target_size), c(device, table.size());
    std::memcpy(a.floats, source.data(), source.size_bytes());
    if (!table.empty()) std::memcpy(c.floats, table.data(), table.size_bytes());
    Run run(device.device);
    run.make_pipeline(compiled(text));
    const Buffer* buffers[3] = {&a, &b, &c};
    run.bind(buffers);
    run.submit(device, (invocations + 63) / 64);
    return {b.floats, b.floats + target_size};
}
