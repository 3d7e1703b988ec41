#pragma once
// Ctrl+C as a value to look at, and a promise that the program ends within a second of it.
#include <string>

namespace tessera {

/// While one exists, SIGINT and SIGTERM set a flag instead of ending the process, and a thread watches it: whatever
/// still runs 0.9 seconds later (a device in a long pass, a decoder) is left to the system, half files are removed, and
/// the process ends with `interrupted_status`. A second signal ends it at once.
class InterruptGuard {
public:
    InterruptGuard();
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;
};

/// For a render that another program has started: it gives way to what the user works with (a lower priority), and stops
/// in order, as if interrupted, when that program ends.
void work_in_background();

/// A signal has come since the guard was made.
bool interrupted();

/// While one exists, the temporary name under which core/media writes `path` is removed should the process be ended.
class FileInProgress {
public:
    explicit FileInProgress(const std::string& path);
    ~FileInProgress();
    FileInProgress(const FileInProgress&) = delete;
    FileInProgress& operator=(const FileInProgress&) = delete;

private:
    std::string temporary_;
};

/// What a shell gives for a program stopped by Ctrl+C.
inline constexpr int interrupted_status = 130;

} // namespace tessera
