#pragma once
// One running worker process, seen from the application.
#include "core/base/result.h"
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tessera {

/// Why a worker gave no answer.
struct WorkerEnd {
    bool timed_out = false;
    int wait_status = 0; ///< as waitpid gives it
    /// "was ended by signal 6 (Aborted)", "ended with status 1".
    std::string text() const;
};

class Worker {
public:
    /// Starts `program`; where it is empty, $TESSERA_MEDIA_WORKER or the tessera-media-worker beside or one folder
    /// above the running program. NotFound when there is none.
    static Result<std::unique_ptr<Worker>> start(const std::string& program);
    ~Worker(); ///< ends the process
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    pid_t process_id() const { return process_; }
    /// At most `bytes` of address space beyond what the process takes when it has just started.
    void limit_memory(int64_t bytes);
    /// Sends a request and waits for its answer. Without one the process is ended, and `end` says why.
    std::optional<std::vector<std::byte>> ask(const std::vector<std::byte>& request, int memory_fd, double seconds,
                                              WorkerEnd& end);

private:
    Worker(pid_t process, int socket) : process_(process), socket_(socket) {}
    void stop(WorkerEnd* end);

    pid_t process_ = -1;
    int socket_ = -1;
    bool running_ = true;
    int64_t start_size_ = 0; ///< bytes of address space once it was ready
};

} // namespace tessera
