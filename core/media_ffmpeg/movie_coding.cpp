// Which numbers a pixel format and its tags stand for.
#include "core/media_ffmpeg/movie_pixels.h"
extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
}
#include <optional>

namespace tessera {

namespace {

struct Weights {
    double kr, kb;
};

std::optional<Weights> weights_of(AVColorSpace matrix)
{
    switch (matrix) {
    case AVCOL_SPC_BT709: return Weights{0.2126, 0.0722};
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M: return Weights{0.299, 0.114};
    case AVCOL_SPC_SMPTE240M: return Weights{0.212, 0.087};
    case AVCOL_SPC_FCC: return Weights{0.30, 0.11};
    case AVCOL_SPC_BT2020_NCL: return Weights{0.2627, 0.0593};
    default: return std::nullopt;
    }
}

ColorModel model_of(const AVPixFmtDescriptor& format)
{
    const bool palette = format.flags & AV_PIX_FMT_FLAG_PAL;
    if (palette || (format.flags & AV_PIX_FMT_FLAG_RGB)) return ColorModel::Rgb;
    return format.nb_components < 3 ? ColorModel::Grey : ColorModel::Yuv;
}

/// The place of chroma samples. Along a direction that is not subsampled nothing is to be placed.
void place_chroma(PixelCoding& coding, const AVPixFmtDescriptor& format, AVChromaLocation location)
{
    const double middle_x = ((1 << format.log2_chroma_w) - 1) / 2.0, last_y = (1 << format.log2_chroma_h) - 1;
    const bool centred =
        location == AVCHROMA_LOC_CENTER || location == AVCHROMA_LOC_TOP || location == AVCHROMA_LOC_BOTTOM;
    const bool top = location == AVCHROMA_LOC_TOP || location == AVCHROMA_LOC_TOPLEFT;
    const bool bottom = location == AVCHROMA_LOC_BOTTOM || location == AVCHROMA_LOC_BOTTOMLEFT;
    coding.chroma_x = centred ? middle_x : 0;
    coding.chroma_y = top ? 0 : bottom ? last_y : last_y / 2;
}

/// FFmpeg's older formats that say full range by their name.
bool named_full_range(int format)
{
    return format == AV_PIX_FMT_YUVJ420P || format == AV_PIX_FMT_YUVJ422P || format == AV_PIX_FMT_YUVJ444P ||
           format == AV_PIX_FMT_YUVJ440P || format == AV_PIX_FMT_YUVJ411P;
}

Error no_matrix(const std::string& name)
{
    return {ErrorKind::Unsupported, "YUV with the matrix " + name + " cannot be converted",
            "use a movie with one of the matrices bt709, smpte170m or bt2020nc"};
}

} // namespace

Result<PixelCoding> coding_of(const AVFrame& frame, std::string& matrix)
{
    constexpr int hd_lines = 720, hd_columns = 1280;
    const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(AVPixelFormat(frame.format));
    if (!format) return Error{ErrorKind::Unsupported, "the movie's pixel format is unknown", "convert the movie first"};
    PixelCoding coding;
    coding.model = model_of(*format);
    const bool jpeg_format = named_full_range(frame.format);
    const bool yuv = coding.model == ColorModel::Yuv;
    coding.full_range =
        jpeg_format || frame.color_range == AVCOL_RANGE_JPEG || (!yuv && frame.color_range != AVCOL_RANGE_MPEG);
    AVChromaLocation location = frame.chroma_location;
    if (location == AVCHROMA_LOC_UNSPECIFIED) location = jpeg_format ? AVCHROMA_LOC_CENTER : AVCHROMA_LOC_LEFT;
    place_chroma(coding, *format, location);
    matrix = yuv ? "" : "gbr";
    if (!yuv) return coding;
    AVColorSpace space = frame.colorspace;
    if (space == AVCOL_SPC_UNSPECIFIED || space == AVCOL_SPC_RESERVED || space == AVCOL_SPC_RGB)
        space = frame.height >= hd_lines || frame.width >= hd_columns ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
    const char* name = av_color_space_name(space);
    matrix = name ? name : std::to_string(int(space));
    if (space == AVCOL_SPC_YCGCO) {
        coding.model = ColorModel::YCgCo;
        return coding;
    }
    const auto weights = weights_of(space);
    if (!weights) return no_matrix(matrix);
    coding.kr = weights->kr;
    coding.kb = weights->kb;
    return coding;
}

Result<PixelCoding> coding_for(int pixel_format, const std::string& matrix, bool full_range)
{
    const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(AVPixelFormat(pixel_format));
    PixelCoding coding;
    coding.model = model_of(*format);
    coding.full_range = full_range;
    place_chroma(coding, *format, named_full_range(pixel_format) ? AVCHROMA_LOC_CENTER : AVCHROMA_LOC_LEFT);
    if (coding.model != ColorModel::Yuv) return coding;
    const auto weights = weights_of(AVColorSpace(av_color_space_from_name(matrix.c_str())));
    if (!weights) return no_matrix(matrix);
    coding.kr = weights->kr;
    coding.kb = weights->kb;
    return coding;
}

} // namespace tessera
