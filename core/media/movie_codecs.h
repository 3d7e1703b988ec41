#pragma once
// The table of movie codecs: names, encoders, pixel formats and containers.
#include "core/media/movie_writer.h"

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

} // namespace tessera
