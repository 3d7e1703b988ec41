#pragma once
// A diagnostic: the state of the interface as lines of JSON, for scripts that drive it from outside and have to know when
// it has answered. Written when TESSERA_UI_REPORT names a file:
//   {"frame": 41, "inputs": 12, "revision": 5, "saved": false, "last": "create.blur", "focused": "graph#1",
//    "popup": false, "typing": false, "tasks": 0, "play_frame": 1, "frame_ms": 2.4, "worst_ms": 9.1, "engine": true, ...}
// one line whenever anything but the times has changed, and one a second while frames are drawn.
#include <cstdio>
#include <memory>
#include <string>

namespace tessera {

class Editor;

class UiReport {
public:
    /// Null when the environment names no file, or one that cannot be written.
    static std::unique_ptr<UiReport> from_environment();
    ~UiReport();
    UiReport(const UiReport&) = delete;
    /// After each frame.
    void note(Editor& editor);

private:
    explicit UiReport(std::FILE* file) : file_(file) {}
    std::FILE* file_;
    std::string last_;
    double written_ = 0, worst_ = 0;
    unsigned long frames_ = 0;
};

} // namespace tessera
