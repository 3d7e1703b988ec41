#pragma once
// The one interface through which core asks the GPU for work; gpu/ implements it with Vulkan, tests fake it.
//
// Work is recorded in order and behaves as if run in order (the implementation places barriers by each call's reads and
// writes); nothing waits except `wait`. One thread at a time records; compile(), compiled(), finished() and wait() may be
// called from any.
#include "core/eval/program.h"

namespace tessera {

/// A point in the recorded work; later tickets compare greater.
using Ticket = uint64_t;

struct PassTime {
    uint32_t tag = 0;
    double milliseconds = 0;
    int64_t begin_ns = 0; ///< when it began, on the steady clock; 0 where the device cannot tell
};

struct DeviceCaps {
    std::string name;          ///< "NVIDIA H200", "llvmpipe (LLVM 15.0.6, 256 bits)"
    bool cpu = false;          ///< a software implementation
    uint64_t memory_bytes = 0; ///< device-local memory
    uint64_t max_image_bytes = 0; ///< largest image a pass may bind
    int max_images = 8;        ///< images a pass may read
};

class Device {
public:
    virtual ~Device() = default;
    virtual const DeviceCaps& caps() const = 0;

    /// Makes the program ready to run; blocks. An error is a kernel's own fault: message has the compiler's first line.
    virtual Status compile(const ProgramPtr& program) = 0;
    virtual bool compiled(const ProgramPtr& program) const = 0;

    /// OutOfMemory when the device or the budget has no more. Contents are undefined.
    virtual Result<BufferId> allocate(uint64_t bytes) = 0;
    /// Takes effect once all work recorded so far has finished.
    virtual void release(BufferId buffer) = 0;
    virtual uint64_t allocated_bytes() const = 0;

    /// Copies `part` of a host image into a device image (both must contain it). The pixels are taken before it returns.
    virtual Status upload(const DeviceImage& to, const HostImage& from, const Rect& part) = 0;
    /// Copies `part` between device images.
    virtual Status copy(const DeviceImage& from, const DeviceImage& to, const Rect& part) = 0;
    /// Fills `part` with zero.
    virtual Status clear(const DeviceImage& image, const Rect& part) = 0;
    /// Copies `part` to `to` (which must contain it); the pixels are there once a later ticket has finished.
    virtual Status read_back(const DeviceImage& from, const Rect& part, std::shared_ptr<HostImage> to) = 0;
    /// Runs a pass; compiles its program first when that has not been done.
    virtual Status run(const Pass& pass) = 0;

    /// Starts what has been recorded.
    virtual Result<Ticket> submit() = 0;
    /// True once nothing more is to be waited for: the ticket has finished, or the device is lost (wait() tells which).
    virtual bool finished(Ticket ticket) = 0;
    /// Blocks until the ticket has finished. DeviceLost when the device is gone.
    virtual Status wait(Ticket ticket) = 0;
    /// Times of the passes that have finished since the last call.
    virtual std::vector<PassTime> take_times() = 0;
};

} // namespace tessera
