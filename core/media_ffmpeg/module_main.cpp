// The one name that tessera-media-ffmpeg.so shows to the outside.
#include "core/media_ffmpeg/ffmpeg_module.h"

extern "C" [[gnu::visibility("default")]] const tessera::FfmpegModule* tessera_media_ffmpeg(uint64_t stamp)
{
    static constexpr tessera::FfmpegModule module{tessera::open_movie_decoder, tessera::open_movie_encoder,
                                                  tessera::has_movie_encoder};
    return stamp == tessera::media_module_stamp() ? &module : nullptr;
}
