#pragma once
// Vulkan's entry points, looked up in the loader at run time: `vkFoo` inside namespace tessera is a pointer that
// load_vulkan() fills. Linking against the loader instead would make the program unable to start, let alone to say why,
// on a machine that lacks it.
#define VK_NO_PROTOTYPES
#include "core/base/result.h"
#include <string>
#include <vulkan/vulkan.h>

// clang-format off
#define TESSERA_VULKAN_FUNCTIONS(X) \
    X(vkAllocateCommandBuffers) X(vkAllocateDescriptorSets) X(vkAllocateMemory) X(vkBeginCommandBuffer) \
    X(vkBindBufferMemory) X(vkCmdBindDescriptorSets) X(vkCmdBindPipeline) X(vkCmdCopyBuffer2) X(vkCmdDispatch) \
    X(vkCmdFillBuffer) X(vkCmdPipelineBarrier2) X(vkCmdWriteTimestamp2) X(vkCreateBuffer) X(vkCreateBufferView) \
    X(vkCreateCommandPool) \
    X(vkCreateComputePipelines) X(vkCreateDescriptorPool) X(vkCreateDescriptorSetLayout) X(vkCreateDevice) \
    X(vkCreateInstance) X(vkCreatePipelineCache) X(vkCreatePipelineLayout) X(vkCreateQueryPool) \
    X(vkCreateSemaphore) X(vkCreateShaderModule) X(vkDestroyBuffer) X(vkDestroyBufferView) X(vkDestroyCommandPool) \
    X(vkDestroyDescriptorPool) X(vkDestroyDescriptorSetLayout) X(vkDestroyDevice) X(vkDestroyInstance) \
    X(vkDestroyPipeline) X(vkDestroyPipelineCache) X(vkDestroyPipelineLayout) X(vkDestroyQueryPool) \
    X(vkDestroySemaphore) X(vkDestroyShaderModule) X(vkDeviceWaitIdle) X(vkEndCommandBuffer) \
    X(vkEnumerateDeviceExtensionProperties) X(vkEnumerateInstanceLayerProperties) X(vkEnumeratePhysicalDevices) \
    X(vkFreeMemory) X(vkGetBufferMemoryRequirements) X(vkGetDeviceBufferMemoryRequirements) \
    X(vkGetDeviceProcAddr) X(vkGetDeviceQueue) X(vkGetInstanceProcAddr) X(vkGetPhysicalDeviceMemoryProperties) \
    X(vkGetPhysicalDeviceFeatures) X(vkGetPhysicalDeviceProperties2) X(vkGetPhysicalDeviceQueueFamilyProperties) X(vkGetPipelineCacheData) \
    X(vkGetQueryPoolResults) X(vkGetSemaphoreCounterValue) X(vkMapMemory) X(vkQueueSubmit2) X(vkResetCommandPool) \
    X(vkResetDescriptorPool) X(vkResetQueryPool) X(vkUpdateDescriptorSets) X(vkWaitSemaphores)
// clang-format on

namespace tessera {

#define TESSERA_DECLARE(name) extern PFN_##name name;
TESSERA_VULKAN_FUNCTIONS(TESSERA_DECLARE)
#undef TESSERA_DECLARE

/// Fills the pointers above, once; later calls answer at once. Unsupported when the loader is missing or older
/// than 1.3. Any thread.
Status load_vulkan();
/// The loader's library, opened; Unsupported when there is no such file.
Result<void*> open_vulkan_loader(const char* library);

/// "VK_ERROR_DEVICE_LOST"
std::string name_of(VkResult result);
/// The error for a Vulkan call that failed: "`what` failed: VK_ERROR_..." with the kind that fits.
Error vulkan_error(VkResult result, std::string what);

} // namespace tessera

/// Calls a Vulkan function and returns its error from the enclosing function unless it succeeds.
#define TESSERA_VK(what, call)                                                                                         \
    do {                                                                                                               \
        if (const VkResult vk_ = (call); vk_ != VK_SUCCESS) return ::tessera::vulkan_error(vk_, what);                 \
    } while (false)
