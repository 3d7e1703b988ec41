#pragma once
// A device in host memory that runs a few kernels written in C++, so that planner, cache and engine are tested in
// milliseconds and without Vulkan. It checks what a real one cannot: that nothing is read outside an image, that released
// memory is not used, and that every pass stays inside the image it writes.
#include "core/eval/device.h"
#include "core/eval/request.h"
#include <functional>
#include <map>
#include <mutex>
#include <set>

namespace tessera {

class FakeDevice : public Device {
public:
    FakeDevice();
    const DeviceCaps& caps() const override { return caps_; }
    Status compile(const ProgramPtr& program) override;
    bool compiled(const ProgramPtr& program) const override;
    Result<BufferId> allocate(uint64_t bytes) override;
    void release(BufferId buffer) override;
    uint64_t allocated_bytes() const override { return allocated_; }
    Status upload(const DeviceImage& to, const HostImage& from, const Rect& part) override;
    Status copy(const DeviceImage& from, const DeviceImage& to, const Rect& part) override;
    Status clear(const DeviceImage& image, const Rect& part) override;
    Status read_back(const DeviceImage& from, const Rect& part, std::shared_ptr<HostImage> to) override;
    Status run(const Pass& pass) override;
    Result<Ticket> submit() override;
    bool finished(Ticket) override { return true; }
    Status wait(Ticket) override;
    std::vector<PassTime> take_times() override { return {}; }

    DeviceCaps caps_;
    uint64_t budget = ~0ull;      ///< allocate() fails above it
    int lose_after = -1;          ///< submits until the device is lost
    int passes = 0, uploads = 0, copies = 0, submits = 0, compiles = 0, calls = 0;
    uint64_t peak = 0;

private:
    float* at(const DeviceImage& image, int x, int y);
    std::array<float, 4> fetch(const Pass& pass, int slot, int x, int y);
    std::map<BufferId, std::vector<float>> buffers_;
    BufferId next_ = 1;
    uint64_t allocated_ = 0;
    bool lost_ = false;
    mutable std::mutex mutex_; ///< compile may come from any thread
    std::set<Key> compiled_;
};

/// Builds a project of test operators: "src" (a picture of its position, `value` added), "add" (amount), "sum" (A+B),
/// "shift" (reads the pixel dx to the left, area), "spread" (two passes with a scratch image), "hold" (route to a frame),
/// "pick" (route to input 0 or 1), "twice" (composite: add, add), "scale2" (affine area operator, for concatenation).
class TestGraph {
public:
    TestGraph();
    NodeId add(std::string op, std::map<std::string, Value> params = {}, std::vector<NodeId> inputs = {});
    void set(NodeId node, std::string param, Value value);
    void animate(NodeId node, std::string param, std::vector<CurveKey> keys);
    void change(NodeId node, const std::function<void(Node&)>& edit);
    Request request(NodeId node, Rect region = {0, 0, 64, 48}, double frame = 1) const;
    Project project;
};

} // namespace tessera
