// Edits of keys: moves and scales, tangents and handles, and the operations on runs of keys.
#include "app/panels/curves/curve_operations.h"
#include <cmath>
#include <doctest/doctest.h>

using namespace tessera;

namespace {

CurveKey key(double time, double value, Interpolation rule = Interpolation::Linear)
{
    CurveKey k;
    k.time = time, k.value = value, k.interpolation = rule;
    return k;
}

Curve curve(std::vector<CurveKey> keys, Extrapolation after = Extrapolation::Constant)
{
    auto made = Curve::make(std::move(keys), Extrapolation::Constant, after);
    REQUIRE(made);
    return *made;
}
Curve again(const EditedKeys& edited)
{
    return curve(edited.keys);
}

std::vector<double> times(const EditedKeys& e)
{
    std::vector<double> t;
    for (const CurveKey& k : e.keys) t.push_back(k.time);
    return t;
}

} // namespace

TEST_CASE("keys move, snap to whole frames and replace what they land on")
{
    const Curve c = curve({key(1, 0), key(5, 1), key(10, 2)});
    KeyTransform t;
    t.time_by = 2.4, t.value_by = 10, t.whole_frames = true;
    const EditedKeys moved = transformed(c, {1, 5}, t);
    CHECK(times(moved) == std::vector<double>{3, 7, 10});
    CHECK(moved.selected == KeyTimes{3, 7});
    CHECK(moved.keys[0].value == 10);
    CHECK(moved.keys[2].value == 2);
    t.whole_frames = false;
    CHECK(times(transformed(c, {1}, t))[0] == doctest::Approx(3.4));
    t.time_by = 5;
    const EditedKeys landed = transformed(c, {5}, t);
    CHECK(times(landed) == std::vector<double>{1, 10});
    CHECK(landed.keys[1].value == 11);
    t.time_by = 100; // past the others
    CHECK(times(transformed(c, {1}, t)) == std::vector<double>{5, 10, 101});
}

TEST_CASE("keys that only change their value keep fractions of frames")
{
    KeyTransform t;
    t.value_by = 1, t.whole_frames = true;
    CHECK(times(transformed(curve({key(1.5, 0), key(4, 0)}), {1.5}, t))[0] == 1.5);
}

TEST_CASE("scaling turns slopes with it and never turns time round")
{
    CurveKey bezier = key(10, 4, Interpolation::Bezier);
    bezier.in_slope = bezier.out_slope = 2;
    const Curve c = curve({key(0, 0), bezier, key(20, 8)});
    KeyTransform t;
    t.time_factor = 2, t.value_factor = 0.5, t.time_pivot = 0, t.value_pivot = 0;
    const EditedKeys e = transformed(c, {0, 10, 20}, t);
    CHECK(times(e) == std::vector<double>{0, 20, 40});
    CHECK(e.keys[1].value == 2);
    CHECK(e.keys[1].out_slope == doctest::Approx(0.5));
    for (double x : {3.0, 8.0, 14.0}) CHECK(again(e).at(2 * x) == doctest::Approx(c.at(x) * 0.5));
    t.time_factor = -3;
    const EditedKeys flat = transformed(c, {0, 10, 20}, t);
    CHECK(flat.keys.size() == 3);
    CHECK(flat.keys[0].time < flat.keys[1].time);
    t.whole_frames = true; // all land on one frame: the last one stays
    CHECK(transformed(c, {0, 10, 20}, t).keys.size() == 1);
}

TEST_CASE("keys are put in, taken out and made where the curve is")
{
    const Curve c = curve({key(1, 0), key(5, 8)});
    const EditedKeys put = with_keys(c, {key(9, 1), key(3, 7), key(5, 2)});
    CHECK(times(put) == std::vector<double>{1, 3, 5, 9});
    CHECK(put.keys[2].value == 2);
    CHECK(put.selected == KeyTimes{3, 5, 9});
    CHECK(times(without(c, {1, 77})) == std::vector<double>{5});
    CHECK(without(c, {1, 5}).keys.empty());
    const CurveKey on = key_on(c, 3);
    CHECK(on.value == doctest::Approx(4));
    CHECK(on.interpolation == Interpolation::Linear);
    const CurveKey first = key_on(Curve(), 3);
    CHECK(first.value == 0);
    CHECK(first.time == 3);
}

TEST_CASE("rules and tangents")
{
    const Curve c = curve(
        {key(0, 0, Interpolation::Smooth), key(10, 5, Interpolation::Smooth), key(20, 20, Interpolation::Smooth)});
    CHECK(with_interpolation(c, {10}, Interpolation::Constant).keys[1].interpolation == Interpolation::Constant);
    // Freed tangents leave the curve as it is.
    const EditedKeys free = with_free_tangents(c, {0, 10, 20});
    for (double x = 0; x <= 20; x += 0.5) CHECK(again(free).at(x) == doctest::Approx(c.at(x)).epsilon(1e-4));
    CHECK_FALSE(free.keys[1].broken);
    const EditedKeys flat = with_horizontal_tangents(c, {10});
    CHECK(flat.keys[1].interpolation == Interpolation::Bezier);
    CHECK(again(flat).slope_at(10) == doctest::Approx(0));
    const EditedKeys broken = with_broken_tangents(c, {10});
    CHECK(broken.keys[1].broken);
    CHECK_FALSE(with_broken_tangents(again(broken), {10}).keys[1].broken);
    // A corner between lines is broken from the start.
    CHECK(with_free_tangents(curve({key(0, 0), key(1, 1), key(2, 0)}), {1}).keys[1].broken);
    const EditedKeys sloped = with_slope(again(broken), {10}, true, 7);
    CHECK(sloped.keys[1].in_slope == 7);
    CHECK(sloped.keys[1].out_slope == broken.keys[1].out_slope);
    CHECK(with_slope(c, {10}, true, 7).keys[1].out_slope == 7);
}

TEST_CASE("handles are free in time and value and stay on their side")
{
    const Curve c = curve(
        {key(0, 0, Interpolation::Smooth), key(10, 5, Interpolation::Smooth), key(20, 20, Interpolation::Smooth)});
    CHECK_FALSE(handle_of(c, 0, true).exists);
    CHECK_FALSE(handle_of(c, 2, false).exists);
    const CurveKey moved = with_handle(c, 1, false, 18, 9, false);
    CHECK(moved.interpolation == Interpolation::Bezier);
    CHECK(moved.out_length == doctest::Approx(0.8));
    CHECK(moved.out_slope == doctest::Approx(0.5));
    CHECK(moved.in_slope == moved.out_slope);
    const EditedKeys e = with_keys(c, {moved});
    const Handle h = handle_of(again(e), 1, false);
    CHECK(h.time == doctest::Approx(18));
    CHECK(h.value == doctest::Approx(9));
    const CurveKey in = with_handle(again(e), 1, true, 4, 5, true);
    CHECK(in.broken);
    CHECK(in.in_slope == doctest::Approx(0));
    CHECK(in.out_slope == doctest::Approx(0.5));
    CHECK(with_handle(c, 1, false, -100, 5, false).out_length > 0);
    CHECK(with_handle(c, 1, false, 1000, 5, false).out_length == 1);
    CHECK(Curve::make({key(0, 0), with_handle(c, 1, false, -100, 5, false)}));
}

TEST_CASE("reverse is its own inverse and mirrors the curve")
{
    CurveKey bezier = key(4, 3, Interpolation::Bezier);
    bezier.in_slope = 1, bezier.out_slope = -2, bezier.broken = true, bezier.out_length = 0.6;
    const Curve c = curve({key(0, 0), bezier, key(10, 1), key(30, 5)});
    const EditedKeys once = reversed(c, {0, 10});
    CHECK(times(once) == std::vector<double>{0, 6, 10, 30});
    for (double x : {0.0, 1.0, 5.0, 9.0}) CHECK(again(once).at(10 - x) == doctest::Approx(c.at(x)).epsilon(1e-6));
    const EditedKeys twice = reversed(again(once), once.selected);
    for (double x : {0.0, 1.0, 5.0, 9.0}) CHECK(again(twice).at(x) == doctest::Approx(c.at(x)).epsilon(1e-6));
    CHECK(reversed(c, {4}).keys == std::vector<CurveKey>(c.keys().begin(), c.keys().end()));
}

TEST_CASE("repeating goes on from where the run ends")
{
    const Curve c = curve({key(0, 0), key(5, 2), key(10, 1), key(12, 7), key(100, 9)});
    const EditedKeys plain = repeated(c, {0, 5, 10}, 2, false);
    CHECK(times(plain) == std::vector<double>{0, 5, 10, 15, 20, 25, 30, 100});
    CHECK(again(plain).at(25) == 2);
    const EditedKeys rising = repeated(c, {0, 5, 10}, 2, true);
    CHECK(again(rising).at(30) == 3);
    CHECK(again(rising).at(25) == 4);
    CHECK(repeated(c, {0}, 2, false).keys.size() == 5);
    CHECK(repeated(c, {0, 10}, 0, false).keys.size() == 5);
}

TEST_CASE("smoothing leaves lines and ends alone")
{
    const Curve line = curve({key(0, 0), key(1, 1), key(4, 4), key(5, 5)});
    const EditedKeys same = smoothed(line, {0, 1, 4, 5}, 5);
    for (const CurveKey& k : same.keys) CHECK(k.value == doctest::Approx(k.time));
    const EditedKeys peak = smoothed(curve({key(0, 0), key(1, 8), key(2, 0)}), {0, 1, 2}, 1);
    CHECK(peak.keys[1].value == 4);
    CHECK(peak.keys[0].value == 0);
}

TEST_CASE("filter keeps the curve within the tolerance")
{
    std::vector<CurveKey> keys;
    KeyTimes all;
    for (int i = 0; i <= 2000; ++i) {
        keys.push_back(key(i, 50 * std::sin(i * 0.02)));
        all.insert(i);
    }
    const Curve c = curve(keys);
    const EditedKeys e = filtered(c, all, 0.5);
    CHECK(e.keys.size() < 200);
    CHECK(e.keys.size() > 20);
    const Curve thin = again(e);
    for (int i = 0; i <= 2000; ++i) CHECK(std::abs(thin.at(i) - c.at(i)) <= 0.5);
    CHECK(filtered(c, all, 0).keys.size() > 1900);
    const EditedKeys line = filtered(curve({key(0, 0), key(3, 3), key(5, 5), key(9, 9)}), {0, 3, 5, 9}, 1e-9);
    CHECK(times(line) == std::vector<double>{0, 9});
    // Keys that are not selected stay.
    CHECK(times(filtered(curve({key(0, 0), key(3, 3), key(5, 5), key(9, 9)}), {0, 3, 9}, 1e-9)) ==
          std::vector<double>{0, 5, 9});
}

TEST_CASE("filter holds for splines, whose keys hang on one another")
{
    std::vector<CurveKey> keys;
    KeyTimes all;
    for (int i = 0; i <= 60; ++i) {
        keys.push_back(key(i * 2, std::sin(i * 0.3) + 0.1 * std::cos(i * 1.9),
                           i % 3 ? Interpolation::Cubic : Interpolation::Smooth));
        if (i > 5 && i < 50) all.insert(i * 2);
    }
    const Curve c = curve(keys);
    const EditedKeys e = filtered(c, all, 0.05);
    CHECK(e.keys.size() < keys.size());
    for (int i = 10; i <= 100; ++i) CHECK(std::abs(again(e).at(i) - c.at(i)) <= 0.05);
}

TEST_CASE("waves are expressions")
{
    WaveSettings s;
    s.period = 48, s.amplitude = -2, s.offset = 0.5;
    CHECK(wave_expression(s) == "0.5 + (-2) * sin(2 * pi * (frame - 1) / 48)");
    s.wave = Wave::Noise, s.offset = 0;
    CHECK(wave_expression(s) == "(-2) * noise(frame / 48)");
    s.wave = Wave::Ramp;
    CHECK(wave_expression(s) == "mix(0, 1, (frame - 1) / 99)");
    s.wave = Wave::Custom;
    CHECK(wave_expression(s).empty());
}
