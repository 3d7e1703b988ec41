// Encoding: settings checked by name, frames converted and sent, packets muxed into an AtomicFile through our own I/O
// callbacks, so that the system's reason for a failed write is known and nothing half-written is ever seen.
#include "core/media_ffmpeg/ffmpeg_module.h"
#include "core/base/text.h"
#include "core/media/atomic_file.h"
#include "core/media/media_error.h"
#include "core/media_ffmpeg/movie_codec_options.h"
#include "core/media_ffmpeg/movie_pixels.h"
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/timecode.h>
}

namespace tessera {

namespace {

constexpr int io_buffer_size = 1 << 18;
constexpr int seek_whence_mask = 3; // the rest are FFmpeg's own flags

#if LIBAVFORMAT_VERSION_MAJOR >= 61
using IoBytes = const uint8_t*;
#else
using IoBytes = uint8_t*;
#endif

/// The file and where it ends so far: the muxer goes back to fill in sizes.
struct Output {
    AtomicFile file;
    uint64_t end = 0;
};

int write_bytes(void* opaque, IoBytes data, int size)
{
    auto& out = *static_cast<Output*>(opaque);
    if (!out.file.write(data, size_t(size))) return AVERROR(EIO);
    out.end = std::max(out.end, out.file.position());
    return size;
}

int64_t seek_bytes(void* opaque, int64_t offset, int whence)
{
    auto& out = *static_cast<Output*>(opaque);
    if (whence & AVSEEK_SIZE) return int64_t(out.end);
    whence &= seek_whence_mask;
    const int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? int64_t(out.file.position()) : int64_t(out.end);
    if (from + offset < 0) return AVERROR(EINVAL);
    out.file.seek(uint64_t(from + offset));
    return from + offset;
}

Error bad_setting(const std::string& path, const std::string& reason, const std::string& remedy)
{
    return file_error(ErrorKind::InvalidArgument, path, "cannot write the movie " + path + ": " + reason, remedy);
}

std::string extension_of(const std::string& path)
{
    std::string e = std::filesystem::path(path).extension().string();
    for (char& c : e)
        if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    return e.empty() ? e : e.substr(1);
}

/// FFmpeg's numbers for the tags.
struct Tags {
    int primaries = AVCOL_PRI_BT709, transfer = AVCOL_TRC_BT709, matrix = AVCOL_SPC_BT709;
    bool full_range = false;
};

Result<Tags> tags_of(const std::string& path, const MovieTags& tags, const AVPixFmtDescriptor& format)
{
    Tags out;
    const bool rgb = format.flags & AV_PIX_FMT_FLAG_RGB, jpeg = std::string_view(format.name).starts_with("yuvj");
    if (!tags.primaries.empty()) out.primaries = av_color_primaries_from_name(tags.primaries.c_str());
    if (!tags.transfer.empty()) out.transfer = av_color_transfer_from_name(tags.transfer.c_str());
    if (rgb)
        out.matrix = AVCOL_SPC_RGB;
    else if (!tags.matrix.empty())
        out.matrix = av_color_space_from_name(tags.matrix.c_str());
    const auto wrong = [&](const char* what, const std::string& name, const char* examples) {
        return bad_setting(path, std::string("there is no ") + what + " \"" + name + "\"",
                           std::string("choose for instance ") + examples);
    };
    if (out.primaries < 0) return wrong("set of primaries", tags.primaries, "bt709, smpte432 or bt2020");
    if (out.transfer < 0)
        return wrong("transfer curve", tags.transfer, "bt709, iec61966-2-1, smpte2084 or arib-std-b67");
    if (out.matrix < 0 || (!rgb && out.matrix == AVCOL_SPC_RGB))
        return wrong("matrix of YUV", tags.matrix, "bt709, smpte170m or bt2020nc");
    if (!tags.range.empty() && tags.range != "tv" && tags.range != "pc")
        return wrong("range", tags.range, "tv (limited) or pc (full)");
    out.full_range = tags.range.empty() ? rgb || jpeg : tags.range == "pc";
    if ((rgb || jpeg) && !out.full_range)
        return bad_setting(path, std::string("the pixel format ") + format.name + " has full range only",
                           "set the range to pc, or leave it empty");
    return out;
}

struct State {
    std::string path, encoder_name;
    MovieSettings settings;
    Format format;
    std::optional<Output> output;
    AVFormatContext* muxer = nullptr;
    CodecContextPtr encoder;
    AVStream* stream = nullptr;
    PacketPtr packet = new_packet();
    FramePtr frame = new_frame();
    PixelCoding coding;
    Tags tags;
    int frames = 0;
    std::optional<Error> failed;
    bool finished = false;

    ~State();
    Error library_error(const std::string& doing, int code) const;
    Status check_settings(AVPixelFormat& pixel_format);
    Status check_timecode() const;
    Status open_encoder(AVPixelFormat pixel_format);
    Status open_muxer();
    Status drain();
    Status write_frame(const HostImage& image);
    Status fail(Error e);
};

State::~State()
{
    if (!muxer) return;
    if (muxer->pb) {
        av_freep(&muxer->pb->buffer);
        avio_context_free(&muxer->pb);
    }
    avformat_free_context(muxer);
}

Error State::library_error(const std::string& doing, int code) const
{
    // What the file system said says more than FFmpeg's code for "it did not work".
    if (output)
        if (auto status = output->file.status(); !status) return status.error();
    return file_error(code == AVERROR(ENOMEM) ? ErrorKind::OutOfMemory : ErrorKind::Unsupported, path,
                      "cannot write the movie " + path + ": " + encoder_name + " could not " + doing + ": " +
                          ffmpeg_reason(code),
                      "choose another codec, pixel format or size");
}

/// Every later call gets the same error; what was written is removed when the writer goes.
Status State::fail(Error e)
{
    failed = e;
    return e;
}

Status State::check_timecode() const
{
    if (settings.timecode.empty()) return {};
    AVTimecode timecode;
    const AVRational rate{settings.rate_numerator, settings.rate_denominator};
    if (av_timecode_init_from_string(&timecode, rate, settings.timecode.c_str(), nullptr) >= 0) return {};
    return bad_setting(path, "\"" + settings.timecode + "\" is no timecode at this frame rate",
                       "write hours:minutes:seconds:frames, as in 01:00:00:00");
}

Status State::check_settings(AVPixelFormat& pixel_format)
{
    const MovieCodecInfo& info = info_of(settings.codec);
    if (settings.pixel_format.empty()) settings.pixel_format = info.pixel_formats.front();
    const auto& formats = info.pixel_formats;
    if (std::find(formats.begin(), formats.end(), settings.pixel_format) == formats.end())
        return bad_setting(path, info.name + " has no pixel format \"" + settings.pixel_format + "\"",
                           "choose " + joined(formats));
    const std::string extension = extension_of(path);
    if (std::find(info.containers.begin(), info.containers.end(), extension) == info.containers.end())
        return file_error(ErrorKind::Unsupported, path,
                          "cannot write the movie " + path + ": a file \"." + extension + "\" cannot hold " + info.name,
                          "let the name end in ." + joined(info.containers, " or ."));
    if (settings.rate_numerator <= 0 || settings.rate_denominator <= 0)
        return bad_setting(path,
                           "a frame rate of " + std::to_string(settings.rate_numerator) + "/" +
                               std::to_string(settings.rate_denominator) + " is none",
                           "set a rate above 0");
    pixel_format = av_get_pix_fmt(settings.pixel_format.c_str());
    const AVPixFmtDescriptor& d = *av_pix_fmt_desc_get(pixel_format);
    const int step_x = 1 << d.log2_chroma_w, step_y = 1 << d.log2_chroma_h;
    constexpr int largest = 16384;
    const std::string size = std::to_string(format.width) + "x" + std::to_string(format.height);
    if (format.width < 1 || format.height < 1 || format.width > largest || format.height > largest)
        return bad_setting(path, "frames of " + size + " pixels cannot be encoded",
                           "use a size of 1 to " + std::to_string(largest));
    if (format.width % step_x || format.height % step_y)
        return bad_setting(path,
                           settings.pixel_format + " needs " +
                               (step_y > 1 ? "an even width and height" : "an even width") + ", and the frames have " +
                               size,
                           "crop or reformat to " + std::to_string(format.width / step_x * step_x) + "x" +
                               std::to_string(format.height / step_y * step_y) + ", or choose a 4:4:4 pixel format");
    TESSERA_CHECK(check_timecode());
    TESSERA_TRY(numbers, tags_of(path, settings.tags, d));
    tags = numbers;
    const char* matrix = av_color_space_name(AVColorSpace(tags.matrix));
    auto made = coding_for(pixel_format, matrix ? matrix : "", tags.full_range);
    if (!made)
        return bad_setting(path, "YUV cannot be written with the matrix \"" + settings.tags.matrix + "\"",
                           "choose bt709, smpte170m or bt2020nc");
    coding = *made;
    return {};
}

Status State::open_encoder(AVPixelFormat pixel_format)
{
    const MovieCodecInfo& info = info_of(settings.codec);
    const AVCodec* codec = find_movie_encoder(info, pixel_format);
    if (!codec) return no_encoder_error(path, info, settings.pixel_format);
    encoder_name = codec->name;
    encoder.reset(avcodec_alloc_context3(codec));
    AVCodecContext& c = *encoder;
    c.width = format.width, c.height = format.height, c.pix_fmt = pixel_format;
    c.time_base = {settings.rate_denominator, settings.rate_numerator};
    c.framerate = {settings.rate_numerator, settings.rate_denominator};
    c.sample_aspect_ratio = av_d2q(format.pixel_aspect, 1000);
    c.color_primaries = AVColorPrimaries(tags.primaries);
    c.color_trc = AVColorTransferCharacteristic(tags.transfer);
    c.colorspace = AVColorSpace(tags.matrix);
    c.color_range = tags.full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    const AVPixFmtDescriptor& d = *av_pix_fmt_desc_get(pixel_format);
    if (d.log2_chroma_w) c.chroma_sample_location = coding.chroma_x > 0 ? AVCHROMA_LOC_CENTER : AVCHROMA_LOC_LEFT;
    c.bit_rate = settings.bitrate > 0 ? settings.bitrate : 0;
    if (settings.gop > 0) c.gop_size = settings.gop;
    if (settings.threads > 0) c.thread_count = settings.threads;
    if (settings.codec == MovieCodec::Mjpeg && settings.bitrate <= 0) {
        c.flags |= AV_CODEC_FLAG_QSCALE;
        c.global_quality = FF_QP2LAMBDA * (settings.crf >= 0 ? settings.crf : 2);
    }
    if (muxer->oformat->flags & AVFMT_GLOBALHEADER) c.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    AVDictionary* options = nullptr;
    Status status = encoder_options(info, encoder_name, settings, &options);
    if (!status) {
        status = bad_setting(path, status.error().message, status.error().remedy);
    } else {
        forget_ffmpeg_reason();
        const int opened = avcodec_open2(&c, codec, &options);
        if (opened < 0) status = library_error("start", opened);
    }
    av_dict_free(&options);
    return status;
}

Status State::open_muxer()
{
    stream = avformat_new_stream(muxer, nullptr);
    if (!stream || avcodec_parameters_from_context(stream->codecpar, encoder.get()) < 0)
        return library_error("start", AVERROR(ENOMEM));
    stream->time_base = encoder->time_base;
    stream->avg_frame_rate = stream->r_frame_rate = encoder->framerate;
    stream->sample_aspect_ratio = encoder->sample_aspect_ratio;
    // Players of Apple's know H.265 by this name only.
    if (settings.codec == MovieCodec::H265 && extension_of(path) != "mkv")
        stream->codecpar->codec_tag = MKTAG('h', 'v', 'c', '1');
    for (const auto& [key, value] : settings.metadata) av_dict_set(&muxer->metadata, key.c_str(), value.c_str(), 0);
    if (!settings.timecode.empty()) {
        av_dict_set(&stream->metadata, "timecode", settings.timecode.c_str(), 0);
        av_dict_set(&muxer->metadata, "timecode", settings.timecode.c_str(), 0);
    }
    AtomicFile::Options options;
    options.create_folders = settings.create_folders;
    options.overwrite = settings.overwrite;
    TESSERA_TRY(file, AtomicFile::create(path, options));
    output.emplace(Output{std::move(file), 0});
    auto* buffer = static_cast<unsigned char*>(av_malloc(io_buffer_size));
    muxer->pb = avio_alloc_context(buffer, io_buffer_size, 1, &*output, nullptr, write_bytes, seek_bytes);
    muxer->flags |= AVFMT_FLAG_CUSTOM_IO;
    AVDictionary* muxer_options = nullptr;
    if (extension_of(path) != "mkv") {
        // use_metadata_tags keeps tags of any name; MOV and MP4 then write the colour box as well as the stream does.
        av_dict_set(&muxer_options, "movflags", "+write_colr+use_metadata_tags", 0);
        av_dict_set(&muxer_options, "write_tmcd", settings.timecode.empty() ? "0" : "1", 0);
    }
    forget_ffmpeg_reason();
    const int written = avformat_write_header(muxer, &muxer_options);
    av_dict_free(&muxer_options);
    return written < 0 ? Status(library_error("start the file", written)) : Status();
}

/// Moves what the encoder has ready into the file.
Status State::drain()
{
    for (;;) {
        const int got = avcodec_receive_packet(encoder.get(), packet.get());
        if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return {};
        if (got < 0) return library_error("encode a frame", got);
        if (packet->duration == 0) packet->duration = 1;
        av_packet_rescale_ts(packet.get(), encoder->time_base, stream->time_base);
        packet->stream_index = stream->index;
        const int written = av_interleaved_write_frame(muxer, packet.get());
        if (written < 0 || muxer->pb->error < 0)
            return library_error("write a frame", written < 0 ? written : muxer->pb->error);
    }
}

Status State::write_frame(const HostImage& image)
{
    AVFrame& f = *frame;
    av_frame_unref(&f); // the encoder may still hold the last one's buffer
    f.width = format.width, f.height = format.height, f.format = encoder->pix_fmt;
    if (av_frame_get_buffer(&f, 0) < 0) return library_error("hold a frame", AVERROR(ENOMEM));
    f.color_primaries = encoder->color_primaries, f.color_trc = encoder->color_trc;
    f.colorspace = encoder->colorspace, f.color_range = encoder->color_range;
    f.chroma_location = encoder->chroma_sample_location;
    f.sample_aspect_ratio = encoder->sample_aspect_ratio;
    f.quality = encoder->global_quality;
    f.pts = frames;
    image_to_frame(image, coding, f, settings.threads);
    forget_ffmpeg_reason();
    const int sent = avcodec_send_frame(encoder.get(), &f);
    if (sent < 0) return library_error("encode a frame", sent);
    ++frames;
    return drain();
}

class FfmpegEncoder final : public MovieEncoder {
public:
    FfmpegEncoder(const std::string& path, const Format& format, const MovieSettings& settings)
    {
        state_.path = path;
        state_.format = format;
        state_.settings = settings;
    }
    Status open();
    Status write(const HostImage& image) override;
    Status finish() override;
    int frames_written() const override { return state_.frames; }
    const std::string& encoder() const override { return state_.encoder_name; }

private:
    State state_;
};

Status FfmpegEncoder::open()
{
    AVPixelFormat pixel_format = AV_PIX_FMT_NONE;
    TESSERA_CHECK(state_.check_settings(pixel_format));
    const std::string& path = state_.path;
    const std::string extension = extension_of(path);
    const char* muxer = extension == "mkv" ? "matroska" : extension == "mov" ? "mov" : "mp4";
    if (avformat_alloc_output_context2(&state_.muxer, nullptr, muxer, path.c_str()) < 0)
        return file_error(ErrorKind::Unsupported, path,
                          "cannot write the movie " + path + ": this FFmpeg writes no " + muxer + " files",
                          "install a fuller FFmpeg, or choose another container");
    TESSERA_CHECK(state_.open_encoder(pixel_format));
    return state_.open_muxer();
}

Status FfmpegEncoder::write(const HostImage& image)
{
    if (state_.failed) return *state_.failed;
    assert(!state_.finished);
    auto done = state_.write_frame(image);
    return done ? Status() : state_.fail(done.error());
}

Status FfmpegEncoder::finish()
{
    State& s = state_;
    if (s.failed) return *s.failed;
    assert(!s.finished);
    s.finished = true;
    forget_ffmpeg_reason();
    const int sent = avcodec_send_frame(s.encoder.get(), nullptr);
    if (sent < 0) return s.fail(s.library_error("encode the last frames", sent));
    if (auto drained = s.drain(); !drained) return s.fail(drained.error());
    const int written = av_write_trailer(s.muxer);
    avio_flush(s.muxer->pb);
    if (written < 0 || s.muxer->pb->error < 0)
        return s.fail(s.library_error("finish the file", written < 0 ? written : s.muxer->pb->error));
    if (auto done = s.output->file.commit(); !done) return s.fail(done.error());
    return {};
}

} // namespace

Result<std::unique_ptr<MovieEncoder>> open_movie_encoder(const std::string& path, const Format& format,
                                                         const MovieSettings& settings)
{
    quiet_ffmpeg();
    auto encoder = std::make_unique<FfmpegEncoder>(path, format, settings);
    TESSERA_CHECK(encoder->open());
    return std::unique_ptr<MovieEncoder>(std::move(encoder));
}

bool has_movie_encoder(MovieCodec codec)
{
    const MovieCodecInfo& info = info_of(codec);
    return find_movie_encoder(info, av_get_pix_fmt(info.pixel_formats.front().c_str())) != nullptr;
}

} // namespace tessera
