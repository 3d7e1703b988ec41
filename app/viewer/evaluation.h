#pragma once
// The engine as the interface uses it: opened on a thread of its own, so that the window is there at once.
#include "core/eval/engine.h"
#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <string>

namespace tessera {

struct EvaluationOptions {
    std::string device;                        ///< as `--device`; "": the fastest kind there is
    uint64_t vram_budget = 0, ram_cache = 1ull << 30, disk_cache = 0;
    std::string cache_folder;
    std::function<void()> opened;              ///< any thread, once the engine is there or cannot be
};

class Evaluation {
public:
    explicit Evaluation(EvaluationOptions options);
    ~Evaluation();
    /// Null while the device is being opened and when there is none (then error() says why).
    Engine* engine();
    std::optional<Error> error();

private:
    void take();
    std::future<Result<std::unique_ptr<Engine>>> opening_;
    std::unique_ptr<Engine> engine_;
    std::optional<Error> error_;
};

} // namespace tessera
