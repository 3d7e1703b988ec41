#pragma once
// The editor inside the test program, driven through ImGui's input: each call draws the frames it needs, so that a test
// reads as what a user does. Vulkan's validation is on; a message fails the test.
#include "app/editor/editor.h"
#include "tests/ui/display.h"
#include <functional>

namespace tessera::tests {

/// A fresh folder that goes away at the end.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

struct DriverOptions {
    std::string project; ///< "" for an empty new one
    int width = 1280, height = 800;
    std::filesystem::path folder; ///< for configuration and state; empty: one of its own
    bool start_page = false;
    double scale = 0; ///< of the interface; 0: as usual
    bool validation = true;
};

class Driver {
public:
    explicit Driver(const DriverOptions& options = {});
    ~Driver();

    Editor& operator*() { return *editor_; }
    Editor* operator->() { return editor_.get(); }
    const Project& project() { return *editor_->session().project(); }
    const Graph& graph();
    /// The node of that name in the graph shown; fails the test when there is none.
    NodeId node(const std::string& name);

    void step(int frames = 1);
    /// Draws frames until it holds; false when `seconds` have passed.
    bool wait(const std::function<bool()>& condition, double seconds = 20);

    /// A key with its modifiers, "Ctrl+Shift+P".
    void press(const std::string& chord);
    void type(const std::string& text);
    void move(ImVec2 to);
    void click(ImVec2 at, int button = 0);
    void double_click(ImVec2 at);
    void drag(ImVec2 from, ImVec2 to, int steps = 6, int button = 0);
    void wheel(ImVec2 at, float turns);
    Hands& hands() { return editor_->window().scripted(); }
    /// Runs a command by its id; fails the test when it cannot.
    void run(const std::string& command);
    /// Gives a panel the keys, the pointer in its middle, without clicking.
    void focus(const std::string& panel);
    /// The rectangle of a panel's inside; nothing when it is not shown.
    std::optional<std::pair<ImVec2, ImVec2>> area(const std::string& panel);
    ImVec2 middle_of(const std::string& panel);
    void resize(int width, int height);
    /// Selects nodes of the graph shown by name, the last one being the one whose parameters are shown.
    void select(const std::vector<std::string>& names);
    /// Waits until the viewer shows its picture whole and fine.
    bool wait_for_picture(double seconds = 60);
    Screenshot screenshot();

    /// Keys, clicks, drags and commands of all drivers of this program.
    static uint64_t actions();
    /// The most a frame has taken, in milliseconds, since this driver began or the last call.
    double take_worst_frame() { return std::exchange(worst_ms_, 0.0); }

private:
    Folder own_;
    std::unique_ptr<Editor> editor_;
    double worst_ms_ = 0;
};

} // namespace tessera::tests
