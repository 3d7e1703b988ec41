// Choosing a device, and what is said where there is none.
#include "gpu/vulkan.h"
#include "tests/gpu/common.h"
#include <cstdlib>
#include <optional>

using namespace tessera;
using namespace tessera::gpu_test;

namespace {

/// Sets an environment variable for the scope.
struct Variable {
    Variable(const char* name, const char* value) : name_(name)
    {
        if (const char* old = std::getenv(name)) old_ = old;
        setenv(name, value, 1);
    }
    ~Variable()
    {
        if (old_)
            setenv(name_, old_->c_str(), 1);
        else
            unsetenv(name_);
    }
    const char* name_;
    std::optional<std::string> old_;
};

} // namespace

TEST_CASE("devices are listed with what a user needs to choose one")
{
    const auto devices = must(list_devices());
    REQUIRE_FALSE(devices.empty());
    for (const DeviceInfo& d : devices) {
        CHECK_FALSE(d.name.empty());
        CHECK_FALSE(d.driver.empty());
        CHECK(d.api.starts_with("1."));
        CHECK(d.memory_bytes > 0);
    }
}

TEST_CASE("a device is chosen by kind, index or part of its name")
{
    const auto devices = must(list_devices());
    for (const DeviceInfo& d : devices) {
        DeviceOptions o = options();
        o.prefer = std::to_string(d.index);
        CHECK(open(o)->caps().name == d.name);
        o.prefer = d.name.substr(0, 4);
        CHECK(open(o)->caps().name.substr(0, 4) == o.prefer);
        o.prefer = std::string(name_of(d.type));
        CHECK(open(o)->caps().cpu == (d.type == DeviceInfo::Type::Cpu));
    }
    const Device& d = device();
    CHECK(d.caps().max_images >= 8);
    CHECK(d.caps().max_image_bytes >= 128ull << 20);
    CHECK(d.caps().memory_bytes > 0);
}

TEST_CASE("a device that is not there is named, with those that are")
{
    DeviceOptions o = options();
    o.prefer = "Voodoo 2";
    const auto missing = open_device(o);
    REQUIRE_FALSE(missing.ok());
    CHECK(missing.error().kind == ErrorKind::NotFound);
    CHECK(missing.error().message == "there is no Vulkan device \"Voodoo 2\"");
    CHECK(missing.error().remedy.find(must(list_devices())[0].name) != std::string::npos);
}

TEST_CASE("no driver: the error says what to install")
{
    const Variable old_name("VK_ICD_FILENAMES", "/nonexistent/icd.json"),
        new_name("VK_DRIVER_FILES", "/nonexistent/icd.json");
    const auto none = open_device(options());
    REQUIRE_FALSE(none.ok());
    CHECK(none.error().kind == ErrorKind::Unsupported);
    CHECK(none.error().remedy.find("mesa-vulkan-drivers") != std::string::npos);
    const auto list = list_devices();
    REQUIRE_FALSE(list.ok());
    CHECK(list.error().remedy.find("mesa-vulkan-drivers") != std::string::npos);
}

TEST_CASE("no loader: the error says what to install")
{
    const auto none = open_vulkan_loader("libvulkan-that-is-not-there.so.1");
    REQUIRE_FALSE(none.ok());
    CHECK(none.error().kind == ErrorKind::Unsupported);
    CHECK(none.error().text() == "the Vulkan loader libvulkan-that-is-not-there.so.1 is not on this machine. Install "
                                 "libvulkan1 and a driver, such as mesa-vulkan-drivers.");
}

TEST_CASE("errors of Vulkan have their kinds")
{
    CHECK(vulkan_error(VK_ERROR_DEVICE_LOST, "x").kind == ErrorKind::DeviceLost);
    CHECK(vulkan_error(VK_ERROR_OUT_OF_DEVICE_MEMORY, "x").kind == ErrorKind::OutOfMemory);
    CHECK(vulkan_error(VK_ERROR_OUT_OF_HOST_MEMORY, "x").kind == ErrorKind::OutOfMemory);
    CHECK(vulkan_error(VK_ERROR_FEATURE_NOT_PRESENT, "x").message == "x failed: VK_ERROR_FEATURE_NOT_PRESENT");
    CHECK_FALSE(vulkan_error(VK_ERROR_INITIALIZATION_FAILED, "x").remedy.empty());
}
