#pragma once
// Waits for the device on a thread of its own, so that the engine's thread can sleep until either mail comes or the device
// has finished; looking at the device every so often instead cost a twentieth of a core (internal to core/eval).
#include "core/base/queue.h"
#include "core/base/trace.h"
#include "core/eval/device.h"
#include <functional>
#include <thread>

namespace tessera {

class DeviceWatch {
public:
    /// `notify` is called on the watch's thread.
    explicit DeviceWatch(std::function<void()> notify)
        : notify_(std::move(notify)), thread_([this] {
              name_thread("device watch");
              while (auto awaited = queue_.pop()) {
                  // A lost device is for the engine to find out about: it asks for the same ticket.
                  (void)awaited->device->wait(awaited->ticket);
                  awaited->device.reset();
                  notify_();
              }
          })
    {
    }
    /// Waits for what is still being watched.
    ~DeviceWatch()
    {
        queue_.close();
        thread_.join();
    }
    /// Notifies once the ticket has finished, or the device is lost.
    void watch(std::shared_ptr<Device> device, Ticket ticket) { queue_.push({std::move(device), ticket}); }

private:
    struct Awaited {
        std::shared_ptr<Device> device;
        Ticket ticket = 0;
    };
    Queue<Awaited> queue_;
    std::function<void()> notify_;
    std::thread thread_;
};

} // namespace tessera
