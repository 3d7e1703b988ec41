#pragma once
// Decoding in processes of their own. OpenImageIO's decoders abort, overrun or hang on some damaged files; each of
// these workers decodes one file at a time with a limit on its memory and its time, and is killed and started again
// when it fails. A worker that has refused a file is replaced too: its heap may be damaged. Pixels come back through
// shared memory that this side creates, so a worker can write nothing but pixels.
#include "core/media/image_file.h"
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tessera {

class Worker;

class WorkerPool {
public:
    struct Options {
        std::string program; ///< the worker's path; empty: $TESSERA_MEDIA_WORKER, or beside the running program
        int workers = 0;     ///< at most this many at once; 0: one a core
        int64_t memory = int64_t(4) << 30; ///< address space of one worker in bytes, less where a read's limit is lower
    };
    explicit WorkerPool(Options options);
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// As tessera::read_info, for anything but EXR.
    Result<FileInfo> read_info(const std::string& path, const ReadLimits& limits);
    /// As tessera::read_layer; `region` lies inside the file's data window.
    Result<HostImage> read_layer(const std::string& path, const FileInfo& file, const LayerSource& source,
                                 const Rect& region, const ReadLimits& limits);
    /// Processes that are running now.
    std::vector<int> process_ids() const;

private:
    struct Lease;
    Result<Lease> acquire(const ReadLimits& limits);
    void give_back(std::unique_ptr<Worker> worker, bool healthy);
    Result<std::vector<std::byte>> ask(const std::string& path, const std::vector<std::byte>& request, int memory_fd,
                                       const ReadLimits& limits);

    const Options options_;
    mutable std::mutex mutex_;
    std::condition_variable free_;
    std::vector<std::unique_ptr<Worker>> idle_;
    std::vector<int> running_;
    int busy_ = 0;
};

/// The pool that read_info and read_layer use, started with its first file.
WorkerPool& shared_worker_pool();

} // namespace tessera
