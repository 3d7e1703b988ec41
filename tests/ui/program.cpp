#include "tests/ui/program.h"
#include <csignal>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <sstream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace tessera::tests {

namespace {

constexpr auto look_again = std::chrono::milliseconds(5);

uint64_t& action_count()
{
    struct Count {
        uint64_t count = 0;
        ~Count() { std::cout << "ui actions from outside: " << count << std::endl; }
    };
    static Count c;
    return c.count;
}

/// Starts a program with standard output and error going to `output`; -1 when it cannot.
pid_t start(const std::vector<std::string>& arguments, const std::vector<std::string>& environment, int output)
{
    const pid_t child = fork();
    if (child != 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(open("/dev/null", O_RDONLY), 0);
    dup2(output, 1), dup2(output, 2);
    for (const std::string& e : environment) {
        const size_t equals = e.find('=');
        if (equals + 1 == e.size()) unsetenv(e.substr(0, equals).c_str());
        else setenv(e.substr(0, equals).c_str(), e.c_str() + equals + 1, 1);
    }
    std::vector<char*> list;
    for (const std::string& a : arguments) list.push_back(const_cast<char*>(a.c_str()));
    list.push_back(nullptr);
    execvp(list[0], list.data());
    _exit(127);
}

int status_of(int wait_status)
{
    return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

std::string text_of(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::stringstream all;
    all << file.rdbuf();
    return all.str();
}

} // namespace

Ran run_program(const std::vector<std::string>& arguments, const std::vector<std::string>& environment)
{
    std::string name = (std::filesystem::temp_directory_path() / "tessera_out_XXXXXX").string();
    const int file = mkstemp(name.data());
    Ran ran;
    const pid_t child = start(arguments, environment, file);
    int wait_status = 0;
    waitpid(child, &wait_status, 0);
    ran.status = status_of(wait_status);
    close(file);
    ran.output = text_of(name);
    std::filesystem::remove(name);
    return ran;
}

Program::Program(const ProgramOptions& options)
{
    std::filesystem::create_directories(options.home);
    report_ = options.home / "report.jsonl", error_file_ = options.home / "errors.txt";
    std::filesystem::remove(report_);
    std::vector<std::string> arguments{TESSERA_BINARY "/tessera-editor", "--validation", "--size",
                                       std::to_string(options.width) + "x" + std::to_string(options.height)};
    arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
    const std::string home = options.home.string();
    const std::vector<std::string> environment{"DISPLAY=" + shared_display().number(), "HOME=" + home,
        "XDG_CONFIG_HOME=" + home + "/config", "XDG_STATE_HOME=" + home + "/state", "XDG_CACHE_HOME=" + home + "/cache",
        "TESSERA_UI_REPORT=" + report_.string()};
    const int errors = open(error_file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const double began = now();
    process_ = start(arguments, environment, errors);
    close(errors);
    if (!wait([](const nlohmann::json& s) { return s.contains("frame"); })) FAIL("no window: " << this->errors());
    to_window_ = now() - began;
    // There is no window manager here: the pointer over the window gives it the keys.
    move(options.width / 2, options.height - 8);
}

Program::~Program()
{
    if (running()) kill_hard();
}

void Program::read()
{
    std::ifstream file(report_, std::ios::binary);
    file.seekg(read_to_);
    for (std::string line; std::getline(file, line) && !file.eof();) {
        read_to_ += std::streamoff(line.size()) + 1;
        auto state = nlohmann::json::parse(line, nullptr, false);
        if (state.is_discarded()) continue;
        state_ = std::move(state);
        worst_ = std::max(worst_, state_.value("worst_ms", 0.0));
        const std::string message = state_.value("validation", "");
        if (!message.empty()) FAIL(message);
    }
}

bool Program::running()
{
    if (process_ <= 0) return false;
    int wait_status = 0;
    if (waitpid(process_, &wait_status, WNOHANG) == 0) return true;
    status_ = status_of(wait_status);
    process_ = -1;
    return false;
}

bool Program::wait(const std::function<bool(const nlohmann::json&)>& condition, double seconds)
{
    for (const double end = now() + seconds; now() < end;) {
        if (condition(state())) return true;
        if (!running()) return condition(state());
        std::this_thread::sleep_for(look_again);
    }
    return condition(state());
}

void Program::kill_hard()
{
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    int wait_status = 0;
    waitpid(process_, &wait_status, 0);
    status_ = status_of(wait_status);
    process_ = -1;
}

int Program::ended(double seconds)
{
    for (const double end = now() + seconds; running() && now() < end;) std::this_thread::sleep_for(look_again);
    return running() ? -1 : status_;
}

void Program::xdotool(std::vector<std::string> arguments, uint64_t inputs)
{
    const uint64_t before = state().value("inputs", uint64_t(0));
    arguments.insert(arguments.begin(), "xdotool");
    const Ran ran = run_program(arguments, {"DISPLAY=" + shared_display().number()});
    REQUIRE_MESSAGE(ran.status == 0, "xdotool (of the package xdotool): " << ran.output);
    if (!inputs) return;
    const bool taken = wait([&](const nlohmann::json& s) { return s.value("inputs", uint64_t(0)) >= before + inputs; });
    CHECK_MESSAGE((taken || !running()), arguments.back());
}

void Program::key(const std::string& name)
{
    ++action_count();
    uint64_t keys = 1; // modifiers are told as keys of their own by X, and have no name to the program
    xdotool({"key", name}, keys);
}

void Program::type(const std::string& text)
{
    ++action_count();
    xdotool({"type", "--delay", "4", text}, text.size());
}

void Program::move(int x, int y)
{
    xdotool({"mousemove", "--sync", std::to_string(x), std::to_string(y)}, 0);
}

void Program::click(int x, int y, int button)
{
    ++action_count();
    xdotool({"mousemove", std::to_string(x), std::to_string(y), "sleep", "0.05", "click", std::to_string(button)}, 1);
}

void Program::drag(int x0, int y0, int x1, int y1)
{
    ++action_count();
    std::vector<std::string> steps{"mousemove", std::to_string(x0), std::to_string(y0), "sleep", "0.05", "mousedown", "1"};
    constexpr int moves = 12;
    for (int i = 1; i <= moves; ++i)
        steps.insert(steps.end(), {"mousemove", std::to_string(x0 + (x1 - x0) * i / moves),
                                   std::to_string(y0 + (y1 - y0) * i / moves), "sleep", "0.02"});
    steps.insert(steps.end(), {"mouseup", "1"});
    xdotool(steps, 1);
}

uint64_t Program::memory() const
{
    std::ifstream file("/proc/" + std::to_string(process_) + "/statm");
    uint64_t size = 0, resident = 0;
    file >> size >> resident;
    return resident * uint64_t(sysconf(_SC_PAGESIZE));
}

std::string Program::errors() const
{
    return text_of(error_file_);
}

uint64_t Program::actions()
{
    return action_count();
}

} // namespace tessera::tests
