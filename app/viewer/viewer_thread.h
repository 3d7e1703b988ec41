#pragma once
// The thread that works for all viewers: it asks the engine, packs the answers, looks frames up. What feeds, probes and
// thumbnails keep is touched by it alone; the interface's thread only leaves wishes and takes results.
#include "app/viewer/frame_cache.h"
#include "app/viewer/node_times.h"
#include "core/eval/engine.h"
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace tessera {

class ViewerThread {
public:
    using Clock = std::chrono::steady_clock;

    ViewerThread(uint64_t cache_bytes, std::function<void()> wake);
    ~ViewerThread(); ///< cancels what the engine still has to do
    ViewerThread(const ViewerThread&) = delete;
    ViewerThread& operator=(const ViewerThread&) = delete;

    // ---- any thread
    /// Runs `work` on the thread, in order.
    void post(std::function<void()> work);
    /// Runs `work` and waits for it.
    void ask(const std::function<void()>& work);
    /// Tells the interface that there is something to take.
    void wake() const
    {
        if (wake_) wake_();
    }
    void use(Engine* engine, const std::optional<Error>& why_not);
    FrameCache& cache() { return cache_; }
    NodeTimes& times() { return times_; }
    static double seconds_now();

    // ---- the thread itself
    Engine* engine() const { return engine_; }
    /// Why there is no engine, once that is known.
    const std::optional<Error>& why_not() const { return why_not_; }
    void post_at(Clock::time_point when, std::function<void()> work);
    /// Submits; `done` runs on this thread. After cancel(id) it runs no more.
    RequestId submit(Request request, std::function<void(Result<Rendered>)> done);
    void cancel(RequestId id);
    /// A number for Request::channel that nobody else has; given back by the next call.
    uint32_t take_channel();
    void give_channel(uint32_t channel) { free_channels_.push_back(channel); }
    /// Something to do in small pieces when nothing else is: `step` returns false when there is nothing more for now,
    /// and is asked again after the next work of any kind. `owner` takes it out again.
    void add_idle(const void* owner, std::function<bool()> step) { idle_.emplace_back(owner, std::move(step)); }
    void remove_idle(const void* owner);
    /// Nothing idle is done for so long: the engine is wanted for something that moves.
    void defer_idle(double seconds);
    /// Called when an engine has come or gone.
    void add_listener(const void* owner, std::function<void()> changed)
    {
        listeners_.emplace_back(owner, std::move(changed));
    }
    void remove_listener(const void* owner);

private:
    struct Mailbox {
        std::mutex mutex;
        std::condition_variable ready;
        std::deque<std::function<void()>> work;
        bool closed = false;
        void post(std::function<void()> what);
    };
    void run();
    bool run_idle();
    std::function<void()> next();

    std::shared_ptr<Mailbox> mail_ = std::make_shared<Mailbox>(); ///< the engine's late answers find it closed
    std::function<void()> wake_;
    FrameCache cache_;
    NodeTimes times_;
    Engine* engine_ = nullptr;
    std::optional<Error> why_not_;
    std::multimap<Clock::time_point, std::function<void()>> timers_;
    std::map<RequestId, std::function<void(Result<Rendered>)>> waiting_;
    std::vector<uint32_t> free_channels_;
    uint32_t last_channel_ = 100; ///< below: others'
    std::vector<std::pair<const void*, std::function<bool()>>> idle_;
    std::vector<std::pair<const void*, std::function<void()>>> listeners_;
    bool stopping_ = false, idle_left_ = false;
    size_t next_idle_ = 0;
    Clock::time_point idle_from_{};
    std::mutex last_use_mutex_; ///< guards what use() compares with
    Engine* last_engine_ = nullptr;
    bool last_failed_ = false;
    std::thread thread_;
};

} // namespace tessera
