#include "core/media/media_modules.h"
#include "core/media/media_error.h"
#include "core/media/program_files.h"
#include <dlfcn.h>
#include <mutex>

namespace tessera {

namespace {

/// One module, opened with the first request. A failure is not kept: the next request may find what was missing.
template <class Module> class LazyModule {
public:
    LazyModule(const char* file, const char* entry, const char* variable, const char* library)
        : file_(file), entry_(entry), variable_(variable), library_(library)
    {
    }
    Result<const Module*> open(const std::string& path)
    {
        std::lock_guard lock(mutex_);
        if (module_) return module_;
        TESSERA_TRY(opened, load(path));
        module_ = opened;
        return module_;
    }

private:
    Error error(ErrorKind kind, const std::string& path, const std::string& why, const std::string& remedy) const
    {
        return file_error(kind, path, "cannot use " + std::string(library_) + " for " + path + ": " + why, remedy);
    }
    Result<const Module*> load(const std::string& path) const
    {
        const ProgramFile found = program_file(file_, variable_);
        if (!found.there)
            return error(ErrorKind::NotFound, path, "there is no " + found.path,
                         "build or install " + std::string(file_) + ", or name it in " + variable_);
        // Bound lazily: these libraries have tens of thousands of functions, of which a few are called.
        void* handle = ::dlopen(found.path.c_str(), RTLD_LAZY | RTLD_LOCAL);
        if (!handle) {
            const char* reason = ::dlerror();
            return error(ErrorKind::Unsupported, path, reason ? reason : found.path + " cannot be loaded",
                         "install " + std::string(library_) + "'s libraries");
        }
        // never closed again: what it made carries its code
        const auto entry = reinterpret_cast<const Module* (*)(uint64_t)>(::dlsym(handle, entry_));
        const Module* module = entry ? entry(media_module_stamp()) : nullptr;
        if (!module)
            return error(ErrorKind::Unsupported, path, found.path + " belongs to another build of tessera",
                         "build or install " + std::string(file_) + " again");
        return module;
    }

    const char *file_, *entry_, *variable_, *library_;
    std::mutex mutex_;
    const Module* module_ = nullptr;
};

} // namespace

Result<const FfmpegModule*> ffmpeg_module(const std::string& path)
{
    static LazyModule<FfmpegModule> module("tessera-media-ffmpeg.so", "tessera_media_ffmpeg", "TESSERA_MEDIA_FFMPEG",
                                           "FFmpeg");
    return module.open(path);
}

Result<const OiioModule*> oiio_module(const std::string& path)
{
    static LazyModule<OiioModule> module("tessera-media-oiio.so", "tessera_media_oiio", "TESSERA_MEDIA_OIIO",
                                         "OpenImageIO");
    return module.open(path);
}

} // namespace tessera
