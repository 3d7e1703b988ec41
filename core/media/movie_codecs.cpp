#include "core/media/movie_codecs.h"
#include "core/base/text.h"
#include "core/media/media_error.h"
#include <algorithm>
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/dict.h>
#include <libavutil/pixdesc.h>
}

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

/// Encoders complain of a wrong preset on stderr and in their own words.
Status check_preset(const MovieCodecInfo& info, const std::string& encoder, const std::string& preset)
{
    static const std::vector<std::string> speeds{"ultrafast", "superfast", "veryfast", "faster",   "fast",
                                                 "medium",    "slow",      "slower",   "veryslow", "placebo"};
    static const std::vector<std::string> numbers{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"};
    if (preset.empty()) return {};
    const bool h26x = encoder == "libx264" || encoder == "libx265";
    const std::vector<std::string> choices = h26x                            ? speeds
                                             : info.codec == MovieCodec::Av1 ? numbers
                                                                             : std::vector<std::string>();
    if (std::find(choices.begin(), choices.end(), preset) != choices.end()) return {};
    return Error{ErrorKind::InvalidArgument, info.name + " has no preset \"" + preset + "\"",
                 choices.empty() ? "leave the preset empty" : "choose " + joined(choices)};
}

bool takes(const AVCodec* encoder, int pixel_format)
{
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
    const void* list = nullptr;
    int count = 0;
    avcodec_get_supported_config(nullptr, encoder, AV_CODEC_CONFIG_PIX_FORMAT, 0, &list, &count);
    const auto* formats = static_cast<const AVPixelFormat*>(list);
#else
    const AVPixelFormat* formats = encoder->pix_fmts;
#endif
    if (!formats) return true;
    for (; *formats != AV_PIX_FMT_NONE; ++formats)
        if (*formats == pixel_format) return true;
    return false;
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

bool movie_codec_available(MovieCodec codec)
{
    const MovieCodecInfo& info = info_of(codec);
    return find_movie_encoder(info, av_get_pix_fmt(info.pixel_formats.front().c_str())) != nullptr;
}

const AVCodec* find_movie_encoder(const MovieCodecInfo& info, int pixel_format)
{
    for (const std::string& name : info.encoders)
        if (const AVCodec* encoder = avcodec_find_encoder_by_name(name.c_str());
            encoder && takes(encoder, pixel_format))
            return encoder;
    return nullptr;
}

Error no_encoder_error(const std::string& path, const MovieCodecInfo& info, const std::string& pixel_format)
{
    return file_error(ErrorKind::Unsupported, path,
                      "cannot write the movie " + path + ": this machine's FFmpeg has no encoder for " + info.name +
                          " in " + pixel_format + " (" + joined(info.encoders) + ")",
                      "install an FFmpeg that has it (Debian: libavcodec-extra), or choose another codec");
}

Status encoder_options(const MovieCodecInfo& info, const std::string& encoder, const MovieSettings& settings,
                       AVDictionary** options)
{
    auto set = [&](const char* key, const std::string& value) { av_dict_set(options, key, value.c_str(), 0); };
    const bool has_crf = info.best_crf <= info.worst_crf;
    if (settings.crf >= 0 && !has_crf)
        return Error{ErrorKind::InvalidArgument, info.name + " has no quality setting",
                     "leave crf at -1 and choose another codec of its family for more or less quality"};
    if (settings.crf >= 0 && (settings.crf < info.best_crf || settings.crf > info.worst_crf))
        return Error{ErrorKind::InvalidArgument, info.name + " has no quality " + std::to_string(settings.crf),
                     "choose " + std::to_string(info.best_crf) + " (best) to " + std::to_string(info.worst_crf)};
    TESSERA_CHECK(check_preset(info, encoder, settings.preset));
    if (!info.profile.empty()) set("profile", info.profile);
    const bool by_quality = settings.bitrate <= 0;
    const auto quality = [&](int usual) { return std::to_string(settings.crf >= 0 ? settings.crf : usual); };
    if (encoder == "libx264" || encoder == "libx265") {
        set("preset", settings.preset.empty() ? "medium" : settings.preset);
        if (by_quality) set("crf", quality(encoder == "libx264" ? 18 : 20));
        if (encoder == "libx265") set("x265-params", "log-level=none");
    } else if (encoder == "libsvtav1") {
        set("preset", settings.preset.empty() ? "8" : settings.preset);
        if (by_quality) set("crf", quality(30));
    } else if (encoder == "libaom-av1") {
        set("cpu-used",
            settings.preset.empty() ? "6" : std::to_string(std::min(8, std::atoi(settings.preset.c_str()))));
        set("row-mt", "1");
        if (by_quality) set("crf", quality(30));
    } else if (encoder == "prores_ks") {
        set("vendor", "apl0"); // some programs read no other maker's files
        set("alpha_bits", settings.pixel_format.starts_with("yuva") ? "16" : "0");
    }
    return {};
}

} // namespace tessera
