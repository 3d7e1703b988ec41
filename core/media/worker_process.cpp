#include "core/media/worker_process.h"
#include "core/media/media_error.h"
#include "core/media/program_files.h"
#include "core/media/worker_protocol.h"
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace tessera {

namespace {

constexpr int worker_socket = 3;
constexpr double start_seconds = 30; ///< for the program to be loaded from a slow disk

Result<std::string> find_program(const std::string& asked)
{
    const ProgramFile found =
        asked.empty() ? program_file("tessera-media-worker", "TESSERA_MEDIA_WORKER") : ProgramFile{asked, true};
    if (found.there && ::access(found.path.c_str(), X_OK) == 0) return found.path;
    return file_error(ErrorKind::NotFound, found.path,
                      "cannot start the decoder of images: there is no program " + found.path,
                      "build or install tessera-media-worker, or name it in TESSERA_MEDIA_WORKER");
}

/// posix_spawn's settings, released at the end of the block.
struct SpawnSettings {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    SpawnSettings(int socket)
    {
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        // the libraries' own messages; what matters comes as an answer
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, socket, worker_socket);
        posix_spawnattr_init(&attributes);
        sigset_t none, usual;
        sigemptyset(&none), sigfillset(&usual);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &usual);
        posix_spawnattr_setpgroup(&attributes, 0); // Ctrl+C in a terminal is for the application to handle
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    ~SpawnSettings()
    {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;
};

int64_t address_space(pid_t process)
{
    int64_t pages = 0;
    std::ifstream("/proc/" + std::to_string(process) + "/statm") >> pages;
    return pages * ::sysconf(_SC_PAGESIZE);
}

} // namespace

std::string WorkerEnd::text() const
{
    if (WIFSIGNALED(wait_status)) {
        const int number = WTERMSIG(wait_status);
        const char* name = ::strsignal(number);
        return "was ended by signal " + std::to_string(number) + (name ? " (" + std::string(name) + ")" : "");
    }
    return "ended with status " + std::to_string(WEXITSTATUS(wait_status));
}

Result<std::unique_ptr<Worker>> Worker::start(const std::string& asked)
{
    TESSERA_TRY(program, find_program(asked));
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return system_error(errno, "start", program);
    pid_t process = -1;
    char* arguments[] = {program.data(), nullptr};
    SpawnSettings settings(ends[1]);
    const int failed =
        ::posix_spawn(&process, program.c_str(), &settings.actions, &settings.attributes, arguments, environ);
    ::close(ends[1]);
    if (failed) {
        ::close(ends[0]);
        return system_error(failed, "start", program);
    }
    std::unique_ptr<Worker> worker(new Worker(process, ends[0]));
    bool timed_out = false;
    if (!receive_message(worker->socket_, start_seconds, timed_out)) { // its greeting: all libraries are loaded
        WorkerEnd end{timed_out};
        worker->stop(&end);
        return file_error(ErrorKind::Damaged, program,
                          "cannot start the decoder of images: " + program + " " +
                              (timed_out ? "does not answer" : end.text()),
                          "build or install tessera-media-worker again");
    }
    worker->start_size_ = address_space(process);
    return worker;
}

Worker::~Worker()
{
    stop(nullptr);
}

void Worker::stop(WorkerEnd* end)
{
    if (!std::exchange(running_, false)) return;
    int status = 0;
    // one that has ended by itself shall show its own status, so it gets a moment to do so
    constexpr int moment_us = 2000, moments = 25;
    bool ended = false;
    for (int i = 0; end && !end->timed_out && i < moments && !ended; ++i) {
        ended = ::waitpid(process_, &status, WNOHANG) == process_;
        if (!ended) ::usleep(moment_us);
    }
    if (!ended) {
        ::kill(process_, SIGKILL);
        while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
        }
    }
    ::close(socket_);
    if (end) end->wait_status = status;
}

void Worker::limit_memory(int64_t bytes)
{
    const auto limit = rlim_t(start_size_ + std::max<int64_t>(bytes, 0));
    rlimit now{};
    if (::prlimit(process_, RLIMIT_AS, nullptr, &now) != 0) return;
    const rlimit next{std::min(limit, now.rlim_max), now.rlim_max};
    ::prlimit(process_, RLIMIT_AS, &next, nullptr);
}

std::optional<std::vector<std::byte>> Worker::ask(const std::vector<std::byte>& request, int memory_fd, double seconds,
                                                  WorkerEnd& end)
{
    if (send_message(socket_, request, memory_fd)) {
        if (auto reply = receive_message(socket_, seconds, end.timed_out)) return reply;
    }
    stop(&end);
    return std::nullopt;
}

} // namespace tessera
