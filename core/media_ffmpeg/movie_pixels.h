#pragma once
// Between the pixel formats of movies and float RGBA, exactly: no integer colour conversion in between.
#include "core/base/image.h"
#include "core/base/result.h"
#include "core/media_ffmpeg/movie_ffmpeg.h"

namespace tessera {

/// What the components of a pixel format are.
enum class ColorModel { Grey, Rgb, Yuv, YCgCo };

/// How codes become values. For Yuv, kr and kb are the weights of red and blue in luma (ITU-R BT.601, BT.709, BT.2020):
///   Y' = kr R' + (1 - kr - kb) G' + kb B',   Cb = (B' - Y') / (2 (1 - kb)),   Cr = (R' - Y') / (2 (1 - kr))
/// and n-bit codes are, s = 2^(n-8), limited range: 16 s + 219 s Y', 128 s + 224 s C; full: (2^n - 1) Y', 2^(n-1) +
/// (2^n - 1) C.
struct PixelCoding {
    ColorModel model = ColorModel::Yuv;
    double kr = 0.2126, kb = 0.0722;
    bool full_range = false;
    double chroma_x = 0,
           chroma_y = 0.5; ///< place of a subsampled chroma sample, in luma pixels after the first's centre
};

/// The coding of a decoded frame by its own tags, else by the codec context's; without either, Rec.709 from 720 lines
/// or 1280 columns on and Rec.601 below, limited range (full for RGB). `matrix` receives the name of the one used.
/// Unsupported for matrices without a linear formula (constant luminance, ICtCp).
Result<PixelCoding> coding_of(const AVFrame& frame, std::string& matrix);
/// For writing: `matrix`, an FFmpeg name, and the range; nothing for a name that cannot be written.
Result<PixelCoding> coding_for(int pixel_format, const std::string& matrix, bool full_range);

/// A decoded frame to RGBA, y-up. Formats this does not read itself (palettes, bits) go through swscale to 16-bit RGB.
Result<HostImage> image_from_frame(const AVFrame& frame, const PixelCoding& coding);

/// Fills a writable frame, whose format is one of a movie codec's, with the image's pixels in [0, width) x [0, height);
/// black where it has none. Chroma is averaged over the pixels it stands for: [1 2 1]/4 across where it sits on a
/// pixel, [1 1]/2 down where it sits between two.
void image_to_frame(const HostImage& image, const PixelCoding& coding, AVFrame& frame, int threads);

} // namespace tessera
