// Choosing and opening a device.
#include "gpu/context.h"
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <unistd.h>

namespace tessera {

namespace {

constexpr const char* validation_layer = "VK_LAYER_KHRONOS_validation";
constexpr const char* driver_remedy = "install mesa-vulkan-drivers (software rendering, or Intel and AMD GPUs) or the "
                                      "GPU vendor's driver";

struct Messages {
    std::mutex mutex;
    std::vector<std::string> list;
};
Messages& messages()
{
    static Messages all;
    return all;
}

VKAPI_ATTR VkBool32 VKAPI_CALL take_message(VkDebugUtilsMessageSeverityFlagBitsEXT, VkDebugUtilsMessageTypeFlagsEXT,
                                            const VkDebugUtilsMessengerCallbackDataEXT* data, void*)
{
    std::lock_guard lock(messages().mutex);
    messages().list.emplace_back(data->pMessage);
    return VK_FALSE;
}

bool has_layer(const char* name)
{
    uint32_t count = 0;
    vkEnumerateInstanceLayerProperties(&count, nullptr);
    std::vector<VkLayerProperties> layers(count);
    vkEnumerateInstanceLayerProperties(&count, layers.data());
    return std::any_of(layers.begin(), layers.end(), [&](const auto& l) { return !std::strcmp(l.layerName, name); });
}

bool validation_wanted(const DeviceOptions& options)
{
    const char* env = std::getenv("TESSERA_VALIDATION");
    return options.validation || (env && *env && std::strcmp(env, "0") != 0);
}

Result<VkInstance> create_instance(bool validation)
{
    TESSERA_CHECK(load_vulkan());
    VkApplicationInfo app{VK_STRUCTURE_TYPE_APPLICATION_INFO};
    app.pApplicationName = "tessera";
    app.apiVersion = VK_API_VERSION_1_3;
    VkInstanceCreateInfo create{VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
    create.pApplicationInfo = &app;
    static constexpr VkValidationFeatureEnableEXT checks[] = {
        VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT};
    VkValidationFeaturesEXT features{VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT};
    features.enabledValidationFeatureCount = 1;
    features.pEnabledValidationFeatures = checks;
    const char* extension = VK_EXT_DEBUG_UTILS_EXTENSION_NAME;
    if (validation) {
        if (!has_layer(validation_layer))
            return Error{ErrorKind::Unsupported, "the Vulkan validation layer is not installed",
                         "install vulkan-validationlayers, or turn validation off"};
        create.pNext = &features;
        create.enabledLayerCount = 1;
        create.ppEnabledLayerNames = &validation_layer;
        create.enabledExtensionCount = 1;
        create.ppEnabledExtensionNames = &extension;
    }
    VkInstance instance = VK_NULL_HANDLE;
    const VkResult result = vkCreateInstance(&create, nullptr, &instance);
    if (result == VK_ERROR_INCOMPATIBLE_DRIVER)
        return Error{ErrorKind::Unsupported, "no Vulkan driver is installed", driver_remedy};
    if (result != VK_SUCCESS) return vulkan_error(result, "starting Vulkan");
    return instance;
}

std::vector<VkPhysicalDevice> physical_devices(VkInstance instance)
{
    uint32_t count = 0;
    if (vkEnumeratePhysicalDevices(instance, &count, nullptr) != VK_SUCCESS) return {};
    std::vector<VkPhysicalDevice> list(count);
    if (vkEnumeratePhysicalDevices(instance, &count, list.data()) < VK_SUCCESS) return {};
    list.resize(count);
    return list;
}

bool has_extension(VkPhysicalDevice physical, const char* name)
{
    uint32_t count = 0;
    vkEnumerateDeviceExtensionProperties(physical, nullptr, &count, nullptr);
    std::vector<VkExtensionProperties> list(count);
    vkEnumerateDeviceExtensionProperties(physical, nullptr, &count, list.data());
    return std::any_of(list.begin(), list.end(), [&](const auto& e) { return !std::strcmp(e.extensionName, name); });
}

/// The family used for everything: compute without graphics where there is one (it runs beside the window's work), else
/// the first with compute. -1 when there is none.
int compute_family(VkPhysicalDevice physical, uint32_t* timestamp_bits = nullptr)
{
    uint32_t count = 0;
    vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, families.data());
    int best = -1;
    for (int i = 0; i < int(count); ++i) {
        const VkQueueFlags flags = families[size_t(i)].queueFlags;
        if (!(flags & VK_QUEUE_COMPUTE_BIT)) continue;
        if (best < 0) best = i;
        if (!(flags & VK_QUEUE_GRAPHICS_BIT)) {
            best = i;
            break;
        }
    }
    if (best >= 0 && timestamp_bits) *timestamp_bits = families[size_t(best)].timestampValidBits;
    return best;
}

std::string version_text(uint32_t v)
{
    return std::to_string(VK_API_VERSION_MAJOR(v)) + '.' + std::to_string(VK_API_VERSION_MINOR(v)) + '.' +
           std::to_string(VK_API_VERSION_PATCH(v));
}

DeviceInfo describe(VkPhysicalDevice physical, int index)
{
    VkPhysicalDeviceDriverProperties driver{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES};
    VkPhysicalDeviceProperties2 properties{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &driver, {}};
    vkGetPhysicalDeviceProperties2(physical, &properties);
    const VkPhysicalDeviceProperties& p = properties.properties;
    DeviceInfo info;
    info.index = index;
    info.name = p.deviceName;
    info.api = version_text(p.apiVersion);
    info.driver = driver.driverInfo[0] ? driver.driverInfo : driver.driverName;
    switch (p.deviceType) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU: info.type = DeviceInfo::Type::Discrete; break;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU: info.type = DeviceInfo::Type::Integrated; break;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU: info.type = DeviceInfo::Type::Virtual; break;
    case VK_PHYSICAL_DEVICE_TYPE_CPU: info.type = DeviceInfo::Type::Cpu; break;
    default: info.type = DeviceInfo::Type::Other;
    }
    VkPhysicalDeviceMemoryProperties memory{};
    vkGetPhysicalDeviceMemoryProperties(physical, &memory);
    for (uint32_t i = 0; i < memory.memoryHeapCount; ++i)
        if (memory.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT)
            info.memory_bytes = std::max<uint64_t>(info.memory_bytes, memory.memoryHeaps[i].size);
    // A software device allocates from the machine's memory, whatever size it gives its one heap.
    if (info.type == DeviceInfo::Type::Cpu)
        info.memory_bytes = uint64_t(sysconf(_SC_PHYS_PAGES)) * uint64_t(sysconf(_SC_PAGE_SIZE));
    if (p.apiVersion < VK_API_VERSION_1_3)
        info.unusable = "it has Vulkan " + version_text(p.apiVersion) + ", 1.3 is needed";
    else if (compute_family(physical) < 0)
        info.unusable = "it has no compute queue";
    return info;
}

std::string lower(std::string s)
{
    std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return s;
}

bool fits(const DeviceInfo& info, const std::string& prefer)
{
    if (prefer == "discrete" || prefer == "integrated" || prefer == "virtual" || prefer == "cpu")
        return name_of(info.type) == prefer;
    int index = 0;
    const auto end = prefer.data() + prefer.size();
    if (const auto [at, error] = std::from_chars(prefer.data(), end, index); error == std::errc() && at == end)
        return info.index == index;
    return lower(info.name).find(prefer) != std::string::npos;
}

Result<DeviceInfo> choose(const std::vector<DeviceInfo>& all, const std::string& wanted)
{
    const std::string prefer = lower(wanted);
    const DeviceInfo* best = nullptr;
    std::string names, refused;
    for (const DeviceInfo& d : all) {
        names += (names.empty() ? "" : ", ") + std::to_string(d.index) + " " + d.name;
        if (!prefer.empty() && !fits(d, prefer)) continue;
        if (!d.unusable.empty())
            refused = d.name + " cannot be used: " + d.unusable;
        else if (!best || int(d.type) < int(best->type))
            best = &d;
    }
    if (best) return *best;
    if (!refused.empty()) return Error{ErrorKind::Unsupported, refused, "update its driver, or choose another device"};
    if (all.empty()) return Error{ErrorKind::Unsupported, "there is no Vulkan device", driver_remedy};
    return Error{ErrorKind::NotFound, "there is no Vulkan device \"" + wanted + "\"",
                 "choose one of: " + names + "; or discrete, integrated, cpu"};
}

void set_messenger(Context& c)
{
    const auto create = reinterpret_cast<PFN_vkCreateDebugUtilsMessengerEXT>(
        vkGetInstanceProcAddr(c.instance, "vkCreateDebugUtilsMessengerEXT"));
    VkDebugUtilsMessengerCreateInfoEXT info{VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT};
    info.messageSeverity =
        VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
    info.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT;
    info.pfnUserCallback = take_message;
    if (create) create(c.instance, &info, nullptr, &c.messenger);
}

/// Reads limits and optional abilities of the chosen physical device into the context.
void read_properties(Context& c)
{
    VkPhysicalDeviceFloatControlsProperties floats{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FLOAT_CONTROLS_PROPERTIES};
    VkPhysicalDeviceSubgroupProperties subgroups{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES, &floats};
    VkPhysicalDeviceMaintenance4Properties sizes{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_4_PROPERTIES, &subgroups,
                                                 0};
    VkPhysicalDeviceProperties2 properties{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &sizes, {}};
    vkGetPhysicalDeviceProperties2(c.physical, &properties);
    c.limits = properties.properties.limits;
    c.max_buffer_bytes = sizes.maxBufferSize;
    c.lanes = std::max(1u, subgroups.subgroupSize);
    VkPhysicalDeviceFeatures features{};
    vkGetPhysicalDeviceFeatures(c.physical, &features);
    const uint64_t texels = uint64_t(c.limits.maxTexelBufferElements) * 16;
    c.cpu_kernels = c.software && features.shaderInt64 && texels >= c.limits.maxStorageBufferRange;
    c.preserves_special_values = floats.shaderSignedZeroInfNanPreserveFloat32;
    vkGetPhysicalDeviceMemoryProperties(c.physical, &c.memory);
    c.uuid = hex_of(properties.properties.pipelineCacheUUID);
    uint32_t bits = 0;
    c.queue_family = uint32_t(compute_family(c.physical, &bits));
    c.timestamps = bits > 0;
    c.timestamp_mask = bits >= 64 ? ~0ull : (1ull << bits) - 1;
    c.timestamp_milliseconds = double(c.limits.timestampPeriod) * 1e-6;
}

Status create_device(Context& c, const DeviceOptions& options)
{
    const float priority = 1;
    VkDeviceQueueCreateInfo queue{VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
    queue.queueFamilyIndex = c.queue_family;
    queue.queueCount = 1;
    queue.pQueuePriorities = &priority;
    VkPhysicalDeviceVulkan13Features v13{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES};
    v13.synchronization2 = VK_TRUE;
    v13.maintenance4 = VK_TRUE;
    VkPhysicalDeviceVulkan12Features v12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES, &v13};
    v12.timelineSemaphore = VK_TRUE;
    v12.hostQueryReset = VK_TRUE;
    VkPhysicalDeviceFeatures features{};
    features.shaderInt64 = c.cpu_kernels;
    VkDeviceCreateInfo create{VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, &v12};
    create.pEnabledFeatures = &features;
    create.queueCreateInfoCount = 1;
    create.pQueueCreateInfos = &queue;
    const char* extension = VK_KHR_PUSH_DESCRIPTOR_EXTENSION_NAME;
    const bool push = options.push_descriptors && has_extension(c.physical, extension);
    if (push) {
        create.enabledExtensionCount = 1;
        create.ppEnabledExtensionNames = &extension;
    }
    TESSERA_VK("opening " + c.info.name, vkCreateDevice(c.physical, &create, nullptr, &c.device));
    vkGetDeviceQueue(c.device, c.queue_family, 0, &c.queue);
    if (push)
        c.push_descriptor_set =
            reinterpret_cast<PFN_vkCmdPushDescriptorSetKHR>(vkGetDeviceProcAddr(c.device, "vkCmdPushDescriptorSetKHR"));
    VkBufferCreateInfo probe{VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
    probe.size = 256;
    probe.usage = image_usage | VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT;
    VkDeviceBufferMemoryRequirements query{VK_STRUCTURE_TYPE_DEVICE_BUFFER_MEMORY_REQUIREMENTS, nullptr, &probe};
    VkMemoryRequirements2 needs{VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2};
    vkGetDeviceBufferMemoryRequirements(c.device, &query, &needs);
    c.buffer_types = needs.memoryRequirements.memoryTypeBits;
    return {};
}

} // namespace

Context::~Context()
{
    if (device) vkDestroyDevice(device, nullptr);
    if (messenger) {
        const auto destroy = reinterpret_cast<PFN_vkDestroyDebugUtilsMessengerEXT>(
            vkGetInstanceProcAddr(instance, "vkDestroyDebugUtilsMessengerEXT"));
        destroy(instance, messenger, nullptr);
    }
    if (instance) vkDestroyInstance(instance, nullptr);
}

std::string hex_of(const uint8_t (&uuid)[VK_UUID_SIZE])
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const uint8_t byte : uuid) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

int Context::memory_type(VkMemoryPropertyFlags flags, VkMemoryPropertyFlags without) const
{
    for (uint32_t i = 0; i < memory.memoryTypeCount; ++i) {
        const VkMemoryPropertyFlags has = memory.memoryTypes[i].propertyFlags;
        if ((buffer_types >> i & 1) && (has & flags) == flags && !(has & without)) return int(i);
    }
    return -1;
}

Result<std::unique_ptr<Context>> create_context(const DeviceOptions& options)
{
    auto context = std::make_unique<Context>();
    const bool validation = validation_wanted(options);
    TESSERA_TRY(instance, create_instance(validation));
    context->instance = instance;
    if (validation) set_messenger(*context);
    std::vector<VkPhysicalDevice> devices = physical_devices(instance);
    std::vector<DeviceInfo> infos;
    for (size_t i = 0; i < devices.size(); ++i) infos.push_back(describe(devices[i], int(i)));
    TESSERA_TRY(info, choose(infos, options.prefer));
    context->physical = devices[size_t(info.index)];
    context->info = std::move(info);
    context->software = context->info.type == DeviceInfo::Type::Cpu && !options.treat_as_gpu;
    read_properties(*context);
    TESSERA_CHECK(create_device(*context, options));
    return context;
}

std::string_view name_of(DeviceInfo::Type type)
{
    static constexpr std::string_view names[] = {"discrete", "integrated", "virtual", "cpu", "other"};
    return names[size_t(type)];
}

Result<std::vector<DeviceInfo>> list_devices()
{
    TESSERA_TRY(instance, create_instance(false));
    const std::vector<VkPhysicalDevice> devices = physical_devices(instance);
    std::vector<DeviceInfo> infos;
    for (size_t i = 0; i < devices.size(); ++i) infos.push_back(describe(devices[i], int(i)));
    vkDestroyInstance(instance, nullptr);
    if (infos.empty()) return Error{ErrorKind::Unsupported, "there is no Vulkan device", driver_remedy};
    return infos;
}

std::vector<std::string> validation_messages()
{
    std::lock_guard lock(messages().mutex);
    return messages().list;
}

} // namespace tessera
