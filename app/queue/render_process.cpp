#include "app/queue/render_process.h"
#include "core/base/text.h"
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tessera {

namespace fs = std::filesystem;

namespace {

constexpr size_t longest_line = 1 << 20;

bool runs(const fs::path& program)
{
    std::error_code none;
    return fs::is_regular_file(program, none) && ::access(program.c_str(), X_OK) == 0;
}

std::vector<fs::path> places()
{
    std::vector<fs::path> found;
    std::error_code none;
    const fs::path own = fs::read_symlink("/proc/self/exe", none).parent_path();
    for (const char* place : {".", "../bin", "../../bin", ".."}) found.push_back((own / place / "tessera").lexically_normal());
    const char* path = std::getenv("PATH");
    std::string rest = path ? path : "";
    while (!rest.empty()) {
        const size_t colon = rest.find(':');
        if (const std::string folder = rest.substr(0, colon); !folder.empty()) found.push_back(fs::path(folder) / "tessera");
        rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
    }
    return found;
}

/// posix_spawn's settings, released at the end of the block.
struct SpawnSettings {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    SpawnSettings(int out, int err)
    {
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
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

Error cannot_start(const std::string& program, int code)
{
    return {.kind = ErrorKind::Permission,
            .message = "cannot start " + program + ": " + std::strerror(code),
            .remedy = "install tessera again, or name the program in TESSERA_PROGRAM",
            .file = program};
}

/// Every byte that is no ASCII becomes '?' where the text is not UTF-8.
std::string readable(std::string text)
{
    if (valid_utf8(text)) return text;
    for (char& c : text)
        if (static_cast<unsigned char>(c) >= 0x80) c = '?';
    return text;
}

} // namespace

Result<std::string> find_render_program()
{
    if (const char* named = std::getenv("TESSERA_PROGRAM"); named && *named) {
        if (runs(named)) return std::string(named);
        return Error{.kind = ErrorKind::NotFound,
                     .message = std::string("TESSERA_PROGRAM names ") + named + ", which is no program",
                     .remedy = "correct the variable, or unset it",
                     .file = named};
    }
    for (const fs::path& place : places())
        if (runs(place)) return place.string();
    return Error{ErrorKind::NotFound, "the program tessera, which renders, is neither beside this one nor in PATH",
                 "install it, or name it in TESSERA_PROGRAM"};
}

Result<std::unique_ptr<RenderProcess>> RenderProcess::start(const std::string& program,
                                                            const std::vector<std::string>& arguments)
{
    int out[2], err[2];
    if (::pipe2(out, O_CLOEXEC) != 0) return cannot_start(program, errno);
    if (::pipe2(err, O_CLOEXEC) != 0) {
        const int code = errno;
        ::close(out[0]), ::close(out[1]);
        return cannot_start(program, code);
    }
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    const SpawnSettings settings(out[1], err[1]);
    pid_t process = -1;
    const int failed = ::posix_spawn(&process, program.c_str(), &settings.actions, &settings.attributes, argv.data(), environ);
    ::close(out[1]), ::close(err[1]);
    if (failed) {
        ::close(out[0]), ::close(err[0]);
        return cannot_start(program, failed);
    }
    for (const int fd : {out[0], err[0]}) ::fcntl(fd, F_SETFL, O_NONBLOCK);
    return std::unique_ptr<RenderProcess>(new RenderProcess(process, out[0], err[0]));
}

RenderProcess::~RenderProcess()
{
    if (!end_) {
        kill();
        int status = 0;
        while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
        }
    }
    for (Pipe& pipe : pipes_)
        if (pipe.fd >= 0) ::close(pipe.fd);
}

void RenderProcess::read_from(Pipe& pipe, bool error, std::vector<Line>& lines)
{
    char buffer[65536];
    while (pipe.fd >= 0) {
        const ssize_t n = ::read(pipe.fd, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) {
            ::close(pipe.fd);
            pipe.fd = -1;
            if (!pipe.rest.empty() && !pipe.cutting) lines.push_back({readable(std::move(pipe.rest)), error});
            pipe.rest.clear();
            return;
        }
        for (ssize_t i = 0; i < n; ++i) {
            if (buffer[i] == '\n') {
                if (!pipe.cutting) lines.push_back({readable(std::move(pipe.rest)), error});
                pipe.rest.clear();
                pipe.cutting = false;
            } else if (!pipe.cutting) {
                pipe.rest += buffer[i];
                if (pipe.rest.size() < longest_line) continue;
                lines.push_back({readable(std::move(pipe.rest)), error});
                pipe.rest.clear();
                pipe.cutting = true;
            }
        }
    }
}

std::vector<RenderProcess::Line> RenderProcess::read_lines()
{
    std::vector<Line> lines;
    read_from(pipes_[0], false, lines);
    read_from(pipes_[1], true, lines);
    return lines;
}

std::optional<ProcessEnd> RenderProcess::ended()
{
    int status = 0;
    if (!end_ && ::waitpid(process_, &status, WNOHANG) == process_)
        end_ = WIFSIGNALED(status) ? ProcessEnd{true, WTERMSIG(status)} : ProcessEnd{false, WEXITSTATUS(status)};
    return end_;
}

void RenderProcess::pause()
{
    // Only the program itself: its decoders finish what they read and then have nothing to do, so that no read has run
    // out of time when it goes on.
    if (!end_) ::kill(process_, SIGSTOP);
}

void RenderProcess::go_on()
{
    if (!end_) ::kill(process_, SIGCONT);
}

void RenderProcess::interrupt()
{
    if (end_) return;
    ::kill(process_, SIGINT);
    ::kill(process_, SIGCONT);
}

void RenderProcess::kill()
{
    if (!end_) ::kill(process_, SIGKILL);
}

void remove_partial_files(const std::string& file, pid_t process)
{
    const std::string ending = ".partial-" + std::to_string(process);
    std::error_code error;
    for (fs::directory_iterator it(fs::path(file).parent_path(), error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename().string();
        std::error_code ignored; // one that cannot be removed harms nobody: its name says what it is
        if (name.starts_with('.') && name.ends_with(ending)) fs::remove(it->path(), ignored);
    }
}

} // namespace tessera
