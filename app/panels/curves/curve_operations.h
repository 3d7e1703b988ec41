#pragma once
// Operations on runs of keys: those between the first and the last selected key of a curve, or all of them.
#include "app/panels/curves/key_edits.h"

namespace tessera {

/// The run turned round in time; segments keep their rules, tangents change sides.
EditedKeys reversed(const Curve& curve, const KeyTimes& selected);
/// The run followed by itself `times` times; `offset` lets each repetition go on from the value the last one ended
/// with. Keys in the way are replaced.
EditedKeys repeated(const Curve& curve, const KeyTimes& selected, int times, bool offset);
/// Values of the run's keys drawn to the mean of their neighbours, as often as `passes` says; its ends stay.
EditedKeys smoothed(const Curve& curve, const KeyTimes& selected, int passes);
/// As few keys of the run as keep the curve within `tolerance` of what it was, at every whole frame and at every key.
EditedKeys filtered(const Curve& curve, const KeyTimes& selected, double tolerance);

/// Which expression `generate` starts from.
enum class Wave { Sine, Noise, Ramp, Custom };
struct WaveSettings {
    Wave wave = Wave::Sine;
    double amplitude = 1, period = 24, offset = 0; ///< of sine and noise; a ramp goes from `from` to `to`
    double from = 0, to = 1;
    double first = 1, last = 100;
};
/// The wave as text of the expression language. Custom: "".
std::string wave_expression(const WaveSettings& settings);

} // namespace tessera
