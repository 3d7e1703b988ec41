#pragma once
// What is being worked on for the user, for the status line: each with a name, how far it is, and how to stop it.
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tessera {

/// One piece of work. Its worker writes, the interface reads; any thread.
class Task {
public:
    explicit Task(std::string name, bool can_cancel = true) : name_(std::move(name)), can_cancel_(can_cancel) {}
    const std::string& name() const { return name_; }
    bool can_cancel() const { return can_cancel_; }
    void set_progress(double share) { progress_ = share; } ///< 0 to 1; negative: not known
    double progress() const { return progress_; }
    void cancel() { cancelled_ = true; }
    bool cancelled() const { return cancelled_; }
    void finish() { finished_ = true; }
    bool finished() const { return finished_; }

private:
    const std::string name_;
    const bool can_cancel_;
    std::atomic<double> progress_{-1};
    std::atomic<bool> cancelled_{false}, finished_{false};
};

/// The tasks there are; those finished (or let go by their worker) are forgotten.
class Tasks {
public:
    std::shared_ptr<Task> begin(std::string name, bool can_cancel = true)
    {
        auto task = std::make_shared<Task>(std::move(name), can_cancel);
        const std::lock_guard lock(mutex_);
        tasks_.push_back(task);
        return task;
    }
    std::vector<std::shared_ptr<Task>> running()
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(tasks_, [](const auto& t) { return t->finished() || t.use_count() == 1; });
        return tasks_;
    }

private:
    std::mutex mutex_;
    std::vector<std::shared_ptr<Task>> tasks_;
};

} // namespace tessera
