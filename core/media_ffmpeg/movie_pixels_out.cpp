// Float RGBA to the frames that encoders take. Loops run over whole blocks of a padded row, so that compilers turn them
// into vector code at -O2 without a remainder.
#include "core/media_ffmpeg/movie_pixels.h"
#include "core/media/parallel.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>
extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
}

namespace tessera {

namespace {

constexpr int block = 16; // floats
int padded(int width)
{
    return (width + block - 1) / block * block;
}

/// Four floats a pixel to a row for each channel, limited to 0 to 1; NaN becomes 0.
void split(const float* __restrict rgba, int blocks, float* __restrict r, float* __restrict g, float* __restrict b,
           float* __restrict a)
{
    const auto limited = [](float v) {
        v = v > 0 ? v : 0;
        return v < 1 ? v : 1.0f;
    };
    for (int i = 0; i < blocks; ++i, rgba += 4 * block, r += block, g += block, b += block, a += block)
        for (int k = 0; k < block; ++k) {
            r[k] = limited(rgba[k * 4]);
            g[k] = limited(rgba[k * 4 + 1]);
            b[k] = limited(rgba[k * 4 + 2]);
            a[k] = limited(rgba[k * 4 + 3]);
        }
}

struct YuvFactors {
    float kr, kg, kb, cb, cr;
};

void to_yuv(const YuvFactors f, int blocks, float* __restrict r, float* __restrict g, float* __restrict b)
{
    for (int i = 0; i < blocks; ++i, r += block, g += block, b += block)
        for (int k = 0; k < block; ++k) {
            const float y = f.kr * r[k] + f.kg * g[k] + f.kb * b[k];
            const float cb = (b[k] - y) * f.cb, cr = (r[k] - y) * f.cr;
            r[k] = y, g[k] = cb, b[k] = cr;
        }
}

/// Adds `b` to `a`.
void add(int blocks, float* __restrict a, const float* __restrict b)
{
    for (int i = 0; i < blocks; ++i, a += block, b += block)
        for (int k = 0; k < block; ++k) a[k] += b[k];
}

/// Every second value of `in`, [1 2 1]/4 about it (a sample on a pixel) or [1 1]/2 (between two); in[-1] and what
/// follows the row's end hold its edge values.
void halve(const float* __restrict in, bool centred, int blocks, float* __restrict out)
{
    for (int i = 0; i < blocks; ++i, in += 2 * block, out += block)
        if (centred)
            for (int k = 0; k < block; ++k) out[k] = 0.5f * (in[2 * k] + in[2 * k + 1]);
        else
            for (int k = 0; k < block; ++k) out[k] = 0.25f * (in[2 * k - 1] + in[2 * k + 1]) + 0.5f * in[2 * k];
}

/// code = value * gain + zero, rounded and limited to the codes there are.
template <class Code>
void encode(const float* __restrict in, float gain, float zero, int most, int blocks, Code* __restrict out)
{
    const float top = float(most);
    for (int i = 0; i < blocks; ++i, in += block, out += block)
        for (int k = 0; k < block; ++k) {
            float v = in[k] * gain + (zero + 0.5f);
            v = v > 0 ? v : 0;
            v = v < top ? v : top;
            out[k] = Code(int(v));
        }
}

/// Writes rows of one frame; each thread has its own.
class RowWriter {
public:
    RowWriter(const HostImage& image, const PixelCoding& coding, AVFrame& frame)
        : image_(image), coding_(coding), frame_(frame), d_(*av_pix_fmt_desc_get(AVPixelFormat(frame.format))),
          width_(frame.width), stride_(padded(frame.width + 1)), blocks_(stride_ / block)
    {
        line_.resize(size_t(stride_) * 4);
        codes_.resize(size_t(stride_));
        half_.resize(size_t(stride_));
        for (auto* set : {&first_, &second_})
            for (auto& row : *set) row.resize(size_t(stride_) + 2 * block);
        const double kr = coding.kr, kb = coding.kb;
        factors_ = {float(kr), float(1 - kr - kb), float(kb), float(0.5 / (1 - kb)), float(0.5 / (1 - kr))};
    }

    /// Rows `y` and, for a format with half as many chroma lines, the next one; from the top.
    void rows(int y)
    {
        fetch(y, first_);
        if (coding_.model != ColorModel::Yuv) {
            for (int c = 0; c < 3; ++c) store(c, y, values(first_, c), width_, false);
        } else {
            to_yuv(factors_, blocks_, values(first_, 0), values(first_, 1), values(first_, 2));
            store(0, y, values(first_, 0), width_, false);
            if (d_.log2_chroma_h) second_luma(y);
            for (int c = 1; c < 3; ++c) store_chroma(c, y);
        }
        if (d_.flags & AV_PIX_FMT_FLAG_ALPHA) store(d_.nb_components - 1, y, values(first_, 3), width_, false);
    }

private:
    using Set = std::vector<float>[4];
    // One block of room before each row for its left neighbour.
    static float* values(Set& set, int c) { return set[c].data() + block; }

    void fetch(int y, Set& set)
    {
        const int row = frame_.height - 1 - y;
        const Rect& have = image_.region;
        const int x0 = std::max(0, have.x0), x1 = std::min(width_, have.x1);
        const bool inside = row >= have.y0 && row < have.y1 && x0 < x1;
        if (!inside || x0 > 0 || x1 < width_) std::fill(line_.begin(), line_.end(), 0.0f);
        if (inside) std::memcpy(line_.data() + x0 * 4, image_.at(x0, row), size_t(x1 - x0) * 4 * sizeof(float));
        // The padding repeats the last pixel: filters at the edge see it.
        const float* last = line_.data() + (width_ - 1) * 4;
        for (int x = width_; x < stride_; ++x) std::copy_n(last, 4, line_.data() + x * 4);
        split(line_.data(), blocks_, values(set, 0), values(set, 1), values(set, 2), values(set, 3));
    }

    void second_luma(int y)
    {
        fetch(y + 1, second_);
        to_yuv(factors_, blocks_, values(second_, 0), values(second_, 1), values(second_, 2));
        store(0, y + 1, values(second_, 0), width_, false);
        if (d_.flags & AV_PIX_FMT_FLAG_ALPHA) store(d_.nb_components - 1, y + 1, values(second_, 3), width_, false);
    }

    void store_chroma(int c, int y)
    {
        float* row = values(first_, c);
        float share = 1;
        if (d_.log2_chroma_h) {
            add(blocks_, row, values(second_, c));
            share = 0.5f;
        }
        if (!d_.log2_chroma_w) return store(c, y, row, width_, true, share);
        row[-1] = row[0];
        halve(row, coding_.chroma_x > 0, std::max(1, blocks_ / 2), half_.data());
        if (blocks_ % 2) // the last half block, whose source the whole blocks above do not reach
            for (int x = blocks_ / 2 * block; x < (width_ + 1) / 2; ++x)
                half_[size_t(x)] = coding_.chroma_x > 0 ? 0.5f * (row[2 * x] + row[2 * x + 1])
                                                        : 0.25f * (row[2 * x - 1] + row[2 * x + 1]) + 0.5f * row[2 * x];
        store(c, y >> d_.log2_chroma_h, half_.data(), (width_ + 1) / 2, true, share);
    }

    /// Component `c` of line `y` of its plane.
    void store(int c, int y, const float* in, int count, bool chroma, float share = 1)
    {
        const AVComponentDescriptor& part = d_.comp[c];
        const double step = std::ldexp(1.0, part.depth - 8);
        const int most = (1 << part.depth) - 1;
        const bool alpha = (d_.flags & AV_PIX_FMT_FLAG_ALPHA) && c == d_.nb_components - 1;
        const bool full = coding_.full_range || alpha;
        const float gain = share * float(full ? most : (chroma ? 224 : 219) * step);
        const float zero = float(chroma ? 128 * step : full ? 0 : 16 * step);
        uint8_t* out = frame_.data[part.plane] + ptrdiff_t(y) * frame_.linesize[part.plane] + part.offset;
        const int blocks = padded(count) / block;
        if (part.depth <= 8) {
            auto* codes = reinterpret_cast<uint8_t*>(codes_.data());
            encode(in, gain, zero, most, blocks, codes);
            if (part.step == 1)
                std::memcpy(out, codes, size_t(count));
            else
                for (int x = 0; x < count; ++x) out[x * part.step] = codes[x];
            return;
        }
        encode(in, gain, zero, most, blocks, codes_.data());
        const bool swap = d_.flags & AV_PIX_FMT_FLAG_BE;
        if (swap)
            for (int x = 0; x < count; ++x) codes_[size_t(x)] = __builtin_bswap16(codes_[size_t(x)]);
        if (part.step == 2)
            std::memcpy(out, codes_.data(), size_t(count) * 2);
        else
            for (int x = 0; x < count; ++x) std::memcpy(out + x * part.step, &codes_[size_t(x)], 2);
    }

    const HostImage& image_;
    const PixelCoding& coding_;
    AVFrame& frame_;
    const AVPixFmtDescriptor& d_;
    int width_, stride_, blocks_;
    std::vector<float> line_, half_;
    std::vector<uint16_t> codes_;
    Set first_, second_;
    YuvFactors factors_{};
};

} // namespace

void image_to_frame(const HostImage& image, const PixelCoding& coding, AVFrame& frame, int threads)
{
    const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(AVPixelFormat(frame.format));
    const int lines = 1 << d->log2_chroma_h;
    parallel_rows(frame.height / lines, threads, [&](int first, int last) {
        RowWriter writer(image, coding, frame);
        for (int i = first; i < last; ++i) writer.rows(i * lines);
    });
}

} // namespace tessera
