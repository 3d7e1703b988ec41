#pragma once
// Movies out: H.264, H.265, ProRes, DNxHR, AV1, MJPEG and PNG in MOV, MP4 or MKV.
#include "core/base/image.h"
#include "core/base/result.h"
#include "core/media/movie_reader.h"
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tessera {

enum class MovieCodec {
    H264,
    H265,
    ProResProxy,
    ProResLt,
    ProRes422,
    ProResHq,
    ProRes4444,
    ProRes4444Xq,
    DnxhrLb,
    DnxhrSq,
    DnxhrHq,
    DnxhrHqx,
    Dnxhr444,
    Av1,
    Mjpeg,
    Png,
};

/// "h264", "h265", "prores_422_proxy", "prores_422_lt", "prores_422", "prores_422_hq", "prores_4444", "prores_4444xq",
/// "dnxhr_lb", "dnxhr_sq", "dnxhr_hq", "dnxhr_hqx", "dnxhr_444", "av1", "mjpeg", "png".
std::string_view name_of(MovieCodec codec);
Result<MovieCodec> movie_codec(std::string_view name);
const std::vector<std::string>& movie_codec_names();
/// The pixel formats the codec may be written in, its default first (FFmpeg's names).
const std::vector<std::string>& movie_pixel_formats(MovieCodec codec);
/// Names of the encoders of FFmpeg that serve the codec, best first, and whether this machine's FFmpeg has one of them.
std::vector<std::string> movie_encoders(MovieCodec codec);
bool movie_codec_available(MovieCodec codec);
/// Success when the codec can be written here; else why the movie `path` cannot: Unsupported (FFmpeg has no encoder for
/// it), or what keeps FFmpeg from being used.
Status check_movie_codec(MovieCodec codec, const std::string& path);

struct MovieSettings {
    MovieCodec codec = MovieCodec::H264;
    std::string pixel_format; ///< one of movie_pixel_formats; empty: the first
    int crf = -1;        ///< h264, h265: 0 to 51; av1: 0 to 63; mjpeg: 1 to 31; lower is better, -1 the codec's usual
    int64_t bitrate = 0; ///< bits per second, instead of crf; 0: by quality
    std::string preset;  ///< h264, h265: "ultrafast" to "veryslow"; av1: "0" (slow) to "12"; empty: "medium", "8"
    int gop = 0;         ///< most frames from one keyframe to the next; 0: the encoder's choice
    int rate_numerator = 24, rate_denominator = 1; ///< frames per second
    /// Empty names: Rec.709, limited range (full for MJPEG and RGB formats). The matrix must fit the pixel format; it
    /// is also what RGB is coded with: "bt709", "smpte170m", "bt470bg", "bt2020nc", "smpte240m" or "fcc".
    MovieTags tags;
    std::string timecode; ///< of the first frame, "01:00:00:00" (";" before the frames: drop frame); empty: none
    int threads = 0;      ///< 0: the encoder's choice
    bool overwrite = false, create_folders = false;
    std::vector<std::pair<std::string, std::string>> metadata; ///< tags of the file ("comment", "title", ...)
};

class MovieEncoder;

/// One movie being written, frame by frame in order. The file has its name only after `finish`; without it, or after an
/// error, nothing is left.
class MovieWriter {
public:
    /// Opens the encoder and the file. Errors: InvalidArgument (a name, a number, a size the pixel format cannot have),
    /// Unsupported (the container cannot hold the codec; no encoder on this machine), and those of writing files.
    static Result<MovieWriter> create(const std::string& path, const Format& format, const MovieSettings& settings);
    MovieWriter(MovieWriter&&) noexcept;
    MovieWriter& operator=(MovieWriter&&) noexcept;
    ~MovieWriter();

    /// One frame of display-encoded RGBA, limited to 0 to 1 and rounded to the nearest code. What `image` does not
    /// cover of the format is black. Errors: DiskFull and the like; after one every further call fails alike.
    Status write(const HostImage& image);
    /// Writes what the encoder still holds and gives the file its name.
    Status finish();
    int frames_written() const;
    const std::string& encoder() const; ///< FFmpeg's name of the one in use

private:
    explicit MovieWriter(std::unique_ptr<MovieEncoder> encoder);
    std::unique_ptr<MovieEncoder> encoder_;
};

} // namespace tessera
