#pragma once
// The instance, the device, its one compute queue and what they can do. Everything else in gpu/ is handed a Context.
#include "gpu/device.h"
#include "gpu/vulkan.h"

namespace tessera {

/// What the buffers of images and of the rings are used for; uniforms beside it in their ring alone.
inline constexpr VkBufferUsageFlags image_usage =
    VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_UNIFORM_TEXEL_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
    VK_BUFFER_USAGE_TRANSFER_DST_BIT;

struct Context {
    Context() = default;
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context();

    VkInstance instance = VK_NULL_HANDLE;
    VkDebugUtilsMessengerEXT messenger = VK_NULL_HANDLE;
    VkPhysicalDevice physical = VK_NULL_HANDLE;
    VkDevice device = VK_NULL_HANDLE;
    VkQueue queue = VK_NULL_HANDLE;
    uint32_t queue_family = 0;
    PFN_vkCmdPushDescriptorSetKHR push_descriptor_set = nullptr; ///< null where the device has no push descriptors

    VkPhysicalDeviceLimits limits{};
    VkPhysicalDeviceMemoryProperties memory{};
    DeviceInfo info;
    bool software = false; ///< what suits a CPU is chosen where CPU and GPU differ
    /// The kernels are those of the Cpu dialect (gpu/compose.h): a software device that can take any image as a texel
    /// buffer and has 64-bit integers.
    bool cpu_kernels = false;
    uint32_t lanes = 1;    ///< invocations of a subgroup: on a CPU what one vector register holds
    std::string uuid;      ///< pipelineCacheUUID, in hexadecimal: names the pipeline cache's file
    uint64_t max_buffer_bytes = 0;
    bool preserves_special_values = false; ///< SignedZeroInfNanPreserve for 32 bits may be asked for
    bool timestamps = false;
    double timestamp_milliseconds = 0; ///< of one tick
    uint64_t timestamp_mask = 0;

    uint32_t buffer_types = 0; ///< memory types that our buffers may live in, as bits

    /// First memory type for buffers with all of `flags` and none of `without`; -1 when there is none.
    int memory_type(VkMemoryPropertyFlags flags, VkMemoryPropertyFlags without = 0) const;
};

/// The UUID in 32 hexadecimal digits.
std::string hex_of(const uint8_t (&uuid)[VK_UUID_SIZE]);

Result<std::unique_ptr<Context>> create_context(const DeviceOptions& options);

} // namespace tessera
