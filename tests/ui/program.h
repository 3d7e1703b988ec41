#pragma once
// The real application on a display of its own, driven by real key and mouse events (xdotool), as a user's are. It tells
// what it has done with them in its report (app/editor/ui_report.h), so that nothing here waits for a time.
#include "tests/ui/display.h"
#include <functional>
#include <nlohmann/json.hpp>

namespace tessera::tests {

/// What a program wrote and how it ended.
struct Ran {
    int status = -1; ///< 128 + signal when a signal ended it
    std::string output;
};
/// Runs a program (its path or name, then its arguments) and waits for it; `environment`: NAME=VALUE.
Ran run_program(const std::vector<std::string>& arguments, const std::vector<std::string>& environment = {});

struct ProgramOptions {
    std::vector<std::string> arguments;
    std::filesystem::path home; ///< of its configuration, state and cache
    int width = 1920, height = 1080;
};

class Program {
public:
    explicit Program(const ProgramOptions& options);
    ~Program(); ///< ends it when it runs still

    /// The last state reported.
    const nlohmann::json& state() { return read(), state_; }
    /// Waits until the state satisfies; false after `seconds` or when the program has ended.
    bool wait(const std::function<bool(const nlohmann::json&)>& condition, double seconds = 20);
    bool running();
    /// Kills it as a crash would; returns when it is gone.
    void kill_hard();
    /// Waits until it ends; its exit status, -1 after `seconds`.
    int ended(double seconds = 20);

    /// A key as xdotool names it ("ctrl+shift+p", "Tab", "g"); waits until the program has taken it.
    void key(const std::string& name);
    void type(const std::string& text);
    void move(int x, int y);
    void click(int x, int y, int button = 1);
    void drag(int x0, int y0, int x1, int y1);
    Screenshot screenshot() { return shared_display().screenshot(); }
    double seconds_to_window() const { return to_window_; } ///< from the start to its first frame
    double worst_frame() const { return worst_; }           ///< milliseconds since the last reset
    void reset_worst() { worst_ = 0; }
    double last_frame() { return state().value("frame_ms", 0.0); }
    /// Resident memory, bytes.
    uint64_t memory() const;
    std::string errors() const; ///< what it wrote on standard error
    static uint64_t actions();

private:
    void read();
    void xdotool(std::vector<std::string> arguments, uint64_t inputs);
    std::filesystem::path report_, error_file_;
    pid_t process_ = -1;
    int status_ = -1;
    std::streamoff read_to_ = 0;
    nlohmann::json state_ = nlohmann::json::object();
    double to_window_ = 0, worst_ = 0;
};

} // namespace tessera::tests
