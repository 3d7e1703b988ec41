#include "app/panels/viewer/ruler_scale.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace tessera {

int RulerScale::whole_frame_at(float x) const
{
    return int(std::clamp(std::floor(frame_at(x) + 0.5), first, last));
}

int number_step(float cell, float room)
{
    constexpr int most = 1'000'000;
    for (int decade = 1; decade < most; decade *= 10)
        for (const int unit : {1, 2, 5})
            if (cell * float(decade * unit) >= room) return decade * unit;
    return most;
}

int line_step(int numbers, float cell, float room)
{
    for (const int parts : {10, 5, 2})
        if (numbers % parts == 0 && cell * float(numbers / parts) >= room) return numbers / parts;
    return numbers;
}

std::string timecode(int frame, double rate)
{
    const int per_second = std::max(1, int(std::lround(rate)));
    const int count = std::abs(frame);
    char text[40];
    std::snprintf(text, sizeof text, "%s%02d:%02d:%02d:%02d", frame < 0 ? "-" : "", count / per_second / 3600,
                  count / per_second / 60 % 60, count / per_second % 60, count % per_second);
    return text;
}

} // namespace tessera
