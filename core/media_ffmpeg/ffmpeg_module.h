#pragma once
// What the FFmpeg module gives; see core/media/media_modules.h for what each is for.
#include "core/media/media_modules.h"

namespace tessera {

Result<std::unique_ptr<MovieDecoder>> open_movie_decoder(const std::string& path, int threads,
                                                         const MovieLimits& limits);
Result<std::unique_ptr<MovieEncoder>> open_movie_encoder(const std::string& path, const Format& format,
                                                         const MovieSettings& settings);
bool has_movie_encoder(MovieCodec codec);

} // namespace tessera
