#pragma once
// What a viewer is set to: a value, kept between sessions. Nothing of it changes what is rendered.
#include "app/overlays/guides.h"
#include "app/overlays/wipe.h"
#include "app/panels/viewer/camera.h"
#include "app/viewer/picture.h"
#include <optional>
#include <string>

namespace tessera {

/// How the second buffer is shown. Off: only A. Wipe: B on its side of the line. Split: side by side.
enum class CompareMode { Off, Wipe, Over, Under, Plus, Minus, Difference, Split };
inline constexpr int compare_modes = 8;
const char* name_of(CompareMode mode); ///< "Wipe": in the menu
/// The operation that the picture is rendered with; None for those that are drawn from two pictures.
Compare operation_of(CompareMode mode);

/// Where the second buffer's picture comes from.
enum class BufferSource { Input, Snapshot, Version };

struct ViewerState {
    int a = 0, b = 1; ///< inputs of the Viewer node, from 0
    CompareMode compare = CompareMode::Off;
    BufferSource b_source = BufferSource::Input;
    bool wiped = false; ///< an operation is shown on B's side of the line alone
    Wipe wipe;
    std::string layer{main_layer};
    ViewerLook look;
    ShownChannels b_channels = ShownChannels::Colour;
    int proxy = 1; ///< level that the proxy switch uses: 1 is half the resolution
    bool proxy_on = false;
    std::optional<Rect> region; ///< of interest, full-resolution pixels
    bool region_on = false;
    bool clip_to_format = false, pixel_aspect = true;
    bool overlays = true; ///< guides and handles
    bool info = true;     ///< the line below the picture
    bool paused = false;
    Guides guides;
    int bits = 8;            ///< of the probe's code values
    bool look_ahead = false; ///< frames are also cached while nothing is played
    ViewCamera camera;
    bool fit = true; ///< the picture follows the panel's size until it is moved
    std::string view = "main";
};

std::string viewer_state_json(const ViewerState& state);
/// What it does not understand keeps its default; so does all of it when `text` is no JSON object.
ViewerState viewer_state_from(const std::string& text);

/// The name of a proxy level: "1:1", "1:2", ...
std::string proxy_name(int level);
/// The gain of an exposure in stops as photographers write it: "+1.5", "0", "-3".
std::string stops_text(double stops);
/// The channel shown after a channel's key was pressed: the same again goes back to colour.
ShownChannels toggled(ShownChannels shown, ShownChannels pressed);
/// The layer after or before `layer`; itself where there is no other.
std::string neighbour_layer(const std::vector<Layer>& layers, const std::string& layer, int step);

} // namespace tessera
