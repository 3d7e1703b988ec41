#pragma once
// What is said when Vulkan fails under a window (internal to app/shell).
#include "core/base/result.h"
#include <string>
#include <vulkan/vulkan.h>

namespace tessera {

inline Error window_failed(VkResult result, const std::string& what)
{
    return {result == VK_ERROR_DEVICE_LOST ? ErrorKind::DeviceLost : ErrorKind::Unsupported,
            what + " failed (Vulkan code " + std::to_string(int(result)) + ")",
            "update the graphics driver; the project is safe in its autosave"};
}

} // namespace tessera

#define DRAW_CHECK(what, call)                                                                                         \
    if (const VkResult checked = (call); checked != VK_SUCCESS) return window_failed(checked, what)
