#include "core/media/exr_file.h"
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tessera {

RawFile::RawFile(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC))
{
    struct stat s {};
    if (fd_ >= 0 && ::fstat(fd_, &s) == 0) size_ = int64_t(s.st_size);
}

RawFile::~RawFile()
{
    if (fd_ >= 0) ::close(fd_);
}

bool RawFile::read(void* to, size_t count, int64_t position) const
{
    if (position < 0 || position > size_ || int64_t(count) > size_ - position) return false;
    auto* p = static_cast<char*>(to);
    while (count > 0) {
        constexpr size_t most = size_t(1) << 30; // of one call, by the system
        const ssize_t n = ::pread(fd_, p, std::min(count, most), off_t(position));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        p += n, count -= size_t(n), position += n;
    }
    return true;
}

} // namespace tessera
