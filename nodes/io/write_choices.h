#pragma once
// The choices of Write's enums, by the names under which core/media knows them.
#include <vector>

namespace tessera {

inline const std::vector<const char*> file_type_choices{"auto", "exr",  "dpx", "tiff", "png", "jpeg", "tga",
                                                        "hdr",  "webp", "bmp", "mov",  "mp4", "mkv"};
inline const std::vector<const char*> datatype_choices{"auto", "half", "float", "8", "10", "12", "16"};
inline const std::vector<const char*> compression_choices{"auto", "none", "rle",  "zips", "zip", "piz",     "pxr24",
                                                          "b44",  "b44a", "dwaa", "dwab", "lzw", "packbits"};
inline const std::vector<const char*> codec_choices{
    "auto",        "h264",          "h265",     "prores_422_proxy", "prores_422_lt", "prores_422", "prores_422_hq",
    "prores_4444", "prores_4444xq", "dnxhr_lb", "dnxhr_sq",         "dnxhr_hq",      "dnxhr_hqx",  "dnxhr_444",
    "av1",         "mjpeg",         "png"};
inline const std::vector<const char*> primaries_choices{"auto",   "bt709",    "bt470bg", "smpte170m",
                                                        "bt2020", "smpte431", "smpte432"};
inline const std::vector<const char*> transfer_choices{"auto",      "bt709",        "gamma22",     "gamma28",
                                                       "linear",    "iec61966-2-1", "bt2020-10",   "bt2020-12",
                                                       "smpte2084", "smpte428",     "arib-std-b67"};
inline const std::vector<const char*> matrix_choices{"auto", "bt709", "bt470bg", "smpte170m", "bt2020nc"};

} // namespace tessera
