#pragma once
// How fast frames are being made, and how long the rest will take.
#include <cstddef>
#include <deque>

namespace tessera {

/// Frames a second over the whole time, and the time left by the pace of the latest frames.
class Pace {
public:
    /// A frame was made (not skipped) at `now` seconds.
    void frame_done(double now);
    double frames_per_second(double now) const;
    double seconds_left(size_t frames, double now) const; ///< negative while unknown

private:
    size_t count_ = 0;
    std::deque<double> latest_;
};

} // namespace tessera
