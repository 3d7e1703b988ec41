#pragma once
// The threads that decode sources and compile programs (internal to core/eval). What they finish is told through `notify`.
#include "core/base/queue.h"
#include "core/eval/device.h"
#include <atomic>
#include <functional>
#include <map>
#include <thread>

namespace tessera {

/// One source rectangle being decoded; shared by every chunk that waits for it.
struct Load {
    std::atomic<bool> done{false};
    Result<HostImage> pixels = HostImage{};
    double milliseconds = 0;
};

/// One program being compiled.
struct Compile {
    std::atomic<bool> done{false};
    Status status;
};

class Loader {
public:
    Loader(int threads, std::function<void()> notify);
    ~Loader();

    /// Starts decoding `region` (at `level`) of a source, or joins the decode of the same that is under way or still held.
    std::shared_ptr<Load> load(const SourceJob& job, const Rect& region, int level, bool data);
    std::shared_ptr<Compile> compile(std::shared_ptr<Device> device, const ProgramPtr& program);

private:
    Queue<std::function<void()>> queue_;
    std::function<void()> notify_;
    std::map<Key, std::weak_ptr<Load>> loads_;
    std::map<Key, std::weak_ptr<Compile>> compiles_;
    std::vector<std::thread> threads_;
};

/// `full` (level 0) reduced to `region` at `level` by averaging blocks of 2^level pixels; data takes one pixel of each.
HostImage reduced(const HostImage& full, const Rect& region, int level, bool data);

} // namespace tessera
