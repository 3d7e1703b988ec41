#include "core/media/atomic_file.h"
#include "core/media/media_error.h"
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace tessera {

namespace {

namespace fs = std::filesystem;

Error exists_error(const std::string& path)
{
    return file_error(ErrorKind::Exists, path, "cannot write " + path + ": it exists already",
                      "choose another name or version, or allow overwriting");
}

/// The system's rename; without `overwrite` it fails with EEXIST instead of replacing a file.
int renamed(const std::string& from, const std::string& to, bool overwrite)
{
    if (!overwrite) {
        if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
        if (errno != EINVAL && errno != ENOSYS) return errno; // those: a file system that cannot, checked before
    }
    return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

} // namespace

AtomicFile::AtomicFile(std::string path, std::string temporary, int fd, bool overwrite)
    : path_(std::move(path)), temporary_(std::move(temporary)), fd_(fd), overwrite_(overwrite)
{
}

AtomicFile::AtomicFile(AtomicFile&& o) noexcept
    : path_(std::move(o.path_)), temporary_(std::move(o.temporary_)), fd_(std::exchange(o.fd_, -1)),
      overwrite_(o.overwrite_), failed_(o.failed_), position_(o.position_)
{
}

AtomicFile::~AtomicFile()
{
    if (fd_ < 0) return;
    ::close(fd_);
    ::unlink(temporary_.c_str());
}

Result<AtomicFile> AtomicFile::create(const std::string& path, Options options)
{
    const fs::path target(path);
    if (!target.has_filename())
        return file_error(ErrorKind::InvalidArgument, path, "cannot write \"" + path + "\": it names no file",
                          "give the file a name");
    struct stat s {};
    const bool exists = ::stat(path.c_str(), &s) == 0;
    if (exists && S_ISDIR(s.st_mode)) return system_error(EISDIR, "write", path);
    if (exists && !options.overwrite) return exists_error(path);
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    if (options.create_folders) {
        std::error_code failed;
        fs::create_directories(folder, failed);
        if (failed) return system_error(failed.value(), "make the folder " + folder.string() + " for", path);
    }
    const fs::path temporary = folder / ("." + target.filename().string() + ".partial-" + std::to_string(::getpid()));
    constexpr mode_t everyone = 0666; // less the user's umask
    const int fd = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, everyone);
    if (fd < 0 && errno == ENOENT)
        return file_error(ErrorKind::NotFound, path, "cannot write " + path + ": there is no folder " + folder.string(),
                          "make the folder, or let it be made");
    if (fd < 0) return system_error(errno, "write", path);
    return AtomicFile(path, temporary.string(), fd, options.overwrite);
}

bool AtomicFile::write(const void* data, size_t size)
{
    const auto* p = static_cast<const char*>(data);
    while (size > 0 && !failed_) {
        constexpr size_t most = size_t(1) << 30; // of one call, by the system
        const ssize_t n = ::pwrite(fd_, p, std::min(size, most), off_t(position_));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            failed_ = n < 0 ? errno : ENOSPC;
            break;
        }
        p += n, size -= size_t(n), position_ += uint64_t(n);
    }
    return !failed_;
}

bool AtomicFile::seek(uint64_t position)
{
    position_ = position;
    return !failed_;
}

size_t AtomicFile::read(void* data, size_t size, uint64_t position) const
{
    const ssize_t n = ::pread(fd_, data, size, off_t(position));
    return n > 0 ? size_t(n) : 0;
}

uint64_t AtomicFile::size() const
{
    struct stat s {};
    return ::fstat(fd_, &s) == 0 ? uint64_t(s.st_size) : 0;
}

Status AtomicFile::status() const
{
    if (failed_) return system_error(failed_, "write", path_);
    return {};
}

Result<uint64_t> AtomicFile::commit()
{
    TESSERA_CHECK(status());
    struct stat s {};
    if (::fstat(fd_, &s) != 0) return system_error(errno, "write", path_);
    const int closed = ::close(std::exchange(fd_, -1)) == 0 ? 0 : errno;
    const int failed = closed ? closed : renamed(temporary_, path_, overwrite_);
    if (!failed) return uint64_t(s.st_size);
    ::unlink(temporary_.c_str());
    if (failed == EEXIST) return exists_error(path_);
    return system_error(failed, "write", path_);
}

} // namespace tessera
