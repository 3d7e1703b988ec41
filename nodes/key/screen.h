#pragma once
// The colour difference, shared by the keyer's matte and by its spill removal: how much more of the screen's own
// channel a colour has than a weighted mean of the two others, relative to the screen colour.
//
//     d(F) = F'[p] - (balance * F'[lo] + (1 - balance) * F'[hi]),   F' = F * mean(bias) / bias,   share = d(F) / d(S)
//
// p is the largest channel of the screen colour S (so green, blue and red screens need no switch), lo and hi the
// smaller and the larger of the others. A mean keeps hair, smoke and motion blur, which a maximum would harden; the
// weaker core it leaves is what gain and the clips are for. The bias colour is the one for which the difference is to
// be zero: grey means neutral, a skin tone keeps skin from being read as, or corrected for, spill.
#include "core/base/geometry.h"

namespace tessera {

/// The vector v with dot(v, F) = d(F) / d(screen): 1 for the screen colour, 0 for colours like `bias`, negative beyond.
/// All zeros (nothing is screen) when the screen colour has no dominant channel. Components of `bias` at or below zero
/// leave their channel as it is.
Vec3 screen_share(const Color& screen, double balance, const Color& bias);

/// Rec.709 luminance.
double luminance(const Color& c);

} // namespace tessera
