// tessera-media-worker: decodes images for the application, one at a time, over the socket it is given as descriptor 3.
// Not for use by hand. It ends when the application closes its end of the socket or dies: a thread of its own waits for
// that, since a decoder may be stuck. (prctl's PR_SET_PDEATHSIG would also fire when only the thread that started this
// process ends, so it is not used.)
#include "core/media_oiio/worker_decode.h"
#include "core/media/worker_protocol.h"
#include <cerrno>
#include <cstdio>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace {

constexpr int socket_fd = 3;

void end_with_application()
{
    pollfd p{socket_fd, POLLRDHUP, 0};
    while (::poll(&p, 1, -1) < 0 && errno == EINTR) {
    }
    ::_exit(0);
}

} // namespace

int main()
{
    int type = 0;
    socklen_t size = sizeof type;
    if (::getsockopt(socket_fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0) {
        std::fputs("tessera-media-worker is started by tessera, not by hand.\n", stderr);
        return 2;
    }
    ::close_range(socket_fd + 1, ~0u, 0);
    const rlimit no_core{0, 0}; // a decoder that aborts is an ordinary event here
    ::setrlimit(RLIMIT_CORE, &no_core);
    std::thread(end_with_application).detach();
    tessera::prepare_decoder();
    if (!tessera::send_message(socket_fd, {})) return 1;
    for (;;) {
        bool timed_out = false;
        int memory_fd = -1;
        const auto request = tessera::receive_message(socket_fd, -1, timed_out, &memory_fd);
        if (!request) return 0;
        const auto reply = tessera::answer(*request, memory_fd);
        if (memory_fd >= 0) ::close(memory_fd);
        if (!tessera::send_message(socket_fd, reply)) return 0;
    }
}
