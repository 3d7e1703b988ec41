#pragma once
// What every window of the application draws with: one Vulkan device of the interface's own, its queue, and textures.
//
// The engine computes on a device of its own (gpu/), so that a long evaluation never stands in the interface's queue:
// a software device works one queue off in order, and a driver that resets one device leaves the other alone. Pictures
// come from the engine as finished 8-bit tiles and are uploaded here within a byte budget a frame.
#include "core/base/geometry.h"
#include "core/base/result.h"
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>
#include <vulkan/vulkan.h>

namespace tessera {

/// How a texture is drawn when magnified.
enum class TextureFilter { Nearest, Linear };

using TextureId = uint32_t; ///< 0 is none

class Graphics {
public:
    /// Opens the interface's device. `extensions`: instance extensions that the window system needs.
    /// Errors say what is missing (no loader, no device with graphics and presentation) and what to install.
    static Result<std::unique_ptr<Graphics>> open(std::span<const char* const> extensions, bool validation);
    ~Graphics();
    Graphics(const Graphics&) = delete;
    Graphics& operator=(const Graphics&) = delete;

    VkInstance instance() const { return instance_; }
    VkPhysicalDevice physical() const { return physical_; }
    VkDevice device() const { return device_; }
    VkQueue queue() const { return queue_; }
    uint32_t family() const { return family_; }
    VkDescriptorPool descriptors() const { return descriptors_; }
    const std::string& name() const { return name_; }
    bool software() const { return software_; }
    /// True when images of `surface` can be presented from the queue.
    bool presents(VkSurfaceKHR surface) const;

    // ---- textures: 8-bit RGBA, not premultiplied by the drawing ----------------------------------------------------

    /// Makes a texture of `width` x `height` pixels, at most `most_side` a side; its contents are transparent black.
    Result<TextureId> make_texture(int width, int height);
    /// Freed once the frames in flight have finished.
    void drop_texture(TextureId id);
    /// Queues pixels (rows top-down, 4 bytes each, tightly packed) for upload before the next frame is drawn.
    Status update(TextureId id, int x, int y, int width, int height, std::span<const uint8_t> pixels);
    int width_of(TextureId id) const;
    int height_of(TextureId id) const;
    VkDescriptorSet set_of(TextureId id, TextureFilter filter) const;
    int most_side() const { return most_side_; }

    /// Records the queued uploads; `slot` is the frame in flight (0 or 1) whose staging memory is free again.
    Status record_uploads(VkCommandBuffer commands, int slot);
    /// Frames in flight a window may have.
    static constexpr int frames_in_flight = 2;

    VkDescriptorSetLayout set_layout() const { return set_layout_; }
    /// First error of the validation layers since the last call; "" when there was none (or they are off).
    std::string take_validation_message();


    // ---- work of others in a frame -------------------------------------------------------------------------------

    /// Records into the next frame's commands, after its uploads and before it is drawn; once.
    void before_drawing(std::function<void(VkCommandBuffer)> record) { recorders_.push_back(std::move(record)); }
    /// Copies the first pixels of a buffer (4 bytes each, tightly packed) into the top left of a texture.
    void record_copy(VkCommandBuffer commands, VkBuffer from, TextureId to, int width, int height) const;
    /// Device memory of a kind.
    Result<VkDeviceMemory> allocate(const VkMemoryRequirements& needs, VkMemoryPropertyFlags wanted);

private:
    Graphics() = default;
    struct Texture {
        VkImage image = VK_NULL_HANDLE;
        VkDeviceMemory memory = VK_NULL_HANDLE;
        VkImageView view = VK_NULL_HANDLE;
        VkDescriptorSet nearest = VK_NULL_HANDLE, linear = VK_NULL_HANDLE;
        int width = 0, height = 0;
        bool fresh = true; ///< its image has no layout yet
    };
    struct Upload {
        TextureId id = 0;
        int x = 0, y = 0, width = 0, height = 0;
        std::vector<uint8_t> pixels;
    };
    struct Staging {
        VkBuffer buffer = VK_NULL_HANDLE;
        VkDeviceMemory memory = VK_NULL_HANDLE;
        VkDeviceSize size = 0;
        void* data = nullptr;
    };
    Status make_instance(std::span<const char* const> extensions, bool validation);
    Status pick_device();
    Status make_device();
    Status make_shared();
    Status grow(Staging& staging, VkDeviceSize size);
    void destroy(Texture& texture);
    VkDescriptorSet write_set(VkImageView view, VkSampler sampler);

    VkInstance instance_ = VK_NULL_HANDLE;
    VkDebugUtilsMessengerEXT messenger_ = VK_NULL_HANDLE;
    VkPhysicalDevice physical_ = VK_NULL_HANDLE;
    VkDevice device_ = VK_NULL_HANDLE;
    VkQueue queue_ = VK_NULL_HANDLE;
    uint32_t family_ = 0;
    VkDescriptorPool descriptors_ = VK_NULL_HANDLE;
    VkDescriptorSetLayout set_layout_ = VK_NULL_HANDLE;
    VkSampler nearest_ = VK_NULL_HANDLE, linear_ = VK_NULL_HANDLE;
    std::vector<Texture> textures_; ///< by id - 1
    std::vector<TextureId> free_ids_;
    std::vector<Upload> uploads_;
    std::vector<std::function<void(VkCommandBuffer)>> recorders_;
    std::vector<Texture> dropped_[frames_in_flight + 1]; ///< by age in frames
    Staging staging_[frames_in_flight];
    std::string name_;
    bool software_ = false;
    int most_side_ = 4096;
    std::string validation_message_;
};

} // namespace tessera
