#include "app/editor/workers.h"
#include "app/shell/window.h"
#include "core/base/trace.h"

namespace tessera {

Workers::Workers(int threads)
{
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

Workers::~Workers()
{
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
        waiting_.clear();
    }
    changed_.notify_all();
    for (std::thread& t : threads_) t.join();
}

void Workers::run(std::function<void()> work)
{
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(work));
    }
    changed_.notify_one();
}

void Workers::post(std::function<void()> what)
{
    {
        const std::lock_guard lock(mutex_);
        posted_.push_back(std::move(what));
    }
    Window::wake();
}

void Workers::deliver()
{
    std::vector<std::function<void()>> now;
    {
        const std::lock_guard lock(mutex_);
        now.swap(posted_);
    }
    for (auto& what : now) what();
}

void Workers::work()
{
    name_thread("worker");
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [&] { return stop_ || !waiting_.empty(); });
        if (stop_) return;
        auto next = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        next();
        next = nullptr;
        lock.lock();
    }
}

} // namespace tessera
