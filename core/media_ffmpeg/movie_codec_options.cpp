#include "core/media_ffmpeg/movie_codec_options.h"
#include "core/base/text.h"
#include "core/media/media_error.h"
#include <algorithm>
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/dict.h>
}

namespace tessera {

namespace {

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
