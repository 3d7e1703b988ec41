#pragma once
// The eyedropper: a colour field asks for a colour, viewers give what is picked in them. One field is armed at a time.
#include "core/base/geometry.h"
#include <functional>
#include <string>
#include <utility>

namespace tessera {

/// Which pixels a picked colour comes from.
enum class PickFrom {
    Shown,  ///< the picture in the viewer
    Source, ///< the main input of the viewed node: sampling the plate while looking at the matte
};

class ColourPick {
public:
    /// A field starts to listen; the one before stops. `take` gets scene-linear colours as they are picked: `finished`
    /// with the last one of a drag (the history's step is complete).
    void arm(std::string owner, std::function<void(Color, bool finished)> take, PickFrom from = PickFrom::Shown)
    {
        owner_ = std::move(owner), take_ = std::move(take), from_ = from;
    }
    void disarm() { owner_.clear(), take_ = nullptr; }
    bool armed() const { return take_ != nullptr; }
    /// True when the field that calls itself `owner` ("12.screen_colour") is the one that listens.
    bool armed_by(const std::string& owner) const { return armed() && owner_ == owner; }
    PickFrom from() const { return from_; }
    /// Called by viewers. Nothing happens when nobody listens.
    void give(Color colour, bool finished)
    {
        const auto take = take_; // it may arm another or disarm itself
        if (take) take(colour, finished);
    }

private:
    std::string owner_;
    std::function<void(Color, bool)> take_;
    PickFrom from_ = PickFrom::Shown;
};

} // namespace tessera
