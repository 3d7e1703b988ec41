#pragma once
// Ctrl+C as a value to look at.

namespace tessera {

/// While one exists, SIGINT and SIGTERM set a flag instead of ending the process. A second signal ends it at once.
class InterruptGuard {
public:
    InterruptGuard();
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;
};

/// A signal has come since the guard was made.
bool interrupted();

/// What a shell gives for a program stopped by Ctrl+C.
inline constexpr int interrupted_status = 130;

} // namespace tessera
