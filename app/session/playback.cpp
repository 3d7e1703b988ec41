#include "app/session/playback.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {
constexpr int fastest = 8;
/// A stall longer than this does not make the play head jump after it.
constexpr double longest_catch_up = 0.5;
} // namespace

void Playback::go_to(int frame)
{
    frame = std::clamp(frame, first_, last_);
    if (frame == frame_) return;
    frame_ = frame;
    ++revision_;
}

void Playback::set_range(int first, int last)
{
    first_ = first, last_ = std::max(first, last);
    if (in_) in_ = std::clamp(*in_, first_, last_);
    if (out_) out_ = std::clamp(*out_, first_, last_);
    go_to(frame_);
}

void Playback::set_in(std::optional<int> frame)
{
    in_ = frame;
    if (in_ && *in_ > out()) out_.reset();
    set_range(first_, last_);
}

void Playback::set_out(std::optional<int> frame)
{
    out_ = frame;
    if (out_ && *out_ < in()) in_.reset();
    set_range(first_, last_);
}

void Playback::play(int direction)
{
    const bool same = speed_ != 0 && (speed_ > 0) == (direction > 0);
    speed_ = same ? std::clamp(speed_ * 2, -fastest, fastest) : direction;
    bounce_ = 1;
    due_ = interval_ = shown_at_ = 0;
    if (mode == PlayMode::Once && frame_ == (direction > 0 ? out() : in())) go_to(direction > 0 ? in() : out());
}

void Playback::stop()
{
    speed_ = 0;
    interval_ = 0;
}

double Playback::due_in(double now) const
{
    if (!playing()) return -1;
    return due_ > 0 ? std::max(due_ - now, 0.0) : 0;
}

int Playback::step(int frame, int by)
{
    const int low = in(), high = out(), count = high - low + 1;
    if (frame < low || frame > high) return by > 0 ? low : high;
    const int next = frame + by;
    if (next >= low && next <= high) return next;
    if (count == 1) return low;
    switch (mode) {
    case PlayMode::Once: speed_ = 0; return std::clamp(next, low, high);
    case PlayMode::Loop: return low + ((next - low) % count + count) % count;
    case PlayMode::Bounce: break;
    }
    bounce_ = -bounce_;
    const int over = next > high ? next - high : low - next;
    return std::clamp(next > high ? high - over : low + over, low, high);
}

bool Playback::advance(double now, bool ready)
{
    if (!playing() || rate <= 0) return false;
    const double interval = 1 / rate;
    if (due_ == 0) due_ = now + interval;
    if (now < due_) return false;
    if (pace == PlayPace::EveryFrame && !ready) return false;
    const int before = frame_;
    int passed = 1;
    if (pace == PlayPace::RealTime && now - due_ < longest_catch_up) passed += int((now - due_) * rate);
    for (int i = 0; i < passed * std::abs(speed_) && playing(); ++i)
        frame_ = step(frame_, (speed_ > 0 ? 1 : -1) * bounce_);
    // A frame shown a little late does not delay the next: the rate holds on average.
    const bool stalled = now - due_ > (pace == PlayPace::EveryFrame ? interval : longest_catch_up);
    due_ = stalled ? now + interval : due_ + passed * interval;
    if (shown_at_ > 0) {
        constexpr double weight = 0.1; // of the latest frame in the average
        const double lately = std::max(now - shown_at_, 1e-6);
        interval_ = interval_ > 0 ? interval_ * (1 - weight) + lately * weight : lately;
    }
    shown_at_ = now;
    if (frame_ != before) ++revision_;
    return frame_ != before;
}

} // namespace tessera
