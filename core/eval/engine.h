#pragma once
// The engine: one thread that turns requests into plans, plans into work for the device, and finished work into answers.
//
// Callers hand in values and get values back; they never share state with the engine and never wait for each other. A
// request's chunks are the points where a newer request of the same channel, or one of higher priority, goes first. Work
// already given to the device is never stopped; what it finishes is kept.
#include "core/eval/device.h"
#include "core/eval/request.h"
#include <functional>
#include <future>

namespace tessera {

struct EngineOptions {
    uint64_t vram_budget = 0;       ///< bytes for images and cached tiles on the device; 0: 60 % of its memory, 2 GiB at most on a CPU
    uint64_t ram_cache = 1ull << 30;///< bytes of tiles kept in host memory
    uint64_t disk_cache = 0;        ///< bytes of tiles kept on disk; 0: none
    std::string cache_folder;       ///< of the disk tier
    int io_threads = 2;             ///< threads that decode sources
    bool fuse = true;               ///< false: one pass an operator (to measure, and for tests)
    bool concatenate = true;        ///< false: every transform filters (to measure, and for tests)
    uint64_t chunk_limit = 0;       ///< tests: work on at most this many pixels at once; 0: as memory allows
    /// Bytes of decoded sources and answers that requests begun may hold in host memory together; what would exceed it
    /// waits until others have ended. One request always goes, however much it needs.
    uint64_t host_budget = 1ull << 30;
    /// Opens the device again after it was lost; without it a lost device is an error for every request.
    std::function<Result<std::shared_ptr<Device>>()> reopen_device;
};

struct EngineStats {
    uint64_t vram_used = 0, ram_used = 0, disk_used = 0; ///< bytes now
    uint64_t vram_peak = 0;
    uint64_t vram_budget = 0, ram_budget = 0; ///< bytes that are never exceeded
    uint64_t tiles_hit = 0, tiles_missed = 0;
    uint64_t passes = 0, frames = 0;
    uint64_t device_allocations = 0; ///< buffers that had to be made, for images, tiles
};

using RequestId = uint64_t;

class Engine {
public:
    Engine(std::shared_ptr<Device> device, EngineOptions options);
    ~Engine(); ///< cancels what is pending and waits for the device
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Starts a request; `done` is called once, on the engine's thread, with the answer or an error (Cancelled when it
    /// was superseded or cancelled), and must not block.
    RequestId submit(Request request, std::function<void(Result<Rendered>)> done);
    void cancel(RequestId id);
    /// Submits and waits.
    Result<Rendered> render(Request request);

    /// What the node's image is, without its pixels.
    Result<ImageInfo> info(const Request& request);
    /// The content key of the node's result for the request's layer; equal keys, equal pixels.
    Result<Key> key(const Request& request);
    /// The plan as text: images with their rectangles and bytes, passes with their fused operators, sources, tiles.
    Result<std::string> print_plan(const Request& request);

    /// What this device copies within itself, in bytes a second, each byte read and written: the yardstick of passes.
    /// Measured anew in every call (tens of milliseconds) between the work of requests.
    Result<double> measure_copy();

    EngineStats stats() const;
    DeviceCaps device_caps() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace tessera
