#pragma once
// An open movie file being demuxed and decoded in order: what MovieReader steps through.
#include "core/media_ffmpeg/movie_ffmpeg.h"
#include "core/media/movie_reader.h"
#include <chrono>
#include <cstdint>
#include <limits>
#include <vector>

namespace tessera {

inline constexpr int64_t no_time = std::numeric_limits<int64_t>::min();

/// Stops the library's waiting on a file, and our own loops, once the time is up.
struct Deadline {
    std::chrono::steady_clock::time_point at;
    void start(double seconds);
    bool passed() const { return std::chrono::steady_clock::now() > at; }
};

/// Not copied or moved: the library keeps a pointer to the deadline.
class MovieSource {
public:
    MovieSource(std::string path, int threads, const MovieLimits& limits);
    ~MovieSource();
    MovieSource(const MovieSource&) = delete;
    MovieSource& operator=(const MovieSource&) = delete;

    /// Opens the file and its first video stream from the beginning; again too.
    Status open();
    /// The next frame in order of display; false at the end.
    Result<bool> next(AVFrame& frame);
    /// How many packets or frames could not be decoded so far.
    int damaged() const { return damaged_; }
    /// Goes to the last keyframe at or before `time` (in units of time_base); false when the file cannot.
    bool seek(int64_t time);
    /// Time stamps of all frames, in order of display, without decoding; empty when not every packet has one.
    Result<std::vector<int64_t>> scan();

    /// Fills in everything that the headers and the first frame say.
    MovieInfo describe(const AVFrame& first) const;
    /// Frames the container says there are, when its rate is constant by all it says; else 0.
    int64_t stated_frames() const;
    /// Seconds for one unit of time stamps.
    double time_base() const;
    Deadline& deadline() { return deadline_; }
    const MovieLimits& limits() const { return limits_; }
    Error error(ErrorKind kind, const std::string& reason, const std::string& remedy) const;

private:
    Status open_container(AVFormatContext*& format, int& stream);
    Status open_decoder();
    Status check_size(int64_t width, int64_t height) const;
    Error timeout() const;
    Error reading_error(int code) const;

    std::string path_;
    int threads_;
    MovieLimits limits_;
    Deadline deadline_;
    AVFormatContext* format_ = nullptr;
    int stream_ = -1;
    CodecContextPtr decoder_;
    PacketPtr packet_;
    bool draining_ = false;
    int damaged_ = 0;
};

} // namespace tessera
