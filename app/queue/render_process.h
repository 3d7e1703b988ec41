#pragma once
// One running `tessera render`, seen from the application: a process of its own, at a lower priority, so that nothing
// it does (a long evaluation, a crash in a decoder, memory it keeps) reaches the window.
#include "app/queue/render_job.h"
#include <memory>
#include <optional>
#include <sys/types.h>

namespace tessera {

/// Where the program `tessera` is: $TESSERA_PROGRAM, else beside the running program, in ../bin, ../../bin or one
/// folder above it (tests in a build folder), else in $PATH. NotFound, with what to do.
Result<std::string> find_render_program();

class RenderProcess {
public:
    /// Starts it. The process ends, as if interrupted, when the thread that started it does.
    static Result<std::unique_ptr<RenderProcess>> start(const std::string& program,
                                                        const std::vector<std::string>& arguments);
    ~RenderProcess(); ///< kills it if it still runs
    RenderProcess(const RenderProcess&) = delete;
    RenderProcess& operator=(const RenderProcess&) = delete;

    struct Line {
        std::string text;
        bool error = false; ///< from standard error
    };
    /// Whole lines that have come since the last call, invalid UTF-8 replaced; one longer than 1 MiB is cut.
    std::vector<Line> read_lines();
    /// Descriptors to wait on; -1 once closed.
    int out() const { return pipes_[0].fd; }
    int err() const { return pipes_[1].fd; }
    /// How it ended, once it has; all that it said can be read then.
    std::optional<ProcessEnd> ended();

    void pause();     ///< SIGSTOP: uses no processor and no device from now on, keeps its memory
    void go_on();     ///< SIGCONT
    void interrupt(); ///< SIGINT: finishes or removes the files it is writing, within a second; also when paused
    void kill();      ///< SIGKILL; its decoders end by themselves then
    pid_t id() const { return process_; }

private:
    struct Pipe {
        int fd = -1;
        std::string rest; ///< begun line
        bool cutting = false;
    };
    explicit RenderProcess(pid_t process, int out, int err) : process_(process), pipes_{{out, {}}, {err, {}}} {}
    void read_from(Pipe& pipe, bool error, std::vector<Line>& lines);
    pid_t process_;
    Pipe pipes_[2];
    std::optional<ProcessEnd> end_;
};

/// Removes what a process that did not end in order has left half written beside `file` (".NAME.partial-PID").
void remove_partial_files(const std::string& file, pid_t process);

} // namespace tessera
