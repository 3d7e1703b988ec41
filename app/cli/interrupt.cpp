#include "app/cli/interrupt.h"
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <mutex>
#include <set>
#include <sys/prctl.h>
#include <thread>
#include <unistd.h>

namespace tessera {
namespace {

constexpr std::chrono::milliseconds look_every{50};
constexpr std::chrono::milliseconds patience{900};
constexpr int background_niceness = 10;

std::atomic<int> signals = 0;
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may touch lock-free atomics alone");
struct sigaction old_interrupt, old_terminate;

std::mutex files_mutex;
std::multiset<std::string> files_in_progress;

extern "C" void on_signal(int)
{
    if (signals.fetch_add(1) > 0) _exit(interrupted_status);
}

/// Waits for a signal and then for the process to end by itself.
class Watcher {
public:
    void start()
    {
        stopping_ = false;
        thread_ = std::thread([this] { watch(); });
    }
    void stop()
    {
        {
            std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }

private:
    void watch()
    {
        std::unique_lock lock(mutex_);
        const auto stop = [this] { return stopping_; };
        while (signals == 0)
            if (changed_.wait_for(lock, look_every, stop)) return;
        if (changed_.wait_for(lock, patience, stop)) return;
        std::lock_guard files(files_mutex);
        for (const std::string& file : files_in_progress) ::unlink(file.c_str());
        _exit(interrupted_status);
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::thread thread_;
};

Watcher watcher;

} // namespace

InterruptGuard::InterruptGuard()
{
    signals = 0;
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigaction(SIGINT, &action, &old_interrupt);
    sigaction(SIGTERM, &action, &old_terminate);
    watcher.start();
}

InterruptGuard::~InterruptGuard()
{
    watcher.stop();
    sigaction(SIGINT, &old_interrupt, nullptr);
    sigaction(SIGTERM, &old_terminate, nullptr);
}

void work_in_background()
{
    // What fails here changes how pleasant the render is for others, not what it makes.
    (void)!::nice(background_niceness);
    (void)::prctl(PR_SET_PDEATHSIG, SIGINT);
    ::signal(SIGPIPE, SIG_IGN); // who read the events has gone: files are still finished or removed
}

bool interrupted()
{
    return signals > 0;
}

FileInProgress::FileInProgress(const std::string& path)
{
    // As core/media/atomic_file.h says it names them.
    const std::filesystem::path target(path);
    temporary_ =
        (target.parent_path() / ("." + target.filename().string() + ".partial-" + std::to_string(::getpid()))).string();
    std::lock_guard lock(files_mutex);
    files_in_progress.insert(temporary_);
}

FileInProgress::~FileInProgress()
{
    std::lock_guard lock(files_mutex);
    files_in_progress.erase(files_in_progress.find(temporary_));
}

} // namespace tessera
