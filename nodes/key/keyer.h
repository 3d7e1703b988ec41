#pragma once
// The parameters of the colour-difference keyer, shared by the operator users see (keyer.cpp) and by the internal
// ones it is made of: keyer_matte (the matte from the colours), keyer_limit (rollback) and keyer_result (colour and
// output).
#include "core/op/op.h"

namespace tessera {

struct KeyerParams {
    Color screen_colour{0.05, 0.45, 0.12, 1};
    double screen_gain = 1.2;
    double screen_balance = 0.5;
    Color despill_bias{0.5, 0.5, 0.5, 1};
    Color alpha_bias{0.5, 0.5, 0.5, 1};
    double pre_blur = 0;
    double clip_black = 0.05;
    double clip_white = 0.92;
    double clip_rollback = 0;
    double shrink_grow = 0;
    double softness = 0;
    double despot_black = 0;
    double despot_white = 0;
    enum class Replace { None, Source, HardColour, SoftColour } replace_method = Replace::SoftColour;
    Color replace_colour{0.5, 0.5, 0.5, 1};
    enum class SourceAlpha { Ignore, AddToInside, Normal } source_alpha = SourceAlpha::Ignore;
    enum class View {
        Source,
        SourceAlpha,
        CorrectedSource,
        ScreenMatte,
        CombinedMatte,
        StatusView,
        Intermediate,
        FinalResult,
        Composite,
    } view = View::FinalResult;
    bool premultiplied = true;
};

/// Declares the parameters that keyer_matte reads: screen, alpha bias, clips and source alpha.
void add_matte_params(Op<KeyerParams>& op);
/// Declares the parameters that keyer_result reads besides those of the matte: despill bias, replacement and output.
void add_result_params(Op<KeyerParams>& op);
/// Declares the sizes of the filters on the key and on the matte.
void add_refine_params(Op<KeyerParams>& op);

} // namespace tessera
