#include "app/cli/interrupt.h"
#include <atomic>
#include <csignal>
#include <unistd.h>

namespace tessera {
namespace {

std::atomic<int> signals = 0;
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may touch lock-free atomics alone");
struct sigaction old_interrupt, old_terminate;

extern "C" void on_signal(int)
{
    if (signals.fetch_add(1) > 0) _exit(interrupted_status);
}

} // namespace

InterruptGuard::InterruptGuard()
{
    signals = 0;
    struct sigaction action{};
    action.sa_handler = on_signal;
    sigaction(SIGINT, &action, &old_interrupt);
    sigaction(SIGTERM, &action, &old_terminate);
}

InterruptGuard::~InterruptGuard()
{
    sigaction(SIGINT, &old_interrupt, nullptr);
    sigaction(SIGTERM, &old_terminate, nullptr);
}

bool interrupted()
{
    return signals > 0;
}

} // namespace tessera
