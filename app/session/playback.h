#pragma once
// Where the play head is and how it moves. A value driven by the clock it is given: it neither draws nor evaluates.
#include <cstdint>
#include <optional>
#include <set>

namespace tessera {

/// At the end of the range: stop, start again, or turn round.
enum class PlayMode { Once, Loop, Bounce };
/// RealTime drops frames to keep the rate; EveryFrame waits until the frame is there.
enum class PlayPace { RealTime, EveryFrame };

class Playback {
public:
    /// The frame shown.
    int frame() const { return frame_; }
    /// Goes there, kept inside the project's range; counts as a change even while playing.
    void go_to(int frame);
    void set_range(int first, int last); ///< of the project; in and out are kept inside
    int first() const { return first_; }
    int last() const { return last_; }
    int in() const { return in_.value_or(first_); }
    int out() const { return out_.value_or(last_); }
    void set_in(std::optional<int> frame);
    void set_out(std::optional<int> frame);
    bool has_in() const { return in_.has_value(); }
    bool has_out() const { return out_.has_value(); }

    /// -1 backwards, 0 paused, 1 forwards; further presses of J and L give 2, 4, 8 times the rate.
    int speed() const { return speed_; }
    bool playing() const { return speed_ != 0; }
    /// Plays; the same direction again doubles the speed, the other one starts at the plain rate. At the end of a range
    /// that is played once it starts from the other end.
    void play(int direction);
    void stop();
    PlayMode mode = PlayMode::Loop;
    PlayPace pace = PlayPace::RealTime;
    double rate = 24;   ///< frames a second
    int increment = 10; ///< of Shift+arrow

    /// Moves on to `now` (seconds, steady). `ready`: the frame shown has been drawn whole (EveryFrame waits for it).
    /// True when the frame changed.
    bool advance(double now, bool ready);
    /// When the next frame is due, on the clock of advance(); 0 before the first call.
    double due() const { return due_; }
    /// Frames a second that were really shown lately; 0 while paused.
    double measured_rate() const { return interval_ > 0 ? 1 / interval_ : 0; }
    /// Seconds until the next frame is due, 0 when it is, negative while paused.
    double due_in(double now) const;
    /// Where play goes now, bounces included: -1, 0 or 1.
    int direction() const { return speed_ == 0 ? 0 : (speed_ > 0 ? 1 : -1) * bounce_; }
    /// Counts up whenever the frame changes.
    uint64_t revision() const { return revision_; }

private:
    int step(int frame, int by);
    int frame_ = 1, first_ = 1, last_ = 100;
    std::optional<int> in_, out_;
    int speed_ = 0, bounce_ = 1;
    double due_ = 0;                     ///< when the next frame is to be shown; 0: not known yet
    double interval_ = 0, shown_at_ = 0; ///< seconds between frames lately; when the last one was shown
    uint64_t revision_ = 1;
};

} // namespace tessera
