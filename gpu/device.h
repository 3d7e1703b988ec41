#pragma once
// The Vulkan implementation of core/eval/device.h: any device with Vulkan 1.3 and a compute queue, real or in software.
// The loader (libvulkan) is opened at run time, so that a machine without it gets an error it can act on.
#include "core/base/result.h"
#include "core/eval/device.h"
#include <memory>
#include <string>
#include <vector>

namespace tessera {

struct DeviceInfo {
    enum class Type { Discrete, Integrated, Virtual, Cpu, Other };
    int index = 0; ///< as the Vulkan loader lists them; what `DeviceOptions::prefer` takes
    std::string name;
    Type type = Type::Other;
    uint64_t memory_bytes = 0; ///< largest device-local heap
    std::string driver;        ///< "Mesa 22.3.6 (LLVM 15.0.6)"
    std::string api;           ///< "1.3.230"
    std::string unusable;      ///< why it cannot be opened; empty when it can
};
std::string_view name_of(DeviceInfo::Type type); ///< "discrete", "integrated", "virtual", "cpu", "other"

struct DeviceOptions {
    /// Which device: "discrete", "integrated", "cpu", an index, or part of a name (any case). Empty: the first
    /// discrete, else integrated, else virtual, else CPU.
    std::string prefer;
    /// Bytes of device memory that images and tables may take together; 0: three quarters of the device's memory (a
    /// quarter on a CPU). Never exceeded; rings for transfers and uniforms (at most a few hundred MiB) are apart.
    uint64_t memory_budget = 0;
    /// Turns the Khronos validation layer on (also: environment TESSERA_VALIDATION=1). See validation_messages().
    bool validation = false;
    /// Folder of compiled kernels. Empty: $XDG_CACHE_HOME/tessera or ~/.cache/tessera. Where it cannot be written,
    /// kernels are compiled anew in every run.
    std::string cache_folder;
    /// False: descriptor pools even where the device has push descriptors (for tests).
    bool push_descriptors = true;
    /// False: transfers always go through staging, even where device memory is host-visible (for tests).
    bool direct_transfers = true;
    /// True: a software device gets the kernels and copies that suit a GPU (for tests).
    bool treat_as_gpu = false;

    // Fault injection, for tests of what the callers do about it.
    int64_t fail_allocation_after = -1; ///< this many allocate() calls succeed, then `fail_allocations` fail; -1: never
    int64_t fail_allocations = 1;
    int64_t lose_device_after = -1; ///< this many submits succeed, then the device is lost; -1: never
};

/// Every Vulkan device of the machine. Unsupported when there is no Vulkan loader or no driver.
Result<std::vector<DeviceInfo>> list_devices();

/// Opens the device that the options choose. NotFound when none fits, Unsupported when there is no Vulkan at all, when
/// the device chosen lacks something, or when validation is wanted and the layer is not installed.
Result<std::unique_ptr<Device>> open_device(const DeviceOptions& options = {});

/// What the validation layer has said so far, over all devices of this process; empty without validation.
std::vector<std::string> validation_messages();

/// The GLSL text that the program becomes: for printing and for tests of the composer.
Result<std::string> program_glsl(const Program& program);

} // namespace tessera
