#include "tests/cli/program.h"
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <pty.h>
#include <sstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tessera::tests {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

[[noreturn]] void become(const std::vector<std::string>& arguments, const RunOptions& options)
{
    if (!options.folder.empty() && ::chdir(options.folder.c_str()) != 0) _exit(126);
    for (const std::string& variable : options.environment) {
        const size_t equals = variable.find('=');
        ::setenv(variable.substr(0, equals).c_str(), variable.substr(equals + 1).c_str(), 1);
    }
    if (options.largest_file) {
        const rlimit limit{options.largest_file, options.largest_file};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        ::signal(SIGXFSZ, SIG_IGN);
    }
    const std::string program = std::string(TESSERA_BINARY) + "/tessera";
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    ::execv(program.c_str(), argv.data());
    _exit(127);
}

/// Reads what is there; false at the end.
bool drain(int fd, std::string& text)
{
    char buffer[65536];
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n > 0) text.append(buffer, size_t(n));
    return n > 0;
}

} // namespace

Outcome tessera_program(const std::vector<std::string>& arguments, const RunOptions& options)
{
    int out[2] = {-1, -1}, err[2] = {-1, -1};
    REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
    REQUIRE(::pipe2(err, O_CLOEXEC) == 0);
    int terminal = -1;
    winsize size{};
    size.ws_col = 100, size.ws_row = 30;
    auto start = Clock::now();
    const pid_t child = options.terminal ? ::forkpty(&terminal, nullptr, nullptr, &size) : ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (!options.terminal) {
            ::dup2(out[1], STDOUT_FILENO);
            ::dup2(err[1], STDERR_FILENO);
        }
        become(arguments, options);
    }
    ::close(out[1]);
    ::close(err[1]);
    if (options.terminal) ::close(out[0]), out[0] = terminal;

    Outcome outcome;
    pollfd waiting[2] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
    bool interrupted = false;
    while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
        ::poll(waiting, 2, -1);
        for (int i = 0; i < 2; ++i)
            if (waiting[i].revents && !drain(waiting[i].fd, i == 0 ? outcome.out : outcome.err)) waiting[i].fd = -1;
        if (!options.interrupt_after.empty() && !interrupted &&
            outcome.out.find(options.interrupt_after) != std::string::npos) {
            interrupted = true;
            start = Clock::now();
            ::kill(child, SIGINT);
        }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    outcome.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    ::close(out[0]);
    ::close(err[0]);
    return outcome;
}

TemporaryFolder::TemporaryFolder()
{
    path_ = (fs::temp_directory_path() / "tessera-test-cli-XXXXXX").string();
    REQUIRE(::mkdtemp(path_.data()) != nullptr);
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

std::vector<std::string> TemporaryFolder::files() const
{
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(path_))
        if (!entry.is_directory()) names.push_back(fs::relative(entry.path(), path_).string());
    std::sort(names.begin(), names.end());
    return names;
}

std::string file_text(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    REQUIRE_MESSAGE(file.good(), path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

void write_text(const std::string& path, const std::string& text)
{
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    REQUIRE_MESSAGE(file.good(), path);
}

std::string project_text(const std::string& more)
{
    return R"({"schema": 2,
"settings": {"name": "test", "format": {"width": 64, "height": 36, "pixel_aspect": 1}, "first_frame": 1, "last_frame": 6},
"root": 1, "next_node": 100, "next_graph": 10,
"graphs": [{"id": 1, "nodes": [
{"id": 1, "name": "CheckerBoard1", "op": "checkerboard", "version": 1},
{"id": 2, "name": "Grade1", "op": "grade", "version": 1, "inputs": {"in": 1},
 "params": {"multiply": [{"expression": "frame / 10"}, 1, 1, 1]}})" +
           (more.empty() ? "" : ",\n" + more) + "]}]}\n";
}

std::string exr_writer()
{
    return R"({"id": 3, "name": "Write1", "op": "write", "version": 1, "inputs": {"in": 2},
 "params": {"file": "out/a.####.exr", "create_directories": true}})";
}

} // namespace tessera::tests
