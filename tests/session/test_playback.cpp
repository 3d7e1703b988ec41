// The play head: ranges, speeds, what happens at the ends, and the rate it keeps.
#include "app/session/playback.h"
#include <cmath>
#include <doctest/doctest.h>
#include <vector>

using namespace tessera;

namespace {

Playback make(int first = 1, int last = 10, double rate = 10)
{
    Playback p;
    p.set_range(first, last);
    p.go_to(first);
    p.rate = rate;
    return p;
}

/// Frames shown in `count` calls an interval apart, the first call only starting the clock.
std::vector<int> played(Playback& p, int count)
{
    std::vector<int> frames;
    double now = 100;
    (void)p.advance(now, true);
    for (int i = 0; i < count; ++i) {
        now += 1 / p.rate + 1e-9;
        (void)p.advance(now, true);
        frames.push_back(p.frame());
    }
    return frames;
}

} // namespace

TEST_CASE("the play head stays in the project's range, in and out keep their order")
{
    Playback p = make();
    p.go_to(99);
    CHECK(p.frame() == 10);
    p.go_to(-5);
    CHECK(p.frame() == 1);
    const uint64_t revision = p.revision();
    p.go_to(1);
    CHECK(p.revision() == revision);
    CHECK(p.in() == 1);
    CHECK(p.out() == 10);
    p.set_in(4);
    p.set_out(7);
    CHECK((p.has_in() && p.has_out()));
    p.set_in(9); // behind out: out goes
    CHECK(p.in() == 9);
    CHECK(p.out() == 10);
    p.set_out(2);
    CHECK(p.in() == 1);
    CHECK(p.out() == 2);
    p.set_range(5, 8);
    CHECK(p.out() == 5);
    CHECK(p.frame() == 5);
    p.set_range(8, 3); // nonsense is one frame
    CHECK(p.first() == 8);
    CHECK(p.last() == 8);
}

TEST_CASE("J K L: the same direction again is faster, the other starts anew")
{
    Playback p = make();
    CHECK_FALSE(p.playing());
    CHECK(p.direction() == 0);
    CHECK_FALSE(p.advance(5, true));
    for (const int speed : {1, 2, 4, 8, 8}) {
        p.play(1);
        CHECK(p.speed() == speed);
    }
    p.play(-1);
    CHECK(p.speed() == -1);
    CHECK(p.direction() == -1);
    p.play(-1);
    CHECK(p.speed() == -2);
    p.stop();
    CHECK_FALSE(p.playing());
    p.play(1);
    CHECK(p.speed() == 1);
}

TEST_CASE("loop, bounce and once, both ways")
{
    Playback p = make(1, 4);
    p.play(1);
    CHECK(played(p, 6) == std::vector<int>{2, 3, 4, 1, 2, 3});
    p.stop();
    p.go_to(1);
    p.play(-1);
    CHECK(played(p, 4) == std::vector<int>{4, 3, 2, 1});
    p.mode = PlayMode::Bounce;
    p.stop();
    p.go_to(1);
    p.play(1);
    CHECK(played(p, 8) == std::vector<int>{2, 3, 4, 3, 2, 1, 2, 3});
    CHECK(p.direction() == 1);
    p.stop();
    p.go_to(3);
    p.play(1);
    CHECK(played(p, 2) == std::vector<int>{4, 3});
    CHECK(p.direction() == -1);
    p.mode = PlayMode::Once;
    p.stop();
    p.go_to(2);
    p.play(1);
    CHECK(played(p, 4) == std::vector<int>{3, 4, 4, 4});
    CHECK_FALSE(p.playing());
    p.play(1); // at the end: from the start
    CHECK(p.frame() == 1);
    p.stop();
    p.go_to(1);
    p.play(-1);
    CHECK(p.frame() == 4);
}

TEST_CASE("in and out bound what is played; from outside it jumps there")
{
    Playback p = make(1, 10);
    p.set_in(4);
    p.set_out(6);
    p.go_to(9);
    p.play(1);
    CHECK(played(p, 5) == std::vector<int>{4, 5, 6, 4, 5});
    p.stop();
    p.go_to(2);
    p.play(-1);
    CHECK(played(p, 3) == std::vector<int>{6, 5, 4});
    p.set_in(6);
    p.mode = PlayMode::Bounce;
    p.stop();
    p.go_to(6);
    p.play(1);
    CHECK(played(p, 3) == std::vector<int>{6, 6, 6}); // a single frame
}

TEST_CASE("faster speeds step over frames in every mode")
{
    Playback p = make(1, 10);
    p.play(1);
    p.play(1);
    CHECK(played(p, 6) == std::vector<int>{3, 5, 7, 9, 1, 3});
    p.mode = PlayMode::Bounce;
    p.stop();
    p.go_to(8);
    p.play(1);
    p.play(1);
    CHECK(played(p, 3) == std::vector<int>{10, 8, 6});
}

TEST_CASE("real time leaves frames out, every frame waits; both keep the rate on average")
{
    Playback p = make(1, 1000, 24);
    p.play(1);
    double now = 50;
    (void)p.advance(now, true);
    // A display of 60 Hz: no frame falls on a refresh, yet a second has 24 of them.
    int shown = 0;
    for (int i = 0; i < 600; ++i) shown += p.advance(now += 1.0 / 60, false);
    CHECK(std::abs(shown - 240) <= 1);
    CHECK(std::abs(p.measured_rate() - 24) < 3);
    CHECK(p.frame() == 1 + shown);
    // Slow frames are left out...
    const int before = p.frame();
    (void)p.advance(now += 0.25, false);
    CHECK(p.frame() - before == 6);
    // ... but after a stall it goes on from where it was.
    const int stalled = p.frame();
    (void)p.advance(now += 5, false);
    CHECK(p.frame() - stalled == 1);

    p.pace = PlayPace::EveryFrame;
    p.stop();
    p.go_to(1);
    p.play(1);
    (void)p.advance(now, true);
    CHECK_FALSE(p.advance(now += 1, false));
    CHECK(p.advance(now, true));
    CHECK(p.frame() == 2);
    CHECK_FALSE(p.advance(now += 0.001, true)); // not faster than the rate
    shown = 0;
    for (int i = 0; i < 600; ++i) shown += p.advance(now += 1.0 / 60, true);
    CHECK(std::abs(shown - 240) <= 1);
    CHECK(p.frame() == 2 + shown);
    // Half of the rate is what slow frames give, each of them shown.
    shown = 0;
    for (int i = 0; i < 100; ++i) shown += p.advance(now += 1.0 / 12, true);
    CHECK(shown == 100);
    CHECK(std::abs(p.measured_rate() - 12) < 0.5);
    p.stop();
    CHECK(p.measured_rate() == 0);
}

TEST_CASE("how long until the next frame")
{
    Playback p = make(1, 10, 10);
    CHECK(p.due_in(5) < 0);
    p.play(1);
    CHECK(p.due_in(5) == 0);
    (void)p.advance(5, true);
    CHECK(p.due_in(5) == doctest::Approx(0.1));
    CHECK(p.due_in(6) == 0);
    p.rate = 0; // nothing moves, nothing divides by it
    CHECK_FALSE(p.advance(7, true));
}
