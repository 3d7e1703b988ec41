#include "core/media/movie_codecs.h"
#include "core/base/text.h"

namespace tessera {

namespace {

const std::vector<std::string> everywhere{"mov", "mp4", "m4v", "mkv"};
const std::vector<std::string> quicktime{"mov", "mkv"};
const std::vector<std::string> prores_422{"yuv422p10le"};
const std::vector<std::string> prores_444{"yuv444p10le", "yuva444p10le"};
const std::vector<std::string> dnxhr_8{"yuv422p"};

std::vector<MovieCodecInfo> make_table()
{
    using enum MovieCodec;
    const std::vector<std::string> h26x{"yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p10le"};
    const std::vector<std::string> h265{"yuv420p10le", "yuv420p",     "yuv422p",     "yuv444p",    "yuv422p10le",
                                        "yuv444p10le", "yuv420p12le", "yuv422p12le", "yuv444p12le"};
    return {
        {H264, "h264", {"libx264"}, h26x, "", everywhere, 0, 51},
        {H265, "h265", {"libx265"}, h265, "", everywhere, 0, 51},
        {ProResProxy, "prores_422_proxy", {"prores_ks"}, prores_422, "0", quicktime},
        {ProResLt, "prores_422_lt", {"prores_ks"}, prores_422, "1", quicktime},
        {ProRes422, "prores_422", {"prores_ks"}, prores_422, "2", quicktime},
        {ProResHq, "prores_422_hq", {"prores_ks"}, prores_422, "3", quicktime},
        {ProRes4444, "prores_4444", {"prores_ks"}, prores_444, "4", quicktime},
        {ProRes4444Xq, "prores_4444xq", {"prores_ks"}, prores_444, "5", quicktime},
        {DnxhrLb, "dnxhr_lb", {"dnxhd"}, dnxhr_8, "dnxhr_lb", quicktime},
        {DnxhrSq, "dnxhr_sq", {"dnxhd"}, dnxhr_8, "dnxhr_sq", quicktime},
        {DnxhrHq, "dnxhr_hq", {"dnxhd"}, dnxhr_8, "dnxhr_hq", quicktime},
        {DnxhrHqx, "dnxhr_hqx", {"dnxhd"}, {"yuv422p10le"}, "dnxhr_hqx", quicktime},
        {Dnxhr444, "dnxhr_444", {"dnxhd"}, {"yuv444p10le", "gbrp10le"}, "dnxhr_444", quicktime},
        {Av1,
         "av1",
         {"libsvtav1", "libaom-av1"},
         {"yuv420p10le", "yuv420p", "yuv444p10le", "yuv444p"},
         "",
         {"mp4", "mkv"},
         0,
         63},
        {Mjpeg, "mjpeg", {"mjpeg"}, {"yuvj422p", "yuvj444p", "yuvj420p"}, "", {"mov", "mp4", "mkv"}, 1, 31},
        {Png, "png", {"png"}, {"rgb24", "rgba", "rgb48be", "rgba64be"}, "", quicktime},
    };
}

} // namespace

const std::vector<MovieCodecInfo>& movie_codec_table()
{
    static const std::vector<MovieCodecInfo> table = make_table();
    return table;
}

const MovieCodecInfo& info_of(MovieCodec codec)
{
    return movie_codec_table()[size_t(codec)];
}

std::string_view name_of(MovieCodec codec)
{
    return info_of(codec).name;
}

Result<MovieCodec> movie_codec(std::string_view name)
{
    for (const MovieCodecInfo& i : movie_codec_table())
        if (i.name == name) return i.codec;
    return Error{ErrorKind::InvalidArgument, "there is no movie codec \"" + std::string(name) + "\"",
                 "choose " + joined(movie_codec_names())};
}

const std::vector<std::string>& movie_codec_names()
{
    static const std::vector<std::string> names = [] {
        std::vector<std::string> out;
        for (const MovieCodecInfo& i : movie_codec_table()) out.push_back(i.name);
        return out;
    }();
    return names;
}

const std::vector<std::string>& movie_pixel_formats(MovieCodec codec)
{
    return info_of(codec).pixel_formats;
}
std::vector<std::string> movie_encoders(MovieCodec codec)
{
    return info_of(codec).encoders;
}

} // namespace tessera
