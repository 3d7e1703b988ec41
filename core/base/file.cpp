#include "core/base/file.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace tessera {

namespace {

Error failed(const std::string& path, const char* verb, int code)
{
    Error e{.kind = ErrorKind::Permission,
            .message = std::string("cannot ") + verb + " " + path + ": " + std::strerror(code),
            .remedy = "check that the file and its folder may be used",
            .file = path};
    if (code == ENOENT || code == ENOTDIR) e.kind = ErrorKind::NotFound, e.remedy = "check the path";
    if (code == ENOSPC || code == EDQUOT || code == EFBIG)
        e.kind = ErrorKind::DiskFull, e.remedy = "free some space, or choose another place";
    return e;
}

/// Closes the file when it goes out of scope.
struct Descriptor {
    int fd;
    ~Descriptor()
    {
        if (fd >= 0) ::close(fd);
    }
};

/// The error number, 0 when all went well.
int write_all(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n < 0 ? errno : ENOSPC;
        bytes.remove_prefix(size_t(n));
    }
    return ::fsync(fd) == 0 ? 0 : errno;
}

} // namespace

Result<std::string> read_file(const std::string& path, uint64_t most)
{
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.fd < 0) return failed(path, "open", errno);
    struct stat info {};
    if (::fstat(file.fd, &info) != 0) return failed(path, "read", errno);
    if (!S_ISREG(info.st_mode))
        return Error{.kind = ErrorKind::InvalidArgument,
                     .message = path + " is not a file",
                     .remedy = "choose a file",
                     .file = path};
    if (uint64_t(info.st_size) > most)
        return Error{.kind = ErrorKind::Unsupported,
                     .message = path + " is " + std::to_string(info.st_size) + " bytes long, more than " +
                                std::to_string(most),
                     .remedy = "choose another file",
                     .file = path};
    std::string bytes(size_t(info.st_size), '\0');
    size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t n = ::read(file.fd, bytes.data() + done, bytes.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failed(path, "read", errno);
        if (n == 0) break; // became shorter while it was read
        done += size_t(n);
    }
    bytes.resize(done);
    return bytes;
}

Status write_file(const std::string& path, std::string_view bytes)
{
    std::error_code none;
    std::string target = path;
    if (std::filesystem::is_symlink(path, none)) {
        const auto real = std::filesystem::weakly_canonical(path, none);
        if (!none) target = real.string();
    }
    struct stat old {};
    const bool exists = ::stat(target.c_str(), &old) == 0;
    if (exists && !S_ISREG(old.st_mode))
        return Error{.kind = ErrorKind::InvalidArgument,
                     .message = path + " is not a file",
                     .remedy = "choose another name",
                     .file = path};
    const mode_t mode = exists ? old.st_mode & 07777 : 0666;
    const std::string partial = target + "." + std::to_string(::getpid()) + ".partial";

    int code = 0;
    {
        const Descriptor file{::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)};
        if (file.fd < 0) return failed(path, "write", errno);
        code = write_all(file.fd, bytes);
    }
    if (code == 0 && ::rename(partial.c_str(), target.c_str()) != 0) code = errno;
    if (code == 0) return {};
    ::unlink(partial.c_str());
    return failed(path, "write", code);
}

} // namespace tessera
