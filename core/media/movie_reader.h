#pragma once
// Frames of movies: whatever FFmpeg's libraries decode, found by number and not by guess.
#include "core/base/image.h"
#include "core/base/result.h"
#include <memory>
#include <string>
#include <vector>

namespace tessera {

/// How a movie says its numbers mean colour, by FFmpeg's names ("bt709", "smpte2084", "bt2020nc"); empty: it does not.
struct MovieTags {
    std::string primaries, transfer, matrix;
    std::string range; ///< "tv" (limited) or "pc" (full)
    bool operator==(const MovieTags&) const = default;
};

struct MovieInfo {
    /// One layer "rgba"; frames from 1 to the count. Metadata: "movie/..." with what stands below, "timecode" of the
    /// first frame, and "movie/tag/NAME" for each tag of the file.
    ImageInfo image;
    int frame_count = 0;
    int rate_numerator = 24, rate_denominator = 1; ///< frames per second, exactly
    std::string container, codec, pixel_format;    ///< by FFmpeg's names
    int bits = 8;                                  ///< of one channel
    MovieTags tags;
    std::string matrix_used; ///< what YUV is decoded with: the tag, or the usual one for the size where there is none
    std::string timecode;    ///< "01:00:00:00", empty for none
};

/// What a movie may ask of the machine before it is refused.
struct MovieLimits {
    int64_t pixels = int64_t(1) << 28; ///< of one frame
    double seconds = 60;               ///< for opening, and for each frame
};

class MovieDecoder;

/// One open movie. Reading forward decodes each frame once; a jump seeks to a keyframe and decodes from there. Every
/// frame is checked by its time stamp. One thread at a time; several readers of one file do not disturb each other.
class MovieReader {
public:
    /// Errors: NotFound, Unsupported (no picture, a playlist, a codec that is not built in), Damaged, OutOfMemory
    /// (larger than `limits`, its size named), Timeout. Decodes the first frame. `threads` 0 means one for each core, 8
    /// at most.
    static Result<MovieReader> open(const std::string& path, int threads = 0, const MovieLimits& limits = {});
    MovieReader(MovieReader&&) noexcept;
    MovieReader& operator=(MovieReader&&) noexcept;
    ~MovieReader();

    const MovieInfo& info() const;
    /// Frame `index`, from 0 to the count less one, in coded RGB: YUV is decoded with its own matrix and range in
    /// floating point, the transfer curve stays. Codes outside the legal range give values outside 0 to 1. Alpha is
    /// straight as far as the file says, 1 where it has none. Errors: InvalidArgument (no such frame), Damaged (the
    /// frame cannot be decoded or is missing), Timeout.
    Result<HostImage> frame(int index);
    /// How often a seek was made, for tests and figures.
    int seeks() const;

private:
    explicit MovieReader(std::unique_ptr<MovieDecoder> decoder);
    std::unique_ptr<MovieDecoder> decoder_;
};

} // namespace tessera
