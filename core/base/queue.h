#pragma once
// The two places where threads meet: a queue of work with many producers, and a mailbox that keeps only the latest item.
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace tessera {

/// First in, first out; pop blocks until an item or close. Items still queued at close are delivered first.
template <class T> class Queue {
public:
    void push(T item)
    {
        {
            std::lock_guard lock(mutex_);
            items_.push_back(std::move(item));
        }
        ready_.notify_one();
    }
    /// The next item; nothing once the queue is closed and empty.
    std::optional<T> pop()
    {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [&] { return closed_ || !items_.empty(); });
        return take();
    }
    std::optional<T> try_pop()
    {
        std::lock_guard lock(mutex_);
        return take();
    }
    void close()
    {
        {
            std::lock_guard lock(mutex_);
            closed_ = true;
        }
        ready_.notify_all();
    }
    size_t size() const
    {
        std::lock_guard lock(mutex_);
        return items_.size();
    }

private:
    std::optional<T> take()
    {
        if (items_.empty()) return std::nullopt;
        std::optional<T> item(std::move(items_.front()));
        items_.pop_front();
        return item;
    }
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<T> items_;
    bool closed_ = false;
};

} // namespace tessera
