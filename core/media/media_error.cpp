#include "core/media/media_error.h"
#include <cerrno>
#include <cstring>

namespace tessera {

Error file_error(ErrorKind kind, const std::string& path, std::string message, std::string remedy)
{
    return {kind, std::move(message), std::move(remedy), {}, path, {}};
}

Error system_error(int number, const std::string& doing, const std::string& path)
{
    const std::string start = "cannot " + doing + " " + path + ": ";
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return file_error(ErrorKind::NotFound, path, start + "no such file or folder",
                          "check the path, or relink the file");
    case EACCES:
    case EPERM:
    case EROFS:
        return file_error(ErrorKind::Permission, path,
                          start + (number == EROFS ? "the disk is read-only" : "permission denied"),
                          "change the permissions of the file or its folder, or choose another place");
    case ENOSPC:
        return file_error(ErrorKind::DiskFull, path, start + "no space left on the disk",
                          "free some space, or choose another disk");
    case EDQUOT:
        return file_error(ErrorKind::DiskFull, path, start + "your disk quota is used up",
                          "free some space, or choose another disk");
    case EFBIG:
        return file_error(ErrorKind::DiskFull, path, start + "the file would be larger than is allowed here",
                          "raise the limit on file size, or choose another disk");
    case EISDIR: return file_error(ErrorKind::InvalidArgument, path, start + "it is a folder", "choose a file");
    case ENAMETOOLONG:
        return file_error(ErrorKind::InvalidArgument, path, start + "the name is too long", "choose a shorter name");
    case ENOMEM:
        return file_error(ErrorKind::OutOfMemory, path, start + "no memory left",
                          "close other programs, or use fewer threads");
    case EMFILE:
    case ENFILE:
        return file_error(ErrorKind::OutOfMemory, path, start + "too many files are open",
                          "raise the limit on open files (ulimit -n)");
    default: return file_error(ErrorKind::Damaged, path, start + std::strerror(number), "check the disk and the path");
    }
}

Status check_image_size(const std::string& path, int64_t width, int64_t height, const ReadLimits& limits)
{
    if (width <= 0 || height <= 0 || width <= limits.pixels / height) return {};
    return file_error(ErrorKind::OutOfMemory, path,
                      "cannot read " + path + ": it claims " + std::to_string(width) + " x " + std::to_string(height) +
                          " pixels, more than the limit of " + std::to_string(limits.pixels),
                      "the file is damaged, or needs a higher limit on the size of images");
}

Error damaged_error(const std::string& path, std::string reason)
{
    for (const std::string& mention :
         {" from image file \"" + path + "\"", " image file \"" + path + "\"", path + ": ", "\"" + path + "\": "})
        if (const size_t at = reason.find(mention); at != std::string::npos) reason.erase(at, mention.size());
    while (!reason.empty() && (reason.back() == '.' || reason.back() == '\n' || reason.back() == ' '))
        reason.pop_back();
    if (reason.empty()) reason = "its contents make no sense";
    for (char& c : reason)
        if (c == '\n') c = ' ';
    return file_error(ErrorKind::Damaged, path, "cannot read " + path + ": " + reason,
                      "the file is cut off or damaged: render or copy it again");
}

} // namespace tessera
