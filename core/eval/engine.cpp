#include "core/eval/engine.h"
#include "core/eval/device_watch.h"
#include "core/eval/job.h"
#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

namespace tessera {

namespace {

/// Chunks given to the device and not yet finished, at most: enough that it never idles while the next is recorded.
constexpr size_t most_in_flight = 2;
/// Requests that only wait for the device, at most, beside those in flight: the next one.
constexpr size_t most_ready = 1;
/// Share of the device budget for cached tiles; the rest is for the images of plans.
constexpr double tile_share = 0.4;

Error cancelled_error()
{
    return {ErrorKind::Cancelled, "the request was cancelled", "ask again"};
}

uint64_t default_budget(const DeviceCaps& caps)
{
    const uint64_t share = caps.memory_bytes / 10 * 6;
    return caps.cpu ? std::min<uint64_t>(share, 2ull << 30) : share;
}

/// Seconds of the quickest of a few copies.
Result<double> fastest_copy(Device& device, const DeviceImage& from, const DeviceImage& to)
{
    TESSERA_CHECK(device.clear(from, from.region));
    double least = 0;
    constexpr int repeats = 4; // the first only makes the memory warm
    for (int i = 0; i < repeats; ++i) {
        TESSERA_TRY(before, device.submit());
        TESSERA_CHECK(device.wait(before));
        const int64_t start = trace_now();
        TESSERA_CHECK(device.copy(from, to, from.region));
        TESSERA_TRY(ticket, device.submit());
        TESSERA_CHECK(device.wait(ticket));
        const double seconds = double(trace_now() - start) * 1e-9;
        if (i == 1 || (i > 1 && seconds < least)) least = seconds;
    }
    return least;
}

} // namespace

struct Engine::State {
    State(std::shared_ptr<Device> d, EngineOptions o)
        : options(std::move(o)), params(make_param_cache()), loader(options.io_threads, [this] { wake(); }),
          watch([this] { wake(); })
    {
        build(std::move(d));
        thread = std::thread([this] { run(); });
    }
    ~State()
    {
        post([this] { stopping = true; });
        thread.join();
    }

    // ---- the mailbox ------------------------------------------------------------------------------------------------

    void post(std::function<void()> message)
    {
        {
            std::lock_guard lock(mutex);
            messages.push_back(std::move(message));
        }
        signal.notify_one();
    }
    void wake()
    {
        {
            std::lock_guard lock(mutex);
            woken = true;
        }
        signal.notify_one();
    }
    /// Runs on the engine's thread and waits for the answer.
    template <class T> T ask(std::function<T()> question)
    {
        std::promise<T> promise;
        auto answer = promise.get_future();
        post([&] { promise.set_value(question()); });
        return answer.get();
    }

    // ---- the thread -------------------------------------------------------------------------------------------------

    void run()
    {
        name_thread("engine");
        while (!stopping) {
            take_messages();
            const bool moved = reap() | advance();
            if (!moved && !stopping) sleep();
        }
        for (auto& job : jobs) job->finish(cancelled_error());
        jobs.clear();
        if (!in_flight.empty()) (void)machinery->device->wait(in_flight.back().ticket);
    }

    void take_messages()
    {
        std::vector<std::function<void()>> mail;
        {
            std::lock_guard lock(mutex);
            mail.swap(messages);
            woken = false;
        }
        for (auto& m : mail) m();
    }

    void sleep()
    {
        if (!in_flight.empty() && in_flight.front().ticket != watched) {
            watched = in_flight.front().ticket;
            watch.watch(machinery->device, watched);
        }
        std::unique_lock lock(mutex);
        signal.wait(lock, [&] { return woken || !messages.empty(); });
    }

    /// Takes what the device has finished. True when something was.
    bool reap()
    {
        bool any = false;
        while (!in_flight.empty() && machinery->device->finished(in_flight.front().ticket)) {
            any = true;
            // finished() is also true of a lost device: wait() tells.
            if (auto status = machinery->device->wait(in_flight.front().ticket); !status) {
                fail_device(status.error());
                return true;
            }
            for (const PassTime& t : machinery->device->take_times()) {
                const auto owner = owners.find(t.tag);
                if (owner == owners.end()) continue;
                if (t.begin_ns)
                    trace_interval(TraceTrack::Device, "pass", owner->second.time.node, t.begin_ns,
                                   t.begin_ns + int64_t(t.milliseconds * 1e6));
                owner->second.time.milliseconds = t.milliseconds;
                machinery->cost.observe(owner->second.features, t.milliseconds);
                if (Job* job = find(owner->second.job)) job->add_time(owner->second.time);
                owners.erase(owner);
            }
            const RequestId id = in_flight.front().job;
            in_flight.pop_front();
            publish();
            if (Job* job = find(id)) {
                job->chunk_finished();
                if (job->complete()) {
                    ++frames;
                    end(job, {});
                }
            }
        }
        return any;
    }

    /// Begins, prepares or records where that is possible, best request first. True when anything was done.
    bool advance()
    {
        bool any = false;
        std::vector<Job*> order;
        for (auto& job : jobs) order.push_back(job.get());
        std::stable_sort(order.begin(), order.end(),
                         [](Job* a, Job* b) { return a->request().priority > b->request().priority; });
        Ahead ahead;
        for (Job* job : order) {
            if (job->cancelled) {
                end(job, cancelled_error());
                any = true;
                continue;
            }
            if (job->begun() && job->all_recorded()) {
                ahead.held += job->host_bytes();
                continue;
            }
            if (!job->prepared()) {
                if (!worth_preparing(ahead)) continue;
                any = true;
                if (!prepare(job)) continue;
            }
            const size_t pending = job->pending();
            ahead.pending += pending;
            ahead.ready += pending == 0;
            ahead.held += job->host_bytes();
            usual_need = job->host_bytes();
            if (in_flight.size() < most_in_flight && pending == 0) {
                record(job);
                return true;
            }
        }
        return any;
    }

    /// What the requests before one in the line take.
    struct Ahead {
        size_t pending = 0; ///< decodes and compiles under way or queued
        size_t ready = 0;   ///< requests that wait for the device alone
        uint64_t held = 0;  ///< bytes in host memory
    };
    /// A request is prepared when a thread of the loader would be idle else: more in the making would only take memory,
    /// which costs time too (fresh memory is cleared by the system), and so would more than the device can take soon.
    bool worth_preparing(const Ahead& ahead) const
    {
        if (ahead.pending >= size_t(std::max(1, options.io_threads)) || ahead.ready >= most_ready) return false;
        // What the last one needed is what this one will: a shot's frames are alike.
        return ahead.held == 0 || ahead.held + usual_need <= options.host_budget;
    }
    bool prepare(Job* job)
    {
        if (!job->begun())
            if (auto status = job->begin(options, *params, seen, former_of(job->request().channel)); !status) {
                end(job, std::move(status));
                return false;
            }
        if (auto status = job->prepare(options, *machinery, loader); !status) {
            end(job, std::move(status));
            return false;
        }
        return true;
    }

    void record(Job* job)
    {
        // Another request may have kept what this one planned to compute: plan again, which costs next to nothing.
        if (job->stale(*machinery)) {
            if (auto status = job->prepare(options, *machinery, loader); !status) return end(job, std::move(status));
            if (job->pending()) return;
        }
        if (auto status = job->make_answer(); !status) return end(job, std::move(status));
        auto ticket = job->record(options, *machinery, owners, next_tag);
        if (!ticket) return recover(job, ticket.error());
        in_flight.push_back({*ticket, job->id()});
        publish();
    }

    /// Out of memory: finish what is under way, give back what is free, evict tiles, and at last work on smaller pieces.
    void recover(Job* job, const Error& error)
    {
        if (error.kind == ErrorKind::DeviceLost) return fail_device(error);
        if (error.kind == ErrorKind::NotFound && error.file.empty() && job->retry_plan()) return; // a tile went away
        if (error.kind != ErrorKind::OutOfMemory) return end(job, error);
        if (auto ticket = machinery->device->submit()) {
            machinery->tiles->submitted(*ticket);
            if (auto status = machinery->device->wait(*ticket); !status) return fail_device(status.error());
        }
        machinery->pool->trim();
        machinery->tiles->shrink_device(machinery->tiles->device_bytes() / 2);
        if (auto ticket = machinery->device->submit()) {
            machinery->tiles->submitted(*ticket);
            if (auto status = machinery->device->wait(*ticket); !status) return fail_device(status.error());
        }
        if (!job->split()) end(job, error);
    }

    void fail_device(const Error& error)
    {
        in_flight.clear();
        watched = 0;
        owners.clear();
        std::shared_ptr<Device> device;
        if (options.reopen_device && error.kind == ErrorKind::DeviceLost)
            if (auto opened = options.reopen_device()) device = *opened;
        std::vector<Job*> failed;
        for (auto& job : jobs) {
            if (!job->begun()) continue;
            if (device && job->device_attempts++ == 0) job->rewind();
            else failed.push_back(job.get());
        }
        if (device) build(std::move(device));
        for (Job* job : failed) end(job, error);
    }

    void build(std::shared_ptr<Device> device)
    {
        machinery.reset();
        machinery = std::make_unique<Machinery>();
        const uint64_t bytes = options.vram_budget ? options.vram_budget : default_budget(device->caps());
        const uint64_t for_tiles = uint64_t(double(bytes) * tile_share) / TileStore::slab_bytes * TileStore::slab_bytes;
        machinery->device = device;
        machinery->cost = CostModel(device_class(device->caps()));
        machinery->tiles = std::make_unique<TileStore>(
            *device, TileBudgets{for_tiles, options.ram_cache, options.disk_cache, options.cache_folder});
        machinery->pool = std::make_unique<ImagePool>(*device, bytes - for_tiles);
        std::lock_guard lock(mutex);
        caps = device->caps();
        budget = bytes;
    }

    Job* find(RequestId id)
    {
        for (auto& job : jobs)
            if (job->id() == id) return job.get();
        return nullptr;
    }
    void end(Job* job, Status status)
    {
        const RequestId id = job->id();
        std::unique_ptr<Job> ended;
        for (auto it = jobs.begin(); it != jobs.end(); ++it)
            if ((*it)->id() == id) {
                ended = std::move(*it);
                jobs.erase(it);
                break;
            }
        const bool valid = status.ok() || ended->cancelled;
        ended->finish(std::move(status));
        const uint32_t channel = ended->request().channel;
        if (!valid || !channel) return;
        constexpr size_t most_channels = 16; // viewers; a channel not used for long is simply planned from the start
        if (formers.size() >= most_channels) formers.clear();
        if (auto former = ended->leave()) formers.insert_or_assign(channel, std::move(*former));
    }
    /// What the last request of the channel left, taken out.
    std::optional<Former> former_of(uint32_t channel)
    {
        const auto it = formers.find(channel);
        if (it == formers.end()) return std::nullopt;
        std::optional<Former> former(std::move(it->second));
        formers.erase(it);
        return former;
    }

    /// Makes the figures readable from other threads.
    void publish()
    {
        EngineStats s;
        s.vram_used = machinery->device->allocated_bytes();
        s.ram_used = machinery->tiles->host_bytes();
        s.disk_used = machinery->tiles->disk_bytes();
        s.tiles_hit = machinery->tiles->hits(), s.tiles_missed = machinery->tiles->misses();
        s.frames = frames;
        s.passes = next_tag;
        s.device_allocations = machinery->pool->allocations() + machinery->tiles->slabs_made();
        std::lock_guard lock(mutex);
        s.vram_peak = std::max(published.vram_peak, s.vram_used);
        published = s;
    }

    EngineOptions options;
    std::shared_ptr<ParamCache> params;
    std::unique_ptr<Machinery> machinery;
    std::list<std::unique_ptr<Job>> jobs;
    std::map<uint32_t, Former> formers; ///< by channel
    struct InFlight {
        Ticket ticket;
        RequestId job;
    };
    std::deque<InFlight> in_flight;
    std::unordered_map<uint32_t, PassOwner> owners;
    SeenKeys seen;
    uint32_t next_tag = 0;
    uint64_t frames = 0;
    Ticket watched = 0;      ///< the watch tells when it has finished
    uint64_t usual_need = 0; ///< host bytes of the last request prepared
    bool stopping = false;

    mutable std::mutex mutex; ///< guards what follows
    std::condition_variable signal;
    std::vector<std::function<void()>> messages;
    bool woken = false;
    EngineStats published;
    uint64_t budget = 0; ///< device bytes
    DeviceCaps caps;
    std::atomic<RequestId> next_id{1};

    Loader loader; ///< its threads call wake(), so it goes before the mailbox and after the thread
    DeviceWatch watch; ///< the same
    std::thread thread;
};

Engine::Engine(std::shared_ptr<Device> device, EngineOptions options)
    : state_(std::make_unique<State>(std::move(device), std::move(options)))
{
}

Engine::~Engine() = default;

RequestId Engine::submit(Request request, std::function<void(Result<Rendered>)> done)
{
    const RequestId id = state_->next_id++;
    auto job = std::make_shared<std::unique_ptr<Job>>(std::make_unique<Job>(id, std::move(request), std::move(done)));
    state_->post([s = state_.get(), job] {
        const uint32_t channel = (*job)->request().channel;
        if (channel)
            for (auto& other : s->jobs)
                if (other->request().channel == channel) other->cancelled = true;
        s->jobs.push_back(std::move(*job));
    });
    return id;
}

void Engine::cancel(RequestId id)
{
    state_->post([s = state_.get(), id] {
        if (Job* job = s->find(id)) job->cancelled = true;
    });
}

Result<Rendered> Engine::render(Request request)
{
    std::promise<Result<Rendered>> promise;
    auto answer = promise.get_future();
    submit(std::move(request), [&](Result<Rendered> r) { promise.set_value(std::move(r)); });
    return answer.get();
}

Result<ImageInfo> Engine::info(const Request& request)
{
    return state_->ask<Result<ImageInfo>>([&]() -> Result<ImageInfo> {
        TESSERA_TRY(resolved, resolve(request, {state_->options.concatenate}, *state_->params));
        return *resolved.info;
    });
}

Result<Key> Engine::key(const Request& request)
{
    return state_->ask<Result<Key>>([&]() -> Result<Key> {
        TESSERA_TRY(resolved, resolve(request, {state_->options.concatenate}, *state_->params));
        return resolved.key;
    });
}

Result<std::string> Engine::print_plan(const Request& request)
{
    return state_->ask<Result<std::string>>([&]() -> Result<std::string> {
        TESSERA_TRY(resolved, resolve(request, {state_->options.concatenate}, *state_->params));
        PlanOptions p;
        p.fuse = state_->options.fuse;
        p.max_images = std::max(2, state_->machinery->device->caps().max_images);
        const Rect region = at_level(request.region.value_or(resolved.info->format.window()), request.level);
        TESSERA_TRY(plan, make_plan(resolved, region, request.level, p));
        return print(plan, resolved);
    });
}

Result<double> Engine::measure_copy()
{
    return state_->ask<Result<double>>([&]() -> Result<double> {
        Machinery& m = *state_->machinery;
        const Rect area{0, 0, 2048, 2048}; // 64 MiB: beyond most caches, and small beside any budget
        TESSERA_TRY(from, m.pool->acquire(DeviceImage::bytes(area)));
        auto to = m.pool->acquire(DeviceImage::bytes(area));
        auto seconds = to ? fastest_copy(*m.device, {from, area, area}, {*to, area, area}) : std::move(to.error());
        m.pool->release(from);
        if (to) m.pool->release(*to);
        if (!seconds) return std::move(seconds.error());
        return 2 * double(DeviceImage::bytes(area)) / *seconds;
    });
}

EngineStats Engine::stats() const
{
    std::lock_guard lock(state_->mutex);
    EngineStats stats = state_->published;
    stats.vram_budget = state_->budget;
    stats.ram_budget = state_->options.ram_cache;
    return stats;
}

DeviceCaps Engine::device_caps() const
{
    std::lock_guard lock(state_->mutex);
    return state_->caps;
}

} // namespace tessera
