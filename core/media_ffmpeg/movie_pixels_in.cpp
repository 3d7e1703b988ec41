// Decoded frames to float RGBA. Every format FFmpeg describes by components (plane, offset, step, shift, depth) is read
// by that description: planar, semi-planar and packed, 8 to 16 bits and float, of either byte order. swscale's own
// conversion works in integers of 15 bits and shifts by up to a code, so it serves the rest only: formats
// smaller than a byte and those of cameras' sensors.
#include "core/media_ffmpeg/movie_pixels.h"
#include "core/media/parallel.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>
extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

namespace tessera {

namespace {

using Floats = std::vector<float>;

bool described_by_components(const AVPixFmtDescriptor& d)
{
    constexpr uint64_t others =
        AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER;
    return !(d.flags & others) && std::strncmp(d.name, "xyz", 3) != 0;
}

template <class Word, bool Swap> void load(const uint8_t* p, int step, int shift, Word mask, int count, float* out)
{
    for (int i = 0; i < count; ++i, p += step) {
        Word v;
        std::memcpy(&v, p, sizeof v);
        if constexpr (Swap) v = Word(v << 8 | v >> 8);
        out[i] = float(Word(v >> shift) & mask);
    }
}

/// Component `c` of row `y` (of its own plane) as codes; float formats as they are.
void load_row(const AVFrame& frame, const AVPixFmtDescriptor& d, int c, int y, int count, float* out)
{
    const AVComponentDescriptor& part = d.comp[c];
    const uint8_t* p = frame.data[part.plane] + ptrdiff_t(y) * frame.linesize[part.plane] + part.offset;
    const bool big_endian = d.flags & AV_PIX_FMT_FLAG_BE;
    if (d.flags & AV_PIX_FMT_FLAG_FLOAT) {
        for (int i = 0; i < count; ++i, p += part.step) {
            uint32_t bits;
            std::memcpy(&bits, p, sizeof bits);
            if (big_endian) bits = __builtin_bswap32(bits);
            std::memcpy(out + i, &bits, sizeof bits);
        }
        return;
    }
    const auto mask = uint16_t((1u << part.depth) - 1);
    if (part.shift + part.depth <= 8)
        // In a 16-bit pixel of big-endian order the low byte is the second one.
        load<uint8_t, false>(p + (big_endian ? 1 : 0), part.step, part.shift, uint8_t(mask), count, out);
    else if (big_endian)
        load<uint16_t, true>(p, part.step, part.shift, mask, count, out);
    else
        load<uint16_t, false>(p, part.step, part.shift, mask, count, out);
}

/// value = (code - zero) * gain
struct Scale {
    float zero = 0, gain = 1;
};

Scale scale_of(const AVPixFmtDescriptor& d, int c, bool chroma, bool full_range)
{
    if (d.flags & AV_PIX_FMT_FLAG_FLOAT) return {};
    const int depth = d.comp[c].depth;
    const double step = std::ldexp(1.0, depth - 8), most = std::ldexp(1.0, depth) - 1;
    if (chroma) return {float(128 * step), float(full_range ? 1 / most : 1 / (224 * step))};
    return full_range ? Scale{0, float(1 / most)} : Scale{float(16 * step), float(1 / (219 * step))};
}

/// Where along a line of subsampled values position `at` lies: between two samples.
struct Between {
    int first, second;
    float share; ///< of the second
};

Between between(double at, int count)
{
    const double clamped = std::clamp(at, 0.0, double(count - 1));
    const int first = int(clamped);
    return {first, std::min(first + 1, count - 1), float(clamped - first)};
}

/// Reads the rows of one frame; each thread has its own.
class RowReader {
public:
    RowReader(const AVFrame& frame, const AVPixFmtDescriptor& d, const PixelCoding& coding)
        : frame_(frame), d_(d), coding_(coding), width_(frame.width)
    {
        for (auto& row : rows_) row.resize(size_t(width_) + 1);
        above_.resize(size_t(width_) + 1);
        below_.resize(size_t(width_) + 1);
        const int chroma_width = AV_CEIL_RSHIFT(width_, d.log2_chroma_w);
        if (d.log2_chroma_w)
            for (int x = 0; x < width_; ++x)
                across_.push_back(between((x - coding.chroma_x) / (1 << d.log2_chroma_w), chroma_width));
    }

    /// Row `y`, from the top, as RGBA.
    void row(int y, float* out)
    {
        const int parts = d_.nb_components;
        const bool alpha = d_.flags & AV_PIX_FMT_FLAG_ALPHA;
        const int colors = alpha ? parts - 1 : parts;
        const bool yuv = coding_.model == ColorModel::Yuv || coding_.model == ColorModel::YCgCo;
        for (int c = 0; c < colors; ++c) component(c, y, yuv && c > 0, coding_.full_range);
        for (int c = colors; c < 3; ++c) rows_[c] = rows_[0];
        if (alpha) alpha_row(parts - 1, y);
        const float *a = rows_[0].data(), *b = rows_[1].data(), *c = rows_[2].data();
        if (coding_.model == ColorModel::Yuv)
            from_yuv(a, b, c, out);
        else if (coding_.model == ColorModel::YCgCo)
            for (int x = 0; x < width_; ++x) store(out + x * 4, a[x] - b[x] + c[x], a[x] + b[x], a[x] - b[x] - c[x]);
        else
            for (int x = 0; x < width_; ++x) store(out + x * 4, a[x], b[x], c[x]);
        for (int x = 0; x < width_; ++x) out[x * 4 + 3] = alpha ? rows_[3][size_t(x)] : 1;
    }

private:
    static void store(float* out, float r, float g, float b) { out[0] = r, out[1] = g, out[2] = b; }

    void from_yuv(const float* y, const float* cb, const float* cr, float* out) const
    {
        const double kg = 1 - coding_.kr - coding_.kb;
        const auto red = float(2 * (1 - coding_.kr)), blue = float(2 * (1 - coding_.kb));
        const auto green_cr = float(2 * (1 - coding_.kr) * coding_.kr / kg);
        const auto green_cb = float(2 * (1 - coding_.kb) * coding_.kb / kg);
        for (int x = 0; x < width_; ++x)
            store(out + x * 4, y[x] + red * cr[x], y[x] - green_cr * cr[x] - green_cb * cb[x], y[x] + blue * cb[x]);
    }

    void alpha_row(int c, int y)
    {
        load_row(frame_, d_, c, y, width_, rows_[3].data());
        const Scale s = scale_of(d_, c, false, true);
        for (int x = 0; x < width_; ++x) rows_[3][size_t(x)] = (rows_[3][size_t(x)] - s.zero) * s.gain;
    }

    /// Component `c` at full resolution, scaled, into rows_[c].
    void component(int c, int y, bool chroma, bool full_range)
    {
        Floats& out = rows_[c];
        const bool narrow = chroma && d_.log2_chroma_w, low = chroma && d_.log2_chroma_h;
        const int count = narrow ? AV_CEIL_RSHIFT(width_, d_.log2_chroma_w) : width_;
        if (low) {
            const int lines = AV_CEIL_RSHIFT(frame_.height, d_.log2_chroma_h);
            const Between down = between((y - coding_.chroma_y) / (1 << d_.log2_chroma_h), lines);
            load_row(frame_, d_, c, down.first, count, above_.data());
            load_row(frame_, d_, c, down.second, count, below_.data());
            for (int x = 0; x < count; ++x) above_[size_t(x)] += (below_[size_t(x)] - above_[size_t(x)]) * down.share;
        } else {
            load_row(frame_, d_, c, y, count, narrow ? above_.data() : out.data());
        }
        if (narrow) {
            for (int x = 0; x < width_; ++x) {
                const Between& b = across_[size_t(x)];
                out[size_t(x)] =
                    above_[size_t(b.first)] + (above_[size_t(b.second)] - above_[size_t(b.first)]) * b.share;
            }
        } else if (low) {
            std::copy_n(above_.begin(), width_, out.begin());
        }
        const Scale s = scale_of(d_, c, chroma, full_range);
        for (int x = 0; x < width_; ++x) out[size_t(x)] = (out[size_t(x)] - s.zero) * s.gain;
    }

    const AVFrame& frame_;
    const AVPixFmtDescriptor& d_;
    const PixelCoding& coding_;
    int width_;
    Floats rows_[4], above_, below_;
    std::vector<Between> across_;
};

/// Indices into a table of 256 colours, each 32 bits of alpha, red, green and blue.
HostImage from_palette(const AVFrame& frame)
{
    HostImage image(Rect{0, 0, frame.width, frame.height});
    for (int y = 0; y < frame.height; ++y) {
        const uint8_t* p = frame.data[0] + ptrdiff_t(y) * frame.linesize[0];
        float* out = image.row(frame.height - 1 - y);
        for (int x = 0; x < frame.width; ++x, out += 4) {
            uint32_t color;
            std::memcpy(&color, frame.data[1] + p[x] * sizeof color, sizeof color);
            for (int c = 0; c < 4; ++c) out[c] = float(color >> (c == 3 ? 24 : 16 - 8 * c) & 255) / 255;
        }
    }
    return image;
}

/// By swscale to 16 bits of RGBA, for what RowReader cannot read.
Result<FramePtr> by_swscale(const AVFrame& frame)
{
    FramePtr out = new_frame();
    out->width = frame.width, out->height = frame.height, out->format = AV_PIX_FMT_RGBA64;
    const ScalerPtr scaler(sws_getContext(frame.width, frame.height, AVPixelFormat(frame.format), frame.width,
                                          frame.height, AV_PIX_FMT_RGBA64, SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT,
                                          nullptr, nullptr, nullptr));
    const char* name = av_get_pix_fmt_name(AVPixelFormat(frame.format));
    if (!scaler || av_frame_get_buffer(out.get(), 0) < 0 ||
        sws_scale(scaler.get(), frame.data, frame.linesize, 0, frame.height, out->data, out->linesize) != frame.height)
        return Error{ErrorKind::Unsupported,
                     "frames of the pixel format " + std::string(name ? name : "unknown") + " cannot be converted",
                     "convert the movie first"};
    return out;
}

} // namespace

Result<HostImage> image_from_frame(const AVFrame& frame, const PixelCoding& coding)
{
    const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(AVPixelFormat(frame.format));
    if (frame.format == AV_PIX_FMT_PAL8) return from_palette(frame);
    if (!described_by_components(*d)) {
        TESSERA_TRY(rgb, by_swscale(frame));
        return image_from_frame(*rgb, PixelCoding{ColorModel::Rgb, 0, 0, true, 0, 0});
    }
    HostImage image(Rect{0, 0, frame.width, frame.height});
    parallel_rows(frame.height, 0, [&](int first, int last) {
        RowReader reader(frame, *d, coding);
        for (int y = first; y < last; ++y) reader.row(y, image.row(frame.height - 1 - y));
    });
    return image;
}

} // namespace tessera
