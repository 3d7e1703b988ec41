#pragma once
// Work that must not hold up a frame: it runs on a few threads, and what it brings back is delivered between frames.
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace tessera {

class Workers {
public:
    explicit Workers(int threads = 2);
    ~Workers(); ///< finishes what has begun, forgets what has not
    Workers(const Workers&) = delete;

    /// Runs `work` on a thread. Any thread.
    void run(std::function<void()> work);
    /// Runs `work` on a thread and hands its value (which `done` may take as `auto&`) to `done` on the interface's thread.
    template <class W, class D> void run(W work, D done)
    {
        run([this, work = std::move(work), done = std::move(done)]() mutable {
            auto value = std::make_shared<decltype(work())>(work());
            post([value, done = std::move(done)]() mutable { done(*value); });
        });
    }
    /// Runs `what` on the interface's thread before its next frame, and wakes it. Any thread.
    void post(std::function<void()> what);
    /// Runs what has been posted. The interface's thread, each frame.
    void deliver();

private:
    void work();
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> waiting_;
    std::vector<std::function<void()>> posted_;
    std::vector<std::thread> threads_;
    bool stop_ = false;
};

} // namespace tessera
