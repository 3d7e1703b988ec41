#include "app/viewer/viewer_thread.h"
#include "core/base/trace.h"
#include <algorithm>
#include <future>

namespace tessera {

void ViewerThread::Mailbox::post(std::function<void()> what)
{
    {
        const std::lock_guard lock(mutex);
        if (closed) return;
        work.push_back(std::move(what));
    }
    ready.notify_one();
}

ViewerThread::ViewerThread(uint64_t cache_bytes, std::function<void()> wake)
    : wake_(std::move(wake)), cache_(cache_bytes)
{
    thread_ = std::thread([this] { run(); });
}

ViewerThread::~ViewerThread()
{
    post([this] { stopping_ = true; });
    thread_.join();
    {
        const std::lock_guard lock(mail_->mutex);
        mail_->closed = true;
        mail_->work.clear();
    }
    if (engine_)
        for (const auto& [id, done] : waiting_) engine_->cancel(id);
}

double ViewerThread::seconds_now()
{
    return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

void ViewerThread::post(std::function<void()> work)
{
    mail_->post(std::move(work));
}

void ViewerThread::ask(const std::function<void()>& work)
{
    std::promise<void> done;
    post([&] {
        work();
        done.set_value();
    });
    done.get_future().wait();
}

void ViewerThread::use(Engine* engine, const std::optional<Error>& why_not)
{
    {
        const std::lock_guard lock(last_use_mutex_);
        if (engine == last_engine_ && why_not.has_value() == last_failed_) return;
        last_engine_ = engine, last_failed_ = why_not.has_value();
    }
    post([this, engine, why_not] {
        engine_ = engine;
        why_not_ = why_not;
        waiting_.clear();
        const auto told = listeners_; // they may come and go meanwhile
        for (const auto& [owner, changed] : told) changed();
    });
}

void ViewerThread::post_at(Clock::time_point when, std::function<void()> work)
{
    timers_.emplace(when, std::move(work));
}

RequestId ViewerThread::submit(Request request, std::function<void(Result<Rendered>)> done)
{
    // The id is known only after submit returns, while the answer may come before: both go through this thread's mail,
    // which is read after this function.
    auto id = std::make_shared<RequestId>(0);
    *id = engine_->submit(std::move(request), [mail = mail_, this, id](Result<Rendered> answer) {
        auto held = std::make_shared<Result<Rendered>>(std::move(answer));
        mail->post([this, id, held] {
            const auto it = waiting_.find(*id);
            if (it == waiting_.end()) return;
            auto take = std::move(it->second);
            waiting_.erase(it);
            take(std::move(*held));
        });
    });
    waiting_.emplace(*id, std::move(done));
    return *id;
}

void ViewerThread::cancel(RequestId id)
{
    if (waiting_.erase(id) && engine_) engine_->cancel(id);
}

uint32_t ViewerThread::take_channel()
{
    if (free_channels_.empty()) return ++last_channel_;
    const uint32_t channel = free_channels_.back();
    free_channels_.pop_back();
    return channel;
}

void ViewerThread::remove_idle(const void* owner)
{
    std::erase_if(idle_, [&](const auto& i) { return i.first == owner; });
}

void ViewerThread::remove_listener(const void* owner)
{
    std::erase_if(listeners_, [&](const auto& l) { return l.first == owner; });
}

void ViewerThread::defer_idle(double seconds)
{
    idle_from_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

bool ViewerThread::run_idle()
{
    for (size_t tried = 0; tried < idle_.size(); ++tried) {
        const auto step = idle_[next_idle_++ % idle_.size()].second;
        if (step()) return true;
    }
    return false;
}

std::function<void()> ViewerThread::next()
{
    std::unique_lock lock(mail_->mutex);
    for (;;) {
        if (!mail_->work.empty()) {
            auto work = std::move(mail_->work.front());
            mail_->work.pop_front();
            idle_left_ = true;
            return work;
        }
        if (!timers_.empty() && timers_.begin()->first <= Clock::now()) {
            auto work = std::move(timers_.begin()->second);
            timers_.erase(timers_.begin());
            idle_left_ = true;
            return work;
        }
        const bool deferred = idle_left_ && Clock::now() < idle_from_;
        if (idle_left_ && !deferred) {
            lock.unlock();
            idle_left_ = run_idle();
            lock.lock();
            continue;
        }
        std::optional<Clock::time_point> until;
        if (!timers_.empty()) until = timers_.begin()->first;
        if (deferred) until = until ? std::min(*until, idle_from_) : idle_from_;
        if (until)
            mail_->ready.wait_until(lock, *until);
        else
            mail_->ready.wait(lock);
    }
}

void ViewerThread::run()
{
    name_thread("viewer");
    while (!stopping_) next()();
}

} // namespace tessera
