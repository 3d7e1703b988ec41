#include "app/cli/timecode.h"
#include <cmath>
#include <cstdio>

namespace tessera {
namespace {

/// Numbers left out at the start of a minute: two at 30 frames a second, four at 60.
int dropped_each_minute(const Timecode& t)
{
    return t.drop ? t.rate / 15 : 0;
}

int64_t frames_in_ten_minutes(const Timecode& t)
{
    return int64_t(t.rate) * 600 - int64_t(dropped_each_minute(t)) * 9;
}

Error bad_timecode(std::string_view text, const std::string& why)
{
    return {ErrorKind::InvalidArgument, "the timecode '" + std::string(text) + "' makes no sense" + why,
            "write it as 01:00:00:00, or 01:00:00;00 for drop-frame"};
}

} // namespace

Result<Timecode> parse_timecode(std::string_view text, double frames_per_second)
{
    int hours = 0, minutes = 0, seconds = 0, frames = 0, length = 0;
    char separator = 0;
    const std::string copy(text);
    const int read =
        std::sscanf(copy.c_str(), "%2d:%2d:%2d%c%2d%n", &hours, &minutes, &seconds, &separator, &frames, &length);
    if (read != 5 || size_t(length) != text.size() || (separator != ':' && separator != ';'))
        return bad_timecode(text, "");
    Timecode t;
    t.rate = int(std::lround(frames_per_second));
    t.drop = separator == ';';
    if (t.rate < 1 || hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59 ||
        frames < 0 || frames >= t.rate)
        return bad_timecode(text, " at " + std::to_string(t.rate) + " frames a second");
    if (t.drop && t.rate != 30 && t.rate != 60)
        return bad_timecode(text, ": drop-frame needs 29.97 or 59.94 frames a second");
    const int dropped = dropped_each_minute(t);
    if (t.drop && seconds == 0 && minutes % 10 != 0 && frames < dropped)
        return bad_timecode(text, ": drop-frame leaves this number out");
    const int64_t total_minutes = int64_t(hours) * 60 + minutes;
    t.frames = (total_minutes * 60 + seconds) * t.rate + frames - dropped * (total_minutes - total_minutes / 10);
    return t;
}

Timecode moved(Timecode t, int64_t count)
{
    const int64_t day = frames_in_ten_minutes(t) * 6 * 24;
    t.frames = ((t.frames + count) % day + day) % day;
    return t;
}

std::string text_of(const Timecode& t)
{
    int64_t number = t.frames; // with the dropped numbers put back in
    if (const int dropped = dropped_each_minute(t)) {
        const int64_t tens = t.frames / frames_in_ten_minutes(t), rest = t.frames % frames_in_ten_minutes(t);
        const int64_t a_minute = int64_t(t.rate) * 60 - dropped;
        number += dropped * 9 * tens;
        if (rest >= int64_t(t.rate) * 60) number += dropped * ((rest - int64_t(t.rate) * 60) / a_minute + 1);
    }
    const int64_t seconds = number / t.rate;
    char text[64];
    std::snprintf(text, sizeof text, "%02d:%02d:%02d%c%02d", int(seconds / 3600), int(seconds / 60 % 60),
                  int(seconds % 60), t.drop ? ';' : ':', int(number % t.rate));
    return text;
}

} // namespace tessera
