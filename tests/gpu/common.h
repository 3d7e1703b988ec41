#pragma once
// A device with validation on for every test of this folder, and small helpers to build programs and passes.
#include "core/op/block.h"
#include "gpu/device.h"
#include <doctest/doctest.h>
#include <filesystem>
#include <functional>
#include <random>

namespace tessera::gpu_test {

/// A fresh folder, removed at the end of the test.
struct TemporaryFolder {
    TemporaryFolder();
    ~TemporaryFolder();
    std::filesystem::path path;
};

/// Fails the test on anything the validation layer says while it lives.
struct Validated {
    Validated() : before(validation_messages().size()) {}
    ~Validated()
    {
        const auto all = validation_messages();
        for (size_t i = before; i < all.size(); ++i) FAIL_CHECK(all[i]);
    }
    size_t before;
};

inline DeviceOptions options()
{
    DeviceOptions o;
    o.validation = true;
    o.memory_budget = 512ull << 20;
    return o;
}

/// Opens a device with validation; a failed open fails the test.
std::unique_ptr<Device> open(const DeviceOptions& with = options());
/// The device that most tests share.
Device& device();

template <class T> T must(Result<T> result)
{
    if (!result) FAIL(result.error().text());
    return std::move(result.value());
}
inline void must(Status status)
{
    if (!status) FAIL(status.error().text());
}

/// An image of its own memory, released at the end of the scope.
struct TestImage {
    TestImage(Device& on, const Rect& region) : TestImage(on, region, region) {}
    TestImage(Device& on, const Rect& region, const Rect& window);
    TestImage(const TestImage&) = delete;
    TestImage& operator=(const TestImage&) = delete;
    ~TestImage();
    operator DeviceImage() const { return image; }
    Device& device;
    DeviceImage image;
};

/// Repeatable values in -1 to 2, alpha 0 in some pixels and between 0 and 1 elsewhere.
HostImage noise(const Rect& region, unsigned seed = 1);
/// Uploads, submits and waits.
void put(Device& on, const DeviceImage& to, const HostImage& pixels);
/// Reads `part` back, waits, and returns it.
HostImage get(Device& on, const DeviceImage& from, const Rect& part);
inline HostImage get(Device& on, const DeviceImage& from)
{
    return get(on, from, from.region);
}
bool same_bits(const HostImage& a, const HostImage& b);
/// Largest absolute difference over all channels; NaN counts as infinity unless both are.
double difference(const HostImage& a, const HostImage& b);

ProgramStep load(int image, bool clip = false);
ProgramStep call(KernelPtr kernel, const Block& block, std::vector<int> args, std::vector<int> images = {});
PassCall values(const Block& block);
ProgramPtr program(std::vector<ProgramStep> steps, int images);
KernelPtr pixel(const std::string& name, const std::string& text, int inputs = 1);
KernelPtr gather(const std::string& name, const std::string& text, int images = 1);
KernelPtr multiply_add();
/// The block of multiply_add(): c * a + b.
Block multiply_add_block(Vec4 a, Vec4 b);

using Pixel = std::array<double, 4>;
/// What a pixel should be, by a function of its place, in double precision.
HostImage expected(const Rect& region, const std::function<Pixel(int x, int y)>& f);
inline Pixel at(const HostImage& image, int x, int y)
{
    const float* p = image.at(x, y);
    return {p[0], p[1], p[2], p[3]};
}

} // namespace tessera::gpu_test
