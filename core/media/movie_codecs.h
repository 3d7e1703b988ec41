#pragma once
// The table of movie codecs: names, encoders, pixel formats and options.
#include "core/media/movie_writer.h"

struct AVCodec;
struct AVDictionary;

namespace tessera {

struct MovieCodecInfo {
    MovieCodec codec;
    std::string name;
    std::vector<std::string> encoders;      ///< of FFmpeg, best first
    std::vector<std::string> pixel_formats; ///< the default first
    std::string profile;                    ///< "profile" option, where the encoder needs one
    std::vector<std::string> containers;    ///< extensions that can hold it
    int best_crf = 0, worst_crf = -1;       ///< range of MovieSettings::crf; empty where the codec has none
};

const MovieCodecInfo& info_of(MovieCodec codec);
const std::vector<MovieCodecInfo>& movie_codec_table();

/// The first encoder that this FFmpeg has and that takes the pixel format; null without one.
const AVCodec* find_movie_encoder(const MovieCodecInfo& info, int pixel_format);

/// Says that none of the codec's encoders is there for this pixel format, and what to do.
Error no_encoder_error(const std::string& path, const MovieCodecInfo& info, const std::string& pixel_format);

/// The encoder's options for the settings. InvalidArgument for a quality out of range.
Status encoder_options(const MovieCodecInfo& info, const std::string& encoder, const MovieSettings& settings,
                       AVDictionary** options);

} // namespace tessera
