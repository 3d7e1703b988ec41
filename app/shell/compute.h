#pragma once
// Compute on the interface's own device: small kernels whose result is drawn, recorded into a frame before its drawing.
#include "app/shell/graphics.h"

namespace tessera {

/// Memory that kernels read and write.
struct ComputeBuffer {
    VkBuffer buffer = VK_NULL_HANDLE;
    VkDeviceMemory memory = VK_NULL_HANDLE;
    VkDeviceSize size = 0;
};

/// A few kernels over the same storage buffers (set 1, bindings from 0); set 0 is a texture's.
class Compute {
public:
    static constexpr uint32_t most_constants = 64; ///< bytes of push constants

    /// Buffers of these sizes in bytes.
    static Result<std::unique_ptr<Compute>> make(Graphics& graphics, std::span<const VkDeviceSize> sizes);
    ~Compute(); ///< waits for the device
    Compute(const Compute&) = delete;
    Compute& operator=(const Compute&) = delete;

    /// A kernel from SPIR-V whose entry is "main"; its number.
    Result<size_t> add_kernel(std::span<const uint32_t> code);
    const ComputeBuffer& buffer(size_t i) const { return buffers_[i]; }

    // ---- into a frame's commands -----------------------------------------------------------------------------------
    /// Runs `kernel` over a grid of workgroups. `texture`: 0 when it uses none.
    void record(VkCommandBuffer commands, size_t kernel, TextureId texture, const void* constants, uint32_t bytes,
                uint32_t across, uint32_t down) const;
    void record_clear(VkCommandBuffer commands, size_t buffer, VkDeviceSize bytes) const;
    /// What was recorded before is done and seen by what follows.
    static void record_barrier(VkCommandBuffer commands);

    /// Submits commands by themselves and waits for them; seldom (tests).
    Status run_now(const std::function<void(VkCommandBuffer)>& record);
    /// The first `bytes` of a buffer, after run_now.
    Result<std::vector<uint32_t>> read_back(size_t buffer, VkDeviceSize bytes);

private:
    explicit Compute(Graphics& graphics) : graphics_(graphics) {}
    Status make_buffer(ComputeBuffer& buffer, VkDeviceSize size, VkBufferUsageFlags usage, VkMemoryPropertyFlags kind);
    Status make_sets();
    Graphics& graphics_;
    std::vector<ComputeBuffer> buffers_;
    std::vector<VkPipeline> kernels_;
    VkDescriptorSetLayout set_layout_ = VK_NULL_HANDLE;
    VkDescriptorPool pool_ = VK_NULL_HANDLE;
    VkDescriptorSet set_ = VK_NULL_HANDLE;
    VkPipelineLayout layout_ = VK_NULL_HANDLE;
};

} // namespace tessera
