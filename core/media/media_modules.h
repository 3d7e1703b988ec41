#pragma once
// The two libraries of ours that are opened when they are first needed: tessera-media-ffmpeg.so (movies) and
// tessera-media-oiio.so (writing stills other than EXR). Linked into the program, FFmpeg and OpenImageIO would have the
// dynamic linker load 260 shared libraries at every start, which is nine tenths of the time that `tessera --version`
// then takes; and a machine without one of them could not start the program at all. Rejected: encoding in the worker
// process as well. Its frames would have to be copied to it, and what a crash would lose is the movie in either case.
#include "core/media/image_write.h"
#include "core/media/movie_writer.h"
#include <memory>

namespace tessera {

/// What MovieReader is made of.
class MovieDecoder {
public:
    virtual ~MovieDecoder() = default;
    virtual const MovieInfo& info() const = 0;
    virtual Result<HostImage> frame(int index) = 0;
    virtual int seeks() const = 0;
};

/// What MovieWriter is made of.
class MovieEncoder {
public:
    virtual ~MovieEncoder() = default;
    virtual Status write(const HostImage& image) = 0;
    virtual Status finish() = 0;
    virtual int frames_written() const = 0;
    virtual const std::string& encoder() const = 0;
};

struct FfmpegModule {
    Result<std::unique_ptr<MovieDecoder>> (*open_decoder)(const std::string& path, int threads,
                                                          const MovieLimits& limits);
    Result<std::unique_ptr<MovieEncoder>> (*open_encoder)(const std::string& path, const Format& format,
                                                          const MovieSettings& settings);
    bool (*has_encoder)(MovieCodec codec);
};

struct OiioModule {
    /// As write_image, of a request that has been checked, with OpenImageIO's name of the format.
    Result<WrittenFile> (*write)(const WriteRequest& request, const std::string& format);
};

/// Opened with the first call, which takes 40 ms for FFmpeg and 250 for OpenImageIO; later ones answer at once. Any
/// thread. NotFound (there is no such module), Unsupported (a library that it needs is missing, or another build's).
/// `path` is the file that it is wanted for.
Result<const FfmpegModule*> ffmpeg_module(const std::string& path);
Result<const OiioModule*> oiio_module(const std::string& path);

/// Differs between builds that do not agree about what goes through the functions above; a module answers to its own
/// program only.
constexpr uint64_t media_module_stamp()
{
    uint64_t stamp = 0xcbf29ce484222325; // FNV-1a
    const auto add = [&stamp](uint64_t value) { stamp = (stamp ^ value) * 0x100000001b3; };
    for (const char* c = TESSERA_VERSION; *c; ++c) add(uint64_t(*c));
    for (const size_t size : {sizeof(FfmpegModule), sizeof(OiioModule), sizeof(MovieInfo), sizeof(MovieSettings),
                              sizeof(MovieLimits), sizeof(WriteRequest), sizeof(WriteLayer), sizeof(ImageInfo),
                              sizeof(HostImage), sizeof(Error), sizeof(Result<WrittenFile>)})
        add(size);
    return stamp;
}

} // namespace tessera
