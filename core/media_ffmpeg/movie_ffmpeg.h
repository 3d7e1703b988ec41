#pragma once
// What the movie reader and writer share of FFmpeg, without its headers: owners of its objects and its errors.
#include "core/base/result.h"
#include <memory>
#include <string>

struct AVCodecContext;
struct AVFormatContext;
struct AVFrame;
struct AVPacket;
struct SwsContext;

namespace tessera {

struct FfmpegDelete {
    void operator()(AVCodecContext* context) const;
    void operator()(AVFrame* frame) const;
    void operator()(AVPacket* packet) const;
    void operator()(SwsContext* context) const;
};
using CodecContextPtr = std::unique_ptr<AVCodecContext, FfmpegDelete>;
using FramePtr = std::unique_ptr<AVFrame, FfmpegDelete>;
using PacketPtr = std::unique_ptr<AVPacket, FfmpegDelete>;
using ScalerPtr = std::unique_ptr<SwsContext, FfmpegDelete>;

FramePtr new_frame();
PacketPtr new_packet();

/// Keeps FFmpeg from printing; its last complaint on this thread is kept for messages instead. Call before using it.
void quiet_ffmpeg();
/// What FFmpeg said an error `code` is, with the last complaint on this thread, which is then forgotten.
std::string ffmpeg_reason(int code);
void forget_ffmpeg_reason();

} // namespace tessera
