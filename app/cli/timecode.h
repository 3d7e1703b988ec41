#pragma once
// Timecode: a count of frames written as hours, minutes, seconds and frames.
#include "core/base/result.h"
#include <cstdint>
#include <string>
#include <string_view>

namespace tessera {

/// SMPTE 12M timecode. Drop-frame (29.97 and 59.94) leaves out the first 2 (4) numbers of every minute but each tenth.
struct Timecode {
    int64_t frames = 0; ///< since 00:00:00:00, dropped numbers not counted
    int rate = 0;       ///< frames that a second is counted as: 24 for 23.976; 0: no timecode
    bool drop = false;
    bool operator==(const Timecode&) const = default;
};

/// "HH:MM:SS:FF"; a semicolon before the frames for drop-frame. InvalidArgument names what is wrong.
Result<Timecode> parse_timecode(std::string_view text, double frames_per_second);
/// `count` frames later (earlier when negative); wraps at 24 hours.
Timecode moved(Timecode timecode, int64_t count);
std::string text_of(const Timecode& timecode);

} // namespace tessera
