#pragma once
// Frames along a ruler: pure functions.
#include <string>

namespace tessera {

/// Frames `first` to `last` over `low` to `high` pixels; a frame is a cell, and its number stands at the cell's middle.
struct RulerScale {
    double first = 1, last = 100;
    float low = 0, high = 100;
    float cell() const { return (high - low) / float(last - first + 1); }
    float x_of(double frame) const { return low + float(frame - first + 0.5) * cell(); }
    double frame_at(float x) const { return first + double((x - low) / cell()) - 0.5; }
    /// The whole frame under x, kept inside the range.
    int whole_frame_at(float x) const;
};

/// The smallest step of 1, 2, 5, 10, 20, 50, ... frames whose numbers are at least `room` pixels apart.
int number_step(float cell, float room);
/// Steps of the lines between the numbers: a tenth, a fifth or a half of the numbers' step, at least `room` apart.
int line_step(int numbers, float cell, float room);

/// "1001" or "00:00:41:17": a frame counted from 0, as timecode at `rate` (rounded to whole frames a second).
std::string timecode(int frame, double rate);

} // namespace tessera
