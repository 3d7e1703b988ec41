#include "core/time/pace.h"
#include <algorithm>

namespace tessera {

namespace {
constexpr size_t paced_frames = 16; // long enough to smooth, short enough to follow a shot that gets heavier
} // namespace

void Pace::frame_done(double now)
{
    ++count_;
    latest_.push_back(now);
    if (latest_.size() > paced_frames + 1) latest_.pop_front();
}

double Pace::frames_per_second(double now) const
{
    return now > 0 ? double(count_) / now : 0;
}

double Pace::seconds_left(size_t frames, double now) const
{
    if (latest_.size() < 2) return -1;
    const double a_frame = (latest_.back() - latest_.front()) / double(latest_.size() - 1);
    return std::max(0.0, a_frame * double(frames) - (now - latest_.back()));
}

} // namespace tessera
