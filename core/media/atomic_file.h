#pragma once
// A file that appears whole or not at all: it is written under a temporary name in the same folder and renamed at the
// end. What was there before stays until then, and a failure leaves nothing behind.
#include "core/base/result.h"
#include <cstddef>
#include <cstdint>
#include <string>

namespace tessera {

class AtomicFile {
public:
    struct Options {
        bool create_folders = false; ///< make the folders of the path
        bool overwrite = false;      ///< else an existing file is an Exists error, also when it appears meanwhile
    };
    /// Opens ".NAME.partial-PID" beside `path`. Errors: Exists, Permission, NotFound (no such folder), DiskFull.
    static Result<AtomicFile> create(const std::string& path, Options options);
    AtomicFile(AtomicFile&& other) noexcept;
    AtomicFile& operator=(AtomicFile&&) = delete;
    ~AtomicFile(); ///< removes the temporary file unless it was committed

    /// Writes at the current position. After the first failure every further call fails alike.
    bool write(const void* data, size_t size);
    bool seek(uint64_t position);
    uint64_t position() const { return position_; }
    /// Reads back what was written at `position`; how many bytes there were.
    size_t read(void* data, size_t size, uint64_t position) const;
    uint64_t size() const;
    /// The first failure so far, as an error that names the path.
    Status status() const;
    /// Gives the file its name; its size in bytes. DiskFull and the like when anything could not be written.
    Result<uint64_t> commit();

private:
    AtomicFile(std::string path, std::string temporary, int fd, bool overwrite);
    std::string path_, temporary_;
    int fd_ = -1;
    bool overwrite_ = false;
    int failed_ = 0; ///< errno of the first failure
    uint64_t position_ = 0;
};

} // namespace tessera
