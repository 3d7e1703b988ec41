#include "core/media_ffmpeg/movie_source.h"
#include "core/media_ffmpeg/movie_pixels.h"
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <thread>
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/pixdesc.h>
}

namespace tessera {

namespace {

constexpr int most_threads = 8; // frame threads keep that many frames in memory

/// Inputs that are lists of other inputs, or a still image: no movie in a file of its own.
bool refused_container(const char* names)
{
    for (const char* refused :
         {"hls", "dash", "concat", "sdp", "rtsp", "imf", "image2", "tty", "lavfi", "avisynth", "vapoursynth"})
        for (const char* at = std::strstr(names, refused); at; at = std::strstr(at + 1, refused)) {
            const char after = at[std::strlen(refused)];
            if ((at == names || at[-1] == ',') && (after == 0 || after == ',')) return true;
        }
    return std::strstr(names, "_pipe") != nullptr;
}

int interrupted(void* deadline)
{
    return static_cast<const Deadline*>(deadline)->passed();
}

std::string text_of(const char* text)
{
    return text ? text : "";
}

void add(Metadata& all, const std::string& name, const std::string& value)
{
    if (!value.empty()) all.push_back({name, "string", value});
}

} // namespace

void Deadline::start(double seconds)
{
    at = std::chrono::steady_clock::now() +
         std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(seconds));
}

MovieSource::MovieSource(std::string path, int threads, const MovieLimits& limits)
    : path_(std::move(path)), threads_(threads), limits_(limits), packet_(new_packet())
{
    deadline_.start(limits.seconds);
}

MovieSource::~MovieSource()
{
    decoder_.reset();
    avformat_close_input(&format_);
}

Error MovieSource::error(ErrorKind kind, const std::string& reason, const std::string& remedy) const
{
    Error e{kind, "cannot read the movie " + path_ + ": " + reason, remedy};
    e.file = path_;
    return e;
}

Error MovieSource::timeout() const
{
    return error(ErrorKind::Timeout, "it took longer than " + std::to_string(int(limits_.seconds)) + " seconds",
                 "check the disk or network it lies on, or convert the movie");
}

Error MovieSource::reading_error(int code) const
{
    if (code == AVERROR_EXIT || deadline_.passed()) return timeout();
    if (code == AVERROR(ENOMEM)) return error(ErrorKind::OutOfMemory, "it needs too much memory", "convert the movie");
    if (code == AVERROR(EACCES))
        return error(ErrorKind::Permission, "it may not be read", "check the file's permissions");
    return error(ErrorKind::Damaged, ffmpeg_reason(code),
                 "check that the file is whole, or convert it with another program");
}

Status MovieSource::check_size(int64_t width, int64_t height) const
{
    if (width <= 0 || height <= 0)
        return error(ErrorKind::Damaged, "it does not say how large its frames are", "check that the file is whole");
    if (width <= limits_.pixels / height) return {};
    return error(ErrorKind::OutOfMemory,
                 "it claims frames of " + std::to_string(width) + "x" + std::to_string(height) + " pixels",
                 "use a movie of at most " + std::to_string(limits_.pixels) + " pixels a frame");
}

Status MovieSource::open_container(AVFormatContext*& format, int& stream)
{
    forget_ffmpeg_reason();
    format = avformat_alloc_context();
    if (!format) return error(ErrorKind::OutOfMemory, "there is no memory for it", "close other programs");
    format->interrupt_callback = {interrupted, &deadline_};
    AVDictionary* options = nullptr;
    av_dict_set(&options, "protocol_whitelist", "file", 0); // a file cannot make us fetch others from the network
    const int opened =
        avformat_open_input(&format, ("file:" + path_).c_str(), nullptr, &options); // frees format when it fails
    av_dict_free(&options);
    if (opened < 0) return reading_error(opened);
    if (refused_container(format->iformat->name))
        return error(ErrorKind::Unsupported, "it is no movie but " + text_of(format->iformat->long_name),
                     "read its files one by one, or convert them to a movie");
    // Before the decoders see them: they forget a size that they refuse.
    for (unsigned i = 0; i < format->nb_streams; ++i)
        if (const auto* p = format->streams[i]->codecpar;
            p->codec_type == AVMEDIA_TYPE_VIDEO && p->width > 0 && p->height > 0)
            TESSERA_CHECK(check_size(p->width, p->height));
    const int found = avformat_find_stream_info(format, nullptr);
    if (found < 0) return reading_error(found);
    stream = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (stream < 0 || (format->streams[stream]->disposition & AV_DISPOSITION_ATTACHED_PIC))
        return error(ErrorKind::Unsupported, "it holds no moving picture", "use a file with a video track");
    return check_size(format->streams[stream]->codecpar->width, format->streams[stream]->codecpar->height);
}

Status MovieSource::open_decoder()
{
    const AVCodecParameters* parameters = format_->streams[stream_]->codecpar;
    const AVCodec* codec = avcodec_find_decoder(parameters->codec_id);
    if (!codec)
        return error(ErrorKind::Unsupported,
                     "this FFmpeg has no decoder for " + text_of(avcodec_get_name(parameters->codec_id)),
                     "convert the movie, or install a fuller FFmpeg");
    decoder_.reset(avcodec_alloc_context3(codec));
    if (!decoder_ || avcodec_parameters_to_context(decoder_.get(), parameters) < 0)
        return error(ErrorKind::OutOfMemory, "there is no memory for it", "close other programs");
    decoder_->pkt_timebase = format_->streams[stream_]->time_base;
    decoder_->max_pixels = limits_.pixels;
    const int cores = std::max(1, int(std::thread::hardware_concurrency()));
    decoder_->thread_count = std::min(threads_ > 0 ? threads_ : cores, most_threads);
    const int opened = avcodec_open2(decoder_.get(), codec, nullptr);
    return opened < 0 ? Status(reading_error(opened)) : Status();
}

Status MovieSource::open()
{
    std::error_code code;
    if (!std::filesystem::exists(path_, code))
        return error(ErrorKind::NotFound, "no such file", "check the path, or relink the movie");
    if (!std::filesystem::is_regular_file(path_, code))
        return error(ErrorKind::Unsupported, "it is not a plain file", "choose a movie file");
    decoder_.reset();
    avformat_close_input(&format_);
    draining_ = false;
    TESSERA_CHECK(open_container(format_, stream_));
    for (unsigned i = 0; i < format_->nb_streams; ++i)
        if (int(i) != stream_) format_->streams[i]->discard = AVDISCARD_ALL;
    return open_decoder();
}

Result<bool> MovieSource::next(AVFrame& frame)
{
    forget_ffmpeg_reason();
    for (;;) {
        if (deadline_.passed()) return timeout();
        const int received = avcodec_receive_frame(decoder_.get(), &frame);
        if (received == AVERROR_EOF) return false;
        if (received >= 0) {
            TESSERA_CHECK(check_size(frame.width, frame.height));
            return true;
        }
        if (received != AVERROR(EAGAIN) && received != AVERROR_INVALIDDATA) return reading_error(received);
        if (received == AVERROR_INVALIDDATA) ++damaged_;
        if (draining_) {
            if (received == AVERROR(EAGAIN)) return false;
            continue;
        }
        const int read = av_read_frame(format_, packet_.get());
        if (read < 0) {
            // The end, or as good as: what is missing shows as missing frames.
            if (read == AVERROR_EXIT || deadline_.passed()) return timeout();
            avcodec_send_packet(decoder_.get(), nullptr);
            draining_ = true;
            continue;
        }
        const bool ours = packet_->stream_index == stream_;
        const int sent = ours ? avcodec_send_packet(decoder_.get(), packet_.get()) : 0;
        av_packet_unref(packet_.get());
        // A packet that cannot be decoded makes its frame missing; the next ones may be fine.
        if (sent == AVERROR_INVALIDDATA) ++damaged_;
        if (sent < 0 && sent != AVERROR_INVALIDDATA && sent != AVERROR(EAGAIN)) return reading_error(sent);
    }
}

bool MovieSource::seek(int64_t time)
{
    const int done = avformat_seek_file(format_, stream_, no_time, time, time, 0);
    if (done < 0) return false;
    avcodec_flush_buffers(decoder_.get());
    draining_ = false;
    return true;
}

Result<std::vector<int64_t>> MovieSource::scan()
{
    AVFormatContext* format = nullptr;
    int stream = -1;
    struct Closer {
        AVFormatContext*& format;
        ~Closer() { avformat_close_input(&format); }
    } closer{format};
    TESSERA_CHECK(open_container(format, stream));
    for (unsigned i = 0; i < format->nb_streams; ++i)
        if (int(i) != stream) format->streams[i]->discard = AVDISCARD_ALL;
    std::vector<int64_t> shown, decoded;
    size_t packets = 0;
    const PacketPtr packet = new_packet();
    while (av_read_frame(format, packet.get()) >= 0) {
        if (packet->stream_index == stream && !(packet->flags & AV_PKT_FLAG_DISCARD)) {
            ++packets;
            if (packet->pts != AV_NOPTS_VALUE) shown.push_back(packet->pts);
            if (packet->dts != AV_NOPTS_VALUE) decoded.push_back(packet->dts);
        }
        av_packet_unref(packet.get());
        if (deadline_.passed()) return timeout();
    }
    // Without any times of display the order of decoding is that of display; with some, none can be trusted.
    std::vector<int64_t> times;
    if (shown.size() == packets)
        times = std::move(shown);
    else if (shown.empty() && decoded.size() == packets)
        times = std::move(decoded);
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    return times;
}

double MovieSource::time_base() const
{
    return av_q2d(format_->streams[stream_]->time_base);
}

int64_t MovieSource::stated_frames() const
{
    const AVStream* s = format_->streams[stream_];
    const AVRational rate = s->avg_frame_rate;
    if (s->nb_frames <= 0 || rate.num <= 0 || rate.den <= 0 || s->duration == AV_NOPTS_VALUE) return 0;
    const double frames = double(s->duration) * av_q2d(s->time_base) * av_q2d(rate);
    const bool constant = av_cmp_q(rate, s->r_frame_rate) == 0;
    constexpr double same_count = 0.25; // more, and an edit list or a varying rate is at work
    return constant && std::abs(frames - double(s->nb_frames)) < same_count ? s->nb_frames : 0;
}

MovieInfo MovieSource::describe(const AVFrame& first) const
{
    AVStream* s = format_->streams[stream_];
    MovieInfo info;
    info.container = format_->iformat->name;
    info.codec = avcodec_get_name(s->codecpar->codec_id);
    const auto pixel_format = AVPixelFormat(first.format);
    const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(pixel_format);
    info.pixel_format = text_of(av_get_pix_fmt_name(pixel_format));
    info.bits = d->comp[0].depth;
    const AVRational rate = av_guess_frame_rate(format_, s, nullptr);
    if (rate.num > 0 && rate.den > 0) info.rate_numerator = rate.num, info.rate_denominator = rate.den;
    static_cast<void>(coding_of(first, info.matrix_used)); // one that cannot be converted is an error of each frame
    const auto* parameters = s->codecpar;
    auto known = [](int value, int unspecified, const char* name) {
        return value == unspecified ? std::string() : text_of(name);
    };
    const auto primaries = parameters->color_primaries;
    const auto transfer = parameters->color_trc;
    const auto matrix = parameters->color_space != AVCOL_SPC_UNSPECIFIED ? parameters->color_space : first.colorspace;
    const auto range = parameters->color_range != AVCOL_RANGE_UNSPECIFIED ? parameters->color_range : first.color_range;
    info.tags.primaries = known(primaries, AVCOL_PRI_UNSPECIFIED, av_color_primaries_name(primaries));
    info.tags.transfer = known(transfer, AVCOL_TRC_UNSPECIFIED, av_color_transfer_name(transfer));
    info.tags.matrix = known(matrix, AVCOL_SPC_UNSPECIFIED, av_color_space_name(matrix));
    info.tags.range = known(range, AVCOL_RANGE_UNSPECIFIED, av_color_range_name(range));
    const AVDictionaryEntry* timecode = av_dict_get(s->metadata, "timecode", nullptr, 0);
    if (!timecode) timecode = av_dict_get(format_->metadata, "timecode", nullptr, 0);
    for (unsigned i = 0; !timecode && i < format_->nb_streams; ++i)
        timecode = av_dict_get(format_->streams[i]->metadata, "timecode", nullptr, 0);
    if (timecode) info.timecode = timecode->value;

    ImageInfo& image = info.image;
    const AVRational aspect = av_guess_sample_aspect_ratio(format_, s, nullptr);
    image.format = {first.width, first.height, aspect.num > 0 && aspect.den > 0 ? av_q2d(aspect) : 1};
    image.data_window = image.format.window();
    image.frames_per_second = double(info.rate_numerator) / info.rate_denominator;
    const bool alpha = d->flags & AV_PIX_FMT_FLAG_ALPHA;
    image.layers = {{std::string(main_layer), {"R", "G", "B"}, false}};
    if (alpha) image.layers[0].channels.push_back("A");
    image.alpha = alpha ? AlphaState::Unpremultiplied : AlphaState::Opaque;

    Metadata all;
    add(all, "movie/container", info.container);
    add(all, "movie/codec", info.codec);
    add(all, "movie/pixel_format", info.pixel_format);
    add(all, "movie/primaries", info.tags.primaries);
    add(all, "movie/transfer", info.tags.transfer);
    add(all, "movie/matrix", info.tags.matrix);
    add(all, "movie/range", info.tags.range);
    add(all, "timecode", info.timecode);
    const AVDictionaryEntry* tag = nullptr;
    while ((tag = av_dict_get(format_->metadata, "", tag, AV_DICT_IGNORE_SUFFIX)))
        add(all, std::string("movie/tag/") + tag->key, tag->value);
    std::sort(all.begin(), all.end(), [](const Metadatum& a, const Metadatum& b) { return a.name < b.name; });
    image.metadata = std::make_shared<const Metadata>(std::move(all));
    return info;
}

} // namespace tessera
