#pragma once
// What all viewers of the application share: the engine, the cache of finished pictures, the thread that works for
// them.
#include "app/viewer/frame_cache.h"
#include "app/viewer/node_times.h"
#include "core/base/result.h"
#include <functional>
#include <memory>
#include <optional>

namespace tessera {

class Engine;
class Thumbnails;
class ViewerThread;

struct PicturesOptions {
    uint64_t cache_bytes = 1ull << 30; ///< of finished pictures; never exceeded
    std::function<void()> wake;        ///< any thread: something can be taken
};

class Pictures {
public:
    explicit Pictures(PicturesOptions options);
    ~Pictures(); ///< cancels what is pending; feeds and probes are dropped before, the engine after it
    Pictures(const Pictures&) = delete;
    Pictures& operator=(const Pictures&) = delete;

    /// The engine to ask, null while there is none (`why_not`: for good). The interface's thread, each frame; before an
    /// engine is destroyed Pictures must be.
    void use(Engine* engine, const std::optional<Error>& why_not = std::nullopt);
    void set_cache_budget(uint64_t bytes);
    uint64_t cache_budget() const;
    uint64_t cache_bytes() const; ///< used now
    /// Drops every finished picture.
    void clear_cache();

    NodeTimes& times();
    Thumbnails& thumbnails();
    /// The thread's inside, for feeds and probes.
    ViewerThread& thread() { return *thread_; }

private:
    std::unique_ptr<ViewerThread> thread_;
    std::unique_ptr<Thumbnails> thumbnails_;
};

} // namespace tessera
