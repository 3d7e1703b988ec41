#pragma once
// What the values of a pixel, or of a region, are: before the display and after it.
#include "app/viewer/picture.h"
#include "core/base/result.h"
#include <array>
#include <memory>

namespace tessera {

class Pictures;

struct ProbeWish {
    PictureSpec picture; ///< the node, its frame and layer; the look for the display's values
    Rect area;           ///< full-resolution pixels; one pixel, or a region of any size
    bool operator==(const ProbeWish&) const = default;
};

/// By channel slot: R, G, B, A of the main layer.
struct ProbeValues {
    std::array<double, 4> average{}, low{}, high{};
};

struct ProbeResult {
    Rect area; ///< what was measured
    double frame = 0;
    Layer layer;             ///< its channels' names; those it does not have are 0 in the values
    ProbeValues scene;       ///< as they are in the image, before the look
    ProbeValues shown;       ///< as the display gets them: 0 to 1, unless it cannot show them
    bool outside = false;    ///< all of the area lies outside the data window: the values are the 0 there
    bool not_finite = false; ///< some value is NaN or infinite; averages and extremes leave it out
    int level = 0;           ///< large regions are measured coarsely
    std::optional<Error> error;
    uint64_t revision = 0; ///< counts up with every answer
};

/// Averages and extremes of the pixels of `image` in `area`.
ProbeValues measured(const HostImage& image, const Rect& area, bool& not_finite);

/// The code value of a display value in `bits` bits: rounded, limited to what they hold.
int code_value(double shown, int bits);

struct Hsv {
    double hue = 0;        ///< degrees, 0 to 360; 0 for a grey
    double saturation = 0; ///< (max - min) / max; 0 where max is 0
    double value = 0;      ///< max
};
Hsv hsv(double r, double g, double b);

/// Asynchronous: wish in one frame of the interface, read the answer in a later one.
class Probe {
public:
    explicit Probe(Pictures& pictures);
    ~Probe();
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;

    /// The newest wish counts; the same wish again costs nothing.
    void want(const ProbeWish& wish);
    void want_nothing();
    /// The last answer; of an earlier wish while busy(). Null until there is one.
    std::shared_ptr<const ProbeResult> result() const;
    bool busy() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace tessera
