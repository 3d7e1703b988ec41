#include "app/shell/graphics.h"
#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

namespace tessera {

namespace {

constexpr const char* validation_layer = "VK_LAYER_KHRONOS_validation";
constexpr uint32_t most_textures = 2048;
constexpr VkFormat texture_format = VK_FORMAT_R8G8B8A8_UNORM;
constexpr VkDeviceSize least_staging = 4 << 20;

Error failed(VkResult result, std::string what)
{
    Error error{ErrorKind::Unsupported, std::move(what) + " failed (Vulkan code " + std::to_string(int(result)) + ")",
                "update the graphics driver, or start with TESSERA_DISPLAY_DEVICE set to another device's number"};
    if (result == VK_ERROR_DEVICE_LOST) {
        error.kind = ErrorKind::DeviceLost;
        error.remedy = "save the project and start again; nothing in the project is lost";
    }
    if (result == VK_ERROR_OUT_OF_DEVICE_MEMORY || result == VK_ERROR_OUT_OF_HOST_MEMORY) {
        error.kind = ErrorKind::OutOfMemory;
        error.remedy = "close other programs that use the GPU, or lower the memory budget in the preferences";
    }
    return error;
}

#define DRAW_CHECK(what, call)                                                                                         \
    if (const VkResult checked = (call); checked != VK_SUCCESS) return failed(checked, what)

VKAPI_ATTR VkBool32 VKAPI_CALL take_message(VkDebugUtilsMessageSeverityFlagBitsEXT, VkDebugUtilsMessageTypeFlagsEXT,
                                            const VkDebugUtilsMessengerCallbackDataEXT* data, void* user)
{
    auto& first = *static_cast<std::string*>(user);
    if (first.empty()) first = data->pMessage;
    return VK_FALSE;
}

int graphics_family(VkPhysicalDevice physical)
{
    uint32_t count = 0;
    vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, families.data());
    for (int i = 0; i < int(count); ++i)
        if (families[size_t(i)].queueFlags & VK_QUEUE_GRAPHICS_BIT) return i;
    return -1;
}

bool has_swapchain(VkPhysicalDevice physical)
{
    uint32_t count = 0;
    vkEnumerateDeviceExtensionProperties(physical, nullptr, &count, nullptr);
    std::vector<VkExtensionProperties> list(count);
    vkEnumerateDeviceExtensionProperties(physical, nullptr, &count, list.data());
    return std::any_of(list.begin(), list.end(), [](const VkExtensionProperties& e) {
        return !std::strcmp(e.extensionName, VK_KHR_SWAPCHAIN_EXTENSION_NAME);
    });
}

/// Discrete before integrated before software.
int rank_of(VkPhysicalDevice physical)
{
    VkPhysicalDeviceProperties properties;
    vkGetPhysicalDeviceProperties(physical, &properties);
    switch (properties.deviceType) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU: return 3;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU: return 2;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU: return 1;
    default: return 0;
    }
}

} // namespace

Result<std::unique_ptr<Graphics>> Graphics::open(std::span<const char* const> extensions, bool validation)
{
    std::unique_ptr<Graphics> g(new Graphics);
    TESSERA_CHECK(g->make_instance(extensions, validation));
    TESSERA_CHECK(g->pick_device());
    TESSERA_CHECK(g->make_device());
    TESSERA_CHECK(g->make_shared());
    return g;
}

Status Graphics::make_instance(std::span<const char* const> extensions, bool validation)
{
    VkApplicationInfo app{VK_STRUCTURE_TYPE_APPLICATION_INFO};
    app.pApplicationName = "tessera";
    app.apiVersion = VK_API_VERSION_1_1;
    std::vector<const char*> names(extensions.begin(), extensions.end());
    VkInstanceCreateInfo create{VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
    create.pApplicationInfo = &app;
    VkDebugUtilsMessengerCreateInfoEXT messenger{VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT};
    messenger.messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
    messenger.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT;
    messenger.pfnUserCallback = take_message;
    messenger.pUserData = &validation_message_;
    if (validation) {
        names.push_back(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
        create.enabledLayerCount = 1;
        create.ppEnabledLayerNames = &validation_layer;
    }
    create.enabledExtensionCount = uint32_t(names.size());
    create.ppEnabledExtensionNames = names.data();
    const VkResult made = vkCreateInstance(&create, nullptr, &instance_);
    if (made == VK_ERROR_LAYER_NOT_PRESENT)
        return Error{ErrorKind::Unsupported, "the Vulkan validation layer is not installed",
                     "install vulkan-validationlayers, or turn validation off"};
    DRAW_CHECK("starting Vulkan for the window", made);
    if (!validation) return {};
    const auto create_messenger = reinterpret_cast<PFN_vkCreateDebugUtilsMessengerEXT>(
        vkGetInstanceProcAddr(instance_, "vkCreateDebugUtilsMessengerEXT"));
    if (create_messenger) create_messenger(instance_, &messenger, nullptr, &messenger_);
    return {};
}

Status Graphics::pick_device()
{
    uint32_t count = 0;
    vkEnumeratePhysicalDevices(instance_, &count, nullptr);
    std::vector<VkPhysicalDevice> all(count);
    vkEnumeratePhysicalDevices(instance_, &count, all.data());
    all.resize(count);
    const char* wanted = std::getenv("TESSERA_DISPLAY_DEVICE");
    for (size_t i = 0; i < all.size(); ++i) {
        if (graphics_family(all[i]) < 0 || !has_swapchain(all[i])) continue;
        if (wanted && *wanted && std::atoi(wanted) != int(i)) continue;
        if (!physical_ || rank_of(all[i]) > rank_of(physical_)) physical_ = all[i];
    }
    if (!physical_)
        return Error{ErrorKind::Unsupported, "no Vulkan device here can draw to a window",
                     "install the GPU's driver, or mesa-vulkan-drivers, which needs no GPU"};
    family_ = uint32_t(graphics_family(physical_));
    VkPhysicalDeviceProperties properties;
    vkGetPhysicalDeviceProperties(physical_, &properties);
    name_ = properties.deviceName;
    software_ = properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU;
    most_side_ = int(std::min(properties.limits.maxImageDimension2D, 16384u));
    return {};
}

Status Graphics::make_device()
{
    const float priority = 1;
    VkDeviceQueueCreateInfo queue{VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
    queue.queueFamilyIndex = family_;
    queue.queueCount = 1;
    queue.pQueuePriorities = &priority;
    const char* swapchain = VK_KHR_SWAPCHAIN_EXTENSION_NAME;
    VkDeviceCreateInfo create{VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO};
    create.queueCreateInfoCount = 1;
    create.pQueueCreateInfos = &queue;
    create.enabledExtensionCount = 1;
    create.ppEnabledExtensionNames = &swapchain;
    DRAW_CHECK("opening the graphics device", vkCreateDevice(physical_, &create, nullptr, &device_));
    vkGetDeviceQueue(device_, family_, 0, &queue_);
    return {};
}

Status Graphics::make_shared()
{
    const VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, 2 * most_textures + 16};
    VkDescriptorPoolCreateInfo pool{VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO};
    pool.flags = VK_DESCRIPTOR_POOL_CREATE_FREE_DESCRIPTOR_SET_BIT;
    pool.maxSets = 2 * most_textures + 16;
    pool.poolSizeCount = 1;
    pool.pPoolSizes = &size;
    DRAW_CHECK("making descriptors", vkCreateDescriptorPool(device_, &pool, nullptr, &descriptors_));
    VkDescriptorSetLayoutBinding binding{0, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, 1,
                                         VK_SHADER_STAGE_FRAGMENT_BIT | VK_SHADER_STAGE_COMPUTE_BIT, nullptr};
    VkDescriptorSetLayoutCreateInfo layout{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO};
    layout.bindingCount = 1;
    layout.pBindings = &binding;
    DRAW_CHECK("making descriptors", vkCreateDescriptorSetLayout(device_, &layout, nullptr, &set_layout_));
    VkSamplerCreateInfo sampler{VK_STRUCTURE_TYPE_SAMPLER_CREATE_INFO};
    sampler.addressModeU = sampler.addressModeV = sampler.addressModeW = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE;
    DRAW_CHECK("making samplers", vkCreateSampler(device_, &sampler, nullptr, &nearest_));
    sampler.magFilter = sampler.minFilter = VK_FILTER_LINEAR;
    DRAW_CHECK("making samplers", vkCreateSampler(device_, &sampler, nullptr, &linear_));
    return {};
}

Graphics::~Graphics()
{
    if (device_) {
        vkDeviceWaitIdle(device_);
        for (Texture& t : textures_) destroy(t);
        for (auto& age : dropped_)
            for (Texture& t : age) destroy(t);
        for (Staging& s : staging_) {
            if (s.buffer) vkDestroyBuffer(device_, s.buffer, nullptr);
            if (s.memory) vkFreeMemory(device_, s.memory, nullptr);
        }
        if (nearest_) vkDestroySampler(device_, nearest_, nullptr);
        if (linear_) vkDestroySampler(device_, linear_, nullptr);
        if (set_layout_) vkDestroyDescriptorSetLayout(device_, set_layout_, nullptr);
        if (descriptors_) vkDestroyDescriptorPool(device_, descriptors_, nullptr);
        vkDestroyDevice(device_, nullptr);
    }
    if (messenger_) {
        const auto destroy_messenger = reinterpret_cast<PFN_vkDestroyDebugUtilsMessengerEXT>(
            vkGetInstanceProcAddr(instance_, "vkDestroyDebugUtilsMessengerEXT"));
        destroy_messenger(instance_, messenger_, nullptr);
    }
    if (instance_) vkDestroyInstance(instance_, nullptr);
}

bool Graphics::presents(VkSurfaceKHR surface) const
{
    VkBool32 supported = VK_FALSE;
    vkGetPhysicalDeviceSurfaceSupportKHR(physical_, family_, surface, &supported);
    return supported;
}

std::string Graphics::take_validation_message()
{
    return std::exchange(validation_message_, {});
}

Result<VkDeviceMemory> Graphics::allocate(const VkMemoryRequirements& needs, VkMemoryPropertyFlags wanted)
{
    VkPhysicalDeviceMemoryProperties memory;
    vkGetPhysicalDeviceMemoryProperties(physical_, &memory);
    for (uint32_t i = 0; i < memory.memoryTypeCount; ++i) {
        if (!(needs.memoryTypeBits & (1u << i))) continue;
        if ((memory.memoryTypes[i].propertyFlags & wanted) != wanted) continue;
        VkMemoryAllocateInfo info{VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO, nullptr, needs.size, i};
        VkDeviceMemory made = VK_NULL_HANDLE;
        DRAW_CHECK("allocating graphics memory", vkAllocateMemory(device_, &info, nullptr, &made));
        return made;
    }
    return failed(VK_ERROR_OUT_OF_DEVICE_MEMORY, "finding graphics memory");
}

VkDescriptorSet Graphics::write_set(VkImageView view, VkSampler sampler)
{
    VkDescriptorSetAllocateInfo info{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO, nullptr, descriptors_, 1,
                                     &set_layout_};
    VkDescriptorSet set = VK_NULL_HANDLE;
    if (vkAllocateDescriptorSets(device_, &info, &set) != VK_SUCCESS) return VK_NULL_HANDLE;
    const VkDescriptorImageInfo image{sampler, view, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL};
    VkWriteDescriptorSet write{VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET};
    write.dstSet = set;
    write.descriptorCount = 1;
    write.descriptorType = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
    write.pImageInfo = &image;
    vkUpdateDescriptorSets(device_, 1, &write, 0, nullptr);
    return set;
}

Result<TextureId> Graphics::make_texture(int width, int height)
{
    assert(width > 0 && height > 0 && width <= most_side_ && height <= most_side_);
    Texture t;
    t.width = width, t.height = height;
    VkImageCreateInfo image{VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO};
    image.imageType = VK_IMAGE_TYPE_2D;
    image.format = texture_format;
    image.extent = {uint32_t(width), uint32_t(height), 1};
    image.mipLevels = image.arrayLayers = 1;
    image.samples = VK_SAMPLE_COUNT_1_BIT;
    image.usage = VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT;
    DRAW_CHECK("making a texture", vkCreateImage(device_, &image, nullptr, &t.image));
    VkMemoryRequirements needs;
    vkGetImageMemoryRequirements(device_, t.image, &needs);
    auto memory = allocate(needs, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
    if (!memory) {
        destroy(t);
        return std::move(memory.error());
    }
    t.memory = *memory;
    vkBindImageMemory(device_, t.image, t.memory, 0);
    VkImageViewCreateInfo view{VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO};
    view.image = t.image;
    view.viewType = VK_IMAGE_VIEW_TYPE_2D;
    view.format = texture_format;
    view.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    if (const VkResult r = vkCreateImageView(device_, &view, nullptr, &t.view); r != VK_SUCCESS) {
        destroy(t);
        return failed(r, "making a texture");
    }
    t.nearest = write_set(t.view, nearest_);
    t.linear = write_set(t.view, linear_);
    if (!t.nearest || !t.linear) {
        destroy(t);
        return failed(VK_ERROR_OUT_OF_DEVICE_MEMORY, "making a texture's descriptors");
    }
    if (!free_ids_.empty()) {
        const TextureId id = free_ids_.back();
        free_ids_.pop_back();
        textures_[id - 1] = t;
        return id;
    }
    textures_.push_back(t);
    return TextureId(textures_.size());
}

void Graphics::destroy(Texture& t)
{
    for (const VkDescriptorSet set : {t.nearest, t.linear})
        if (set) vkFreeDescriptorSets(device_, descriptors_, 1, &set);
    if (t.view) vkDestroyImageView(device_, t.view, nullptr);
    if (t.image) vkDestroyImage(device_, t.image, nullptr);
    if (t.memory) vkFreeMemory(device_, t.memory, nullptr);
    t = {};
}

void Graphics::drop_texture(TextureId id)
{
    if (!id || !textures_[id - 1].image) return;
    std::erase_if(uploads_, [&](const Upload& u) { return u.id == id; });
    dropped_[0].push_back(textures_[id - 1]);
    textures_[id - 1] = {};
    free_ids_.push_back(id);
}

Status Graphics::update(TextureId id, int x, int y, int width, int height, std::span<const uint8_t> pixels)
{
    assert(id && id <= textures_.size());
    assert(pixels.size() == size_t(width) * size_t(height) * 4);
    assert(x >= 0 && y >= 0 && x + width <= textures_[id - 1].width && y + height <= textures_[id - 1].height);
    uploads_.push_back({id, x, y, width, height, {pixels.begin(), pixels.end()}});
    return {};
}

int Graphics::width_of(TextureId id) const
{
    return id ? textures_[id - 1].width : 0;
}

int Graphics::height_of(TextureId id) const
{
    return id ? textures_[id - 1].height : 0;
}

VkDescriptorSet Graphics::set_of(TextureId id, TextureFilter filter) const
{
    const Texture& t = textures_[id - 1];
    return filter == TextureFilter::Nearest ? t.nearest : t.linear;
}

Status Graphics::grow(Staging& staging, VkDeviceSize size)
{
    if (staging.size >= size) return {};
    if (staging.buffer) vkDestroyBuffer(device_, staging.buffer, nullptr);
    if (staging.memory) vkFreeMemory(device_, staging.memory, nullptr);
    staging = {};
    VkBufferCreateInfo buffer{VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
    buffer.size = std::max(size, least_staging);
    buffer.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT;
    DRAW_CHECK("making an upload buffer", vkCreateBuffer(device_, &buffer, nullptr, &staging.buffer));
    VkMemoryRequirements needs;
    vkGetBufferMemoryRequirements(device_, staging.buffer, &needs);
    TESSERA_TRY(memory,
                allocate(needs, VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT));
    staging.memory = memory;
    vkBindBufferMemory(device_, staging.buffer, staging.memory, 0);
    DRAW_CHECK("mapping an upload buffer", vkMapMemory(device_, staging.memory, 0, VK_WHOLE_SIZE, 0, &staging.data));
    staging.size = buffer.size;
    return {};
}

namespace {

void change_layout(VkCommandBuffer commands, VkImage image, VkImageLayout from, VkImageLayout to)
{
    VkImageMemoryBarrier barrier{VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER};
    const bool writing = to == VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL;
    barrier.srcAccessMask = writing ? VK_ACCESS_SHADER_READ_BIT : VK_ACCESS_TRANSFER_WRITE_BIT;
    barrier.dstAccessMask = writing ? VK_ACCESS_TRANSFER_WRITE_BIT : VK_ACCESS_SHADER_READ_BIT;
    barrier.oldLayout = from;
    barrier.newLayout = to;
    barrier.srcQueueFamilyIndex = barrier.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    barrier.image = image;
    barrier.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    const VkPipelineStageFlags shader = VK_PIPELINE_STAGE_FRAGMENT_SHADER_BIT | VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
                               transfer = VK_PIPELINE_STAGE_TRANSFER_BIT;
    vkCmdPipelineBarrier(commands, writing ? shader : transfer, writing ? transfer : shader, 0, 0, nullptr, 0, nullptr,
                         1, &barrier);
}

} // namespace

Status Graphics::record_uploads(VkCommandBuffer commands, int slot)
{
    // Textures dropped before the oldest frame in flight was recorded are used by nobody any more.
    for (Texture& t : dropped_[frames_in_flight]) destroy(t);
    for (int age = frames_in_flight; age > 0; --age) dropped_[age] = std::move(dropped_[age - 1]);
    dropped_[0].clear();
    VkDeviceSize total = 0;
    for (const Upload& u : uploads_) total += u.pixels.size();
    if (total) TESSERA_CHECK(grow(staging_[slot], total));
    VkDeviceSize at = 0;
    const VkClearColorValue nothing{};
    const VkImageSubresourceRange whole{VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    for (Texture& t : textures_) {
        if (!t.image || !t.fresh) continue;
        change_layout(commands, t.image, VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
        vkCmdClearColorImage(commands, t.image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, &nothing, 1, &whole);
        change_layout(commands, t.image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                      VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
        t.fresh = false;
    }
    for (const Upload& u : uploads_) {
        std::memcpy(static_cast<uint8_t*>(staging_[slot].data) + at, u.pixels.data(), u.pixels.size());
        Texture& t = textures_[u.id - 1];
        change_layout(commands, t.image, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL,
                      VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
        VkBufferImageCopy copy{};
        copy.bufferOffset = at;
        copy.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
        copy.imageOffset = {u.x, u.y, 0};
        copy.imageExtent = {uint32_t(u.width), uint32_t(u.height), 1};
        vkCmdCopyBufferToImage(commands, staging_[slot].buffer, t.image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1,
                               &copy);
        change_layout(commands, t.image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                      VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
        at += u.pixels.size();
    }
    uploads_.clear();
    for (const auto& record : std::exchange(recorders_, {})) record(commands);
    return {};
}

void Graphics::record_copy(VkCommandBuffer commands, VkBuffer from, TextureId to, int width, int height) const
{
    const VkImage image = textures_[to - 1].image;
    change_layout(commands, image, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
    VkBufferImageCopy copy{};
    copy.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
    copy.imageExtent = {uint32_t(width), uint32_t(height), 1};
    vkCmdCopyBufferToImage(commands, from, image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &copy);
    change_layout(commands, image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
}

} // namespace tessera
