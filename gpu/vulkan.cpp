#include "gpu/vulkan.h"
#include <dlfcn.h>
#include <mutex>

namespace tessera {

#define TESSERA_DEFINE(name) PFN_##name name = nullptr;
TESSERA_VULKAN_FUNCTIONS(TESSERA_DEFINE)
#undef TESSERA_DEFINE

namespace {

constexpr const char* driver_hint = "install a Vulkan driver: mesa-vulkan-drivers has one that needs no GPU";

template <class F> bool look_up(void* library, const char* name, F& function)
{
    function = reinterpret_cast<F>(dlsym(library, name));
    return function != nullptr;
}

} // namespace

Result<void*> open_vulkan_loader(const char* library)
{
    void* handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return Error{ErrorKind::Unsupported, std::string("the Vulkan loader ") + library + " is not on this machine",
                     "install libvulkan1 and a driver, such as mesa-vulkan-drivers"};
    return handle;
}

Status load_vulkan()
{
    static std::mutex mutex;
    static void* loaded = nullptr;
    std::lock_guard lock(mutex);
    if (loaded) return {};
    TESSERA_TRY(handle, open_vulkan_loader("libvulkan.so.1"));
    const char* missing = nullptr;
#define TESSERA_LOOK_UP(name)                                                                                          \
    if (!look_up(handle, #name, name)) missing = #name;
    TESSERA_VULKAN_FUNCTIONS(TESSERA_LOOK_UP)
#undef TESSERA_LOOK_UP
    if (missing) {
        dlclose(handle);
        return Error{ErrorKind::Unsupported, std::string("the Vulkan loader is too old: it has no ") + missing,
                     "install libvulkan1 1.3 or newer"};
    }
    loaded = handle;
    return {};
}

std::string name_of(VkResult result)
{
    switch (result) {
    case VK_SUCCESS: return "VK_SUCCESS";
    case VK_NOT_READY: return "VK_NOT_READY";
    case VK_TIMEOUT: return "VK_TIMEOUT";
    case VK_INCOMPLETE: return "VK_INCOMPLETE";
    case VK_ERROR_OUT_OF_HOST_MEMORY: return "VK_ERROR_OUT_OF_HOST_MEMORY";
    case VK_ERROR_OUT_OF_DEVICE_MEMORY: return "VK_ERROR_OUT_OF_DEVICE_MEMORY";
    case VK_ERROR_OUT_OF_POOL_MEMORY: return "VK_ERROR_OUT_OF_POOL_MEMORY";
    case VK_ERROR_INITIALIZATION_FAILED: return "VK_ERROR_INITIALIZATION_FAILED";
    case VK_ERROR_DEVICE_LOST: return "VK_ERROR_DEVICE_LOST";
    case VK_ERROR_MEMORY_MAP_FAILED: return "VK_ERROR_MEMORY_MAP_FAILED";
    case VK_ERROR_LAYER_NOT_PRESENT: return "VK_ERROR_LAYER_NOT_PRESENT";
    case VK_ERROR_EXTENSION_NOT_PRESENT: return "VK_ERROR_EXTENSION_NOT_PRESENT";
    case VK_ERROR_FEATURE_NOT_PRESENT: return "VK_ERROR_FEATURE_NOT_PRESENT";
    case VK_ERROR_INCOMPATIBLE_DRIVER: return "VK_ERROR_INCOMPATIBLE_DRIVER";
    case VK_ERROR_TOO_MANY_OBJECTS: return "VK_ERROR_TOO_MANY_OBJECTS";
    default: return "VkResult " + std::to_string(int(result));
    }
}

Error vulkan_error(VkResult result, std::string what)
{
    Error error{ErrorKind::Unsupported, std::move(what) + " failed: " + name_of(result), {}};
    switch (result) {
    case VK_ERROR_DEVICE_LOST:
        error.kind = ErrorKind::DeviceLost;
        error.remedy = "open the device again; if it happens twice, update the driver or choose another device";
        break;
    case VK_ERROR_OUT_OF_HOST_MEMORY:
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
    case VK_ERROR_OUT_OF_POOL_MEMORY:
    case VK_ERROR_TOO_MANY_OBJECTS:
        error.kind = ErrorKind::OutOfMemory;
        error.remedy = "lower the memory budget, work at a proxy level, or close other programs that use the device";
        break;
    case VK_ERROR_INCOMPATIBLE_DRIVER: error.remedy = driver_hint; break;
    default: error.remedy = "update the device's driver, or choose another device";
    }
    return error;
}

} // namespace tessera
