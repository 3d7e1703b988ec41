#pragma once
// What FFmpeg's encoders are called and told for each codec of the table.
#include "core/media/movie_codecs.h"

struct AVCodec;
struct AVDictionary;

namespace tessera {

/// The first encoder that this FFmpeg has and that takes the pixel format; null without one.
const AVCodec* find_movie_encoder(const MovieCodecInfo& info, int pixel_format);

/// Says that none of the codec's encoders is there for this pixel format, and what to do.
Error no_encoder_error(const std::string& path, const MovieCodecInfo& info, const std::string& pixel_format);

/// The encoder's options for the settings. InvalidArgument for a quality out of range.
Status encoder_options(const MovieCodecInfo& info, const std::string& encoder, const MovieSettings& settings,
                       AVDictionary** options);

} // namespace tessera
