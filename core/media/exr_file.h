#pragma once
// A file that is read at positions of its own choosing, by any number of threads at once. Mapping it into memory would
// save one copy of what is not compressed, but a file that is cut off meanwhile would then end the process.
#include <cstddef>
#include <cstdint>
#include <string>

namespace tessera {

class RawFile {
public:
    /// A file that cannot be opened has no bytes.
    explicit RawFile(const std::string& path);
    ~RawFile();
    RawFile(const RawFile&) = delete;
    RawFile& operator=(const RawFile&) = delete;

    int64_t size() const { return size_; }
    /// False unless all `count` bytes at `position` are there.
    bool read(void* to, size_t count, int64_t position) const;

private:
    int fd_ = -1;
    int64_t size_ = 0;
};

} // namespace tessera
