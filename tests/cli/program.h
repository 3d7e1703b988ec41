#pragma once
// Drives the built program as a user would: arguments in; exit status, standard output and standard error out.
#include <string>
#include <vector>

namespace tessera::tests {

struct Outcome {
    int status = -1; ///< 128 + signal when a signal ended it
    std::string out, err;
    double seconds = 0;
};

struct RunOptions {
    std::vector<std::string> environment; ///< NAME=VALUE, besides the test's own
    std::string folder;                   ///< to run in
    /// Sends SIGINT once this text has appeared on standard output.
    std::string interrupt_after;
    uint64_t largest_file = 0; ///< bytes; writing more fails as on a full disk. 0: no limit
    bool terminal = false;     ///< standard output is a terminal of 100 columns; standard error is part of it
};

/// Runs `tessera` with these arguments and waits for it. `seconds` counts from the interrupt where there is one.
Outcome tessera_program(const std::vector<std::string>& arguments, const RunOptions& options = {});

/// A fresh folder that goes away at the end.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    std::string path(const std::string& name = {}) const { return name.empty() ? path_ : path_ + "/" + name; }
    /// Names of the files in it and in the folders below, sorted; "" parts such as .partial files included.
    std::vector<std::string> files() const;

private:
    std::string path_;
};

std::string file_text(const std::string& path);
void write_text(const std::string& path, const std::string& text);

/// A project: a checkerboard, a Grade whose red gain is frame / 10, and the nodes of `more` (JSON objects separated by
/// commas, ids from 3 on). 64 x 36 pixels, frames 1 to 6.
std::string project_text(const std::string& more);
/// "Write1", writing Grade1 to out/a.####.exr.
std::string exr_writer();

} // namespace tessera::tests
