#include "tests/ui/display.h"
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <set>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tessera::tests {

namespace {

constexpr int start_milliseconds = 20000;

/// The child's part: becomes Xvfb, which writes its number to `report`.
[[noreturn]] void become_server(const std::string& folder, int report)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, 0), dup2(nowhere, 1), dup2(nowhere, 2);
    const std::string fd = std::to_string(report);
    const std::string screen = std::to_string(Display::width) + "x" + std::to_string(Display::height) + "x24";
    execlp("Xvfb", "Xvfb", "-displayfd", fd.c_str(), "-screen", "0", screen.c_str(), "-fbdir", folder.c_str(), "-dpi", "96",
           "-nolisten", "tcp", "-noreset", "-nocursor", static_cast<char*>(nullptr));
    _exit(127);
}

/// True when a server listens at the number.
bool answers(int number)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = "/tmp/.X11-unix/X" + std::to_string(number);
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const int end = socket(AF_UNIX, SOCK_STREAM, 0);
    const bool connected = end >= 0 && connect(end, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    if (end >= 0) close(end);
    return connected;
}

} // namespace

double now()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Display::Display()
{
    std::string name = (std::filesystem::temp_directory_path() / "tessera_display_XXXXXX").string();
    folder_ = mkdtemp(name.data());
    // Another server may take the same number in the same moment; the one that lost goes away again.
    constexpr int tries = 5;
    for (int i = 0; i < tries && number_.empty(); ++i) start();
    if (number_.empty()) problem_ = "Xvfb did not start; install xvfb (scripts/setup does), which the tests of the interface need";
}

void Display::start()
{
    int ends[2];
    if (pipe(ends) != 0) return;
    server_ = fork();
    if (server_ == 0) {
        close(ends[0]);
        become_server(folder_.string(), ends[1]);
    }
    close(ends[1]);
    // The number, and a new line after it.
    std::string text;
    pollfd ready{ends[0], POLLIN, 0};
    char c = 0;
    while (text.find('\n') == std::string::npos && poll(&ready, 1, start_milliseconds) == 1 && read(ends[0], &c, 1) == 1) text += c;
    close(ends[0]);
    if (text.size() > 1 && answers(std::atoi(text.c_str()))) {
        number_ = ":" + std::to_string(std::atoi(text.c_str()));
        return;
    }
    kill(server_, SIGTERM);
    waitpid(server_, nullptr, 0);
    server_ = -1;
}

Display::~Display()
{
    if (server_ > 0) {
        kill(server_, SIGTERM);
        waitpid(server_, nullptr, 0);
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

Screenshot Display::screenshot() const
{
    std::ifstream file(folder_ / "Xvfb_screen0", std::ios::binary);
    // The X window dump: 25 big-endian numbers, a name, a colour map, the rows.
    uint32_t head[25] = {};
    file.read(reinterpret_cast<char*>(head), sizeof head);
    for (uint32_t& n : head) n = __builtin_bswap32(n);
    Screenshot s;
    if (!file || head[1] != 7 || head[11] != 32) return s;
    const uint32_t row_bytes = head[12], colours = head[19];
    s.width = int(head[4]), s.height = int(head[5]);
    s.pixels.resize(size_t(s.width) * size_t(s.height));
    std::vector<uint32_t> row(row_bytes / 4);
    file.seekg(std::streamoff(head[0] + colours * 12));
    for (int y = 0; y < s.height; ++y) {
        file.read(reinterpret_cast<char*>(row.data()), row_bytes);
        for (int x = 0; x < s.width; ++x) s.pixels[size_t(y) * size_t(s.width) + size_t(x)] = row[size_t(x)] & 0xFFFFFF;
    }
    return s;
}

size_t Screenshot::colours(int x0, int y0, int x1, int y1) const
{
    std::set<uint32_t> seen;
    for (int y = y0; y < y1; ++y)
        for (int x = x0; x < x1; ++x) seen.insert(at(x, y));
    return seen.size();
}

std::vector<double> Screenshot::mean(int x0, int y0, int x1, int y1) const
{
    std::vector<double> sum(3);
    for (int y = y0; y < y1; ++y)
        for (int x = x0; x < x1; ++x)
            for (int c = 0; c < 3; ++c) sum[size_t(c)] += double((at(x, y) >> (16 - 8 * c)) & 255);
    const double count = std::max(1.0, double(x1 - x0) * double(y1 - y0));
    for (double& v : sum) v /= count;
    return sum;
}

Display& shared_display()
{
    static Display display;
    if (display.number().empty()) {
        FAIL(display.problem());
    }
    setenv("DISPLAY", display.number().c_str(), 1);
    return display;
}

} // namespace tessera::tests
