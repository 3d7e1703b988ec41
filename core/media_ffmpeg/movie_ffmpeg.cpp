#include "core/media_ffmpeg/movie_ffmpeg.h"
#include <cstdarg>
#include <cstdlib>
#include <mutex>
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/error.h>
#include <libavutil/frame.h>
#include <libavutil/log.h>
#include <libswscale/swscale.h>
}

namespace tessera {

namespace {

thread_local std::string last_complaint;

void keep_complaint(void* source, int level, const char* format, va_list arguments)
{
    if (level > AV_LOG_ERROR) return;
    char line[400];
    int print_prefix = 0;
    av_log_format_line2(source, level, format, arguments, line, sizeof line, &print_prefix);
    last_complaint = line;
    while (!last_complaint.empty() && (last_complaint.back() == '\n' || last_complaint.back() == '.'))
        last_complaint.pop_back();
}

} // namespace

void FfmpegDelete::operator()(AVCodecContext* context) const
{
    avcodec_free_context(&context);
}
void FfmpegDelete::operator()(AVFrame* frame) const
{
    av_frame_free(&frame);
}
void FfmpegDelete::operator()(AVPacket* packet) const
{
    av_packet_free(&packet);
}
void FfmpegDelete::operator()(SwsContext* context) const
{
    sws_freeContext(context);
}

FramePtr new_frame()
{
    return FramePtr(av_frame_alloc());
}
PacketPtr new_packet()
{
    return PacketPtr(av_packet_alloc());
}

void quiet_ffmpeg()
{
    static std::once_flag once;
    std::call_once(once, [] {
        av_log_set_callback(keep_complaint);
        // SVT-AV1 prints on its own; this is how it is asked for errors only.
        ::setenv("SVT_LOG", "1", 0);
    });
}

std::string ffmpeg_reason(int code)
{
    char text[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(code, text, sizeof text);
    std::string out = text;
    if (!out.empty() && out.front() >= 'A' && out.front() <= 'Z') out.front() = char(out.front() - 'A' + 'a');
    if (!last_complaint.empty()) out += " (" + last_complaint + ")";
    last_complaint.clear();
    return out;
}

void forget_ffmpeg_reason()
{
    last_complaint.clear();
}

} // namespace tessera
