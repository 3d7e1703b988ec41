#include "app/viewer/evaluation.h"
#include "gpu/device.h"
#include <chrono>
#include <sys/resource.h>
#include <unistd.h>

namespace tessera {

namespace {

/// The threads that begin here, a software device's and the engine's own, give way to the interface when there are fewer
/// processors than work: with 5 they get a third of what the interface gets, and all of what it leaves.
void give_way()
{
    constexpr int niceness = 5;
    (void)setpriority(PRIO_PROCESS, id_t(gettid()), niceness);
}

Result<std::unique_ptr<Engine>> open_on(const EvaluationOptions& o)
{
    const DeviceOptions device{.prefer = o.device, .memory_budget = o.vram_budget};
    EngineOptions options;
    options.vram_budget = o.vram_budget;
    options.ram_cache = o.ram_cache;
    options.disk_cache = o.disk_cache;
    options.cache_folder = o.cache_folder;
    options.reopen_device = [device]() -> Result<std::shared_ptr<Device>> {
        TESSERA_TRY(again, open_device(device));
        return std::shared_ptr<Device>(std::move(again));
    };
    TESSERA_TRY(opened, open_device(device));
    return std::make_unique<Engine>(std::shared_ptr<Device>(std::move(opened)), options);
}

} // namespace

Evaluation::Evaluation(EvaluationOptions options)
    : opening_(std::async(std::launch::async, [o = std::move(options)] {
          give_way();
          auto made = open_on(o);
          if (o.opened) o.opened();
          return made;
      }))
{
}

Evaluation::~Evaluation() = default;

void Evaluation::take()
{
    if (!opening_.valid() || opening_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
    auto made = opening_.get();
    if (made) engine_ = std::move(*made);
    else error_ = std::move(made.error());
}

Engine* Evaluation::engine()
{
    take();
    return engine_.get();
}

std::optional<Error> Evaluation::error()
{
    take();
    return error_;
}

} // namespace tessera
